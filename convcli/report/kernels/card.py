"""One kernel: its numbers, properties and frequency response, as text, JSON and a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Weights
from convcli.core.kernel.facts import KernelFacts
from convcli.core.kernel.kernel import Kernel
from convcli.report.printing.numbers import plain
from convcli.report.printing.table import Column, Table

COLOURS = ("red", "green", "blue")
MOST_PRINTED = 15  # rows or columns whose numbers are still read by people


@dataclass(frozen=True, eq=False)
class Card:
    """All that is shown of one kernel.

    Attributes:
        about, source, note: what the catalogue says of it; empty for a kernel of the user's own.
        response: |H|, (N, N), zero frequency in the middle.
        plan: what `apply` would run and what it would cost, in words.
    """

    kernel: Kernel
    facts: KernelFacts
    response: Weights
    about: str = ""
    source: str = ""
    note: str = ""
    plan: str = ""


def heading(card: Card) -> list[str]:
    """Name and size, then what the catalogue says, a line each."""
    channels = card.kernel.channels
    of = "" if channels is None else f" on {channels} channel{'s' if channels != 1 else ''}"
    lines = [f"{card.kernel.name}, {card.kernel.size_words}{of}, for correlation"]
    return lines + [line for line in (card.about, card.source, card.note) if line]


def number_lines(weights: Weights) -> list[str]:
    """The numbers in columns of one width, channel by channel; a line that says so where they are too many."""
    if max(weights.shape) > MOST_PRINTED:
        return [f"({'x'.join(map(str, weights.shape))} numbers: --json prints them)"]
    if weights.ndim == 3:
        lines = []
        for index, channel in enumerate(weights):
            lines += [*([""] if index else []), f"{channel_name(index, len(weights))}:", *number_lines(channel)]
        return lines
    words = [[plain(value) for value in row] for row in weights]
    width = max(len(word) for row in words for word in row)
    return [" ".join(word.rjust(width) for word in row) for row in words]


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
        ("L1, L2 norm", f"{plain(facts.l1)}, {plain(facts.l2)}"),
        *([("by channel", _row(np.array(facts.channel_sums)))] if facts.channel_sums else []),
        _rank_row(facts),
        *([("column x row", f"[{_row(facts.factors[0])}] x [{_row(facts.factors[1])}]")] if facts.factors else []),
        ("unchanged by", ", ".join(facts.symmetries[1:]) or "nothing"),
        ("negated by", ", ".join(facts.antisymmetries) or "nothing"),
        ("convolution", _convolution_words(facts)),
        *([("zero-crossing", _crossing_words(facts))] if facts.channel_sums is None else []),
        ("largest gain", f"{gain_words(gain)} near ({at[0]:.3g}, {at[1]:.3g}) cycles per pixel (x, y)"),
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
