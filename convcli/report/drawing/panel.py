"""A panel: labelled pictures on one grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Box, Canvas, wrapped
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.resizing import fitting_size

MARGIN, GAP, TITLE, CAPTION, TITLE_SPACE = 24, 22, 15.0, 12.5, 36.0
THINNEST = 10  # pixels: a picture of one row must still be seen


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
    """

    picture: NDArray[Any]
    title: str = ""
    caption: str = ""
    outlines: Sequence[Outline] = ()


def panel(
    tiles: Sequence[Tile],
    *,
    columns: int | None = None,
    width: int = 1200,
    title: str | None = None,
    footer: str | None = None,
) -> Drawing:
    """Lay labelled pictures out on one grid, row by row.

    Large pictures are averaged down, small ones enlarged by a whole factor; captions wrap.

    Args:
        tiles: at least one.
        columns: tiles in a row; chosen by their number when None.
        width: of the panel in units, at most (or what tiles of 16 need).
        title: a line above all; footer: lines below all.

    Returns:
        A drawing as high as it needs.
    """
    columns = max(1, min(columns or _columns(len(tiles)), len(tiles)))
    tile_width = max(16, (width - 2 * MARGIN - (columns - 1) * GAP) // columns)
    # Enlarging by whole factors may leave room at the right: the columns move together, to fit most of the tiles.
    shown = sorted(_shown_size(tile, tile_width)[1] for tile in tiles)
    tile_width = max(shown[len(shown) // 2], round(0.6 * tile_width))
    width = 2 * MARGIN + columns * tile_width + (columns - 1) * GAP
    rows = [tiles[first : first + columns] for first in range(0, len(tiles), columns)]
    frame = max(_shown_size(tile, tile_width)[0] for tile in tiles)
    heading = TITLE_SPACE if title else 0.0
    footing = len(wrapped(footer or "", width - 2 * MARGIN, CAPTION)) * CAPTION * LINE_HEIGHT + GAP if footer else 0.0
    heights = [_row_height(row, tile_width, frame) for row in rows]
    canvas = Canvas(width, 2 * MARGIN + heading + sum(heights) + (len(rows) - 1) * GAP + footing)
    if title:
        canvas.text(MARGIN, MARGIN - 4, title, size=20, max_width=width - 2 * MARGIN)
    y = MARGIN + heading
    for row, height in zip(rows, heights, strict=True):
        for index, tile in enumerate(row):
            _draw_tile(canvas, MARGIN + index * (tile_width + GAP), y, tile, tile_width, _title_height(row, tile_width))
        y += height + GAP
    if footer:
        canvas.paragraph(MARGIN, y, footer, width=width - 2 * MARGIN, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


def _columns(count: int) -> int:
    if count <= 3:
        return count
    return 2 if count == 4 else 3 if count <= 9 else math.ceil(math.sqrt(count * 1.3))


def _shown_size(tile: Tile, width: int) -> tuple[int, int]:
    height, columns = tile.picture.shape[:2]
    high, wide = fitting_size(height, columns, 1.25 * width, width, enlarge=256)
    return max(high, THINNEST), max(wide, THINNEST)


def _title_height(row: Sequence[Tile], width: int) -> float:
    lines = max(len(wrapped(tile.title, width, TITLE, 2)) for tile in row)
    return lines * TITLE * LINE_HEIGHT + 3 if lines else 0.0


def _row_height(row: Sequence[Tile], width: int, frame: int) -> float:
    lines = max(len(wrapped(tile.caption, width, CAPTION, 6)) for tile in row)
    return _title_height(row, width) + frame + (7 + lines * CAPTION * LINE_HEIGHT if lines else 0.0)


def _draw_tile(canvas: Canvas, x: float, y: float, tile: Tile, width: int, title_height: float) -> None:
    canvas.paragraph(x, y, tile.title, width=width, size=TITLE, lines=2)
    high, wide = _shown_size(tile, width)
    shown = canvas.picture(x, y + title_height, tile.picture, wide, high)
    canvas.rectangle(shown.x - 1, shown.y - 1, wide + 2, high + 2, outline=palette.LINE)
    for outline in tile.outlines:
        _draw_outline(canvas, shown, tile, outline)
    canvas.paragraph(x, shown.bottom + 7, tile.caption, width=width, size=CAPTION, colour=palette.MUTED, lines=6)


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
