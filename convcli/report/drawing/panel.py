"""A panel: labelled pictures on one grid, beside each other or one below the other as their shape wants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.display.scale import Scale
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Box, Canvas, wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.number_grid import fitting_words
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.resizing import fitting_size
from convcli.report.drawing.scale_bar import Bar, draw_scale
from convcli.report.drawing.type_sizes import CAPTION, HEADING, LABEL, TITLE

MARGIN, GAP = 24, 22
THINNEST = 10  # pixels: a picture of one row must still be seen
HIGHEST, TALLEST = 1150, 800  # of all pictures, one above the other, and of one
NARROWEST = 150  # of a column: what titles and captions need
RAGGED = 0.3  # what a column that is a part narrower costs, beside pictures that leave a part of it empty
BAR_GAP = 7
MOST_LINES = 8  # of a caption


@dataclass(frozen=True)
class Outline:
    """A rectangle to be framed, in the picture's own pixels."""

    top: int
    left: int
    height: int
    width: int
    colour: RGB = palette.WRONG
    dashed: bool = False


@dataclass(frozen=True, eq=False)  # == on arrays is ambiguous
class Tile:
    """One labelled picture.

    Attributes:
        picture: uint8, (H, W) or (H, W, 3).
        title: a line or two above; caption: a few lines below.
        outlines: frames drawn on the picture.
        scale: what its colours mean, drawn as a bar below it; None for no bar.
        colours: of that scale, by name.
        numbers: a word for each of its samples, written on it where it is large enough; none of most pictures.
    """

    picture: NDArray[Any]
    title: str = ""
    caption: str = ""
    outlines: Sequence[Outline] = ()
    scale: Scale | None = None
    colours: str = "gray"
    numbers: Sequence[Sequence[str]] = ()


