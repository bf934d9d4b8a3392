"""Curves on axes, linear or logarithmic: what the figures of several claims draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Box, Canvas, text_width
from convcli.report.drawing.marks import Point
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.scale_bar import number
from convcli.report.drawing.type_sizes import CAPTION, LABEL

COLOURS: tuple[RGB, ...] = (palette.ACCENT, palette.WRONG, palette.RIGHT, palette.CATEGORIES[6], palette.MUTED)
KEY, KEY_GAP = 22, 20  # the piece of line before a curve's name, and the blank behind the name
DECADES = 16  # at most, of a logarithmic axis: 0 stands at its foot
TICKS = 6  # about so many on an axis
ROOMY = 44  # units between two ticks' numbers, at least


class Curve(NamedTuple):
    """One curve.

    Attributes:
        label: its name, in the legend; none where it is empty.
        x, y: as many of one as of the other; what is not finite is a gap.
        dots: a dot at every point.
        low, high: about a spread around each y, drawn as a bar.
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    colour: RGB | None = None
    dashed: bool = False
    dots: bool = False
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


class Axis(NamedTuple):
    """One axis.

    Attributes:
        title: what it is, with its unit.
        log: logarithmic; values that are not above 0 stand at its lower end.
        low, high: its ends; what the curves need where None.
        ticks: where numbers stand; chosen where empty.
    """

    title: str = ""
    log: bool = False
    low: float | None = None
    high: float | None = None
    ticks: tuple[float, ...] = ()


class Plot(NamedTuple):
    """Where it was drawn: the rectangle of the axes, and each axis' ends."""

    box: Box
    across: Axis
    up: Axis

    def at(self, x: float, y: float) -> Point:
        """The place of (x, y) on the canvas."""
        return (
            self.box.x + _share(self.across, x) * self.box.width,
            self.box.bottom - _share(self.up, y) * self.box.height,
        )


def draw_plot(canvas: Canvas, box: Box, curves: Sequence[Curve], across: Axis, up: Axis) -> Plot:
    """Draw curves in a box that holds all: the legend, the upward axis' title, the axes, their numbers and title.

    Curves without a colour take one of COLOURS, in order.
    """
    across = _fitted(across, [x for curve in curves for x in curve.x])
    ys = [y for curve in curves for ends in (curve.y, curve.low or (), curve.high or ()) for y in ends]
    up = _fitted(up, ys)
    curves = [c if c.colour else c._replace(colour=COLOURS[i % len(COLOURS)]) for i, c in enumerate(curves)]
    top = _draw_legend(canvas, box, curves)
    if up.title:
        canvas.text(box.x, top, up.title, size=CAPTION, colour=palette.MUTED, max_width=box.width)
        top += CAPTION * LINE_HEIGHT + 8
    levels = _ticks(up, max(2, int((box.bottom - top) / 40)))
    left = box.x + max(text_width(_written(level, up), LABEL) for level in levels) + 8
    foot = box.bottom - LABEL * LINE_HEIGHT - 6 - (CAPTION * LINE_HEIGHT + 4 if across.title else 0)
    plot = Plot(Box(left, top, box.right - left - 8, foot - top), across, up)
    _draw_axes(canvas, plot, levels)
    for curve in curves:
        _draw_curve(canvas, plot, curve)
    if across.title:
        y = plot.box.bottom + LABEL * LINE_HEIGHT + 9
        canvas.text(plot.box.right, y, across.title, size=CAPTION, colour=palette.MUTED, align="right")
    return plot


def _draw_legend(canvas: Canvas, box: Box, curves: Sequence[Curve]) -> float:
    x, y = box.x, box.y
    for curve in curves:
        if not curve.label:
            continue
        wide = KEY + 6 + text_width(curve.label, CAPTION)
        if x > box.x and x + wide > box.right:
            x, y = box.x, y + CAPTION * LINE_HEIGHT + 2
        middle = y + CAPTION * 0.62
        colour = curve.colour or palette.INK
        canvas.line([(x, middle), (x + KEY, middle)], colour=colour, thickness=2, dashed=curve.dashed)
        if curve.dots:
            canvas.circle(x + KEY / 2, middle, 3, fill=colour)
        canvas.text(x + KEY + 6, y, curve.label, size=CAPTION)
        x += wide + KEY_GAP
    return y + (CAPTION * LINE_HEIGHT + 6 if any(curve.label for curve in curves) else 0)


