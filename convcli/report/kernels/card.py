"""One kernel: its numbers, properties and frequency response, as text, JSON and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Weights
from convcli.core.kernel.facts import KernelFacts
from convcli.core.kernel.kernel import Kernel
from convcli.errors import many
from convcli.report.printing.aligned import aligned, number_words
from convcli.report.printing.numbers import plain, short, spoken
from convcli.report.printing.table import Column, Rounded, Table
from convcli.report.printing.wrapping import INDENT

COLOURS = ("red", "green", "blue")
MOST_BESIDE = 5  # rows or columns of kernels that are shown side by side
BETWEEN = "   "
PAGE = 100  # columns of what goes into a pipe in blocks
CARD_DIGITS = 4
MOST_PRINTED = 15  # rows or columns whose numbers are still read by people


@dataclass(frozen=True, eq=False)
class Card:
    """All that is shown of one kernel.

    Attributes:
        about, source, note: what the catalogue says of it; empty for a kernel of the user's own.
        response: |H|, (N, N), zero frequency in the middle.
        plan: what `apply` would run and what it would cost, in words.
        arguments: that the kernel takes, each as one types it with its default, and what it means.
    """

    kernel: Kernel
    facts: KernelFacts
    response: Weights
    about: str = ""
    source: str = ""
    note: str = ""
    plan: str = ""
    arguments: tuple[tuple[str, str], ...] = ()


def heading(card: Card) -> list[str]:
    """Name and size, then what the catalogue says, a line each."""
    channels = card.kernel.channels
    of = "" if channels is None else f" on {many(channels, 'channel')}"
    lines = [f"{card.kernel.name}, {card.kernel.size_words}{of}, for correlation"]
    return lines + [line for line in (card.about, card.source, card.note) if line] + argument_lines(card.arguments)


def argument_lines(arguments: Sequence[tuple[str, str]]) -> list[str]:
    """What an entry takes behind its colon, a line each."""
    wide = max((len(typed) for typed, _ in arguments), default=0)
    return ["", *(f"{INDENT}{typed:<{wide}}  {about}" for typed, about in arguments)] if arguments else []


def member_table(cards: Sequence[Card], most: int | None = None) -> Table:
    """The kernels of a bank, a line each, and how many more there are.

    Args:
        most: lines at most; None for all.
    """
    columns = [Column("kernel", wrap=False), Column("size", wrap=False)]
    columns += [Column(name, "right") for name in ("sum", "L1 norm", "rank")] + [Column("unchanged by")]
    rows = [
        [
            card.kernel.name,
            card.kernel.size_words,
            Rounded(card.facts.sum),
            Rounded(card.facts.l1),
            card.facts.rank,
            ", ".join(card.facts.symmetries[1:]) or "nothing",
        ]
        for card in cards[:most]
    ]
    left = len(cards) - len(rows)
    notes = [f"... {many(left, 'more kernel')}: a pipe gets all, --json their numbers, -o draws them"] if left else []
    return Table(columns, rows, notes=notes or ["--json prints their numbers, -o draws them"])


def weight_lines(weights: Weights, width: int | None = None) -> list[str]:
    """The numbers in columns of one width, channel by channel; of more than fit, how many more there are."""
    if weights.ndim == 3:
        lines = []
        for index, channel in enumerate(weights):
            lines += [*([""] if index else []), f"{channel_name(index, len(weights))}:", *weight_lines(channel, width)]
        return lines
    words = number_words(weights.tolist(), CARD_DIGITS)
    lines = aligned(words, width, most_rows=MOST_PRINTED, most_columns=MOST_PRINTED)
    return [*lines[:-1], f"{lines[-1]}: --json prints all"] if lines[-1].startswith("...") else lines


def member_lines(cards: Sequence[Card], width: int | None = None) -> list[str]:
    """The numbers of small kernels side by side, as many as fit; nothing where one has channels, or more than 5x5."""
    if any(card.kernel.channels is not None or max(card.kernel.weights.shape) > MOST_BESIDE for card in cards):
        return []
    bands: list[list[str]] = []
    for card in cards:
        block = [card.kernel.name, *aligned(number_words(card.kernel.weights.tolist(), CARD_DIGITS))]
        before, wide = max(map(len, bands[-1] if bands else [""])), max(map(len, block))
        if not bands or len(bands[-1]) != len(block) or before + len(BETWEEN) + wide > (width or PAGE):
            bands.append(block)
        else:
            bands[-1] = [f"{left:<{before}}{BETWEEN}{right}" for left, right in zip(bands[-1], block, strict=True)]
    return [line for band in bands for line in ("", *band)]


def property_table(card: Card) -> Table:
    """The properties, a row each."""
    rows = property_rows(card)
    if card.plan:
        rows.append(("plan", card.plan))
    return Table([Column("property", wrap=False), Column("value")], rows)


def property_rows(card: Card) -> list[tuple[str, str]]:
    """Name and value of each property, in words."""
    facts = card.facts
    gain, at = facts.peak
    return [
        ("sum = DC gain", _sum_words(facts.sum, "picture" if facts.channel_sums is None else "grey")),
        ("L1, L2 norm", f"{spoken(facts.l1)}, {spoken(facts.l2)}"),
        *([("by channel", _row(np.array(facts.channel_sums)))] if facts.channel_sums else []),
        _rank_row(facts),
        *([("column × row", f"[{_row(facts.factors[0])}] × [{_row(facts.factors[1])}]")] if facts.factors else []),
        ("unchanged by", ", ".join(facts.symmetries[1:]) or "nothing"),
        ("negated by", ", ".join(facts.antisymmetries) or "nothing"),
        ("convolution", _convolution_words(facts)),
        *([("zero-crossing", _crossing_words(facts))] if facts.channel_sums is None else []),
        ("largest gain", f"{gain_words(gain)} near ({short(at[0])}, {short(at[1])}) cycles per pixel (x, y)"),
    ]


def gain_words(gain: float) -> str:
    """A gain, in the properties and at the end of its scale of colours."""
    return plain(float(f"{gain:.4g}"))


def channel_name(index: int, count: int) -> str:
    """What a channel is called: of three, by its colour, too.

    >>> channel_name(1, 3), channel_name(1, 4)
    ('channel 1 (green)', 'channel 1')
    """
    return f"channel {index} ({COLOURS[index]})" if count == len(COLOURS) else f"channel {index}"


def _rank_row(facts: KernelFacts) -> tuple[str, str]:
    if facts.channel_sums is None:
        return "rank", f"{facts.rank}{'' if facts.rank != 1 else ': separable'}"
    one = ": one pattern, weighted channel by channel" if facts.rank == 1 else ""
    return "patterns", f"{facts.rank}{one}"


def response_picture(response: Weights) -> NDArray[np.uint8]:
    """|H| from black (0) to white (its largest value), uint8."""
    largest = float(response.max()) or 1.0
    return np.rint(response * (255 / largest)).astype(np.uint8)


def _sum_words(total: float, constant: str) -> str:
    if total == 0:
        return f"0: a constant {constant} gives 0"
    return f"{plain(total)}: a constant {constant} keeps its value" if abs(total - 1) < 1e-12 else plain(total)


def _crossing_words(facts: KernelFacts) -> str:
    return "yes: the response changes sign at an edge" if facts.zero_crossing else "no"


def _convolution_words(facts: KernelFacts) -> str:
    if "rotate180" in facts.symmetries:
        return "the same as correlation"
    if "rotate180" in facts.antisymmetries:
        return "the negative of correlation"
    return "differs from correlation"


def _row(factor: Weights, most: int = 9) -> str:
    words = [plain(float(f"{value:.4g}")) for value in factor]
    return " ".join(words if len(words) <= most else [*words[: most - 2], "...", words[-1]])
