"""What layers learn from n examples: errors against n, on new examples and on seen ones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from convcli.core.claims.examples import GOOD, Curve
from convcli.core.claims.finding import Finding
from convcli.core.quantities import grouped, short
from convcli.report.claims.curve_axes import Axes, Axis, Course, inked, names_width
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing, Point
from convcli.report.drawing.palette import RGB
from convcli.report.drawing.resizing import fitting_size
from convcli.report.drawing.type_sizes import CAPTION, LABEL, TITLE

BOX = Box(72, 92, 560, 320)
ERROR = "Error, of the spread of what is to be predicted"
COLOURS = {"fully connected": palette.WRONG, "sparse": palette.RIGHT, "shared": palette.ACCENT}
LEAST = 1e-3  # of the axis of errors: what was learnt by heart lies at its foot
PICTURE, BARS, BAR = 280, Box(400, 92, 360, 280), 56


def fewer_examples(finding: Finding) -> Drawing:
    """Errors of three layers against n, both logarithmic: thick on new examples, thin on those that were seen."""
    counts, curves = finding.seen
    solid = [Course(_pairs(counts, curve.new), COLOURS[curve.name], _named(curve), dots=True) for curve in curves]
    thin = [Course(_pairs(counts, curve.seen), COLOURS[curve.name], thickness=1) for curve in curves]
    canvas = _canvas("A known filter, learnt from n noisy examples", solid)
    axes = _axes(counts, [error for curve in curves for error in (*curve.new, *curve.seen)])
    axes.draw(canvas)
    y = axes.at((counts[0], GOOD))[1]
    canvas.line([(BOX.x, y), (BOX.right, y)], colour=palette.MUTED, dashed=True)
    axes.draw_courses(canvas, [*thin, *solid])
    for curve in curves:
        _draw_needed(canvas, axes, curve.name, finding.values["needed"][curve.name])
    words = f"Thick: on new examples; thin: on those that were seen. Dashed: an error of {short(GOOD)}."
    canvas.text(BOX.x, BOX.bottom + 52, words, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


def unshared_for_places(finding: Finding) -> Drawing:
    """Errors of the unshared and the shared layer where each place wants weights of its own, and their crossing."""
    rows = finding.seen
    counts = [count for count, _, _ in rows]
    unshared, shared = finding.values["weights"]
    courses = [
        Course(
            _pairs(counts, [row[1] for row in rows]),
            COLOURS["sparse"],
            f"Unshared, {grouped(unshared)} weights",
            dots=True,
        ),
        Course(
            _pairs(counts, [row[2] for row in rows]), COLOURS["shared"], f"Shared, {grouped(shared)} weights", dots=True
        ),
    ]
    canvas = _canvas("Where each place wants weights of its own", courses)
    axes = _axes(counts, [error for _, *errors in rows for error in errors])
    axes.draw(canvas)
    axes.draw_courses(canvas, courses)
    crossings = list(_crossings(rows))
    for point in crossings:
        canvas.circle(*axes.at(point), 10, outline=palette.INK, thickness=2)
    words = "Pictures aligned by construction, as faces are that fill the picture"
    words += ". Ring: where the curves cross." if crossings else "."
    canvas.text(BOX.x, BOX.bottom + 52, words, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


def one_detector(finding: Finding) -> Drawing:
    """The picture whose pieces were learnt from; the errors of one detector a place and of one for all, as bars."""
    picture, rows = finding.seen
    high, wide = fitting_size(picture.shape[0], picture.shape[1], PICTURE, PICTURE)
    canvas = Canvas(BARS.right + 24, BARS.bottom + 84)
    canvas.text(24, 18, "One detector of edges for all places, or one for each", size=TITLE)
    shown = canvas.picture(24, BARS.y, picture, wide, high)
    canvas.rectangle(shown.x - 1, shown.y - 1, wide + 2, high + 2, outline=palette.LINE)
    canvas.text(24, shown.bottom + 8, "Learnt from pieces of this picture", size=CAPTION, colour=palette.MUTED)
    axes = Axes(
        BARS, Axis(0, len(rows)), Axis(0, 1.1 * max(max(row[1:]) for row in rows), "Error, of the edges' spread")
    )
    axes.draw_levels(canvas)
    for at, (count, unshared, shared) in enumerate(rows):
        _draw_bar(canvas, axes, at + 0.3, unshared, COLOURS["sparse"])
        _draw_bar(canvas, axes, at + 0.7, shared, COLOURS["shared"])
        x = axes.at((at + 0.5, 0))[0]
        canvas.text(x, BARS.bottom + 8, f"From {count} pieces", size=CAPTION, align="centre")
    x, y = BARS.x, BARS.bottom + 42
    for name, colour in (("One for each place", COLOURS["sparse"]), ("One for all places", COLOURS["shared"])):
        canvas.rectangle(x, y, 12, 12, fill=colour)
        x += 40 + canvas.text(x + 18, y + 6, name, size=CAPTION, vertical="middle")
    return canvas.finished()


def _draw_bar(canvas: Canvas, axes: Axes, at: float, error: float, colour: RGB) -> None:
    x, y = axes.at((at, error))
    canvas.rectangle(x - BAR / 2, y, BAR, axes.box.bottom - y, fill=colour)
    canvas.text(x, y - 10, short(error), size=CAPTION, align="centre", vertical="middle")


def _draw_needed(canvas: Canvas, axes: Axes, name: str, needed: int | None) -> None:
    """From the first point below the dashed line down to the axis."""
    if needed is None:
        return
    x, y = axes.at((needed, GOOD))
    canvas.line([(x, y), (x, BOX.bottom)], colour=COLOURS[name], dashed=True)
    at_end = x > BOX.right - 60  # where the curves' names stand higher up; thin curves rise from the axis elsewhere
    height = BOX.bottom - 10 if at_end else y + 0.62 * (BOX.bottom - y)
    words = f"n = {grouped(needed)}"
    canvas.text(x + 5, height, words, size=LABEL, colour=inked(COLOURS[name]), vertical="middle")


def _canvas(title: str, courses: Sequence[Course]) -> Canvas:
    canvas = Canvas(BOX.right + names_width(courses) + 24, BOX.bottom + 84)
    canvas.text(24, 18, title, size=TITLE)
    return canvas


def _axes(counts: Sequence[int], errors: Sequence[float]) -> Axes:
    low, high = max(min(errors), LEAST), max(max(errors), 2 * LEAST)
    return Axes(BOX, Axis(counts[0], counts[-1], "Examples n", True), Axis(low / 1.3, high * 1.3, ERROR, True))


def _named(curve: Curve) -> str:
    return f"{curve.name.capitalize()}, {grouped(curve.weights)} weights"


def _pairs(counts: Sequence[int], errors: Sequence[float]) -> list[Point]:
    return [(float(count), error) for count, error in zip(counts, errors, strict=True)]


def _crossings(rows: Sequence[tuple[int, float, float]]) -> Iterator[Point]:
    """Where two curves that are straight between their points on logarithmic axes cross."""
    for (n, a, b), (m, c, d) in pairwise(rows):
        before, after = math.log(a / b), math.log(c / d)
        if before > 0 >= after or before < 0 <= after:
            share = before / (before - after)
            yield n * (m / n) ** share, a * (c / a) ** share
