"""How alike pixels are against their distance, and what share of a pixel its neighbourhood tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convcli.core.claims.finding import Finding
from convcli.core.quantities import short
from convcli.report.claims.curve_axes import Axes, Axis, Course, minus
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.type_sizes import CAPTION, HEADING, TITLE

CURVE, BARS = Box(72, 104, 430, 240), Box(596, 104, 250, 240)
HEIGHT = 416
BAR = 56  # width


def near_belong_together(finding: Finding) -> Drawing:
    """Correlation against distance, the distance logarithmic; the explained shares as bars."""
    curve, told = finding.seen
    canvas = Canvas(BARS.right + 40, HEIGHT)
    canvas.text(24, 18, "Near pixels belong together", size=TITLE)
    canvas.text(CURVE.x, 58, "How alike pixels are", size=HEADING)
    low = min(0.0, *(value for _, value in curve))
    axes = Axes(CURVE, Axis(1, curve[-1][0], "Pixels apart", True), Axis(low, 1, "Correlation coefficient"))
    axes.draw(canvas)
    axes.draw_courses(canvas, [Course(curve, palette.ACCENT, dots=True)])
    _draw_ends(canvas, axes, curve)
    _draw_bars(canvas, told)
    return canvas.finished()


def _draw_ends(canvas: Canvas, axes: Axes, curve: Sequence[tuple[int, float]]) -> None:
    """The numbers at both ends, beside the curve where it does not go."""
    x, y = axes.at(curve[0])
    below = y + 18 if y < axes.box.y + 40 else y - 18
    canvas.text(x + 8, below, minus(curve[0][1], 2), size=CAPTION, vertical="middle")
    x, y = axes.at(curve[-1])
    canvas.text(x + 9, y, minus(curve[-1][1], 2), size=CAPTION, vertical="middle")


def _draw_bars(canvas: Canvas, told: Mapping[int, float]) -> None:
    """A bar for each neighbourhood, out of all of the variance."""
    canvas.text(BARS.x, 58, "What its neighbours tell of a pixel", size=HEADING)
    axes = Axes(BARS, Axis(0, max(len(told), 1)), Axis(0, 100, "Share of its variance, in %"))
    axes.draw_levels(canvas)
    for at, (side, share) in enumerate(told.items()):
        x, y = axes.at((at + 0.5, 100 * share))
        canvas.rectangle(x - BAR / 2, y, BAR, BARS.bottom - y, fill=palette.ACCENT)
        over = y - 12 if y > BARS.y + 20 else y + 14
        colour = palette.INK if over < y else palette.PAPER
        canvas.text(x, over, f"{short(100 * share)} %", size=CAPTION, colour=colour, align="centre", vertical="middle")
        canvas.text(x, BARS.bottom + 8, f"{side} × {side}", size=CAPTION, align="centre")
    canvas.text(BARS.right, BARS.bottom + 10 + CAPTION * 1.3, "Pixels around it", size=CAPTION, align="right")