def panel(
    tiles: Sequence[Tile],
    *,
    columns: int | Sequence[int] | None = None,
    width: int = 1200,
    title: str | None = None,
    footer: str | None = None,
) -> Drawing:
    """Lay labelled pictures out on one grid, row by row.

    Large pictures are averaged down, small ones enlarged by a whole factor; titles and captions wrap.

    Args:
        tiles: at least one.
        columns: tiles in a row, or the numbers among which the one is chosen that shows them largest: wide
            pictures are stacked, tall ones stand beside each other.  Chosen by the number of tiles when None.
        width: of the panel in units, at most (or what tiles of 16 need).
        title: a line or two above all; footer: lines below all.

    Returns:
        A drawing as high as it needs.
    """
    columns, tile_width, highest = _grid(tiles, columns, width)
    width = 2 * MARGIN + columns * tile_width + (columns - 1) * GAP
    rows = [_Row(tiles[first : first + columns], tile_width, highest) for first in range(0, len(tiles), columns)]
    heading = len(wrapped(title or "", width - 2 * MARGIN, TITLE, 2)) * TITLE * LINE_HEIGHT + 10 if title else 0.0
    footing = len(wrapped(footer or "", width - 2 * MARGIN, CAPTION)) * CAPTION * LINE_HEIGHT + GAP if footer else 0.0
    canvas = Canvas(width, 2 * MARGIN + heading + sum(row.height for row in rows) + (len(rows) - 1) * GAP + footing)
    if title:
        canvas.paragraph(MARGIN, MARGIN - 6, title, width=width - 2 * MARGIN, size=TITLE, lines=2)
    y = MARGIN + heading
    for row in rows:
        row.draw(canvas, y)
        y += row.height + GAP
    if footer:
        canvas.paragraph(MARGIN, y, footer, width=width - 2 * MARGIN, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


def even_width(shapes: Sequence[tuple[int, int]], most: int, highest: float) -> int:
    """The width of columns, at most `most`, that pictures of these shapes fill best, enlarged by whole factors.

    >>> even_width([(512, 512), (256, 256), (256, 256)], 372, 400)
    256
    """

    def cost(width: int) -> float:
        filled = [_fitted(shape, width, highest)[1] / width for shape in shapes]
        return 1 - sum(filled) / len(filled) + RAGGED * (1 - width / most)

    widths = {_fitted(shape, most, highest)[1] for shape in shapes} | {most}
    return min((max(width, round(0.6 * most), min(most, NARROWEST)) for width in sorted(widths)), key=cost)


def _fitted(shape: tuple[int, int], width: int, highest: float) -> tuple[int, int]:
    high, wide = fitting_size(*shape, highest, width, enlarge=256)
    return max(high, THINNEST), max(wide, THINNEST)


def _grid(tiles: Sequence[Tile], columns: int | Sequence[int] | None, width: int) -> tuple[int, int, float]:
    """Tiles in a row, the width of one, and the height that its picture may have."""
    shapes = [_shape(tile) for tile in tiles]
    few = _columns(len(tiles)) if columns is None else columns
    choices = sorted({max(1, min(number, len(tiles))) for number in ((few,) if isinstance(few, int) else few)})
    grids = []
    for number in choices:
        room = max(16, (width - 2 * MARGIN - (number - 1) * GAP) // number)
        share = HIGHEST / math.ceil(len(tiles) / number)
        high = 1.25 * room if len(choices) == 1 else max(THINNEST, min(TALLEST, share))
        sizes = sorted(tall * wide for tall, wide in (_fitted(shape, room, high) for shape in shapes))
        grids.append((sizes[len(sizes) // 2], number, room, high))
    _, number, room, high = max(grids)
    return number, even_width(shapes, room, high), high


def _columns(count: int) -> int:
    if count <= 3:
        return count
    return 2 if count == 4 else 3 if count <= 9 else math.ceil(math.sqrt(count * 1.3))


def _shape(tile: Tile) -> tuple[int, int]:
    return int(tile.picture.shape[0]), int(tile.picture.shape[1])


class _Row:
    """Tiles beside each other: their titles, pictures, scales and captions each on one line."""

    def __init__(self, tiles: Sequence[Tile], width: int, highest: float) -> None:
        self._tiles, self._width = tiles, width
        self._sizes = [_fitted(_shape(tile), width, highest) for tile in tiles]
        titles = max(len(wrapped(tile.title, width, HEADING, 2)) for tile in tiles)
        self._above = titles * HEADING * LINE_HEIGHT + 3 if titles else 0.0
        bars = any(tile.scale is not None for tile in tiles)
        self._bar = Bar(max(NARROWEST, width // 2) if width >= NARROWEST else width, LABEL)
        self._scales = BAR_GAP + self._bar.height if bars else 0
        captions = max(len(wrapped(tile.caption, width, CAPTION, MOST_LINES)) for tile in tiles)
        below = 7 + captions * CAPTION * LINE_HEIGHT if captions else 0.0
        self.height = self._above + max(high for high, _ in self._sizes) + self._scales + below

    def draw(self, canvas: Canvas, y: float) -> None:
        """Draw it, its top at y."""
        for index, (tile, size) in enumerate(zip(self._tiles, self._sizes, strict=True)):
            self._draw(canvas, MARGIN + index * (self._width + GAP), y, tile, size)

    def _draw(self, canvas: Canvas, x: float, y: float, tile: Tile, size: tuple[int, int]) -> None:
        high, wide = size
        canvas.paragraph(x, y, tile.title, width=self._width, size=HEADING, lines=2)
        shown = canvas.picture(x, y + self._above, tile.picture, wide, high)
        canvas.rectangle(shown.x - 1, shown.y - 1, wide + 2, high + 2, outline=palette.LINE)
        _write_numbers(canvas, shown, tile)
        for outline in tile.outlines:
            _draw_outline(canvas, shown, tile, outline)
        below = shown.bottom
        if tile.scale is not None:
            draw_scale(canvas, x, below + BAR_GAP, self._bar, tile.scale, tile.colours)
            below += BAR_GAP + self._bar.height
        canvas.paragraph(
            x, below + 7, tile.caption, width=self._width, size=CAPTION, colour=palette.MUTED, lines=MOST_LINES
        )


def _write_numbers(canvas: Canvas, shown: Box, tile: Tile) -> None:
    """A tile's numbers in black or white, whichever is read better; none where they do not fit."""
    rows, columns = _shape(tile)
    cell = shown.width / columns
    words, size = fitting_words(tile.numbers, cell) if tile.numbers else ([], 0.0)
    for r, row in enumerate(words if size else ()):
        for c, word in enumerate(row):
            red, green, blue = (int(level) for level in np.broadcast_to(tile.picture[r, c], 3))
            colour = max((palette.BLACK, palette.PAPER), key=partial(palette.contrast, (red, green, blue)))
            x, y = shown.x + (c + 0.5) * cell, shown.y + (r + 0.5) * shown.height / rows
            canvas.text(x, y, word, size=size, colour=colour, align="centre", vertical="middle")


def _draw_outline(canvas: Canvas, shown: Box, tile: Tile, outline: Outline) -> None:
    across, down = shown.width / tile.picture.shape[1], shown.height / tile.picture.shape[0]
    left, top = round(shown.x + outline.left * across), round(shown.y + outline.top * down)
    right = round(shown.x + (outline.left + outline.width) * across)
    bottom = round(shown.y + (outline.top + outline.height) * down)
    # A frame of paper around the frame keeps it visible on any picture.
    if not outline.dashed:
        canvas.rectangle(left - 1, top - 1, right - left + 2, bottom - top + 2, outline=palette.PAPER)
    size = (max(2, right - left), max(2, bottom - top))
    canvas.rectangle(left, top, *size, outline=outline.colour, thickness=2, dashed=outline.dashed)
