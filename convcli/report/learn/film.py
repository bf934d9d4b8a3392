"""A descent in pictures: the kernel taking shape beside the loss as it falls."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from convcli.core.display.scale import Scale
from convcli.core.learning.descent import Course
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.drawing.scale_bar import Bar, draw_scale, number
from convcli.report.drawing.type_sizes import CAPTION, HEADING, LABEL, TITLE
from convcli.report.printing.numbers import grouped

MARGIN, SIDE, CURVE_WIDTH, GAP, TOP = 28, 300, 380, 56, 92
BAR = Bar(180, LABEL)
LARGEST_NUMBERED = 9  # rows or columns whose weights are still legible as numbers
MOST_KERNELS = 16


def learning_frames(course: Course) -> Iterator[Drawing]:
    """One drawing for each frame of a descent, all of one size and on one scale of colours."""
    return (_frame(course, step, kernels) for step, kernels in course.frames)


def learned_figure(course: Course) -> Drawing:
    """The last frame: the kernel that was found, beside the whole curve of its loss."""
    return _frame(course, *course.frames[-1])


def _frame(course: Course, step: int, kernels: NDArray[np.float64]) -> Drawing:
    largest = max(float(np.abs(shown).max()) for _, shown in (course.frames[0], course.frames[-1]))
    canvas = Canvas(2 * MARGIN + SIDE + GAP + CURVE_WIDTH, TOP + SIDE + 24 + BAR.height + 3 + CAPTION * 1.3 + 22)
    canvas.text(MARGIN, MARGIN - 6, f"Learning a kernel: step {grouped(step)}", size=TITLE)
    canvas.text(MARGIN, TOP - 28, "Weights", size=HEADING)
    _draw_kernels(canvas, kernels, largest)
    draw_scale(canvas, MARGIN, TOP + SIDE + 24, BAR, Scale(-largest, largest), "diverging")
    words = "Red is positive, blue negative, white 0"
    canvas.text(MARGIN, TOP + SIDE + 24 + BAR.height + 3, words, size=CAPTION, colour=palette.MUTED)
    _draw_curve(canvas, course, step)
    return canvas.finished()


def _draw_kernels(canvas: Canvas, kernels: NDArray[np.float64], largest: float) -> None:
    planes = kernels.reshape(-1, *kernels.shape[-2:])[:MOST_KERNELS]
    if len(planes) == 1 and max(planes[0].shape) <= LARGEST_NUMBERED:
        _draw_numbered(canvas, planes[0], largest)
        return
    across = math.ceil(math.sqrt(len(planes)))
    room = (SIDE - (across - 1) * 10) // across
    for index, plane in enumerate(planes):
        row, column = divmod(index, across)
        high, wide = fitting_size(plane.shape[0], plane.shape[1], room, room)
        x, y = MARGIN + column * (room + 10), TOP + row * (room + 10)
        canvas.picture(x, y, signed_picture(plane, largest), wide, high)
        canvas.rectangle(x - 1, y - 1, wide + 2, high + 2, outline=palette.LINE)


def _draw_numbered(canvas: Canvas, kernel: NDArray[np.float64], largest: float) -> None:
    colours = signed_picture(kernel, largest)
    fills = {(r, c): _rgb(colours[r, c]) for r, c in np.ndindex(*kernel.shape)}
    cell = min((SIDE - 1) // max(kernel.shape), 99)
    decimals = max(0, 2 - math.floor(math.log10(largest))) if 1e-4 < largest < 1e4 else None
    shown = kernel if decimals is None else np.round(kernel, decimals) + 0.0  # no "-0.000"
    draw_grid(canvas, MARGIN, TOP, shown, cell=cell, fills=fills, decimals=decimals)


def _rgb(pixel: NDArray[np.uint8]) -> palette.RGB:
    red, green, blue = (int(value) for value in pixel)
    return red, green, blue


def _draw_curve(canvas: Canvas, course: Course, step: int) -> None:
    """The loss against the steps, both logarithmic, as far as this step."""
    box = Box(2 * MARGIN + SIDE + GAP - MARGIN + 20, TOP + 8, CURVE_WIDTH - 20, SIDE - 8)
    last = len(course.losses) - 1
    low, high = _decades(course.losses)
    for power in _ticks(low, high):
        y = box.bottom - (power - low) / (high - low) * box.height
        canvas.line([(box.x, y), (box.right, y)], colour=palette.FAINT)
        canvas.text(box.x - 8, y, f"1e{power}", size=LABEL, colour=palette.MUTED, align="right", vertical="middle")
    shown = [at for at in (0, *np.unique(np.geomspace(1, last + 1, 200).astype(int)).tolist()) if at < step]
    points = [_point(box, at, last, float(course.losses[at]), low, high) for at in (*shown, step)]
    canvas.line([(box.x, box.y), (box.x, box.bottom), (box.right, box.bottom)], colour=palette.LINE)
    if len(points) > 1:
        canvas.line(points, colour=palette.ACCENT, thickness=2)
    canvas.circle(*points[-1], 4, fill=palette.ACCENT)
    canvas.text(box.x, TOP - 28, "Loss: mean square of what is left", size=HEADING)
    canvas.text(box.right, TOP - 28, _short(float(course.losses[step])), size=HEADING, align="right")
    for at in [0, *(10**power for power in range(7) if 10**power <= last)]:
        x = _point(box, at, last, 1.0, low, high)[0]
        canvas.text(x, box.bottom + 8, grouped(at), size=LABEL, colour=palette.MUTED, align="centre")
    canvas.text(box.right, box.bottom + 28, "Step", size=CAPTION, colour=palette.MUTED, align="right")


def _short(loss: float) -> str:
    """A loss of three digits, with a short exponent.

    >>> _short(9432.0), _short(3.481e-7)
    ('9,430', '3.48e−7')
    """
    return number(float(f"{loss:.3g}"), 3)


def _decades(losses: NDArray[np.float64]) -> tuple[int, int]:
    top = float(losses.max())
    bottom = max(float(losses.min()), top * 1e-16, 1e-300)
    low, high = math.floor(math.log10(bottom)), math.ceil(math.log10(top)) if top > 0 else 1
    return low, max(high, low + 1)


def _ticks(low: int, high: int) -> range:
    return range(low, high + 1, max(1, math.ceil((high - low) / 6)))


def _point(box: Box, step: int, last: int, loss: float, low: int, high: int) -> tuple[float, float]:
    along = math.log1p(step) / math.log1p(max(last, 1))
    power = math.log10(max(loss, 10.0**low))
    return box.x + along * box.width, box.bottom - (power - low) / (high - low) * box.height
