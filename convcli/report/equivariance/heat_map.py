"""The heat map of a sweep: one cell a run, green where it holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from convcli.core.display.colormap import colormap
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas, text_width
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.palette import RGB
from convcli.report.equivariance.sweep import Grid, Outcome, cell_words, grid_of, sweep_title

MARGIN, HEAD, FOOT = 28, 96, 64
MOST_WORDS = 40  # rows and columns up to which the cells carry their numbers
HOLDS: RGB = (190, 234, 205)
EMPTY: RGB = palette.FAINT


def heat_map(outcomes: Sequence[Outcome]) -> Drawing:
    """The drawing."""
    grid = grid_of(outcomes)
    worded = max(len(grid.rows), len(grid.columns)) <= MOST_WORDS
    wide, high = _cell_size(grid, worded)
    labels = [" · ".join(row) for row in grid.rows]
    left = (
        MARGIN + 14 + max(text_width(" · ".join(grid.row_names), 12.5), *(text_width(label, 12.5) for label in labels))
    )
    width = max(left + wide * len(grid.columns) + MARGIN, 620)
    canvas = Canvas(width, HEAD + high * len(grid.rows) + FOOT)
    canvas.text(MARGIN, 18, sweep_title(outcomes), size=18)
    _labels(canvas, grid, labels, left, wide, high)
    _cells(canvas, grid, left, wide, high, worded=worded)
    words = "green: the interior agrees; orange to red: by the root of its largest error"
    if any(outcome.remedy for outcome in outcomes):
        words += "; A -> B: with a low-pass before subsampling B is left of A"
    canvas.paragraph(
        MARGIN, HEAD + high * len(grid.rows) + 14, words, width=width - 2 * MARGIN, colour=palette.MUTED, size=12.5
    )
    return canvas.finished()


def _cell_size(grid: Grid, worded: bool) -> tuple[int, int]:
    if not worded:
        side = max(3, 900 // max(len(grid.rows), len(grid.columns)))
        return side, side
    widest = max(text_width(cell_words(outcome), 12.5) for row in grid.cells for outcome in row)
    heading = max(text_width(column, 12.5) for column in grid.columns)
    return math.ceil(max(54.0, widest + 18, heading + 12)), 30


def _labels(canvas: Canvas, grid: Grid, labels: list[str], left: float, wide: int, high: int) -> None:
    canvas.text(left - 14, HEAD - 26, " · ".join(grid.row_names), size=12.5, align="right")
    if grid.column_name:
        canvas.text(left, HEAD - 46, grid.column_name, size=12.5)
    every = max(1, math.ceil(16 / high))
    for index, label in enumerate(labels):
        if index % every == 0:
            y = HEAD + (index + 0.5) * high
            canvas.text(left - 14, y, label, size=12.5, align="right", vertical="middle", colour=palette.MUTED)
    across = max(1, math.ceil((max(text_width(column, 12.5) for column in grid.columns) + 8) / wide))
    for index, column in enumerate(grid.columns):
        if index % across == 0:
            x = left + (index + 0.5) * wide
            canvas.text(x, HEAD - 26, column, size=12.5, align="centre", colour=palette.MUTED)


def _cells(canvas: Canvas, grid: Grid, left: float, wide: int, high: int, *, worded: bool) -> None:
    largest = max((o.ledger.interior.max_error for row in grid.cells for o in row if not o.ledger.holds), default=0.0)
    grounds = [[_colour(outcome, largest) for outcome in row] for row in grid.cells]
    if not worded:
        canvas.picture(left, HEAD, np.array(grounds, np.uint8), wide * len(grid.columns), high * len(grid.rows))
        return
    for r, row in enumerate(grid.cells):
        for c, outcome in enumerate(row):
            _worded_cell(canvas, Box(left + c * wide, HEAD + r * high, wide, high), grounds[r][c], outcome)


def _worded_cell(canvas: Canvas, cell: Box, ground: RGB, outcome: Outcome) -> None:
    canvas.rectangle(*cell, fill=ground, outline=palette.PAPER)
    words, ink = cell_words(outcome), palette.readable_on(ground)
    x, y = cell.x + cell.width / 2, cell.y + cell.height / 2
    canvas.text(x, y, words, size=12.5, align="centre", vertical="middle", colour=ink)


def _colour(outcome: Outcome, largest: float) -> RGB:
    if not outcome.ledger.interior.pixels:
        return EMPTY
    if outcome.ledger.holds:
        return HOLDS
    error = outcome.ledger.interior.max_error
    share = math.sqrt(error / largest) if math.isfinite(error) and math.isfinite(largest) else 1.0
    red, green, blue = colormap("diverging")[128 + int(127 * (0.25 + 0.6 * share))]
    return int(red), int(green), int(blue)
