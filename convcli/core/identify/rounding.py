"""Rounding to whole numbers, seven ways; of exact fractions without a division, and of floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[Any]  # int64


def round_fractions(numerators: Whole, denominator: int, way: str) -> Whole:
    """numerators / denominator, rounded; exact.

    >>> [round_fractions(np.array([-3, 3, 5]), 2, way).tolist() for way in ("half up", "half even", "toward zero")]
    [[-1, 2, 3], [-2, 2, 2], [-1, 1, 2]]
    """
    n, d = numerators, denominator
    rounded: Whole
    match way:
        case "down":
            rounded = n // d
        case "up":
            rounded = -((-n) // d)
        case "toward zero":
            rounded = np.sign(n) * (np.abs(n) // d)
        case "half down":
            rounded = -((d - 2 * n) // (2 * d))
        case "half away":
            rounded = np.sign(n) * ((2 * np.abs(n) + d) // (2 * d))
        case "half up":
            rounded = (2 * n + d) // (2 * d)
        case _:
            up = (2 * n + d) // (2 * d)
            rounded = up - (((2 * n + d) % (2 * d) == 0) & (up % 2 != 0))  # half even
    return rounded


def round_floats(values: NDArray[Any], way: str) -> Whole:
    """Values rounded; NaN is an error of the caller.

    >>> round_floats(np.array([-1.5, 1.5, 2.5]), "half away").tolist()
    [-2, 2, 3]
    """
    match way:
        case "down":
            rounded = np.floor(values)
        case "up":
            rounded = np.ceil(values)
        case "toward zero":
            rounded = np.trunc(values)
        case "half down":
            rounded = np.ceil(values - 0.5)
        case "half away":
            rounded = np.sign(values) * np.floor(np.abs(values) + 0.5)
        case "half up":
            rounded = np.floor(values + 0.5)
        case _:
            rounded = np.rint(values)
    whole: Whole = rounded.astype(np.int64)
    return whole


def kept_in(whole: Whole, overflow: str, dtype: Any) -> NDArray[Any]:
    """Whole numbers in a dtype of whole numbers: clamped to its range, or what is left by its size."""
    limits = np.iinfo(dtype)
    if overflow == "wrap":
        span = int(limits.max) - int(limits.min) + 1
        return ((whole - int(limits.min)) % span + int(limits.min)).astype(dtype)
    return np.clip(whole, limits.min, limits.max).astype(dtype)