def _draw_axes(canvas: Canvas, plot: Plot, levels: Sequence[float]) -> None:
    box = plot.box
    for level in levels:
        y = plot.at(plot.across.low or 0.0, level)[1]
        canvas.line([(box.x, y), (box.right, y)], colour=palette.FAINT)
        words = _written(level, plot.up)
        canvas.text(box.x - 8, y, words, size=LABEL, colour=palette.MUTED, align="right", vertical="middle")
    for place in _ticks(plot.across, max(2, int(box.width / ROOMY))):
        x = plot.at(place, 1.0)[0]
        canvas.line([(x, box.bottom), (x, box.bottom + 4)], colour=palette.LINE)
        words = _written(place, plot.across)
        canvas.text(x, box.bottom + 6, words, size=LABEL, colour=palette.MUTED, align="centre")
    canvas.line([(box.x, box.y), (box.x, box.bottom), (box.right, box.bottom)], colour=palette.LINE)


def _draw_curve(canvas: Canvas, plot: Plot, curve: Curve) -> None:
    colour = curve.colour or palette.INK
    piece: list[Point] = []
    for index, (x, y) in enumerate(zip(curve.x, curve.y, strict=True)):
        if not (math.isfinite(x) and math.isfinite(y)):
            _draw_piece(canvas, piece, curve, colour)
            piece = []
            continue
        piece.append(plot.at(x, y))
        if curve.low is not None and curve.high is not None:
            ends = [plot.at(x, curve.low[index]), plot.at(x, curve.high[index])]
            canvas.line(ends, colour=palette.mixed(colour, palette.PAPER, 0.5), thickness=1.5)
    _draw_piece(canvas, piece, curve, colour)


def _draw_piece(canvas: Canvas, points: Sequence[Point], curve: Curve, colour: RGB) -> None:
    if len(points) > 1:
        canvas.line(points, colour=colour, thickness=2, dashed=curve.dashed)
    for x, y in points if curve.dots or len(points) == 1 else ():
        canvas.circle(x, y, 3, fill=colour)


def _fitted(axis: Axis, values: Sequence[float]) -> Axis:
    """The axis with ends: as given, or decades, or round numbers around the values."""
    finite = [value for value in values if math.isfinite(value)]
    if axis.log:
        above = [value for value in finite if value > 0] or [1.0]
        top = max(above) if axis.high is None else axis.high
        bottom = max(min(above), top / 10.0**DECADES) if axis.low is None else axis.low
        if axis.ticks:  # the numbers that stand there are the ends' measure
            return axis._replace(low=min(bottom, *axis.ticks), high=max(top, *axis.ticks))
        low = 10.0 ** math.floor(math.log10(bottom) + 1e-9) if axis.low is None else bottom
        high = 10.0 ** math.ceil(math.log10(top) - 1e-9) if axis.high is None else top
        return axis._replace(low=low, high=high if high > low else 10 * low)
    low, high = (min(finite, default=0.0), max(finite, default=1.0))
    low, high = low if axis.low is None else axis.low, high if axis.high is None else axis.high
    if high <= low:
        low, high = low - 0.5, low + 0.5
    step = _step(low, high, TICKS)
    rounded = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return axis._replace(low=rounded[0] if axis.low is None else low, high=rounded[1] if axis.high is None else high)


def _step(low: float, high: float, most: int) -> float:
    """1, 2 or 5 times a power of ten: at most so many steps from low to high.

    >>> _step(0, 100, 6), _step(0, 7, 6)
    (20.0, 2.0)
    """
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= raw * (1 - 1e-9))


def _ticks(axis: Axis, most: int) -> Sequence[float]:
    low, high = axis.low or 0.0, 1.0 if axis.high is None else axis.high
    if axis.ticks:
        return axis.ticks
    if not axis.log:
        step = _step(low, high, min(most, TICKS))
        return [i * step for i in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    every = max(1, math.ceil((last - first) / min(most, TICKS)))
    powers = [10.0**power for power in range(first, last + 1, every)]
    if len(powers) > 2:
        return powers
    finer = [m * 10.0**p for p in range(first - 1, last + 1) for m in (1, 2, 5) if low <= m * 10.0**p <= high]
    return finer if 1 < len(finer) <= most else powers or [low, high]


def _share(axis: Axis, value: float) -> float:
    low, high = axis.low or 0.0, 1.0 if axis.high is None else axis.high
    if not axis.log:
        return min(1.0, max(0.0, (value - low) / (high - low)))
    return min(1.0, max(0.0, math.log(max(value, low) / low) / math.log(high / low)))


def _written(value: float, axis: Axis) -> str:
    """A tick's number, without the digits that rounding left."""
    spread = abs(1.0 if axis.high is None else axis.high) + abs(axis.low or 0.0)
    if not axis.log and abs(value) < 1e-9 * spread:
        return "0"
    if axis.log and not 1e-3 < value < 1e5:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e−").replace("e-", "e−")
    return number(float(f"{value:.6g}"), 3)
