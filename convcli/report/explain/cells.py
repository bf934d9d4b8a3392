"""A matrix on a figure of `explain`: cells in their own tones with their numbers, or tones alone where cells are small.

All of it is drawn, or the cells that a frame of a film changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Bytes
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.number_grid import LABEL_SIZE, TITLE_SIZE, fitting_words
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.reel import Place

NUMBERED = 18  # units: in smaller cells there are tones alone
READ, FLUENT = 8.0, 12.5  # sizes of lettering that can be read in a whole field of numbers, and that are with ease
RULED = 7  # units: smaller cells have no rules
CHIP = 0.08  # of a cell: the margin round the tone of a value from beyond the edge
RING, HAIR = 3, 1  # thickness of the frame round a window on tones, and of the lines of ink at its sides
RING_WIDTH = RING + 2 * HAIR


class Block(NamedTuple):
    """Cells from a row and a column on."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, eq=False)
class Cells:
    """A matrix of cells.

    Attributes:
        x, y: the corner of the first cell, at whole units; `cell`: the side of each.
        grounds: uint8, (rows, columns, 3).
        words: of each cell; blank where nothing is written.
        size: of the lettering; 0 where there are tones alone.
        beyond: bool, (rows, columns): where a value came from the border rule.
        toned: grounds are the numbers' own tones, and not a colour that says something else.
    """

    x: int
    y: int
    cell: int
    grounds: Bytes
    words: Sequence[Sequence[str]]
    size: float
    beyond: NDArray[np.bool_]
    toned: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.grounds.shape[0], self.grounds.shape[1]

    @property
    def ruled(self) -> bool:
        """Whether there are rules between the cells."""
        return bool(self.size) or (not self.toned and self.cell >= RULED)

    def place(self, block: Block) -> Place:
        """Where a block of cells stands, the rules around it included."""
        left, top = self.x + block.left * self.cell, self.y + block.top * self.cell
        return Place(left, top, left + block.width * self.cell + 1, top + block.height * self.cell + 1)

    def all(self) -> Block:
        """Every cell."""
        return Block(0, 0, *self.shape)


def numbers(words: Sequence[Sequence[str]], cell: int, *, ringed: bool) -> tuple[list[list[str]], float]:
    """Words that fit cells of that size, and the size of their lettering; 0 where they would be hard to read.

    Args:
        ringed: a ring round a cell reaches into its neighbours.
    """
    if cell < NUMBERED:
        return [list(row) for row in words], 0.0
    shown, size = fitting_words(words, cell - (2 * RING if ringed else 0), FLUENT)
    return shown, size if size >= READ else 0.0


def plain_grounds(shape: tuple[int, int], colour: RGB = palette.PAPER) -> Bytes:
    """One colour for all cells."""
    return np.full((*shape, 3), colour, np.uint8)


def draw_cells(canvas: Canvas, cells: Cells, block: Block | None = None) -> None:
    """Draw all cells, or those of a block that there are."""
    rows, columns = _inside(cells, block or cells.all())
    if not len(rows) or not len(columns):
        return
    if not cells.ruled:
        _draw_tones(canvas, cells, rows, columns)
        return
    places = [(r, c) for r in rows for c in columns]
    # Solid rules last, and one unit wider than the cell, so that neighbours share one line.
    for dashed in (True, False):
        for r, c in places:
            if bool(cells.beyond[r, c]) == dashed:
                _draw_cell(canvas, cells, r, c)
    for r, c in places:
        _draw_word(canvas, cells, r, c)


def _inside(cells: Cells, block: Block) -> tuple[range, range]:
    height, width = cells.shape
    rows = range(max(0, block.top), min(height, block.top + block.height))
    return rows, range(max(0, block.left), min(width, block.left + block.width))


def _draw_tones(canvas: Canvas, cells: Cells, rows: range, columns: range) -> None:
    part = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
    shown = cells.grounds[part].copy()
    beyond = cells.beyond[part]
    if beyond.any():
        shown[beyond] = np.rint(0.5 * shown[beyond] + 0.5 * np.array(palette.FAINT)).astype(np.uint8)
    place = cells.place(Block(rows.start, columns.start, len(rows), len(columns)))
    box = canvas.picture(place.left, place.top, shown, len(columns) * cells.cell, len(rows) * cells.cell)
    canvas.rectangle(box.x, box.y, box.width + 1, box.height + 1, outline=palette.LINE)


