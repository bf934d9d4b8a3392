"""A contact sheet: every feature map under its kernel and its name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from numpy.typing import NDArray

from convcli.core.display.scale import Scale
from convcli.errors import OptionError
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.filters import filter_picture
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.resizing import fitting_size
from convcli.report.drawing.scale_bar import Bar, draw_scale

MARGIN, GAP, TITLE_SPACE = 16, 14, 34
LARGEST, LARGEST_OF_SMALL, NARROWEST = 512, 256, 48  # widths of a tile in pixels
NAMED_WIDTH = 150  # of a tile whose map is a strip, for its name and its scale
FOOTER = 12.5
SHAPE = 1.4  # width by height that a sheet aims at
NAMED = 4  # labels in the title of a sheet that has none
FOOT_GAP = 6  # between a map and its scale


@dataclass(frozen=True)
class _Layout:
    columns: int
    rows: int
    tile: int  # width of a tile
    map_height: int
    map_width: int
    header: int  # height of kernel and name
    foot: int  # height of a scale of each map's own

    @property
    def width(self) -> int:
        return 2 * MARGIN + self.columns * self.tile + (self.columns - 1) * GAP

    @property
    def height(self) -> int:
        return 2 * MARGIN + self.rows * self._tile_height + (self.rows - 1) * GAP

    @property
    def _tile_height(self) -> int:
        return self.header + self.map_height + self.foot

    def corner(self, index: int) -> tuple[int, int]:
        row, column = divmod(index, self.columns)
        return MARGIN + column * (self.tile + GAP), MARGIN + row * (self._tile_height + GAP)


def contact_sheet(
    maps: Sequence[NDArray[Any]],
    labels: Sequence[str],
    kernels: Sequence[NDArray[Any] | None],
    *,
    columns: int | None = None,
    max_width: int = 1600,
    title: str | None = None,
    footer: str = "",
    scales: Sequence[Scale] | None = None,
    colormap: str = "gray",
) -> Drawing:
    """Lay feature maps out on a grid, each under its kernel (signed colours) and its name, with what its greys mean.

    Where all maps have one scale it stands under them all; otherwise each map has its own under it.

    Args:
        maps: uint8, (H, W) or (H, W, 3), all of one size; at least one.
        labels: a name for each map.
        kernels: (h, w), or (C, h, w) for weights of their own in each channel, or None for no drawing.
        columns: maps in a row; when None, what makes the sheet about as wide as a screen.
        max_width: in units; exceeded only when so many columns leave no room to see anything.
        title: a line above all; footer: lines below all.
        scales: what black and white are in each map; None for no scale.
        colormap: the colours that the maps have, by name.

    Raises:
        OptionError: columns less than 1.
    """
    if columns is not None and columns < 1:
        raise OptionError("--columns", columns, "give a whole number of at least 1")
    count, (height, width) = len(maps), maps[0].shape[:2]
    drawn = any(kernel is not None for kernel in kernels)
    choices = range(1, count + 1) if columns is None else [min(columns, count)]
    common = scales[0] if scales and len(set(scales)) == 1 else None
    parts = _Parts(drawn, any(labels), scales is not None and common is None)
    layouts = [_layout(count, c, height, width, max_width, parts) for c in choices]
    layout = min(layouts, key=lambda candidate: _awkwardness(candidate, count))
    space, bar = TITLE_SPACE if title else 0, _common_bar(layout)
    scaled = layout.height + space + (GAP + bar.height if common else 0)
    words_width = layout.width - 2 * MARGIN
    foot = len(wrapped(footer, words_width, FOOTER)) * FOOTER * LINE_HEIGHT
    canvas = Canvas(layout.width, scaled + foot, title=title or _named(labels))
    if title:
        canvas.text(MARGIN, MARGIN - 2, title, size=18, max_width=words_width)
    for index, (picture, label, kernel) in enumerate(zip(maps, labels, kernels, strict=True)):
        x, y = layout.corner(index)
        _draw_header(canvas, x, y + space, layout, label, kernel)
        top = y + space + layout.header
        canvas.picture(x, top, picture, layout.map_width, layout.map_height)
        canvas.rectangle(x - 1, top - 1, layout.map_width + 2, layout.map_height + 2, outline=palette.LINE)
        if scales and common is None:
            below = top + layout.map_height + FOOT_GAP
            draw_scale(canvas, x, below, _own_bar(layout.map_width, layout.tile), scales[index], colormap)
    if common is not None:
        draw_scale(canvas, MARGIN, scaled - MARGIN - bar.height, bar, common, colormap)
    canvas.paragraph(MARGIN, scaled - MARGIN + 8, footer, width=words_width, size=FOOTER, colour=palette.MUTED)
    return canvas.finished()


def _named(labels: Sequence[str]) -> str:
    """What a sheet without a title shows."""
    names = ", ".join(label for label in labels[:NAMED] if label)
    return f"{names} ..." if names and len(labels) > NAMED else names or "maps"


class _Parts(NamedTuple):
    """What a tile has beside its map: a drawn kernel, a name, a scale of its own."""

    kernel: bool
    name: bool
    scale: bool


def _own_bar(map_width: int, tile: int) -> Bar:
    return Bar(max(map_width, min(tile, NAMED_WIDTH)), _lettering(tile))


def _common_bar(layout: _Layout) -> Bar:
    """As legible as the names when the whole sheet is shown small."""
    inner = layout.width - 2 * MARGIN
    size = max(_lettering(layout.tile), min(18.0, layout.width / 75))
    return Bar(min(inner, round(26 * size)), size)


def _layout(count: int, columns: int, height: int, width: int, max_width: int, parts: _Parts) -> _Layout:
    room = (max_width - 2 * MARGIN - (columns - 1) * GAP) // columns
    largest = LARGEST if max(height, width) >= LARGEST_OF_SMALL else LARGEST_OF_SMALL
    tile = max(NARROWEST, min(room, largest))
    map_height, map_width = fitting_size(height, width, 1.25 * tile, tile)
    tile = max(map_width, NARROWEST if map_width > tile // 2 else min(tile, NAMED_WIDTH))
    header = max(_icon(tile) if parts.kernel else 0, round(2 * _lettering(tile) * LINE_HEIGHT) if parts.name else 0)
    map_height, map_width = max(8, map_height), max(8, map_width)
    foot = FOOT_GAP + _own_bar(map_width, tile).height if parts.scale else 0
    return _Layout(columns, math.ceil(count / columns), tile, map_height, map_width, header + 6 if header else 0, foot)


def _awkwardness(layout: _Layout, count: int) -> float:
    empty = layout.columns * layout.rows - count
    small = max(0.0, math.log(96 / layout.tile))
    stretch = math.log(layout.width / layout.height / SHAPE)
    # Wide is better than tall: a few maps stand in one row.
    return max(0.3 * stretch, -stretch) + 0.5 * empty / layout.columns + 3 * small


def _icon(tile: int) -> int:
    return max(18, min(56, round(0.24 * tile)))


def _lettering(tile: int) -> float:
    return max(8.5, min(14.0, tile / 13))


def _draw_header(canvas: Canvas, x: int, y: int, layout: _Layout, label: str, kernel: NDArray[Any] | None) -> None:
    picture = None if kernel is None else filter_picture(kernel)
    left, size = 0, _lettering(layout.tile)
    if picture is not None:
        icon = _icon(layout.tile)
        high, wide = fitting_size(picture.shape[0], picture.shape[1], icon - 2, icon - 2)
        top = y + (layout.header - 6 - high) // 2
        canvas.picture(x, top, picture, wide, high)
        canvas.rectangle(x - 1, top - 1, wide + 2, high + 2, outline=palette.LINE)
        left = wide + round(0.5 * size)
    lines = wrapped(label, layout.tile - left, size, 2)
    top_of_text = y + (layout.header - 6 - len(lines) * size * LINE_HEIGHT) / 2
    canvas.paragraph(x + left, top_of_text, label, width=layout.tile - left, size=size, lines=2)
