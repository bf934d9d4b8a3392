"""A step drawn as a textbook draws it: the input with the window shaded, the kernel, the output."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.walk import Step, Walk
from convcli.report import palette
from convcli.report.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.explain_layout import MARGIN, Layout, Part, Scene, arrange, scene
from convcli.report.explain_words import MOST_TERMS, number_words, rule_words, sum_lines
from convcli.report.number_grid import block, draw_grid

Bytes = NDArray[np.uint8]
WIDTH, HEIGHT = 1000, 900  # a figure has at most, its words excluded
LETTERING = 15.0
Values = Mapping[tuple[int, int], float]


def step_figures(walk: Walk, steps: Sequence[Step]) -> Bytes:
    """Figures of several steps, one below the other: uint8, (height, width, 3)."""
    figures = [step_figure(walk, step) for step in steps]
    width = max(figure.shape[1] for figure in figures)
    sheets = [np.pad(figure, ((0, 0), (0, width - figure.shape[1]), (0, 0)), constant_values=255) for figure in figures]
    return np.concatenate(sheets, axis=0)


def step_figure(walk: Walk, step: Step) -> Bytes:
    """One step: uint8, (height, width, 3)."""
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
) -> Bytes:
    """Draw one step on a canvas of its own.

    Args:
        values: the outputs that are filled in, by (row, column).
        least_width: of the drawing, in pixels, so that the sum has room.
        lines: lines reserved for the sum; as many as it needs when None.
        also_fits: outputs of other steps, which the size of the numbers must suit too.
    """
    width = max(layout.width, least_width)
    words = figure_sum(walk, step)
    rules = "; ".join([*rule_words(walk), *_left_out(shown)])
    below = wrapped(rules, width - 2 * MARGIN, 0.85 * lettering) if rules else []
    lines = lines or len(wrapped(words, width - 2 * MARGIN, lettering))
    leading = lettering * LINE_HEIGHT
    canvas = Canvas(width, layout.height + lines * leading + len(below) * 0.85 * leading + MARGIN)
    shift = (width - layout.width) / 2
    _draw_input(canvas, walk, step, shown, layout, shift)
    _draw_kernels(canvas, walk, layout, shift)
    _draw_output(canvas, step, shown, layout, values, shift, also_fits)
    for sign, x, y in layout.signs:
        _draw_sign(canvas, sign, x + shift, y, convolves=walk.convolves)
    y = canvas.paragraph(MARGIN, layout.height, words, width=width - 2 * MARGIN, size=lettering, lines=lines)
    y = max(y, layout.height + lines * leading) + 4
    canvas.paragraph(MARGIN, y, rules, width=width - 2 * MARGIN, size=0.85 * lettering, colour=palette.MUTED)
    return canvas.to_array()


def figure_sum(walk: Walk, step: Step) -> str:
    """The sum in words, with real minus signs; only its value where the products are too many."""
    place = f"[{step.at[0]}, {step.at[1]}]:"
    if step.window.size <= MOST_TERMS:
        return f"{place} {sum_lines(walk, step)[0]}".replace("-", "−")
    bias = f" + {number_words(step.bias)} (bias)" if step.bias else ""
    return f"{place} the sum of {step.window.size} products{bias} = {number_words(step.value)}".replace("-", "−")


def _left_out(shown: Scene) -> list[str]:
    return [] if shown.whole else ["only the neighbourhood of the window is drawn"]


def _draw_kernels(canvas: Canvas, walk: Walk, layout: Layout, shift: float) -> None:
    drawn = [(layout.kernel, walk.kernel, "Flipped" if walk.convolves else "Kernel", palette.KERNEL)]
    if layout.given is not None:
        drawn.append((layout.given, walk.given, "Kernel", palette.FAINT))
    for (x, y), kernel, title, fill in drawn:
        words = [[number_words(weight).replace("-", "−") for weight in row] for row in kernel.weights.tolist()]
        draw_grid(canvas, x + shift, y, words, cell=layout.cell, title=title, fill=fill)


def _draw_output(
    canvas: Canvas,
    step: Step,
    shown: Scene,
    layout: Layout,
    values: Values,
    shift: float,
    also_fits: Sequence[float],
) -> None:
    part, (x, y) = shown.output, layout.output
    rows = [[values.get((part.top + r, part.left + c)) for c in range(part.width)] for r in range(part.height)]
    draw_grid(
        canvas,
        x + shift,
        y,
        rows,
        cell=layout.cell,
        title="Output",
        highlight={(step.at[0] - part.top, step.at[1] - part.left)},
        also_fits=also_fits,
        **_numbers(shown, part),
    )


def _draw_input(canvas: Canvas, walk: Walk, step: Step, shown: Scene, layout: Layout, shift: float) -> None:
    part = shown.input
    rows, columns = part.top + np.arange(part.height), part.left + np.arange(part.width)
    values, beyond = walk.seen(rows, columns)
    height, width = walk.kernel.weights.shape
    top, left = step.rows[0] - part.top, step.columns[0] - part.left
    window = block(top, left, height, width, walk.problem.dilation)
    x, y = layout.input
    draw_grid(
        canvas,
        x + shift,
        y,
        values,
        cell=layout.cell,
        title="Input",
        shaded=window,
        faded={(int(r), int(c)) for r, c in zip(*np.nonzero(beyond), strict=True)},
        **_numbers(shown, part),
    )


def _numbers(shown: Scene, part: Part) -> dict[str, Any]:
    """Row and column numbers, where the drawing is only a part."""
    if shown.whole:
        return {}
    return {
        "row_labels": [str(part.top + r).replace("-", "−") for r in range(part.height)],
        "column_labels": [str(part.left + c).replace("-", "−") for c in range(part.width)],
    }


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
