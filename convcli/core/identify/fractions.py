"""Fractions that fit weights within their error: the smallest common denominator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
MOST_DENOMINATOR = 10_000
TOO_WIDE = 0.4  # of the distance between numerators: then any denominator fits
BY_CHANCE = 0.3  # denominators that would fit any weights: more than that prove nothing


@dataclass(frozen=True, eq=False)
class Fractions:
    """weights = numerators / denominator; `chance` is how many denominators up to this fit any weights at all."""

    numerators: Array
    denominator: int
    chance: float


def candidates(weights: Array, off: Array) -> Iterator[Fractions]:
    """Fractions no further than `off` from the weights, the smallest denominator first; those that mean something."""
    yield from _equal(weights, off)
    largest = float(np.abs(weights).max())
    allowed = np.maximum(off, 1e-12 * max(largest, 1.0)).ravel()
    denominators = np.arange(1, min(MOST_DENOMINATOR, int(TOO_WIDE / max(allowed.max(), 1e-15)) + 1) + 1)
    flat = weights.ravel()
    fits = np.ones(denominators.size, dtype=bool)
    for weight, error in zip(flat, allowed, strict=True):
        scaled = weight * denominators[fits]
        fits[fits] = np.abs(scaled - np.rint(scaled)) <= error * denominators[fits]
    distinct = np.array([error for _, error in _distinct(np.abs(flat), allowed)])
    chances = np.cumsum(np.prod(np.minimum(2 * np.outer(denominators, distinct), 1.0), axis=1))
    for index in np.flatnonzero(fits):
        denominator = int(denominators[index])
        before = float(chances[index - 1]) if index else 0.0
        if before > BY_CHANCE:
            return
        numerators = np.rint(weights * denominator).astype(np.int64)
        if numerators.any() and np.gcd.reduce(numerators, axis=None, initial=denominator) == 1:
            yield Fractions(numerators, denominator, before)


def _distinct(sizes: Array, allowed: Array) -> list[tuple[float, float]]:
    """The sizes that differ, each with its error: equal ones prove a denominator once, and zeros fit any."""
    found: list[tuple[float, float]] = []
    for place in np.argsort(sizes):
        size, error = float(sizes[place]), float(allowed[place])
        if size <= error:
            continue
        if found and size - found[-1][0] <= error + found[-1][1]:
            found[-1] = found[-1][0], min(found[-1][1], error)
        else:
            found.append((size, error))
    return found


def _equal(weights: Array, off: Array) -> Iterator[Fractions]:
    """All weights the same, one by a whole number: wide boxes, whose single weights are known less well."""
    mean = float(weights.mean())
    if weights.size < 2 or not mean or (np.abs(weights - mean) > off).any():
        return
    denominator = round(1 / abs(mean))
    if denominator and abs(weights.sum() - weights.size * np.sign(mean) / denominator) < 0.02:
        for near in sorted({denominator, weights.size}, key=lambda n: abs(n - 1 / abs(mean))):
            yield Fractions(np.full(weights.shape, np.sign(mean), dtype=np.int64), int(near), 0.0)
