"""Stride and size, from the sizes of what went in and what came out."""

from __future__ import annotations

from collections.abc import Iterable

MOST_STRIDE = 8
Lengths = Iterable[tuple[int, int]]
Law = tuple[int, int]  # stride, spare


def laws(lengths: Lengths) -> list[Law]:
    """Every (stride, spare) with out = floor((n + spare) / stride) + 1 for all pairs (n, out), smallest stride first.

    >>> laws([(113, 57), (130, 65), (72, 36)])
    [(2, -1)]
    """
    pairs = sorted(set(lengths))
    found = []
    for stride in range(1, MOST_STRIDE + 1):
        lowest = max(stride * (out - 1) - n for n, out in pairs)
        highest = min(stride * out - 1 - n for n, out in pairs)
        found += [(stride, spare) for spare in range(lowest, highest + 1)]
    return found
