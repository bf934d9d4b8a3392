"""A step drawn as a textbook draws it: the input with the window shaded, the kernel, the output."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from convcli.core.explain.walk import Step, Walk
from convcli.core.kernel.kernel import Kernel
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.drawing.number_grid import LABEL_SIZE, block, draw_grid
from convcli.report.drawing.resizing import signed_picture
from convcli.report.explain.layout import MARGIN, Layout, Part, Scene, arrange, label_width, scene
from convcli.report.explain.words import MOST_TERMS, rule_words, sum_lines, total_words, weight_words

WIDTH, HEIGHT = 1000, 900  # a figure has at most, its words excluded
LETTERING = 15.0
LEGIBLE_CELL = 12  # in smaller ones no number is drawn
Values = Mapping[tuple[int, int], float]


def step_figures(walk: Walk, steps: Sequence[Step]) -> Drawing:
    """Figures of several steps, one below the other."""
    return stacked([step_figure(walk, step) for step in steps])


def step_figure(walk: Walk, step: Step) -> Drawing:
    """One step."""
    shown = scene(walk, step.at)
    part = shown.output
    places = [(part.top + r, part.left + c) for r, c in np.ndindex(part.height, part.width)]
    values = {at: walk.step(*at).value for at in places}
    layout = arrange(shown, WIDTH, HEIGHT)
    return draw_step(walk, step, shown, layout, values)


def draw_step(
    walk: Walk,
    step: Step,
    shown: Scene,
    layout: Layout,
    values: Values,
    *,
    least_width: float = 420,
    lettering: float = LETTERING,
    lines: int | None = None,
    also_fits: Sequence[float] = (),
) -> Drawing:
    """Draw one step on a canvas of its own.

    Args:
        values: the outputs that are filled in, by (row, column).
        least_width: of the drawing, so that the sum has room.
        lines: lines reserved for the sum; as many as it needs when None.
        also_fits: outputs of other steps, which the size of the numbers must suit too.
    """
    width = max(layout.width, least_width)
    words = figure_sum(walk, step)
    rules = "; ".join([*rule_words(walk), *_left_out(shown)])
    below = wrapped(rules, width - 2 * MARGIN, 0.85 * lettering) if rules else []
    lines = lines or len(wrapped(words, width - 2 * MARGIN, lettering))
    leading = lettering * LINE_HEIGHT
    height = layout.height + lines * leading + len(below) * 0.85 * leading + MARGIN
    canvas = Canvas(width, height, title=words)
    _draw_input(canvas, walk, step, shown, layout)
    _draw_kernels(canvas, walk, layout)
    _draw_output(canvas, step, shown, layout, values, also_fits)
    for sign, x, y in layout.signs:
        _draw_sign(canvas, sign, x, y, convolves=walk.convolves)
    y = canvas.paragraph(MARGIN, layout.height, words, width=width - 2 * MARGIN, size=lettering, lines=lines)
    y = max(y, layout.height + lines * leading) + 4
    canvas.paragraph(MARGIN, y, rules, width=width - 2 * MARGIN, size=0.85 * lettering, colour=palette.MUTED)
    return canvas.finished()


def figure_sum(walk: Walk, step: Step) -> str:
    """The sum in words, with real minus signs; only its value where the products are too many."""
    place = f"[{step.at[0]}, {step.at[1]}]:"
    if step.window.size <= MOST_TERMS:
        return f"{place} {sum_lines(walk, step)[0]}".replace("-", "−")
    return f"{place} the sum of {step.window.size} products{total_words(walk, step)}".replace("-", "−")


def _left_out(shown: Scene) -> list[str]:
    return [] if shown.whole else ["only the neighbourhood of the window is drawn"]


def _draw_kernels(canvas: Canvas, walk: Walk, layout: Layout) -> None:
    drawn = [(layout.kernel, walk.kernel, "Flipped" if walk.convolves else "Kernel", palette.KERNEL)]
    if layout.given is not None:
        drawn.append((layout.given, walk.given, "Kernel", palette.FAINT))
    for (x, y), kernel, title, fill in drawn:
        words = [[weight_words(weight).replace("-", "−") for weight in row] for row in kernel.weights.tolist()]
        fills = _colours(kernel) if layout.cell < LEGIBLE_CELL and fill == palette.KERNEL else {}
        draw_grid(canvas, x, y, words, cell=layout.cell, title=title, fill=fill, fills=fills)


def _colours(kernel: Kernel) -> dict[tuple[int, int], palette.RGB]:
    """Signed colours instead of numbers: white is 0, red positive, blue negative."""
    colours = signed_picture(kernel.weights)
    return {(r, c): tuple(colours[r, c].tolist()) for r, c in np.ndindex(*kernel.weights.shape)}


def _draw_output(
    canvas: Canvas,
    step: Step,
    shown: Scene,
    layout: Layout,
    values: Values,
    also_fits: Sequence[float],
) -> None:
    part, (x, y) = shown.output, layout.output
    rows = [[values.get((part.top + r, part.left + c)) for c in range(part.width)] for r in range(part.height)]
    draw_grid(
        canvas,
        x,
        y,
        rows,
        cell=layout.cell,
        title="Output",
        highlight={(step.at[0] - part.top, step.at[1] - part.left)},
        also_fits=also_fits,
        **_numbers(shown, part, layout.cell),
    )


def _draw_input(canvas: Canvas, walk: Walk, step: Step, shown: Scene, layout: Layout) -> None:
    part = shown.input
    rows, columns = part.top + np.arange(part.height), part.left + np.arange(part.width)
    values, beyond = walk.seen(rows, columns)
    height, width = walk.kernel.weights.shape
    top, left = step.rows[0] - part.top, step.columns[0] - part.left
    window = block(top, left, height, width, walk.problem.dilation)
    x, y = layout.input
    draw_grid(
        canvas,
        x,
        y,
        values,
        cell=layout.cell,
        title="Input",
        shaded=window,
        faded={(int(r), int(c)) for r, c in zip(*np.nonzero(beyond), strict=True)},
        **_numbers(shown, part, layout.cell),
    )


def _numbers(shown: Scene, part: Part, cell: int) -> dict[str, Any]:
    """Row and column numbers, where the drawing is only a part: every one, or as many as have room."""
    if shown.whole:
        return {}
    return {
        "row_labels": _some(part.top, part.height, cell, LABEL_SIZE),
        "column_labels": _some(part.left, part.width, cell, label_width(part)),
    }


def _some(first: int, count: int, cell: int, room: float) -> list[str]:
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if n * cell > room + 2)
    return [str(n).replace("-", "−") if n % every == 0 else "" for n in range(first, first + count)]


def _draw_sign(canvas: Canvas, sign: str, x: float, y: float, *, convolves: bool) -> None:
    if sign == "equals":
        canvas.text(x, y, "=", size=22, align="centre", vertical="middle")
    elif sign.startswith("flip"):
        ends = ((x, y - 11), (x, y + 11)) if sign.endswith("down") else ((x - 11, y), (x + 11, y))
        canvas.arrow(*ends, colour=palette.ACCENT, thickness=2)
    elif convolves:
        _draw_asterisk(canvas, x, y)
    else:
        _draw_star(canvas, x, y)


def _draw_star(canvas: Canvas, x: float, y: float) -> None:
    """⋆, the sign of correlation, which the font lacks."""
    radii = (7.5, 3.0)
    points = [
        (x + radii[i % 2] * math.sin(math.pi * i / 5), y - radii[i % 2] * math.cos(math.pi * i / 5)) for i in range(10)
    ]
    canvas.polygon(points, fill=palette.INK)


def _draw_asterisk(canvas: Canvas, x: float, y: float) -> None:
    """*, the sign of convolution, in the middle of the line."""
    for angle in (90, 210, 330):
        dx, dy = 7 * math.cos(math.radians(angle)), 7 * math.sin(math.radians(angle))
        canvas.line([(x - dx, y - dy), (x + dx, y + dy)], thickness=2)
