"""The kernels of a bank on one sheet: cells with their numbers, a name above each, and what the colours mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from convcli.core.display.scale import Scale
from convcli.core.kernel.kernel import Kernel
from convcli.errors import GeometryError
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, text_width, wrapped
from convcli.report.drawing.filters import scale_of
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import draw_grid
from convcli.report.drawing.resizing import signed_picture
from convcli.report.drawing.scale_bar import Bar, draw_scale
from convcli.report.drawing.type_sizes import CAPTION, LABEL, TITLE, sentence
from convcli.report.language.chosen import Name

MARGIN, GAP, NAME_GAP = 24, 20, 4
LEAST_WIDTH, WIDTH = 480, 1000
SIDES = ((4, 224), (9, 192), (16, 176), (36, 120), (144, 72), (1024, 48))  # so many kernels, and a kernel's side
MOST_KERNELS, LARGEST_CELL = 1024, 48
ROOMY = 30  # side of a weight in which two digits of a fraction can be read
NARROWEST = 44  # of a kernel that has a name above it
ALIKE = 4.0  # how many times the largest weights differ that are still seen on one scale


class _Grid(NamedTuple):
    """How kernels stand: columns, their width and height, the side of a weight, and whether each has its own scale."""

    columns: int
    width: int
    height: int
    cell: int
    own: bool
    bar: Bar


def bank_sheet(kernels: Sequence[Kernel], title: str, *, about: str = "") -> Drawing:
    """Every kernel under its name, in cells of signed colours, with numbers where they can be read.

    Kernels whose largest weights are alike have one scale, below them all; others have one each.

    Args:
        kernels: (h, w), of any sizes; at least one.
        title: what bank it is; about: what it is for, where that is known.

    Raises:
        GeometryError: more kernels than a sheet holds.
    """
    if len(kernels) > MOST_KERNELS:
        raise GeometryError(f"{len(kernels):,} kernels; a sheet holds at most {MOST_KERNELS:,}")
    scales = [scale_of(kernel.weights) for kernel in kernels]
    grid = _grid(kernels, own=max(scales) > ALIKE * min(scales))
    inner = max(grid.columns * (grid.width + GAP) - GAP, LEAST_WIDTH - 2 * MARGIN)
    words = sentence(about)
    head = MARGIN - 6 + len(wrapped(title, inner, TITLE, 2)) * TITLE * LINE_HEIGHT + 4
    top = round(head + len(wrapped(words, inner, CAPTION)) * CAPTION * LINE_HEIGHT + 14)
    bottom = top + math.ceil(len(kernels) / grid.columns) * (grid.height + GAP)
    tail = "Red is positive, blue negative, white 0" + ("; each kernel has a scale of its own" if grid.own else "")
    common = 0 if grid.own else _common_bar().height + 3
    canvas = Canvas(inner + 2 * MARGIN, bottom + common + CAPTION * LINE_HEIGHT + MARGIN - 4, title=title)
    canvas.paragraph(MARGIN, MARGIN - 6, title, width=inner, size=TITLE, lines=2)
    canvas.paragraph(MARGIN, head, words, width=inner, size=CAPTION, colour=palette.MUTED)
    for index, kernel in enumerate(kernels):
        row, column = divmod(index, grid.columns)
        x, y = MARGIN + column * (grid.width + GAP), top + row * (grid.height + GAP)
        _draw(canvas, x, y, kernel, grid, scales[index] if grid.own else max(scales))
    if not grid.own:
        draw_scale(canvas, MARGIN, bottom, _common_bar(), Scale(-max(scales), max(scales)), "diverging")
    canvas.text(MARGIN, bottom + common, tail, size=CAPTION, colour=palette.MUTED, max_width=inner)
    return canvas.finished()


def _common_bar() -> Bar:
    return Bar(180, LABEL)


def _grid(kernels: Sequence[Kernel], *, own: bool) -> _Grid:
    high, wide = (max(sides) for sides in zip(*(kernel.weights.shape for kernel in kernels), strict=True))
    side = next(side for most, side in SIDES if len(kernels) <= most)
    cell = max(1, min(LARGEST_CELL, side // max(high, wide)))
    width = max(cell * wide + 1, NARROWEST)
    columns = max(1, min((WIDTH - 2 * MARGIN + GAP) // (width + GAP), len(kernels)))
    rows = math.ceil(len(kernels) / columns)
    columns = math.ceil(len(kernels) / rows)  # as full a last row as there can be
    bar = Bar(width, LABEL if width >= 100 else 8.5)
    height = round(_name_size(kernels, width) * LINE_HEIGHT) + NAME_GAP + cell * high + 1
    return _Grid(columns, width, height + (6 + bar.height if own else 0), cell, own, bar)


def _name_size(kernels: Sequence[Kernel], width: int) -> float:
    """Of the names: a caption's, or a smaller one in which all fit."""
    widest = max(text_width(Name(kernel.name), CAPTION) for kernel in kernels)
    return max(8.5, min(CAPTION, CAPTION * width / widest)) if widest else CAPTION


def _draw(canvas: Canvas, x: float, y: float, kernel: Kernel, grid: _Grid, largest: float) -> None:
    size = _name_size([kernel], grid.width)
    high, wide = kernel.weights.shape
    room = grid.height - (6 + grid.bar.height if grid.own else 0)
    canvas.text(x, y, Name(kernel.name), size=size, max_width=grid.width)
    y += room - grid.cell * high - 1
    colours = signed_picture(kernel.weights, largest)
    if grid.cell >= 6:
        fills = {(int(r), int(c)): _rgb(colours[r, c].tolist()) for r, c in np.ndindex(high, wide)}
        numbers = kernel.weights.tolist() if kernel.is_integer or grid.cell >= ROOMY else [[None] * wide] * high
        draw_grid(canvas, x, y, numbers, cell=grid.cell, fills=fills)
    else:
        canvas.picture(x, y, colours, wide * grid.cell, high * grid.cell)
        canvas.rectangle(x - 1, y - 1, wide * grid.cell + 2, high * grid.cell + 2, outline=palette.LINE)
    if grid.own:
        below = y + high * grid.cell + 1 + 6
        draw_scale(canvas, x, below, grid.bar, Scale(-largest, largest), "diverging")


def _rgb(pixel: Sequence[int]) -> palette.RGB:
    red, green, blue = pixel
    return red, green, blue
