"""A reel: a drawing that changes a little from frame to frame, so that only what changes is drawn anew.

What stays is drawn once.  A part of it is drawn as the whole would be, to the pixel, and put into its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

from convcli.core.arrays import Bytes
from convcli.report.drawing.marks import Drawing, Mark, Rectangle, Text
from convcli.report.drawing.raster import Brush, fineness, rasterized, whole_pixels


class Place(NamedTuple):
    """A rectangle: in whole units of a drawing, or in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def box(self) -> tuple[slice, slice]:
        """Its rows and columns of an array of pixels."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def sides(self, thickness: int) -> tuple[Place, Place, Place, Place]:
        """What holds a frame of that thickness inside it, and a unit more: top, bottom, left, right."""
        left, top, right, bottom = self.left - 1, self.top - 1, self.right + 1, self.bottom + 1
        wide = thickness + 2
        return (
            Place(left, top, right, top + wide),
            Place(left, bottom - wide, right, bottom),
            Place(left, top + wide, left + wide, bottom - wide),
            Place(right - wide, top + wide, right, bottom - wide),
        )


class Part(NamedTuple):
    """Marks of the whole drawing above what is there, cut off at the edges of a place."""

    place: Place
    marks: tuple[Mark, ...]


class Change(NamedTuple):
    """What a frame shows that the ground does not: of `lasting` parts also those that follow."""

    lasting: tuple[Part, ...] = ()
    passing: tuple[Part, ...] = ()


@dataclass(frozen=True, eq=False)
class Reel:
    """The frames of a film.

    Attributes:
        ground: what all frames have in common.
        length: how many there are.
        change: what there is to see on the frame of that number, from 0.
    """

    ground: Drawing
    length: int
    change: Callable[[int], Change]


class Frame(NamedTuple):
    """One frame.

    Attributes:
        pixels: uint8, (H, W, 3); the same array for all frames, which the next one changes.
        changed: where, at most, it differs from the frame before; of the first, all of it.
    """

    pixels: Bytes
    changed: tuple[Place, ...]


def frames(reel: Reel, scale: float = 1.0) -> Iterator[Frame]:
    """The frames in pixels, one after the other; see `raster.rasterized`."""
    page = rasterized(reel.ground, scale)
    shown = page.copy()
    passed: tuple[Place, ...] = (Place(0, 0, page.shape[1], page.shape[0]),)
    for number in range(reel.length):
        lasting, passing = reel.change(number)
        stayed = tuple(draw_part(part, page, scale) for part in lasting)
        for place in (*passed, *stayed):
            shown[place.box] = page[place.box]
        before, passed = passed, tuple(draw_part(part, shown, scale) for part in passing)
        yield Frame(shown, (*before, *stayed, *passed))


def draw_part(part: Part, page: Bytes, scale: float) -> Place:
    """Draw a part of a drawing on the pixels of all of it; where they changed."""
    height, width = page.shape[:2]
    left, top, right, bottom = (whole_pixels(value * scale) for value in part.place)
    corner = min(max(0, left), width - 1), min(max(0, top), height - 1)
    place = Place(*corner, max(corner[0] + 1, min(width, right)), max(corner[1] + 1, min(height, bottom)))
    fine = fineness(height, width, scale)
    # Pixels of one colour are averaged to that colour again: what is not drawn on stays as it is.
    below = Image.fromarray(page[place.box].repeat(fine, axis=0).repeat(fine, axis=1))
    brush = Brush(below, scale, fine, left=place.left, top=place.top)
    for mark in part.marks:
        if _reaches(mark, part.place):
            brush.draw(mark)
    page[place.box] = brush.pixels()
    return place


def _reaches(mark: Mark, place: Place) -> bool:
    """Whether a mark may be seen at a place: of words and rectangles, which are most of all marks, it is known."""
    if isinstance(mark, Text):
        left, right = mark.left - mark.size, mark.left + mark.width + mark.size
        box = (left, mark.baseline - 2 * mark.size, right, mark.baseline + mark.size)
    elif isinstance(mark, Rectangle):
        box = mark[:4]
    else:
        return True
    return box[0] <= place.right and box[2] >= place.left and box[1] <= place.bottom and box[3] >= place.top
