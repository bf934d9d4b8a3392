"""The film of a convolution: t runs through, g slides over f, and the area below their product is traced."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convcli.core.claims.finding import Finding
from convcli.report.claims.curve_axes import Axes, Course, minus
from convcli.report.claims.functions_figure import (
    RESULT,
    F,
    G,
    Line,
    area_at,
    draw_domain,
    draw_names,
    draw_sliding,
    line_of,
)
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.type_sizes import HEADING, TITLE

FRAMES = 60
UPPER, LOWER = Box(60, 104, 560, 190), Box(60, 384, 560, 160)
WIDTH, HEIGHT = 650, 616


def integral(finding: Finding) -> Iterator[Drawing]:
    """One drawing for each t, from before the two meet to behind."""
    line = line_of(finding)
    return (_frame(line, t) for t in np.linspace(*line.shown, FRAMES).tolist())


def _frame(line: Line, t: float) -> Drawing:
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.text(24, 18, f"(f * g)(t) at t = {minus(round(t, 2))}", size=TITLE)
    draw_names(
        canvas,
        UPPER.x,
        UPPER.y - 44,
        UPPER.width,
        (f"f(u): {line.f.name}", F),
        (f"g(t − u): {line.g.name}, turned round", G),
    )
    draw_sliding(canvas, Axes(UPPER, line.across, line.up), line, t)
    canvas.text(LOWER.x, LOWER.y - 36, f"The area: {minus(area_at(line, t))}", size=HEADING, colour=RESULT)
    axes = Axes(LOWER, line.across._replace(words="t"), line.result)
    axes.draw(canvas)
    draw_domain(canvas, axes, line)
    before = np.append(line.places[line.places < t], t)
    points = list(zip(before.tolist(), line.closed(before).tolist(), strict=True))
    axes.draw_courses(canvas, [Course(points, RESULT)])
    x, y = axes.at(points[-1])
    canvas.line([(x, y), axes.at((t, 0.0))], colour=RESULT, dashed=True)
    canvas.circle(x, y, 5, fill=RESULT)
    return canvas.finished()
