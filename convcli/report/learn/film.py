"""A descent in pictures: the kernel taking shape beside the loss as it falls."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from convcli.core.learning.descent import Course
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.printing.numbers import grouped

MARGIN, SIDE, CURVE_WIDTH, GAP, TOP = 28, 300, 380, 56, 62
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
    canvas = Canvas(2 * MARGIN + SIDE + GAP + CURVE_WIDTH, TOP + SIDE + 58)
    canvas.text(MARGIN, 20, f"Learning a kernel: step {grouped(step)}", size=20)
    _draw_kernels(canvas, kernels, largest)
    _draw_scale(canvas, largest)
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
    cell = min(SIDE // max(kernel.shape), 72)
    left = MARGIN + (SIDE - cell * kernel.shape[1]) / 2
    top = TOP + (SIDE - cell * kernel.shape[0]) / 2
    decimals = max(0, 2 - math.floor(math.log10(largest))) if 1e-4 < largest < 1e4 else None
    shown = kernel if decimals is None else np.round(kernel, decimals) + 0.0  # no "-0.000"
    draw_grid(canvas, left, top, shown, cell=cell, fills=fills, decimals=decimals)


def _rgb(pixel: NDArray[np.uint8]) -> palette.RGB:
    red, green, blue = (int(value) for value in pixel)
    return red, green, blue


def _draw_scale(canvas: Canvas, largest: float) -> None:
    y, wide = TOP + SIDE + 22, SIDE - 120
    x = MARGIN + 60
    canvas.picture(x, y, signed_picture(np.linspace(-1, 1, wide)[np.newaxis]), wide, 10)
    canvas.rectangle(x - 1, y - 1, wide + 2, 12, outline=palette.LINE)
    canvas.text(x - 8, y + 5, f"−{largest:.3g}", size=12, colour=palette.MUTED, align="right", vertical="middle")
    canvas.text(x + wide + 8, y + 5, f"{largest:.3g}", size=12, colour=palette.MUTED, vertical="middle")


def _draw_curve(canvas: Canvas, course: Course, step: int) -> None:
    """The loss against the steps, both logarithmic, as far as this step."""
    box = Box(2 * MARGIN + SIDE + GAP - MARGIN + 20, TOP + 8, CURVE_WIDTH - 20, SIDE - 8)
    last = len(course.losses) - 1
    low, high = _decades(course.losses)
    for power in _ticks(low, high):
        y = box.bottom - (power - low) / (high - low) * box.height
        canvas.line([(box.x, y), (box.right, y)], colour=palette.FAINT)
        canvas.text(box.x - 8, y, f"1e{power}", size=12, colour=palette.MUTED, align="right", vertical="middle")
    shown = [at for at in (0, *np.unique(np.geomspace(1, last + 1, 200).astype(int)).tolist()) if at < step]
    points = [_point(box, at, last, float(course.losses[at]), low, high) for at in (*shown, step)]
    canvas.line([(box.x, box.y), (box.x, box.bottom), (box.right, box.bottom)], colour=palette.LINE)
    if len(points) > 1:
        canvas.line(points, colour=palette.ACCENT, thickness=2)
    canvas.circle(*points[-1], 4, fill=palette.ACCENT)
    canvas.text(box.x, box.y - 26, "loss (mean square of what is left)", size=13)
    canvas.text(box.right, box.y - 26, f"{course.losses[step]:.3g}", size=13, align="right")
    for at in [0, *(10**power for power in range(7) if 10**power <= last)]:
        x = _point(box, at, last, 1.0, low, high)[0]
        canvas.text(x, box.bottom + 8, grouped(at), size=12, colour=palette.MUTED, align="centre")
    canvas.text(box.right, box.bottom + 28, "step", size=12, colour=palette.MUTED, align="right")


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