def _draw_cell(canvas: Canvas, cells: Cells, row: int, column: int) -> None:
    left, top, right, bottom = cells.place(Block(row, column, 1, 1))
    colour = _ground(cells, row, column)
    if not cells.beyond[row, column]:
        canvas.rectangle(left, top, right - left, bottom - top, fill=colour, outline=palette.LINE)
        return
    if cells.toned:  # a chip of its tone on the ground of all that lies beyond
        canvas.rectangle(left, top, right - left, bottom - top, fill=palette.FAINT)
        margin = max(1, round(CHIP * cells.cell))
        canvas.rectangle(left + margin, top + margin, right - left - 2 * margin, bottom - top - 2 * margin, fill=colour)
    else:
        canvas.rectangle(left, top, right - left, bottom - top, fill=colour, outline=palette.LINE, dashed=True)


def _ground(cells: Cells, row: int, column: int) -> RGB:
    red, green, blue = (int(level) for level in cells.grounds[row, column])
    return red, green, blue


def _draw_word(canvas: Canvas, cells: Cells, row: int, column: int) -> None:
    word = cells.words[row][column] if cells.size else ""
    if not word:
        return
    ground = _ground(cells, row, column)
    if cells.toned:  # black and white alone, for ink beside black looks faded
        colour = max((palette.BLACK, palette.PAPER), key=lambda one: palette.contrast(one, ground))
    else:
        colour = palette.MUTED if cells.beyond[row, column] else palette.readable_on(ground)
    x, y = cells.x + (column + 0.5) * cells.cell + 0.5, cells.y + (row + 0.5) * cells.cell + 0.5
    canvas.text(x, y, word, size=cells.size, colour=colour, align="centre", vertical="middle")


def frame(canvas: Canvas, cells: Cells, block: Block, colour: RGB) -> None:
    """A frame inside a block of cells that has its own ground."""
    left, top, right, bottom = cells.place(block)
    thickness = 2 if cells.cell >= 14 else 1
    canvas.rectangle(left, top, right - left, bottom - top, outline=colour, thickness=thickness)


def ring(canvas: Canvas, place: Place, colour: RGB) -> Place:
    """A frame round a place that is seen on any tone: between two lines of ink.  Where it reaches."""
    outer = _wider(place, HAIR + RING)
    for wide, shade, thickness in ((outer, palette.INK, RING_WIDTH), (_wider(place, RING), colour, RING)):
        canvas.rectangle(
            wide.left, wide.top, wide.right - wide.left, wide.bottom - wide.top, outline=shade, thickness=thickness
        )
    return outer


def _wider(place: Place, by: int) -> Place:
    return Place(place.left - by, place.top - by, place.right + by, place.bottom + by)


def draw_edge(canvas: Canvas, cells: Cells, first: tuple[int, int], shape: tuple[int, int]) -> None:
    """A line where the picture of that shape ends, among cells of which the first is the picture's (row, column)."""
    height, width = cells.shape
    top, left = max(0, -first[0]), max(0, -first[1])
    bottom, right = min(height, shape[0] - first[0]), min(width, shape[1] - first[1])
    if top >= bottom or left >= right:
        return
    box = cells.place(Block(top, left, bottom - top, right - left))
    for (x0, y0, x1, y1), seen in _sides(box, top > 0, left > 0, bottom < height, right < width):
        if seen:
            canvas.rectangle(x0, y0, x1 - x0, y1 - y0, fill=palette.MUTED)


def _sides(box: Place, *seen: bool) -> Iterator[tuple[Place, bool]]:
    """The sides of a box, two units thick: top, left, bottom, right."""
    left, top, right, bottom = box
    yield Place(left, top - 1, right, top + 1), seen[0]
    yield Place(left - 1, top, left + 1, bottom), seen[1]
    yield Place(left, bottom - 1, right, bottom + 1), seen[2]
    yield Place(right - 1, top, right + 1, bottom), seen[3]


def draw_labels(canvas: Canvas, cells: Cells, rows: Sequence[str], columns: Sequence[str]) -> None:
    """Numbers of rows left of them, and of columns above them."""
    for r, label in enumerate(rows):
        y = cells.y + (r + 0.5) * cells.cell
        canvas.text(cells.x - 7, y, label, size=LABEL_SIZE, colour=palette.MUTED, align="right", vertical="middle")
    for c, label in enumerate(columns):
        x = cells.x + (c + 0.5) * cells.cell
        canvas.text(x, cells.y - 6, label, size=LABEL_SIZE, colour=palette.MUTED, align="centre", vertical="baseline")


def draw_title(canvas: Canvas, x: float, y: float, words: str, width: float, muted: str = "") -> None:
    """A title, and beside it, in grey, what it is called."""
    used = canvas.text(x, y, words, size=TITLE_SIZE, max_width=width) + 6 if words else 0
    if muted and width - used > 40:
        canvas.text(x + used, y, muted, size=TITLE_SIZE, colour=palette.MUTED, max_width=width - used)


def written_rows(values: Any, write: Any) -> list[list[str]]:
    """A matrix in words, minus signs as they are set; nothing where there is no number."""
    return [["" if value is None else write(value).replace("-", "−") for value in row] for row in values]
