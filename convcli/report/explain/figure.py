"""A step drawn as a textbook draws it: the input with the window marked, the kernel, the output.

On a photograph the whole picture stands above, with the window boxed, and every cell has its own tone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convcli.core.arrays import Array
from convcli.core.explain.walk import Step, Walk
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.explain.between import draw_sign
from convcli.report.explain.cells import draw_cells, draw_title
from convcli.report.explain.layout import LARGEST_CELL, MARGIN, SIGN, Scene, arrange, scene
from convcli.report.explain.photograph import Photograph
from convcli.report.explain.pictures_above import UNNAMED, Above, above, spread
from convcli.report.explain.stage import Stage, Values
from convcli.report.explain.tones import Tones, input_tones, output_tones, whole_output
from convcli.report.explain.words import MOST_TERMS, place_words, rule_words, sum_lines, total_words
from convcli.report.language.chosen import Name
from convcli.report.printing.numbers import grouped

WIDTH, HEIGHT = 1000, 900  # a figure has at most, its words excluded
TONED_CELL = 44  # units, at most, of a cell below a photograph
LEAST_WIDTH = 420
LETTERING = 15.0


def step_figures(walk: Walk, steps: Sequence[Step], photograph: Photograph | None = None) -> Drawing:
    """Figures of several steps, one below the other."""
    output = output_of(walk, photograph)
    return stacked([step_figure(walk, step, photograph, output) for step in steps])


def output_of(walk: Walk, photograph: Photograph | None) -> Array | None:
    """The whole output, where a figure shows it."""
    shown = scene(walk, (0, 0))
    return None if shown.whole and (photograph is None or photograph.matrix) else whole_output(walk)


def step_figure(
    walk: Walk,
    step: Step,
    photograph: Photograph | None = None,
    output: Array | None = None,
) -> Drawing:
    """One step.

    Args:
        photograph: what the walk is over; without one, its plane alone, as a matrix where it is small.
        output: all output values, if they are known.
    """
    seen = photograph or Photograph.alone(walk)
    shown = scene(walk, step.at)
    values = neighbours(walk, shown)
    pictures = above(walk, seen, shown, output)
    largest = LARGEST_CELL if shown.whole and not pictures.photograph else TONED_CELL
    layout = arrange(shown, WIDTH, HEIGHT - pictures.height, largest).lower(pictures.height)
    tones = tones_of(walk, seen, shown, values, output)
    stage = Stage(walk, seen, shown, layout, *tones)
    return drawn_step(stage, step, values, pictures)


def neighbours(walk: Walk, shown: Scene) -> Values:
    """The outputs that are shown, by (row, column)."""
    part = shown.output
    places = [(part.top + r, part.left + c) for r, c in np.ndindex(part.height, part.width)]
    return {at: walk.step(*at).value for at in places}


def tones_of(
    walk: Walk, seen: Photograph, shown: Scene, values: Values, output: Array | None
) -> tuple[Tones | None, Tones | None]:
    """Tones of the input and of the output; none for a small matrix."""
    if shown.whole and seen.matrix:
        return None, None
    known = np.array([float(value) for value in values.values()]) if output is None else output
    return input_tones(walk.plane, seen.channel), output_tones(walk, known)


def drawn_step(stage: Stage, step: Step, values: Values, pictures: Above) -> Drawing:
    """A stage with its step, the pictures above it and the words below."""
    walk, layout = stage.walk, stage.layout
    width = max(layout.width, pictures.width, LEAST_WIDTH)
    inputs, outputs = stage.input, stage.output(values)
    pictures = spread(pictures, width, inputs.place(inputs.all()), outputs.place(outputs.all()))
    words, rules = figure_sum(walk, step), "; ".join(rule_line(stage, step))
    inner = width - 2 * MARGIN
    lines, more = len(wrapped(words, inner, LETTERING)), len(wrapped(rules, inner, 0.85 * LETTERING))
    leading = LETTERING * LINE_HEIGHT
    canvas = Canvas(width, layout.height + (lines + 0.85 * more) * leading + MARGIN, title=words)
    pictures.draw(canvas)
    draw_matrices(canvas, stage, pictures)
    pictures.draw_places(canvas, step, inputs, outputs)
    stage.draw_window(canvas, step)
    stage.draw_output(canvas, step, outputs)
    stage.label(canvas)
    y = canvas.paragraph(MARGIN, layout.height, words, width=inner, size=LETTERING) + 4
    canvas.paragraph(MARGIN, y, rules, width=inner, size=0.85 * LETTERING, colour=palette.MUTED)
    return canvas.finished()


def draw_matrices(canvas: Canvas, stage: Stage, pictures: Above) -> None:
    """Titles, signs, and the kernel: what is the same at every step; what has a picture above needs no title."""
    walk, layout = stage.walk, stage.layout
    colour = "" if pictures.photograph else stage.photograph.colour
    for (x, y), title, muted, cells in (
        (layout.input, "" if pictures.photograph else "Input", colour, stage.input),
        (layout.output, "" if pictures.output else stage.sums, "", stage.output({})),
    ):
        draw_title(canvas, x, y, title, cells.shape[1] * cells.cell + SIGN, muted)
    name = Name("" if walk.given.name == UNNAMED else walk.given.name)
    kernels = [(layout.kernel, walk.kernel, "Flipped" if layout.given else "Kernel", "" if layout.given else name)]
    if layout.given is not None:
        kernels.insert(0, (layout.given, walk.given, "Kernel", name))
    for (x, y), kernel, title, muted in kernels:
        cells = stage.kernel(kernel, (x, y))
        draw_title(canvas, x, y, title, max(56, cells.shape[1] * cells.cell) + SIGN - 8, muted)
        draw_cells(canvas, cells)
    for sign, x, y in layout.signs:
        draw_sign(canvas, sign, x, y, convolves=walk.convolves)


def rule_line(stage: Stage, step: Step) -> list[str]:
    """What is said in grey: the rows and columns of the window, stride, padding, the border rule."""
    return [*([] if stage.shown.whole else [place_words(step).replace("-", "−")]), *rule_words(stage.walk)]


def figure_sum(walk: Walk, step: Step) -> str:
    """The sum in words, with real minus signs; only its value where the products are too many."""
    place = f"[{step.at[0]}, {step.at[1]}]:"
    if step.window.size <= MOST_TERMS:
        return f"{place} {sum_lines(walk, step)[0]}".replace("-", "−")
    return f"{place} the sum of {grouped(step.window.size)} products{total_words(walk, step)}".replace("-", "−")
