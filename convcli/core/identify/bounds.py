"""Weights that keep most answers within their rounding, where none keep all."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
ROUNDS = 40
LOOK_BACK = 4  # rounds; where they took nothing away there are no such numbers
TAKEN = 0.8
EASING = 0.75  # the fewer pairs lie outside, the less the others hold back
SHORT = 5e-6  # of a level


def in_levels(table: Array, lower: Array, upper: Array) -> tuple[Array, Array, Array]:
    """The same bounds, each one level wide: light is counted in levels of the answer there."""
    width = np.where(np.isfinite(upper - lower), upper - lower, 1.0)
    if np.abs(width - 1).max(initial=0) < 1e-9:
        return table, lower, upper
    return table / width[:, None], lower / width, upper / width


def inside(start: Array, table: Array, lower: Array, upper: Array, stay: float = 1e-4) -> tuple[Array, bool]:
    """Numbers near `start` with lower <= table @ numbers <= upper, and whether they are.

    Newton's steps on the sum of squares of what lies outside; each step weighs those pairs alone, and a little of all
    (`stay` is their weight).
    """
    found = start
    keep = stay * (table.T @ table)
    left: list[float] = []
    for turn in range(ROUNDS):
        given = table @ found
        outside = np.clip(given, lower, upper) - given
        out = np.flatnonzero(np.abs(outside) > SHORT)
        if not out.size:
            return found, True
        left.append(float(outside @ outside))
        if turn >= 2 * LOOK_BACK and left[-1] > TAKEN * left[-1 - LOOK_BACK]:
            break
        # A little further than the bound, so that it is passed and not only neared.
        target = outside[out] * 1.05 + np.sign(outside[out]) * SHORT / 4
        rows = table[out]
        found = found + np.linalg.solve(rows.T @ rows + EASING**turn * keep, rows.T @ target)
    return found, False
