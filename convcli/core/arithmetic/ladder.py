"""Ladders: a row of taps as a product of shorter rows, so that it takes fewer additions.

    1 4 6 4 1            = (1 1) * (1 1) * (1 1) * (1 1)        4 additions
    1 1 1 1 1 1 1 1      = (1 1) * (1 0 1) * (1 0 0 0 1)        3 additions
    -1 -2 0 2 1          = (1 1) * (1 1) * (-1 0 1)             3 additions

where * is convolution.  Whole numbers only: the products are exact.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from convcli.core.arithmetic.shift_add import operations, tap_groups

Row = tuple[int, ...]
LONGEST = 129  # rows longer than this are left as they are: the search would take longer than it saves


@lru_cache(maxsize=256)
def ladder(row: Row) -> tuple[Row, ...]:
    """Factors whose convolution is the row, chosen for the fewest passes of shift and add.

    >>> ladder((1, 2, 1))
    ((1, 1), (1, 1))
    """
    return _search(row)[1] if len(row) <= LONGEST else (row,)


@lru_cache(maxsize=256)
def passes(factors: tuple[Row, ...]) -> int:
    """Passes over the samples that the factors take, one after the other."""
    return sum(_direct(factor) for factor in factors)


def _direct(row: Row) -> int:
    return 0 if row == (1,) else operations(tap_groups(np.array([[row]], np.float64)))


def _search(row: Row) -> tuple[int, tuple[Row, ...]]:
    best: tuple[int, tuple[Row, ...]] = _direct(row), (row,)
    for gap in range(1, len(row)):
        for factor in _short(gap, len(row)):
            rest = _divided(row, factor)
            if rest is None:
                continue
            count, factors = _search(rest)  # the first factor that divides leaves a shorter row: no branching
            total = _direct(factor) + count
            if total < best[0]:
                best = total, (factor, *(f for f in factors if f != (1,)))
            return best
    return best


def _short(gap: int, length: int) -> list[Row]:
    """Rows of two or three taps of 1, `gap` apart, that fit the length."""
    between = (0,) * (gap - 1)
    rows = [(1, *between, 1)]
    if 2 * gap < length:
        rows.append((1, *between, 1, *between, 1))
    return rows


def _divided(row: Row, factor: Row) -> Row | None:
    """The row whose convolution with the factor is `row`, or None."""
    rest = list(row)
    quotient = []
    for position in range(len(row) - len(factor) + 1):
        lead = rest[position]  # every factor begins with 1
        quotient.append(lead)
        for offset, tap in enumerate(factor):
            rest[position + offset] -= lead * tap
    return None if any(rest) else tuple(quotient)
