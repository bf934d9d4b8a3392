"""The same correlation with other tools: a command or snippet that gives the same numbers.

Each tool is one function from (weights, border, name) to text.  All of them
correlate without flipping, except ImageMagick's Convolve, and put the kernel's
anchor where it is once told so; where a tool has no such border, it is refused.
Each works on a grey picture and on a colour one, whose channels are filtered by
themselves, and takes the fill in the picture's own units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from convcli.core.border import Border
from convcli.core.kernel.kernel import Kernel
from convcli.core.text.matrices import format_matrix
from convcli.core.text.whole_numbers import magick_size
from convcli.errors import UnknownNameError, UsageError, many
from convcli.report.kernels.layer_snippets import keras, tensorflow, torch
from convcli.report.kernels.snippet_parts import before, escaped, is_usual, kernel_lines, name_of, pads, placed
from convcli.report.printing.numbers import plain

Weights = NDArray[Any]


def snippet(kernel: Kernel, tool: str, border: Border) -> str:
    """Text that makes `tool` do what `apply -k KERNEL --border BORDER` does, sizes kept.

    Args:
        kernel: (h, w) weights.
        tool: one of TOOLS.
        border: the border rule, fill value included.

    Returns:
        A shell command, or Python that turns `picture`, an (H, W) or (H, W, C) array, into `response`.

    Raises:
        UnknownNameError: no such tool.
        UsageError: the tool cannot do it.
    """
    if tool not in TOOLS:
        raise UnknownNameError("tool", tool, TOOLS)
    if kernel.channels is not None:
        raise UsageError(
            f"{kernel.name} has weights for {many(kernel.channels, 'channel')}; --emit writes kernels of (h, w) only"
        )
    return TOOLS[tool](kernel, border)


def _scipy(kernel: Kernel, border: Border) -> str:
    mode = name_of(border, "scipy")
    fill = f", cval={border.fill!r}" if border.fills else ""
    row, column = kernel.origin[0] - kernel.height // 2, kernel.origin[1] - kernel.width // 2
    origin = f", origin=({row}, {column}, *each)" if row or column else ""
    moved = f" (by its origin: at {placed(kernel)})" if origin else ""
    return f"""\
import numpy as np
from scipy import ndimage

{kernel_lines(kernel)}
# ndimage.correlate does not flip and anchors at k // 2{moved}; its {mode!r} is the border {border.pattern}
each = (0,) * (picture.ndim - 2)  # a colour picture's channels, each by itself
weights = kernel.reshape(kernel.shape + (1,) * len(each))
response = ndimage.correlate(picture.astype(float), weights, mode={mode!r}{fill}{origin})
"""


def _numpy(kernel: Kernel, border: Border) -> str:
    mode = name_of(border, "numpy")
    fill = f", constant_values={border.fill!r}" if border.fills else ""
    top, bottom, left, right = pads(kernel)
    return f"""\
import numpy as np

{kernel_lines(kernel)}
# {before(kernel)}; a colour picture's channels are not padded
padding = [({top}, {bottom}), ({left}, {right})] + [(0, 0)] * (picture.ndim - 2)
padded = np.pad(picture.astype(float), padding, mode={mode!r}{fill})
windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape, axis=(0, 1))
response = np.einsum("rc...ij,ij->rc...", windows, kernel)
"""


def _opencv(kernel: Kernel, border: Border) -> str:
    code = name_of(border, "opencv")
    head = f"import cv2\nimport numpy as np\n\n{kernel_lines(kernel)}\n"
    anchor = "" if is_usual(kernel) else f", anchor=({kernel.origin[1]}, {kernel.origin[0]})"
    place = f"anchors at {'k // 2' if not anchor else f'{placed(kernel)}, as (x, y)'}"
    if border.name != "wrap" and not border.fill:
        return f"""{head}\
# filter2D correlates (no flip), {place}, and needs a float depth for negative responses
response = cv2.filter2D(picture.astype(float), cv2.CV_64F, kernel{anchor}, borderType={code})
"""
    top, bottom, left, right = pads(kernel)
    # One number would be the first channel's alone.
    value = f", value=({', '.join([repr(border.fill)] * 4)})" if border.fills else ""
    return f"""{head}\
# filter2D has no such border of its own, so the picture is padded first; it correlates and {place}
padded = cv2.copyMakeBorder(picture.astype(float), {top}, {bottom}, {left}, {right}, {code}{value})
height, width = picture.shape[:2]
response = cv2.filter2D(padded, cv2.CV_64F, kernel{anchor})[{top}:{top} + height, {left}:{left} + width]
"""


def _magick(kernel: Kernel, border: Border) -> str:
    method = name_of(border, "magick")
    ground, level = "", ""
    if border.fill:
        if not 0 <= border.fill <= 65535:
            raise UsageError(f"ImageMagick cannot fill with {plain(border.fill)}; its colours go from 0 to 65535")
        method, ground = "background", '-background "rgb($LEVEL,$LEVEL,$LEVEL)" '
        level = f"""\
# The fill {plain(border.fill)} is in the picture's own units: of 255, or of 65535 where it has 16 bits.
LEVEL=$(magick in.png -precision 12 -format '%[fx:100*{border.fill!r}/(z>8?65535:255)]%%' info:)
"""
    numbers = format_matrix(kernel.weights, separator=",").replace("\n", " ")
    size = magick_size((kernel.height, kernel.width), kernel.origin)
    return f"""\
# Correlate does not flip (Convolve does); +X+Y is the anchor, {placed(kernel)}.
# Without HDRI, ImageMagick clips what is negative or brighter than white.
{level}magick in.png {ground}-virtual-pixel {method} -morphology Correlate '{size}: {numbers}' out.png
"""


def _vips(kernel: Kernel, border: Border) -> str:
    extend = name_of(border, "vips")
    mask = f"printf '{kernel.width} {kernel.height} 1 0\\n{escaped(kernel)}\\n' > kernel.mat\n"
    if border.name == "edge" and is_usual(kernel):
        note = "# vips conv does not flip, anchors at k // 2 and repeats the edge; the output is float\n"
        return f"{note}{mask}vips conv in.png out.tif kernel.mat --precision float\n"
    if border.fill:
        extend = f"background --background {border.fill!r}"
    top, _, left, _ = pads(kernel)
    down, across = kernel.height // 2, kernel.width // 2
    place = "" if is_usual(kernel) else f"; the padding makes it {placed(kernel)}"
    return f"""\
# vips conv does not flip and anchors at k // 2, but only repeats the edge: so pad first and crop after{place}
{mask}W=$(vipsheader -f width in.png) H=$(vipsheader -f height in.png)
vips embed in.png padded.v {left} {top} $((W + {kernel.width - 1})) $((H + {kernel.height - 1})) --extend {extend}
vips conv padded.v response.v kernel.mat --precision float
vips crop response.v out.tif {across} {down} $W $H
"""


TOOLS: dict[str, Callable[[Kernel, Border], str]] = {
    "magick": _magick,
    "scipy": _scipy,
    "opencv": _opencv,
    "torch": torch,
    "tensorflow": tensorflow,
    "keras": keras,
    "vips": _vips,
    "numpy": _numpy,
}
