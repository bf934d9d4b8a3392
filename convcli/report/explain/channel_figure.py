"""A step of a kernel with weights per channel, drawn: a figure for each channel, and the sum over the channels."""

from __future__ import annotations

from collections.abc import Sequence

from convcli.core.explain.walk import Step, Walk
from convcli.errors import GeometryError
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.drawing.marks import Drawing, stacked
from convcli.report.explain.channel_lines import channel_name, channels_sum
from convcli.report.explain.figure import LETTERING, step_figure
from convcli.report.explain.layout import MARGIN

MOST_CHANNELS = 8
HEADING = 17.0


def channel_figures(walk: Walk, steps: Sequence[Step]) -> Drawing:
    """Figures of several steps, one below the other; errors as of `channels_figure`."""
    return stacked([channels_figure(walk, step) for step in steps])


def channels_figure(walk: Walk, step: Step) -> Drawing:
    """One step.

    Raises:
        GeometryError: more channels than a picture shows one by one.
    """
    channels = walk.channels
    if len(channels) > MOST_CHANNELS:
        raise GeometryError(f"{len(channels)} channels are too many to be drawn one by one; at most {MOST_CHANNELS}")
    figures = [step_figure(channel, channel.step(*step.at)) for channel in channels]
    width = max(figure.width for figure in figures)
    place = f"[{step.at[0]}, {step.at[1]}]"
    parts = []
    for index, figure in enumerate(figures):
        heading = f"{channel_name(index, len(channels)).capitalize()}: its part of output {place}"
        parts += [_words(heading, width, HEADING), figure]
    total = channels_sum(walk, step, f"Output {place} is the sum of the channels: ").replace("-", "−")
    return stacked([*parts, _words(total, width, LETTERING)])


def _words(words: str, width: int, size: float) -> Drawing:
    lines = len(wrapped(words, width - 2 * MARGIN, size))
    canvas = Canvas(width, lines * size * LINE_HEIGHT + MARGIN, title=words)
    canvas.paragraph(MARGIN, MARGIN / 2, words, width=width - 2 * MARGIN, size=size)
    return canvas.finished()
