"""`explain` of a kernel with weights per channel: each channel's arithmetic, then the sum over the channels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convcli.core.explain.walk import Step, Walk
from convcli.errors import many
from convcli.report.explain.text import (
    arithmetic,
    beside,
    block,
    framed,
    kernel_block,
    left_out,
    whereabouts,
    wrapped_line,
)
from convcli.report.explain.words import border_words, bracketed, is_rounded, rule_words, sum_lines
from convcli.report.printing.numbers import plain

COLOURS = ("red", "green", "blue")
MOST_CHANNELS = 16  # that are written out; of more, the sums


def channel_name(index: int, count: int) -> str:
    """What a channel is called: of three, by its colour, too.

    >>> channel_name(2, 3), channel_name(2, 4)
    ('channel 2 (blue)', 'channel 2')
    """
    return f"channel {index} ({COLOURS[index]})" if count == len(COLOURS) else f"channel {index}"


def channel_step_lines(walk: Walk, step: Step, *, width: int | None = None) -> list[str]:
    """Everything about one output value; see `text.step_lines`."""
    row, column = step.at
    channels = walk.channels
    lines = [f"output [{row}, {column}] = {plain(step.value)}", *wrapped_line(whereabouts(walk, step), width)]
    for index, channel in enumerate(channels[:MOST_CHANNELS]):
        part = channel.step(*step.at)
        lines += ["", f"{channel_name(index, len(channels))}:"]
        if walk.convolves:
            pair = [kernel_block(channel.given, "kernel"), kernel_block(channel.kernel, "flipped", "→")]
            lines += [*beside(pair, width), ""]
        lines += beside(arithmetic(channel, part), width)
        for line in left_out(channel, part) or sum_lines(channel, part):
            lines += wrapped_line(line, width)
    if len(channels) > MOST_CHANNELS:
        lines += ["", f"and {many(len(channels) - MOST_CHANNELS, 'more channel')}"]
    lines += ["", *wrapped_line(channels_sum(walk, step), width)]
    if step.beyond.any():
        lines += wrapped_line(f"[ ]: from beyond the edge, by the border rule {border_words(walk)}", width)
    return lines


def channels_sum(walk: Walk, step: Step, label: str = "sum of the channels: ") -> str:
    """The channels' sums and the bias, added up."""
    parts = [channel.step(*step.at).value for channel in walk.channels]
    words = [plain(part) for part in parts]
    numbers = [*zip(parts, words, strict=True), (step.bias, plain(step.bias)), (step.value, plain(step.value))]
    equals = "≈" if any(is_rounded(*pair) for pair in numbers) else "="
    bias = f" + {bracketed(plain(step.bias))} (bias)" if step.bias else ""
    return f"{label}{' + '.join([words[0], *map(bracketed, words[1:])])}{bias} {equals} {plain(step.value)}"


def channel_walk_lines(walk: Walk, steps: Sequence[Step], *, width: int | None = None) -> list[str]:
    """All output values; see `text.walk_lines`."""
    channels, lines = walk.channels, []
    for index, channel in enumerate(channels[:MOST_CHANNELS]):
        values, beyond = framed(channel)
        blocks = [block("input", values, beyond)]
        if walk.convolves:
            blocks.append(kernel_block(channel.given, "kernel", "*"))
        else:
            blocks.append(kernel_block(channel.kernel, "kernel", "⋆"))
        partial = np.array([channel.step(*step.at).value for step in steps]).reshape(walk.shape)
        blocks.append(block("sum", partial, sign="="))
        lines += [f"{channel_name(index, len(channels))}:", *beside(blocks, width), ""]
    if len(channels) > MOST_CHANNELS:
        lines += [f"and {many(len(channels) - MOST_CHANNELS, 'more channel')}", ""]
    output = np.array([step.value for step in steps]).reshape(walk.shape)
    lines += [*beside([block("output", output)], width), ""]
    if rule_words(walk):
        lines += [*wrapped_line("; ".join(rule_words(walk)), width), ""]
    for step in steps:
        lines += wrapped_line(channels_sum(walk, step, f"[{step.at[0]}, {step.at[1]}]  "), width)
    if any(step.beyond.any() for step in steps):
        lines += ["", "[ ]: from beyond the edge, by the border rule"]
    return lines
