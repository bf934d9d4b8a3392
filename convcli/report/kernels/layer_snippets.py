"""The same correlation with the frameworks of networks, whose layers correlate and anchor nowhere."""

from __future__ import annotations

from convcli.core.border import Border
from convcli.core.kernel.kernel import Kernel
from convcli.report.kernels.snippet_parts import before, kernel_lines, name_of, pads


def torch(kernel: Kernel, border: Border) -> str:
    """PyTorch: conv2d, the channels as a batch."""
    top, bottom, left, right = pads(kernel)
    fill = f", value={border.fill!r}" if border.fills else ""
    return f"""\
import numpy as np
import torch
import torch.nn.functional as F

{kernel_lines(kernel)}
# a colour picture's channels are a batch of grey ones
x = torch.from_numpy(np.moveaxis(np.atleast_3d(picture.astype(float)), 2, 0)[:, None].copy())
# conv2d correlates (no flip) and anchors nowhere; {before(kernel)}
x = F.pad(x, ({left}, {right}, {top}, {bottom}), mode={name_of(border, "torch")!r}{fill})
response = F.conv2d(x, torch.from_numpy(kernel)[None, None])[:, 0].numpy()
response = np.moveaxis(response, 0, 2).reshape(picture.shape)
"""


def tensorflow(kernel: Kernel, border: Border) -> str:
    """TensorFlow, which calls the kernel a filter: conv2d on (batch, rows, columns, channels)."""
    top, bottom, left, right = pads(kernel)
    fill = f", constant_values={border.fill!r}" if border.fills else ""
    return f"""\
import numpy as np
import tensorflow as tf

{kernel_lines(kernel)}
# a colour picture's channels are a batch of grey ones, channels last
x = tf.constant(np.moveaxis(np.atleast_3d(picture.astype(float)), 2, 0)[..., None])
# conv2d correlates (no flip); {before(kernel)}, where its "SAME" puts it after
x = tf.pad(x, [[0, 0], [{top}, {bottom}], [{left}, {right}], [0, 0]], mode={name_of(border, "tensorflow")!r}{fill})
filters = tf.constant(kernel[:, :, None, None])  # rows, columns, channels, filters
response = tf.nn.conv2d(x, filters, strides=1, padding="VALID").numpy()[..., 0]
response = np.moveaxis(response, 0, 2).reshape(picture.shape)
"""


def keras(kernel: Kernel, border: Border) -> str:
    """Keras: a Conv2D layer whose weights are the kernel; NumPy pads, since backends differ in what they can."""
    top, bottom, left, right = pads(kernel)
    fill = f", constant_values={border.fill!r}" if border.fills else ""
    mode = name_of(border, "numpy", "keras")
    return f"""\
import keras
import numpy as np

{kernel_lines(kernel)}
# a colour picture's channels are a batch of grey ones, channels last; {before(kernel)}
x = np.moveaxis(np.atleast_3d(picture.astype(float)), 2, 0)[..., None]
x = np.pad(x, [(0, 0), ({top}, {bottom}), ({left}, {right}), (0, 0)], mode={mode!r}{fill})
# Conv2D correlates (no flip); its "same" would put the odd pixel of an even kernel after
layer = keras.layers.Conv2D(1, kernel.shape, padding="valid", use_bias=False, dtype="float64")
layer.build(x.shape)
layer.set_weights([kernel[:, :, None, None]])  # rows, columns, channels, filters
response = np.asarray(layer(x))[..., 0]
response = np.moveaxis(response, 0, 2).reshape(picture.shape)
"""
