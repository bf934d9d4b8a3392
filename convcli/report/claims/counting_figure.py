"""Weights against pixels: a hundred at any size, while the units, and the weights of other layers, grow."""

from __future__ import annotations

from convcli.core.claims.finding import Finding
from convcli.core.quantities import grouped
from convcli.report.claims.curve_axes import Axes, Axis, Course, names_width
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.type_sizes import CAPTION, TITLE

BOX = Box(72, 92, 560, 260)
UNITS, WEIGHTS = palette.CATEGORIES[0], palette.ACCENT


def hundred_weights(finding: Finding) -> Drawing:
    """Units and weights against the rows of the picture, both logarithmic; built layers as dots, others by formula."""
    rows = sorted(finding.seen)
    units = Course([(side, count) for side, count, _, _ in rows], UNITS, f"{grouped(rows[-1][1])} units")
    weights = Course([(side, held) for side, _, held, _ in rows], WEIGHTS, f"{grouped(rows[-1][2])} weights")
    canvas = Canvas(BOX.right + names_width([units, weights]) + 24, BOX.bottom + 84)
    canvas.text(24, 18, "A hundred weights at any size: one 10 × 10 kernel", size=TITLE)
    counts = [max(count, 1) for _, *pair, _ in rows for count in pair]
    axes = Axes(
        BOX,
        Axis(rows[0][0], rows[-1][0], "Rows and columns of the picture", logarithmic=True),
        Axis(max(1, min(counts) / 2), max(counts), "How many", logarithmic=True),
    )
    axes.draw(canvas)
    axes.draw_courses(canvas, [units, weights])
    for side, count, held, built in rows:
        for value, colour in ((count, UNITS), (held, WEIGHTS)):
            x, y = axes.at((side, value))
            canvas.circle(x, y, 4, fill=colour if built else palette.PAPER, outline=colour, thickness=1.5)
    words = "Filled: built, and its weights counted. Hollow: by formula."
    canvas.text(BOX.x, BOX.bottom + 52, words, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()
