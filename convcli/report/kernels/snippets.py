"""The same correlation with other tools: a command or snippet that gives the same numbers.

Each tool is one function from (weights, border, name) to text.  All of them
correlate without flipping, except ImageMagick's Convolve, and anchor an even
kernel at k // 2 once told so; where a tool has no such border, it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from convcli.core.border import BORDERS, Border
from convcli.core.kernel.kernel import Kernel
from convcli.core.text.matrices import format_matrix
from convcli.errors import UnknownNameError, UsageError

Weights = NDArray[Any]


LABELS = {"magick": "ImageMagick"}  # where messages call a tool otherwise than --emit does


def snippet(kernel: Kernel, tool: str, border: Border) -> str:
    """Text that makes `tool` do what `apply -k KERNEL --border BORDER` does, sizes kept.

    Args:
        kernel: (h, w) weights.
        tool: one of TOOLS.
        border: the border rule, fill value included.

    Returns:
        A shell command, or Python that turns `picture`, an (H, W) array, into `response`.

    Raises:
        UnknownNameError: no such tool.
        UsageError: the tool cannot do it.
    """
    if tool not in TOOLS:
        raise UnknownNameError("tool", tool, TOOLS)
    if kernel.channels is not None:
        raise UsageError(f"{kernel.name} has weights for each of {kernel.channels} channels; --emit writes (h, w) only")
    return TOOLS[tool](kernel, border)


def _scipy(kernel: Kernel, border: Border) -> str:
    mode = _name_of(border, "scipy")
    fill = f", cval={border.fill!r}" if border.fills else ""
    return f"""\
import numpy as np
from scipy import ndimage

{_kernel_lines(kernel)}
# ndimage.correlate does not flip and anchors at k // 2; its {mode!r} is the border {border.pattern}
response = ndimage.correlate(picture.astype(float), kernel, mode={mode!r}{fill})
"""


def _numpy(kernel: Kernel, border: Border) -> str:
    mode = _name_of(border, "numpy")
    fill = f", constant_values={border.fill!r}" if border.fills else ""
    top, bottom, left, right = _pads(kernel)
    return f"""\
import numpy as np

{_kernel_lines(kernel)}
# the odd pixel of an even kernel comes before: the anchor is k // 2
padding = (({top}, {bottom}), ({left}, {right}))
padded = np.pad(picture.astype(float), padding, mode={mode!r}{fill})
windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
response = np.einsum("rcij,ij->rc", windows, kernel)
"""


def _opencv(kernel: Kernel, border: Border) -> str:
    code = _name_of(border, "opencv")
    head = f"import cv2\nimport numpy as np\n\n{_kernel_lines(kernel)}\n"
    if border.name != "wrap" and not border.fill:
        return f"""{head}\
# filter2D correlates (no flip), anchors at k // 2, and needs a float depth for negative responses
response = cv2.filter2D(picture.astype(float), cv2.CV_64F, kernel, borderType={code})
"""
    top, bottom, left, right = _pads(kernel)
    value = f", value={border.fill!r}" if border.fills else ""
    return f"""{head}\
# filter2D has no such border of its own, so the picture is padded first; it correlates and anchors at k // 2
padded = cv2.copyMakeBorder(picture.astype(float), {top}, {bottom}, {left}, {right}, {code}{value})
height, width = picture.shape
response = cv2.filter2D(padded, cv2.CV_64F, kernel)[{top}:{top} + height, {left}:{left} + width]
"""


def _torch(kernel: Kernel, border: Border) -> str:
    top, bottom, left, right = _pads(kernel)
    fill = f", value={border.fill!r}" if border.fills else ""
    return f"""\
import numpy as np
import torch
import torch.nn.functional as F

{_kernel_lines(kernel)}
x = torch.from_numpy(picture.astype(float))[None, None]
# conv2d correlates (no flip); its padding="same" would put the odd pixel of an even kernel on the other side
x = F.pad(x, ({left}, {right}, {top}, {bottom}), mode={_name_of(border, "torch")!r}{fill})
response = F.conv2d(x, torch.from_numpy(kernel)[None, None])[0, 0].numpy()
"""


def _magick(kernel: Kernel, border: Border) -> str:
    method = _name_of(border, "magick")
    ground = ""
    if border.fill:
        if not 0 <= border.fill <= 255:
            raise UsageError(f"ImageMagick cannot fill with {border.fill:g}; its colours go from 0 to 255")
        method, ground = "background", f"-background 'rgb({border.fill:g},{border.fill:g},{border.fill:g})' "
    numbers = format_matrix(kernel.weights, separator=",").replace("\n", " ")
    size = f"{kernel.width}x{kernel.height}+{kernel.width // 2}+{kernel.height // 2}"
    return f"""\
# Correlate does not flip (Convolve does); +X+Y is the anchor k // 2.
# Without HDRI, ImageMagick clips what is negative or brighter than white.
magick in.png {ground}-virtual-pixel {method} -morphology Correlate '{size}: {numbers}' out.png
"""


def _vips(kernel: Kernel, border: Border) -> str:
    extend = _name_of(border, "vips")
    mask = f"printf '{kernel.width} {kernel.height} 1 0\\n{_escaped(kernel)}\\n' > kernel.mat\n"
    note = "# vips conv does not flip, anchors at k // 2 and repeats the edge; the output is float\n"
    if border.name == "edge":
        return f"{note}{mask}vips conv in.png out.tif kernel.mat --precision float\n"
    if border.fill:
        extend = f"background --background {border.fill:g}"
    top, _, left, _ = _pads(kernel)
    return f"""\
# vips conv does not flip and anchors at k // 2, but only repeats the edge: so pad first and crop after
{mask}W=$(vipsheader -f width in.png) H=$(vipsheader -f height in.png)
vips embed in.png padded.v {left} {top} $((W + {kernel.width - 1})) $((H + {kernel.height - 1})) --extend {extend}
vips conv padded.v response.v kernel.mat --precision float
vips crop response.v out.tif {left} {top} $W $H
"""


TOOLS: dict[str, Callable[[Kernel, Border], str]] = {
    "magick": _magick,
    "scipy": _scipy,
    "opencv": _opencv,
    "torch": _torch,
    "vips": _vips,
    "numpy": _numpy,
}


def _kernel_lines(kernel: Kernel) -> str:
    rows = [f"    [{row}]," for row in format_matrix(kernel.weights, separator=", ").splitlines()]
    return "\n".join([f"# {kernel.name}, written for correlation", "kernel = np.array([", *rows, "], dtype=float)"])


def _escaped(kernel: Kernel) -> str:
    return format_matrix(kernel.weights).replace("\n", "\\n")


def _pads(kernel: Kernel) -> tuple[int, int, int, int]:
    top, left = kernel.height // 2, kernel.width // 2
    return top, kernel.height - 1 - top, left, kernel.width - 1 - left


def _name_of(border: Border, tool: str) -> str:
    """What the tool calls the border.

    Raises:
        UsageError: it has no such border; with those that it has.
    """
    if tool not in border.elsewhere:
        able = ", ".join(row.name for row in BORDERS if tool in row.elsewhere)
        raise UsageError(f"{LABELS.get(tool, tool)} has no border {border.name} ({border.pattern}); it can do {able}")
    return border.elsewhere[tool]
