"""A scale bar: the colours of a sheet's maps from black to white, and the responses that they stand for."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from convcli.core.display.colormap import colormap
from convcli.core.display.scale import Scale
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, text_width

Align = Literal["left", "centre", "right"]
DIGITS = (3, 2, 1)  # of a number, as many as there is room for
APART = 0.8  # between two numbers, in sizes of the lettering


class Bar(NamedTuple):
    """A bar's measures.

    Attributes:
        width: of the bar, in the drawing's units.
        size: of the lettering.
    """

    width: int
    size: float

    @property
    def thickness(self) -> int:
        """Of the colours."""
        return max(6, round(0.9 * self.size))

    @property
    def tick(self) -> int:
        """Of the mark at zero and the ends."""
        return max(2, round(0.25 * self.size))

    @property
    def height(self) -> int:
        """Of the colours, the marks and the numbers."""
        return self.thickness + self.tick + math.ceil(self.size * LINE_HEIGHT)


def draw_scale(canvas: Canvas, x: float, y: float, bar: Bar, scale: Scale, colours: str = "gray") -> None:
    """Draw a scale from its top left corner: colours, and numbers at black, at white and, where it lies between, at 0.

    Args:
        colours: the map's, by name.
    """
    table = colormap(colours) if scale.low < scale.high else colormap(colours)[[0, 0]]
    shades = table[np.arange(bar.width) * len(table) // bar.width]
    canvas.picture(x, y, np.repeat(shades[np.newaxis], 2, axis=0), bar.width, bar.thickness)
    canvas.rectangle(x - 1, y - 1, bar.width + 2, bar.thickness + 2, outline=palette.LINE)
    foot, letters = y + bar.thickness, y + bar.thickness + bar.tick
    for place, words, align in _numbers(scale, bar):
        at = x + round(place * (bar.width - 1)) + 0.5
        canvas.line([(at, foot), (at, foot + bar.tick)], colour=palette.MUTED)
        canvas.text(x + place * bar.width, letters, words, size=bar.size, colour=palette.INK, align=align)


def _numbers(scale: Scale, bar: Bar) -> list[tuple[float, str, Align]]:
    """The numbers that have room: place between black (0) and white (1), words, and how they stand there."""
    if scale.low >= scale.high:
        return [(0.0, number(scale.low, DIGITS[0]), "left")]
    for digits in DIGITS:
        low, high = _ends(scale, digits)
        widths = text_width(low, bar.size), text_width(high, bar.size)
        if sum(widths) + APART * bar.size <= bar.width:
            break
    ends: list[tuple[float, str, Align]] = [(0.0, low, "left"), (1.0, high, "right")]
    zero = scale.zero
    if zero is None:
        return ends
    half = text_width("0", bar.size) / 2 + APART * bar.size
    room = widths[0] + half <= zero * bar.width <= bar.width - widths[1] - half
    return [ends[0], (zero, "0", "centre"), ends[1]] if room else ends


def _ends(scale: Scale, digits: int) -> tuple[str, str]:
    low, high = number(scale.low, digits), number(scale.high, digits)
    if not scale.clamps:
        return low, high
    return low if scale.absolute else f"≤ {low}", f"≥ {high}"


def number(value: float, digits: int) -> str:
    """A number of so many digits for the foot of a bar; whole ones of up to six digits keep all of them.

    >>> [number(v, 3) for v in (-860.0, 882.543, 0.012345, 65535, 2.5e9)]
    ['−860', '883', '0.0123', '65,535', '2.5e9']
    """
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e6 and (digits >= 3 or abs(value) < 1000):
        shown = f"{int(value):,}"
    elif 10 ** (digits - 1) <= abs(value) < 1e6 and digits >= 3:
        shown = f"{value:,.0f}" if abs(value) >= 10**digits else f"{float(f'{value:.{digits}g}'):,}".removesuffix(".0")
    else:
        mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
        shown = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return shown.replace("-", "−")
