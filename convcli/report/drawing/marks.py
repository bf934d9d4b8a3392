"""The drawing model: what is drawn, in a drawing's own units, whatever it is drawn with.

A unit is a pixel of a screen: 1/96 inch, as in CSS.  `raster` makes pixels of
a drawing, `svg` and `pdf` keep its lines and its text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from numpy.typing import NDArray

from convcli.report.drawing.palette import PAPER, RGB

Point = tuple[float, float]
Align = Literal["left", "centre", "right"]
UNITS_PER_INCH = 96.0
BEFORE = {"left": 0.0, "centre": 0.5, "right": 1.0}  # the share of a line of words that lies left of its x


class Text(NamedTuple):
    """One line of words.

    Attributes:
        x: where it begins, has its middle or ends, as `align` says.
        baseline: what the capitals stand on.
        words: as they were meant; a font may lack some of their characters.
        size: of the lettering, in units.
        width: of the line, in the raster's lettering.
    """

    x: float
    baseline: float
    words: str
    size: float
    colour: RGB
    align: Align
    width: float

    @property
    def left(self) -> float:
        """Where the words begin."""
        return self.x - BEFORE[self.align] * self.width


class Line(NamedTuple):
    """A line through points, round at its corners; in dashes of about that length unless it is 0."""

    points: tuple[Point, ...]
    colour: RGB
    thickness: float
    dash: float = 0.0

    @property
    def strokes(self) -> list[tuple[Point, ...]]:
        """The pieces that are drawn."""
        return _dashes(self.points, self.dash) if self.dash else [self.points]


class Polygon(NamedTuple):
    """A filled polygon."""

    points: tuple[Point, ...]
    fill: RGB


class Rectangle(NamedTuple):
    """A rectangle at whole units, its outline inside it."""

    left: int
    top: int
    right: int
    bottom: int
    fill: RGB | None
    outline: RGB | None
    thickness: float


class Circle(NamedTuple):
    """A circle, its outline inside it."""

    x: float
    y: float
    radius: float
    fill: RGB | None
    outline: RGB | None
    thickness: float


class Embedded(NamedTuple):
    """A picture, (H, W), (H, W, 1) or (H, W, 3) of uint8, made to cover a place at whole units."""

    left: int
    top: int
    width: int
    height: int
    pixels: NDArray[Any]


class Inset(NamedTuple):
    """A drawing as a part of another, above all marks that are no insets."""

    left: int
    top: int
    drawing: Drawing


Mark = Text | Line | Polygon | Rectangle | Circle | Embedded | Inset


@dataclass(frozen=True, eq=False)  # == on arrays is ambiguous
class Drawing:
    """What is drawn: marks in the order of drawing, x to the right and y down from the top left corner.

    Attributes:
        width, height: in units.
        ground: the colour below everything.
        title: what it shows, in a few words.
    """

    width: int
    height: int
    marks: tuple[Mark, ...]
    ground: RGB = PAPER
    title: str = ""


def stacked(drawings: Sequence[Drawing]) -> Drawing:
    """Drawings one below the other, as one; it has the first one's title."""
    if len(drawings) == 1:
        return drawings[0]
    insets, top = [], 0
    for drawing in drawings:
        insets.append(Inset(0, top, drawing))
        top += drawing.height
    return Drawing(max(drawing.width for drawing in drawings), top, tuple(insets), title=drawings[0].title)


def _dashes(points: Sequence[Point], dash: float) -> list[tuple[Point, ...]]:
    pieces: list[tuple[Point, ...]] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        count = max(1, round((length / dash + 1) / 2))  # dashes, with a gap of one dash between two of them
        part = length / (2 * count - 1)
        at = [(2 * i * part / length, (2 * i + 1) * part / length) for i in range(count)] if length else []
        pieces += [tuple((x0 + t * (x1 - x0), y0 + t * (y1 - y0)) for t in ends) for ends in at]
    return pieces
