"""Two axes, linear or logarithmic, with ticks; curves between them, each with its name at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from convcli.core.quantities import grouped, short
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas, text_width
from convcli.report.drawing.marks import Point
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.type_sizes import CAPTION, LABEL

STEPS = (1, 2, 2.5, 5, 10)  # between two ticks, times a power of ten
MOST_TICKS = 6
APART = 1.35  # between the names of two curves, in sizes of the lettering


class Axis(NamedTuple):
    """One axis.

    Attributes:
        low, high: the numbers at its ends.
        words: what they are.
        logarithmic: equal steps are equal factors; both ends are then above 0.
    """

    low: float
    high: float
    words: str = ""
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """Where a number lies, 0 at the low end and 1 at the high one; numbers beyond the ends lie at them."""
        low, high = self.low, self.high
        value = min(max(value, low), high)
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return (value - low) / (high - low)

    @property
    def ticks(self) -> list[float]:
        """Round numbers along it: powers of ten, or equal steps."""
        if not self.logarithmic:
            step = _round_step((self.high - self.low) / MOST_TICKS)
            first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
            return [n * step for n in range(first, last + 1)]
        powers = range(math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9) + 1)
        factors = (1,) if len(powers) > 2 else (1, 3) if len(powers) > 1 else (1, 2, 5)
        every = max(1, math.ceil(len(powers) / MOST_TICKS))
        wide = [factor * 10.0**power for power in range(powers.start - 1, powers.stop, every) for factor in factors]
        return [value for value in wide if self.low * (1 - 1e-9) <= value <= self.high * (1 + 1e-9)]


class Course(NamedTuple):
    """A curve.

    Attributes:
        points: (across, up), from left to right.
        name: at its end; empty for none.
        dots: whether its points are marked.
    """

    points: Sequence[Point]
    colour: RGB
    name: str = ""
    thickness: float = 2
    dashed: bool = False
    dots: bool = False


class Axes(NamedTuple):
    """A place between two axes."""

    box: Box
    across: Axis
    up: Axis

    def at(self, point: Point) -> Point:
        """Where a pair of numbers lies on the canvas."""
        x = self.box.x + self.across.place(point[0]) * self.box.width
        return x, self.box.bottom - self.up.place(point[1]) * self.box.height

    def draw(self, canvas: Canvas) -> None:
        """Both axes, their ticks and what they are."""
        box = self.box
        self.draw_levels(canvas)
        for value in self.across.ticks:
            x = self.at((value, self.up.low))[0]
            canvas.line([(x, box.bottom), (x, box.bottom + 4)], colour=palette.LINE)
            canvas.text(x, box.bottom + 7, tick_words(value), size=LABEL, colour=palette.MUTED, align="centre")
        canvas.text(box.right, box.bottom + 10 + LABEL * 1.3, self.across.words, size=CAPTION, align="right")

    def draw_levels(self, canvas: Canvas) -> None:
        """Both axes, with the ticks and the words of the upright one alone, as below bars."""
        box = self.box
        for value in self.up.ticks:
            y = self.at((self.across.low, value))[1]
            canvas.line([(box.x, y), (box.right, y)], colour=palette.FAINT)
            words = tick_words(value)
            canvas.text(box.x - 7, y, words, size=LABEL, colour=palette.MUTED, align="right", vertical="middle")
        canvas.line([(box.x, box.y), (box.x, box.bottom), (box.right, box.bottom)], colour=palette.LINE)
        canvas.text(box.x, box.y - CAPTION * 1.8, self.up.words, size=CAPTION)

    def draw_courses(self, canvas: Canvas, courses: Sequence[Course]) -> None:
        """Curves, and their names to the right of their ends, moved apart where they would touch."""
        for course in courses:
            points = [self.at(point) for point in course.points]
            if len(points) > 1:
                canvas.line(points, colour=course.colour, thickness=course.thickness, dashed=course.dashed)
            for x, y in points if course.dots else ():
                canvas.circle(x, y, 1.5 + course.thickness, fill=course.colour)
        named = sorted((self.at(course.points[-1])[1], course) for course in courses if course.name)
        x, below = self.box.right + 10, -math.inf
        for y, course in named:
            y = max(y, below)
            canvas.text(x, y, course.name, size=CAPTION, colour=inked(course.colour), vertical="middle")
            below = y + APART * CAPTION


def names_width(courses: Sequence[Course]) -> float:
    """What the names take to the right of the axes."""
    return max((text_width(course.name, CAPTION) for course in courses if course.name), default=0.0) + 10


def inked(colour: RGB) -> RGB:
    """The colour as dark as lettering on paper must be."""
    while palette.contrast(colour, palette.PAPER) < palette.LEGIBLE:
        colour = palette.mixed(colour, palette.INK, 0.8)
    return colour


def tick_words(value: float) -> str:
    """A number at an axis.

    >>> [tick_words(value) for value in (0.0, -0.5, 20000.0, 1e12, 1e-6)]
    ['0', '−0.5', '20,000', '1e12', '1e−6']
    """
    if value == 0:
        return "0"
    if abs(value) > 1e6 or abs(value) < 1e-3:
        mantissa, _, exponent = f"{value:.2g}".partition("e")
        words = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    else:
        words = grouped(round(value)) if abs(value - round(value)) < 1e-9 else short(value)
    return words.replace("-", "−")


def minus(value: float, digits: int = 3) -> str:
    """A short number with a minus as the figures have it.

    >>> minus(-0.25)
    '−0.25'
    """
    return short(value, digits).replace("-", "−")


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in STEPS if step * power >= least * (1 - 1e-9))
