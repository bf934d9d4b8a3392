"""A step of a kernel with weights per channel, drawn: a figure for each channel, and the sum over the channels."""

from __future__ import annotations

from collections.abc import Sequence

from convcli.core.arrays import Bytes
from convcli.core.explain.walk import Step, Walk
from convcli.errors import GeometryError
from convcli.report.drawing.canvas import LINE_HEIGHT, Canvas, wrapped
from convcli.report.explain.channel_lines import channel_name, channels_sum
from convcli.report.explain.figure import LETTERING, below_one_another, step_figure
from convcli.report.explain.layout import MARGIN

MOST_CHANNELS = 8
HEADING = 17.0


def channel_figures(walk: Walk, steps: Sequence[Step]) -> Bytes:
    """Figures of several steps, one below the other: uint8, (height, width, 3); errors as of `channels_figure`."""
    return below_one_another([channels_figure(walk, step) for step in steps])


def channels_figure(walk: Walk, step: Step) -> Bytes:
    """One step: uint8, (height, width, 3).

    Raises:
        GeometryError: more channels than a picture shows one by one.
    """
    channels = walk.channels
    if len(channels) > MOST_CHANNELS:
        raise GeometryError(f"{len(channels)} channels are too many to be drawn one by one; at most {MOST_CHANNELS}")
    figures = [step_figure(channel, channel.step(*step.at)) for channel in channels]
    width = max(figure.shape[1] for figure in figures)
    place = f"[{step.at[0]}, {step.at[1]}]"
    parts = []
    for index, figure in enumerate(figures):
        heading = f"{channel_name(index, len(channels)).capitalize()}: its part of output {place}"
        parts += [_words(heading, width, bold=True), figure]
    total = channels_sum(walk, step, f"Output {place} is the sum of the channels: ").replace("-", "−")
    return below_one_another([*parts, _words(total, width, bold=False)])


def _words(words: str, width: int, *, bold: bool) -> Bytes:
    size = HEADING if bold else LETTERING
    lines = len(wrapped(words, width - 2 * MARGIN, size))
    canvas = Canvas(width, lines * size * LINE_HEIGHT + MARGIN)
    canvas.paragraph(MARGIN, MARGIN / 2, words, width=width - 2 * MARGIN, size=size, bold=bold)
    return canvas.to_array()
