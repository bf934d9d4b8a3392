"""What pictures are made of: an arc that straightens as it is magnified; what kernels answer to, and what they span."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Bytes, Floats
from convcli.core.claims.elements import WAVE, WINDOW, Magnified, wave
from convcli.core.claims.finding import Finding
from convcli.core.quantities import short
from convcli.errors import many
from convcli.report.claims.curve_axes import Axes, Axis, Course
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Box, Canvas
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.resizing import fitting_size, signed_picture
from convcli.report.drawing.type_sizes import CAPTION, HEADING, LABEL, TITLE
from convcli.report.language.chosen import Name

VIEW, APART, TOP, MARGIN = 4 * WINDOW, 20, 92, 24
ANSWERS, KERNEL = Box(330, 104, 540, 260), 200
SAMPLE = 48  # rows and columns of a wave below the axis
TILE, ROW = 42, 122  # a kernel of a bank, and from one bank to the next
MOST_TILES = 20


def points_and_lines(finding: Finding) -> Drawing:
    """The window at each magnification, with the straight line between the arc's ends."""
    steps = finding.seen
    canvas = Canvas(2 * MARGIN + len(steps) * (VIEW + APART) - APART, TOP + VIEW + 104)
    canvas.text(MARGIN, 18, "A ring, ever closer: its arc becomes a line between two planes", size=TITLE)
    for at, step in enumerate(steps):
        x = MARGIN + at * (VIEW + APART)
        canvas.text(x, TOP - 26, magnified_words(step), size=HEADING)
        draw_view(canvas, Box(x, TOP, VIEW, VIEW), step)
        canvas.text(x, TOP + VIEW + 8, bend_words(step), size=CAPTION)
        words = f"A line detector: {short(100 * step.line)} % of its best"
        canvas.text(x, TOP + VIEW + 26, words, size=CAPTION, colour=palette.MUTED)
    words = "Orange: the straight line between the arc's ends. The bend is the largest distance, of the window's side."
    canvas.text(MARGIN, TOP + VIEW + 64, words, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


def magnified_words(step: Magnified) -> str:
    return f"Magnified {short(step.zoom)} ×"


def bend_words(step: Magnified) -> str:
    return f"Its arc bends by {short(100 * step.bend)} %"


def draw_view(canvas: Canvas, place: Box, step: Magnified) -> None:
    """The window, and the chord of the arc's middle line."""
    view = np.zeros((WINDOW, WINDOW)) if step.view is None else step.view
    canvas.picture(place.x, place.y, _grey(view), round(place.width), round(place.height))
    chord = place.x + place.width * (0.5 - step.bend)
    canvas.line([(chord, place.y), (chord, place.bottom)], colour=palette.WINDOW_RING, thickness=2)
    canvas.rectangle(place.x - 1, place.y - 1, place.width + 2, place.height + 2, outline=palette.LINE)


def one_orientation(finding: Finding) -> Drawing:
    """The kernel, and its answer to waves of each orientation; four of the waves stand below the axis."""
    angles, measured, weights, name = finding.seen
    top = max(*measured, 1e-12)
    canvas = Canvas(ANSWERS.right + 40, ANSWERS.bottom + 138)
    canvas.text(MARGIN, 18, "What a kernel answers to waves of each orientation", size=TITLE)
    high, wide = fitting_size(weights.shape[0], weights.shape[1], KERNEL, KERNEL)
    canvas.text(MARGIN, ANSWERS.y - 30, Name(name), size=HEADING, max_width=ANSWERS.x - MARGIN - 60)
    shown = canvas.picture(MARGIN, ANSWERS.y, signed_picture(weights), wide, high)
    canvas.rectangle(shown.x - 1, shown.y - 1, wide + 2, high + 2, outline=palette.LINE)
    canvas.text(MARGIN, shown.bottom + 8, "Red is positive, blue negative", size=CAPTION, colour=palette.MUTED)
    axes = Axes(ANSWERS, Axis(0, 180), Axis(0, 108, "Answer, in % of the largest"))
    axes.draw_levels(canvas)
    for name, colour, dots in (("measured", palette.ACCENT, True), ("predicted", palette.WRONG, False)):
        answers = [*finding.values[name], finding.values[name][0]]  # half a turn on, the wave is the same
        points = [(float(a), 100 * value / top) for a, value in zip((*angles, 180), answers, strict=True)]
        axes.draw_courses(canvas, [Course(points, colour, dots=dots, dashed=not dots)])
    for angle in (0, 45, 90, 135, 180):
        _draw_wave(canvas, axes.at((angle, 0))[0], angle)
    best, least = finding.values["best"], finding.values["least"]
    words = f"Most at {best}°, least {short(round(100 * least, 1))} % of it."
    words += " Dots: measured; dashed: what the weights predict."
    canvas.text(ANSWERS.x, ANSWERS.bottom + 102, words, size=CAPTION, colour=palette.MUTED)
    return canvas.finished()


def _draw_wave(canvas: Canvas, x: float, angle: int) -> None:
    """A few waves of that orientation below the axis."""
    canvas.line([(x, ANSWERS.bottom), (x, ANSWERS.bottom + 4)], colour=palette.LINE)
    canvas.text(x, ANSWERS.bottom + 7, f"{angle}°", size=LABEL, colour=palette.MUTED, align="centre")
    pixels = _grey(0.5 + 0.5 * wave(round(3 * WAVE), angle, 0.0))
    canvas.picture(x - SAMPLE / 2, ANSWERS.bottom + 28, pixels, SAMPLE, SAMPLE)


def enough_kernels(finding: Finding) -> Drawing:
    """The kernels of each bank, how many dimensions they span, and kernels that span what is missing."""
    rows = list(zip(finding.seen, finding.values["banks"], strict=True))
    most = max(min(len(bank), MOST_TILES) for (_, bank), _ in rows), max(9 - row["rank"] for _, row in rows)
    middle = MARGIN + max(most[0] * (TILE + 8), 200) + 40
    width = max(middle + max(most[1] * (TILE + 8), 240) + MARGIN, 640)
    canvas = Canvas(width, 72 + len(rows) * ROW + 36)
    canvas.text(MARGIN, 18, "Do a bank's kernels span all windows of 3 × 3?", size=TITLE)
    for at, ((name, bank), row) in enumerate(rows):
        y = 72 + at * ROW
        left = f", {short(100 * row['left_out'])} % of random windows left out" if row["rank"] < 9 else ""
        words = f"{name}: {many(row['kernels'], 'kernel')}, {row['rank']} of 9 dimensions{left}"
        canvas.text(MARGIN, y, words, size=HEADING)
        canvas.text(MARGIN, y + 26, "The kernels", size=CAPTION, colour=palette.MUTED)
        _draw_tiles(canvas, MARGIN, y + 48, bank)
        missing = _missing(bank, row["rank"])
        words = "Kernels that span what is missing" if len(missing) else "Nothing is missing"
        canvas.text(middle, y + 26, words, size=CAPTION, colour=palette.MUTED)
        _draw_tiles(canvas, middle, y + 48, missing)
    canvas.text(MARGIN, 72 + len(rows) * ROW, "Red is positive, blue negative, white 0", size=CAPTION)
    return canvas.finished()


def _draw_tiles(canvas: Canvas, x: float, y: float, kernels: Floats) -> None:
    for at, kernel in enumerate(kernels[:MOST_TILES]):
        left = x + at * (TILE + 8)
        canvas.picture(left, y, signed_picture(kernel), TILE, TILE)
        canvas.rectangle(left - 1, y - 1, TILE + 2, TILE + 2, outline=palette.LINE)


def _missing(bank: Floats, rank: int) -> Floats:
    """An orthonormal basis of the windows that no kernel of the bank answers to, (9 - rank, 3, 3)."""
    basis = np.linalg.svd(bank.reshape(len(bank), -1))[2][rank:]
    return np.asarray(basis.reshape(-1, *bank.shape[1:]))


def _grey(values: Floats) -> Bytes:
    return np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
