"""A whole picture on a figure of `explain`, and the box of a window on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from convcli.core.arrays import Bytes
from convcli.core.display.scale import Scale
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.number_grid import TITLE_SIZE
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.reel import Place
from convcli.report.drawing.resizing import fitting_size, resized
from convcli.report.explain.cells import draw_title
from convcli.report.explain.layout import LABELS_HIGH

TITLE = TITLE_SIZE * 1.6
LEAST_BOX = 6  # units: smaller boxes are drawn as large as this
LEAST_SIDE = 6  # units of a picture that is very much longer than high
FINENESS = 3  # samples to a unit that are kept of a picture, for enlarged drawings


class Region(NamedTuple):
    """Rows and columns of a picture."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, eq=False)
class Tile:
    """A whole picture on a drawing.

    Attributes:
        place: where it stands.
        shape: its rows and columns.
        pixels: what is shown, uint8.
        title, muted: words above it.
        scale: what its black and white mean; None where that is not said.
    """

    place: Place
    shape: tuple[int, int]
    pixels: Bytes
    title: str
    muted: str
    scale: Scale | None = None

    @property
    def width(self) -> int:
        """In units."""
        return self.place.right - self.place.left

    @property
    def height(self) -> int:
        """In units, its title included."""
        return round(TITLE) + self.place.bottom - self.place.top

    def moved(self, by: int) -> Tile:
        """The same so much farther to the right."""
        left, top, right, bottom = self.place
        return replace(self, place=Place(left + by, top, right + by, bottom))

    def sample(self, row: int, column: int) -> Place:
        """Where one sample stands on it, enlarged or not."""
        left, top, right, bottom = self.place
        high, wide = bottom - top, right - left
        corner = left + column * wide // self.shape[1], top + row * high // self.shape[0]
        end = left + (column + 1) * wide // self.shape[1], top + (row + 1) * high // self.shape[0]
        return Place(*corner, max(corner[0] + 1, end[0]), max(corner[1] + 1, end[1]))

    def box(self, region: Region) -> Place:
        """Where rows and columns of the picture stand on it, at least as large as can be seen."""
        left, top, right, bottom = self.place
        down, across = (bottom - top) / self.shape[0], (right - left) / self.shape[1]
        ys = _least(top + region.top * down, region.height * down, top, bottom)
        xs = _least(left + region.left * across, region.width * across, left, right)
        return Place(xs[0], ys[0], xs[1], ys[1])


def _least(start: float, length: float, low: int, high: int) -> tuple[int, int]:
    """A stretch at whole units, inside a tile, at least LEAST_BOX long where there is room."""
    first, last = round(start), round(start + length)
    more = max(0, LEAST_BOX - (last - first))
    first = max(low, min(first - more // 2, high - LEAST_BOX))
    return first, min(high, max(last + more - more // 2, first + LEAST_BOX))


def tile(
    x: int,
    y: int,
    most: tuple[float, float],
    pixels: Bytes,
    title: str,
    *,
    shape: tuple[int, int] | None = None,
    scale: Scale | None = None,
) -> Tile:
    """A tile of at most (height, width) whose title begins at (x, y).

    Args:
        shape: of the picture, where its pixels have been averaged.
    """
    rows, columns = shape or (pixels.shape[0], pixels.shape[1])
    size = tuple(max(LEAST_SIDE, side) for side in fitting_size(rows, columns, *most))
    top = round(y + TITLE)
    kept = [min(side, FINENESS * length) for side, length in zip(pixels.shape[:2], size, strict=True)]
    place = Place(x, top, x + size[1], top + size[0])
    return Tile(place, (rows, columns), resized(pixels, *kept), title, f"{rows}×{columns}", scale)


def draw_tile(canvas: Canvas, shown: Tile, width: float) -> None:
    """The picture, framed, below its title."""
    draw_title(canvas, shown.place.left, shown.place.top - TITLE, shown.title, width, shown.muted)
    draw_pixels(canvas, shown)


def draw_pixels(canvas: Canvas, shown: Tile) -> None:
    """The picture alone, in its frame."""
    left, top, right, bottom = shown.place
    canvas.picture(left, top, shown.pixels, right - left, bottom - top)
    canvas.rectangle(left - 1, top - 1, right - left + 2, bottom - top + 2, outline=palette.LINE)


def lead(canvas: Canvas, start: Place, end: Place, colour: RGB) -> None:
    """Lines from the lower corners of a box to the upper corners of what shows it enlarged below, past its numbers."""
    above = end.top - LABELS_HIGH
    for points in (
        ((start.left, start.bottom), (end.left, above), (end.left, end.top)),
        ((start.right, start.bottom), (end.right - 1, above), (end.right - 1, end.top)),
    ):
        canvas.line(points, colour=palette.INK, thickness=2.5)
        canvas.line(points, colour=colour, thickness=1.5)
