"""The heat map of a sweep: one cell a run, green where it holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from convcli.core.display.colormap import colormap
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Box, Canvas, text_width, wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.type_sizes import CAPTION, TITLE
from convcli.report.equivariance.sweep import Grid, Outcome, cell_words, grid_of, lies_across, sweep_title

MARGIN, NARROWEST, WIDEST = 28, 620, 1200
JOINED = " · "  # between the options that run down
MOST_WORDS = 40  # rows and columns up to which the cells carry their numbers
HOLDS: RGB = (190, 234, 205)
EMPTY: RGB = palette.FAINT


def heat_map(outcomes: Sequence[Outcome], subject: str) -> Drawing:
    """The drawing: the first option across, the others down; one option alone lies across where that is no strip.

    Args:
        subject: kernel and picture, in words.
    """
    layout = _layout(grid_of(outcomes))
    width = max(layout.right + MARGIN, NARROWEST)
    room = width - 2 * MARGIN
    title, words = sweep_title(outcomes, subject), _legend(outcomes)
    top = MARGIN + len(wrapped(title, room, TITLE, 2)) * TITLE * LINE_HEIGHT + 62
    bottom = top + layout.high * len(layout.grid.rows)
    canvas = Canvas(width, bottom + 14 + len(wrapped(words, room, CAPTION)) * CAPTION * LINE_HEIGHT + MARGIN - 6)
    canvas.paragraph(MARGIN, MARGIN - 8, title, width=room, size=TITLE, lines=2)
    _labels(canvas, layout, top)
    _cells(canvas, layout, top)
    canvas.paragraph(MARGIN, bottom + 14, words, width=room, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


class _Layout(NamedTuple):
    """The grid, the left edge of its cells, and their width and height; whether they carry their numbers."""

    grid: Grid
    left: float
    wide: int
    high: int
    worded: bool

    @property
    def right(self) -> float:
        return self.left + self.wide * len(self.grid.columns)

    @property
    def rows(self) -> list[str]:
        return [JOINED.join(row) for row in self.grid.rows]


def _layout(grid: Grid) -> _Layout:
    if not grid.column_name:
        across = _laid_out(lies_across(grid))
        if across.right + MARGIN <= WIDEST:
            return across
    return _laid_out(grid)


def _laid_out(grid: Grid) -> _Layout:
    worded = max(len(grid.rows), len(grid.columns)) <= MOST_WORDS
    wide, high = _cell_size(grid, worded)
    widths = [text_width(JOINED.join(names), CAPTION) for names in (grid.row_names, *grid.rows)]
    return _Layout(grid, MARGIN + (14 + max(widths) if any(widths) else 0), wide, high, worded)


def _legend(outcomes: Sequence[Outcome]) -> str:
    words = "Green: the interior agrees; orange to red: by the root of its largest error"
    if any(outcome.remedy for outcome in outcomes):
        words += "; A → B: with a low-pass before subsampling B is left of A"
    return words


def _cell_size(grid: Grid, worded: bool) -> tuple[int, int]:
    if not worded:
        side = max(3, 900 // max(len(grid.rows), len(grid.columns)))
        return side, max(side, 30 if len(grid.rows) == 1 else 3)
    widest = max(text_width(_words(outcome), CAPTION) for row in grid.cells for outcome in row)
    heading = max(text_width(column, CAPTION) for column in grid.columns)
    return math.ceil(max(54.0, widest + 18, heading + 12)), 30


def _labels(canvas: Canvas, layout: _Layout, top: float) -> None:
    grid, left, wide, high = layout.grid, layout.left, layout.wide, layout.high
    canvas.text(left - 14, top - 26, JOINED.join(grid.row_names), size=CAPTION, align="right")
    if grid.column_name:
        canvas.text(left, top - 46, grid.column_name, size=CAPTION)
    every = max(1, math.ceil(16 / high))
    for index, label in enumerate(layout.rows):
        if index % every == 0:
            y = top + (index + 0.5) * high
            canvas.text(left - 14, y, label, size=CAPTION, align="right", vertical="middle", colour=palette.MUTED)
    across = max(1, math.ceil((max(text_width(column, CAPTION) for column in grid.columns) + 8) / wide))
    for index, column in enumerate(grid.columns):
        if index % across == 0:
            x = left + (index + 0.5) * wide
            canvas.text(x, top - 26, column, size=CAPTION, align="centre", colour=palette.MUTED)


def _cells(canvas: Canvas, layout: _Layout, top: float) -> None:
    grid, left, wide, high = layout.grid, layout.left, layout.wide, layout.high
    largest = max((o.ledger.interior.max_error for row in grid.cells for o in row if not o.ledger.holds), default=0.0)
    grounds = [[_colour(outcome, largest) for outcome in row] for row in grid.cells]
    if not layout.worded:
        canvas.picture(left, top, np.array(grounds, np.uint8), wide * len(grid.columns), high * len(grid.rows))
        return
    for r, row in enumerate(grid.cells):
        for c, outcome in enumerate(row):
            _worded_cell(canvas, Box(left + c * wide, top + r * high, wide, high), grounds[r][c], outcome)


def _worded_cell(canvas: Canvas, cell: Box, ground: RGB, outcome: Outcome) -> None:
    canvas.rectangle(*cell, fill=ground, outline=palette.PAPER)
    words, ink = _words(outcome), palette.readable_on(ground)
    x, y = cell.x + cell.width / 2, cell.y + cell.height / 2
    canvas.text(x, y, words, size=CAPTION, align="centre", vertical="middle", colour=ink)


def _words(outcome: Outcome) -> str:
    return cell_words(outcome).replace("->", "→")


def _colour(outcome: Outcome, largest: float) -> RGB:
    if not outcome.ledger.interior.pixels:
        return EMPTY
    if outcome.ledger.holds:
        return HOLDS
    error = outcome.ledger.interior.max_error
    share = math.sqrt(error / largest) if math.isfinite(error) and math.isfinite(largest) else 1.0
    red, green, blue = colormap("diverging")[128 + int(127 * (0.25 + 0.6 * share))]
    return int(red), int(green), int(blue)
