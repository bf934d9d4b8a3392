"""A reel: a drawing that changes a little from frame to frame, so that only what changes is drawn anew.

What stays is drawn once.  A part of it is drawn as the whole would be, to the pixel, and put into its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from convcli.core.arrays import Bytes
from convcli.report.drawing.marks import Drawing, Mark, Rectangle, Text
from convcli.report.drawing.raster import Brush, fineness, rasterized, size_in_pixels, whole_pixels


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
        """What a frame of that thickness inside it covers: top, bottom, left, right."""
        left, top, right, bottom = self
        return (
            Place(left, top, right, top + thickness),
            Place(left, bottom - thickness, right, bottom),
            Place(left, top + thickness, left + thickness, bottom - thickness),
            Place(right - thickness, top + thickness, right, bottom - thickness),
        )


class Part(NamedTuple):
    """What stands at a place, and hides what was there: marks of the whole drawing, cut off at its edges."""

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
        lasting, passing = ([drawn(part, reel.ground, scale) for part in parts] for parts in reel.change(number))
        for pixels, place in lasting:
            page[place.box] = pixels
        for place in (*passed, *(place for _, place in lasting)):
            shown[place.box] = page[place.box]
        for pixels, place in passing:
            shown[place.box] = pixels
        before, passed = passed, tuple(place for _, place in passing)
        yield Frame(shown, (*before, *(place for _, place in lasting), *passed))


def drawn(part: Part, whole_drawing: Drawing, scale: float) -> tuple[Bytes, Place]:
    """A part in pixels, and where it stands."""
    height, width = size_in_pixels(whole_drawing, scale)
    left, top, right, bottom = (whole_pixels(value * scale) for value in part.place)
    place = Place(max(0, left), max(0, top), min(width, right), min(height, bottom))
    size = max(1, place.right - place.left), max(1, place.bottom - place.top)
    brush = Brush(*size, whole_drawing.ground, scale, fineness(height, width, scale), left=place.left, top=place.top)
    for mark in part.marks:
        if _reaches(mark, part.place):
            brush.draw(mark)
    return brush.pixels(), place


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
