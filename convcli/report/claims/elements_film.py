"""The film of a ring that is magnified: its arc straightens, and the bend falls on its curve."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from convcli.core.claims.elements import WINDOW, ZOOMS, Magnified, magnified
from convcli.core.claims.finding import Finding
from convcli.report.claims.curve_axes import Axes, Axis, Course
from convcli.report.claims.elements_figure import bend_words, draw_view, magnified_words
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.type_sizes import HEADING, TITLE

FRAMES = 48
VIEW, BEND = Box(24, 96, 6 * WINDOW, 6 * WINDOW), Box(400, 96, 320, 6 * WINDOW)
WIDTH, HEIGHT = 752, 444


def points_and_lines(finding: Finding) -> Iterator[Drawing]:
    """One drawing for each magnification, equal factors apart."""
    steps: list[Magnified] = []
    for zoom in np.geomspace(ZOOMS[0], ZOOMS[-1], FRAMES).tolist():
        steps.append(magnified(zoom))
        yield _frame(steps)


def _frame(steps: list[Magnified]) -> Drawing:
    here = steps[-1]._replace(zoom=float(f"{steps[-1].zoom:.2g}"))
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.text(24, 18, "A ring, ever closer", size=TITLE)
    canvas.text(VIEW.x, VIEW.y - 32, magnified_words(here), size=HEADING)
    draw_view(canvas, VIEW, steps[-1])
    canvas.text(VIEW.x, VIEW.bottom + 10, bend_words(here), size=HEADING)
    first = 100 * steps[0].bend
    axes = Axes(
        BEND,
        Axis(ZOOMS[0], ZOOMS[-1], "Times magnified", logarithmic=True),
        Axis(first / 20, first * 1.2, "Bend, in % of the window's side", logarithmic=True),
    )
    axes.draw(canvas)
    points = [(step.zoom, 100 * step.bend) for step in steps]
    axes.draw_courses(canvas, [Course(points, palette.ACCENT)])
    canvas.circle(*axes.at(points[-1]), 5, fill=palette.ACCENT)
    return canvas.finished()
