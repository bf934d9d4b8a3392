"""A step of a kernel with weights per channel, drawn: a figure for each channel, and the sum over the channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convcli.core.arrays import Array
from convcli.core.explain.walk import Step, Walk
from convcli.core.samples import finite_range
from convcli.errors import GeometryError
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.explain.cells import draw_title
from convcli.report.explain.channel_lines import channel_name, channels_sum
from convcli.report.explain.figure import (
    HEIGHT,
    LETTERING,
    TONED_CELL,
    WIDTH,
    drawn_step,
    neighbours,
    output_of,
    tones_of,
)
from convcli.report.explain.layout import ENLARGED, LARGEST_CELL, MARGIN, Layout, Scene, arrange, scene
from convcli.report.explain.photograph import Photograph
from convcli.report.explain.pictures_above import Above, above, spread
from convcli.report.explain.stage import Stage, Values
from convcli.report.explain.tones import Tones, input_tones, signed_tones

MOST_CHANNELS = 8
HEADING = 17.0


def channel_figures(walk: Walk, steps: Sequence[Step], photograph: Photograph | None = None) -> Drawing:
    """Figures of several steps, one below the other; errors as of `channels_figure`."""
    return stacked([channels_figure(walk, step, photograph) for step in steps])


def channels_figure(walk: Walk, step: Step, photograph: Photograph | None = None) -> Drawing:
    """One step.

    Raises:
        GeometryError: more channels than a picture shows one by one.
    """
    channels = walk.channels
    if len(channels) > MOST_CHANNELS:
        raise GeometryError(f"{len(channels)} channels are too many to be drawn one by one; at most {MOST_CHANNELS}")
    output, shown = output_of(walk, photograph), scene(walk, step.at)
    seen = photograph or Photograph.alone(walk)
    values = [neighbours(each, shown) for each in (*channels, walk)]
    tones = tones_of(walk, seen, shown, values[-1], output)
    parts = _signed(values, output) if tones[1] is not None else None
    figures = [_figure(walk, c, step, seen, shown, values[c], parts) for c in range(len(channels))]
    width = max(figure.width for figure in figures)
    drawings = [_pictures(walk, step, seen, output, width)]
    for index, figure in enumerate(figures):
        heading = f"{channel_name(index, len(channels)).capitalize()}: its part of output [{step.at[0]}, {step.at[1]}]"
        drawings += [_words(heading, width, HEADING), figure]
    drawings.append(_total(walk, step, Stage(walk, seen, shown, _alone(shown), *tones), values[-1], width))
    return stacked([drawing for drawing in drawings if drawing is not None])


def _signed(values: Sequence[Values], output: Array | None) -> Tones:
    """One scale for the parts of all channels, which is the output's where that reaches farther."""
    shown = [float(value) for each in values for value in each.values()]
    ends = [] if output is None else [float(end) for end in finite_range(output)]
    return signed_tones(np.array([*shown, *ends]))


def _figure(
    walk: Walk, channel: int, step: Step, seen: Photograph, shown: Scene, values: Values, parts: Tones | None
) -> Drawing:
    """One channel's arithmetic, below no pictures; the kernel's colours are those of all channels."""
    alone, own = walk.channels[channel], seen.of_channel(channel, len(walk.channels))
    layout = arrange(shown, WIDTH, HEIGHT, LARGEST_CELL if shown.whole else TONED_CELL)
    tones = None if parts is None else input_tones(walk.plane, own.channel)
    darkest = float(np.abs(walk.kernel.weights).max()) or None
    stage = Stage(alone, own, shown, layout, tones, parts, darkest, "Its part")
    return drawn_step(stage, alone.step(*step.at), values, Above(alone, own))


def _alone(shown: Scene) -> Layout:
    """A layout of which the output stands alone."""
    layout = arrange(shown, WIDTH, HEIGHT)
    return replace(layout, output_cell=min(layout.output_cell, ENLARGED), output=(float(MARGIN), float(MARGIN)))


def _pictures(walk: Walk, step: Step, seen: Photograph, output: Array | None, width: float) -> Drawing | None:
    """The photograph and the whole output, with the step's places on them."""
    pictures = above(walk, seen, scene(walk, step.at), output)
    if pictures.photograph is None:
        return None
    canvas = Canvas(
        max(width, pictures.width), pictures.height + MARGIN, title=channels_sum(walk, step, "").replace("-", "−")
    )
    pictures = spread(pictures, canvas.width)
    pictures.draw(canvas)
    pictures.ring_places(canvas, step)
    return canvas.finished()


def _total(walk: Walk, step: Step, stage: Stage, values: Values, width: float) -> Drawing:
    """The output around the step, and how its value comes about."""
    place = f"[{step.at[0]}, {step.at[1]}]"
    total = channels_sum(walk, step, f"Output {place} is the sum of the channels: ").replace("-", "−")
    cells = stage.output(values)
    _, _, right, bottom = cells.place(cells.all())
    room = width - right - 3 * MARGIN
    high = max(bottom + MARGIN, 2 * MARGIN + len(wrapped(total, room, LETTERING)) * LETTERING * LINE_HEIGHT)
    canvas = Canvas(width, high, title=total)
    draw_title(canvas, MARGIN, MARGIN, "Output", right)
    stage.draw_output(canvas, step, cells)
    stage.label_output(canvas)
    canvas.paragraph(right + 2 * MARGIN, cells.y, total, width=room, size=LETTERING)
    return canvas.finished()


def _words(words: str, width: int, size: float) -> Drawing:
    lines = len(wrapped(words, width - 2 * MARGIN, size))
    canvas = Canvas(width, lines * size * LINE_HEIGHT + MARGIN, title=words)
    canvas.paragraph(MARGIN, MARGIN / 2, words, width=width - 2 * MARGIN, size=size)
    return canvas.finished()
