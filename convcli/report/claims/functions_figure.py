"""Convolution on a line: f, g turned round and shifted by t, the area below their product, and what it is at each t."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.claims.finding import Finding
from convcli.core.claims.line_functions import Curve, Function
from convcli.report.claims.curve_axes import Axes, Axis, Course, minus
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.type_sizes import CAPTION, HEADING, TITLE

F, G, AREA, RESULT = palette.ACCENT, palette.WRONG, palette.OUTPUT, palette.OUTPUT_EDGE
SAMPLES = 1001  # of a curve that is drawn
WIDE, HIGH, APART, TOP = 250, 170, 62, 108  # of a small picture, between two, and where they begin
MARGIN, LOWER = 56, 400  # left of the axes, and where the result begins
BESIDE = 20  # between two names


class Line(NamedTuple):
    """What both the figure and the film draw: the functions, their convolution, and the axes that have room for all.

    Attributes:
        across: of u and of t; up: of the functions and their product; result: of the convolution.
    """

    f: Function
    g: Function
    closed: Curve
    across: Axis
    up: Axis
    result: Axis

    @property
    def domain(self) -> tuple[float, float]:
        """Outside it the convolution is zero."""
        return self.f.domain[0] + self.g.domain[0], self.f.domain[1] + self.g.domain[1]

    @property
    def shown(self) -> tuple[float, float]:
        """The part of the convolution that is worth seeing."""
        return self.f.shown[0] + self.g.shown[0], self.f.shown[1] + self.g.shown[1]

    @property
    def places(self) -> Floats:
        return np.linspace(self.across.low, self.across.high, SAMPLES)

    def product(self, t: float) -> Floats:
        """f(u) g(t - u) at the places."""
        return np.asarray(self.f.values(self.places) * self.g.values(t - self.places))


def line_of(finding: Finding) -> Line:
    """The functions of a finding and their axes."""
    f, g, closed = finding.seen
    low = min(f.shown[0], g.shown[0], f.shown[0] + g.shown[0])
    high = max(f.shown[1], g.shown[1], f.shown[1] + g.shown[1])
    places = np.linspace(low, high, SAMPLES)
    ends = [(float(one.values(places).min()), float(one.values(places).max())) for one in (f, g)]
    products = [a * b for a in ends[0] for b in ends[1]]
    answers = closed(places)
    return Line(
        f,
        g,
        closed,
        Axis(low, high, "u"),
        _axis([*ends[0], *ends[1], *products]),
        _axis([float(answers.min()), float(answers.max())]),
    )


def integral(finding: Finding) -> Drawing:
    """f and g; g turned round and shifted at three values of t; and the whole convolution, those three marked."""
    line = line_of(finding)
    canvas = Canvas(MARGIN + 4 * WIDE + 3 * APART + 30, LOWER + 200 + 74)
    canvas.text(24, 18, "Convolution of functions: (f * g)(t) is the area below f(u) g(t − u)", size=TITLE)
    functions = Axes(Box(MARGIN, TOP, WIDE, HIGH), line.across, line.up)
    functions.draw(canvas)
    draw_values(canvas, functions, line.f.values(line.places), F)
    draw_values(canvas, functions, line.g.values(line.places), G)
    draw_names(canvas, functions.box.x, TOP - 40, WIDE, (f"f: {line.f.name}", F), (f"g: {line.g.name}", G))
    times = three_times(line)
    for at, t in enumerate(times):
        box = Box(MARGIN + (at + 1) * (WIDE + APART), TOP, WIDE, HIGH)
        canvas.text(box.x, TOP - 42, f"t = {minus(t)}: area {minus(area_at(line, t))}", size=HEADING)
        draw_sliding(canvas, Axes(box, line.across, line.up), line, t)
    draw_names(
        canvas,
        MARGIN + WIDE + APART,
        TOP + HIGH + 42,
        2 * WIDE,
        ("f(u)", F),
        ("g(t − u), turned round and shifted by t", G),
    )
    _draw_whole(canvas, line, times)
    return canvas.finished()


def three_times(line: Line) -> list[float]:
    """A quarter, a half and three quarters of the way through what is shown, to two digits."""
    low, high = line.shown
    return [round(low + share * (high - low), 2) + 0.0 for share in (0.25, 0.45, 0.7)]


def area_at(line: Line, t: float) -> float:
    """(f * g)(t), by the closed form."""
    return float(line.closed(np.array([t]))[0])


def draw_sliding(canvas: Canvas, axes: Axes, line: Line, t: float) -> None:
    """f, g turned round and shifted by t, and the area below their product."""
    axes.draw(canvas)
    product = line.product(t)
    inside = np.flatnonzero(product)
    if inside.size:
        ends = slice(max(inside[0] - 1, 0), inside[-1] + 2)
        below = [axes.at((float(u), 0.0)) for u in (line.places[ends][-1], line.places[ends][0])]
        over = [axes.at((u, v)) for u, v in zip(line.places[ends].tolist(), product[ends].tolist(), strict=True)]
        canvas.polygon([*over, *below], fill=AREA)
        canvas.line(over, colour=RESULT, thickness=1)
    draw_values(canvas, axes, line.f.values(line.places), F)
    draw_values(canvas, axes, line.g.values(t - line.places), G)


def draw_values(canvas: Canvas, axes: Axes, values: Floats, colour: palette.RGB) -> None:
    """A function along the whole axis."""
    places = np.linspace(axes.across.low, axes.across.high, len(values))
    axes.draw_courses(canvas, [Course(list(zip(places.tolist(), values.tolist(), strict=True)), colour)])


def draw_names(canvas: Canvas, x: float, y: float, width: float, *names: tuple[str, palette.RGB]) -> None:
    """Names beside each other, each in its colour; samples of one's own may be long, and are cut."""
    room = width - (len(names) - 1) * BESIDE
    for left, (words, colour) in zip(range(len(names), 0, -1), names, strict=True):
        taken = canvas.text(x, y, words, size=CAPTION, colour=colour, max_width=room / left)
        x, room = x + taken + BESIDE, room - taken


def draw_domain(canvas: Canvas, axes: Axes, line: Line) -> None:
    """A thick grey line along the axis wherever the convolution is zero, and from where to where it is not."""
    low, high = line.domain
    for a, b in ((axes.across.low, low), (high, axes.across.high)):
        if a < b:
            canvas.line([axes.at((a, 0.0)), axes.at((b, 0.0))], colour=palette.LINE, thickness=5)
    words = f"Zero outside {minus(low)} to {minus(high)}"
    canvas.text(axes.box.x, axes.box.bottom + 10 + CAPTION * 1.2, words, size=CAPTION, colour=palette.MUTED)


def _draw_whole(canvas: Canvas, line: Line, times: list[float]) -> None:
    axes = Axes(Box(MARGIN, LOWER, 4 * WIDE + 3 * APART, 200), line.across._replace(words="t"), line.result)
    canvas.text(MARGIN, LOWER - 30, "(f * g)(t)", size=HEADING, colour=RESULT)
    axes.draw(canvas)
    draw_domain(canvas, axes, line)
    draw_values(canvas, axes, line.closed(line.places), RESULT)
    for t in times:
        x, y = axes.at((t, area_at(line, t)))
        canvas.line([(x, y), axes.at((t, 0.0))], colour=RESULT, dashed=True)
        canvas.circle(x, y, 5, fill=RESULT)


def _axis(values: list[float]) -> Axis:
    low, high = min(0.0, *values), max(0.0, *values)
    over = 0.08 * ((high - low) or 1.0)
    return Axis(low - over if low < 0 else 0.0, high + over if high > 0 else over)
