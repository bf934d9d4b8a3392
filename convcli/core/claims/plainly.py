"""Plainly: the sums of the chapter written out as loops, sharing no code with the engines that are checked by them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from convcli.core.arrays import Array, Floats

Numbers = Sequence[Sequence[float]]


def correlated_at(plane: Array, weights: Array, row: int, column: int) -> Fraction:
    """sum_ij weights[i, j] * plane[row + i, column + j], exactly; the window stands inside the plane."""
    total = Fraction(0)
    for i, taps in enumerate(weights.tolist()):
        for j, tap in enumerate(taps):
            total += Fraction(tap) * Fraction(plane[row + i, column + j].item())
    return total


def turned(weights: Array) -> Array:
    """The kernel with rows and columns in reverse order, number by number."""
    h, w = weights.shape
    return np.array([[weights[h - 1 - i, w - 1 - j] for j in range(w)] for i in range(h)])


def valid_by_loops(plane: Array, weights: Array) -> Floats:
    """out[r, c] = sum_ij weights[i, j] * plane[r + i, c + j] for every window inside, float64 (H-h+1, W-w+1).

    A loop over the kernel alone: each weight meets all positions at once.
    """
    h, w = weights.shape
    height, width = plane.shape[0] - h + 1, plane.shape[1] - w + 1
    total = np.zeros((height, width))
    for i in range(h):
        for j in range(w):
            total += weights[i, j] * plane[i : i + height, j : j + width].astype(np.float64)
    return total


def middle_of(plane: Array, side: int) -> Array:
    """The middle of an array, at most side x side."""
    rows, columns = (slice((n - min(n, side)) // 2, (n + min(n, side)) // 2) for n in plane.shape[:2])
    return plane[rows, columns]


def places(shape: tuple[int, int], count: int, seed: int) -> list[tuple[int, int]]:
    """Random places of an output, and its four corners."""
    height, width = shape
    random = np.random.default_rng(seed)
    chosen = zip(random.integers(0, height, count).tolist(), random.integers(0, width, count).tolist(), strict=True)
    return [(0, 0), (0, width - 1), (height - 1, 0), (height - 1, width - 1), *chosen]


def agreement(given: Array, expected: Array, magnitude: float) -> tuple[bool, float]:
    """Whether two arrays agree to what rounding explains, and the largest difference.

    Args:
        magnitude: the largest sum of magnitudes that a value is made of; float32 arithmetic errs by 1e-5 of it at most.
    """
    if given.shape != expected.shape:
        return False, float("inf")
    largest = float(np.max(np.abs(np.asarray(given, np.float64) - expected), initial=0.0))
    return largest <= 1e-5 * magnitude, largest
