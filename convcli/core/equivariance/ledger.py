"""The ledger: two routes to one output, compared place by place, inside the band and in it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.core.equivariance.band import Band
from convcli.core.equivariance.by_bands import Lines, bands
from convcli.core.samples import distance


@dataclass(frozen=True)
class Part:
    """A part of the output.

    Attributes:
        pixels: places (rows times columns).
        mismatched: places where any map differs by more than the tolerance.
        max_error: the largest difference, in the picture's units; 0 for no pixels.
        rms_error: the root of the mean squared difference over all maps.
    """

    pixels: int
    mismatched: int
    max_error: float
    rms_error: float


@dataclass(frozen=True)
class Ledger:
    """Where two routes agree.

    Attributes:
        interior: what both compute from the same original pixels.
        border: the rest, which padding or fill can reach.
        band: the border's width on each side, predicted.
        tolerance: the largest difference that is rounding; 0 for whole numbers.
        opposite: whether the second route gives the negative of the first in the interior (and not 0).
    """

    interior: Part
    border: Part
    band: Band
    tolerance: float
    opposite: bool = False

    @property
    def holds(self) -> bool:
        """Whether no place outside the predicted band differs."""
        return self.interior.mismatched == 0


class _Tally:
    """Running sums of one part."""

    def __init__(self) -> None:
        self.mismatched, self.largest, self.squares = 0, 0.0, 0.0

    def add(self, difference: Array, tolerance: float) -> None:
        if not difference.size:
            return
        self.mismatched += int(np.count_nonzero(difference.max(axis=2) > tolerance))
        self.largest = max(self.largest, float(difference.max()))
        flat = difference.reshape(-1)
        self.squares += float(np.dot(flat, flat))

    def part(self, pixels: int, maps: int) -> Part:
        rms = math.sqrt(self.squares / (pixels * maps)) if pixels and math.isfinite(self.squares) else self.largest
        return Part(pixels, self.mismatched, self.largest, rms)


def compare(first: Lines, second: Lines, band: Band, tolerance: float) -> Ledger:
    """Compare two outputs of the same shape, (H, W) or (H, W, maps).

    NaN and infinity agree with themselves only; where they do not, the difference is infinite.
    """
    height, width = first.shape[:2]
    inner_rows, inner_columns = band.interior(height, width)
    inside, outside = _Tally(), _Tally()
    for rows in bands(height, math.prod(first.shape[1:])):
        own, other = (route[rows].reshape(rows.stop - rows.start, width, -1) for route in (first, second))
        if np.array_equal(own, other):
            continue
        difference = magnitude(own, other)
        inner = slice(max(inner_rows.start, rows.start) - rows.start, min(inner_rows.stop, rows.stop) - rows.start)
        if inner.start < inner.stop and inner_columns.start < inner_columns.stop:
            inside.add(difference[inner, inner_columns], tolerance)
            for part in _around(difference, inner, inner_columns):
                outside.add(part, tolerance)
        else:
            outside.add(difference, tolerance)
    pixels = (inner_rows.stop - inner_rows.start) * (inner_columns.stop - inner_columns.start)
    maps = math.prod(first.shape[2:])
    return Ledger(inside.part(pixels, maps), outside.part(height * width - pixels, maps), band, tolerance)


def _around(difference: Array, rows: slice, columns: slice) -> list[Array]:
    middle = difference[rows]
    return [difference[: rows.start], difference[rows.stop :], middle[:, : columns.start], middle[:, columns.stop :]]


def magnitude(first: Array, second: Array) -> NDArray[np.float64]:
    """|first - second| in float64; 0 where both are the same NaN or infinity, infinite where one alone is."""
    with np.errstate(invalid="ignore"):
        difference = distance(first, second)
    odd = np.isnan(difference)
    if odd.any():
        same = (first == second) | (np.isnan(first) & np.isnan(second))
        difference[odd] = np.where(same[odd], 0.0, np.inf)
    return difference


def opposite(first: Lines, second: Lines, band: Band, tolerance: float) -> bool:
    """Whether second is -first in the interior, and not 0 everywhere."""
    inner_rows, columns = band.interior(*first.shape[:2])
    anything = False
    for rows in bands(inner_rows.stop, math.prod(first.shape[1:]), inner_rows.start):
        own, other = first[rows][:, columns], second[rows][:, columns]
        if not (magnitude(own, -other) <= tolerance).all():
            return False
        anything = anything or bool(np.any(own))
    return anything
