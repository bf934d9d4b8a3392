"""Slopes: slope * (v - low) / (high - low), rounded half to even as exact fractions are.

The arithmetic is done in floats, which may miss by a little; what matters is the values beside a half, where a
little decides.  Two ways settle them:

    whole numbers   a value is at a half or at least 1 / (2 q) from it, q being the reduced run: laid on a grid between
                    the floats' error and that distance, it is at the half exactly or clearly beside it
    floats          those nearer to a half than the error are compared with the threshold itself: the least value
                    of their dtype that is rounded up, found in exact fractions
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from convcli.core.arithmetic.scratch import work_memory
from convcli.core.arrays import Array, Mask

NARROW, WIDE = np.dtype(np.float32), np.dtype(np.float64)
DIGITS: dict[np.dtype[Any], int] = {NARROW: 24, WIDE: 53}  # binary, of a float's significand
ERROR_UNITS = 8.0  # roundings of half a unit that the arithmetic below stays under: at most five are made
MOST_NARROW = 255  # slopes beyond have errors in float32 that bring many values too near to a half
COMFORTABLE = (1e-280, 1e280)  # runs whose slopes and differences do not leave float64


class Slope(NamedTuple):
    """slope * (v - low) / (high - low), exactly, for slope > 0 and low < high: Python's ints or floats."""

    slope: float
    low: float
    high: float

    def rounded(self, response: Array, offset: int = 0) -> Array:
        """Every value plus an even offset, rounded half to even: whole numbers in floats, in this thread's memory.

        Exact for values from low to high; of those beyond, only that they lie beyond.  NaN stays NaN.
        """
        axes = sorted(range(response.ndim), key=lambda axis: -response.strides[axis])
        as_it_lies = response.transpose(axes)
        plan = _whole_plan(self, response.dtype) if response.dtype.kind in "iu" else None
        values = self._whole(as_it_lies, offset, *plan) if plan else self._compared(as_it_lies, offset)
        return values.transpose(np.argsort(axes))

    def _whole(self, response: Array, offset: int, dtype: np.dtype[Any], snap: float) -> Array:
        values = work_memory("sloped", response.shape, dtype)
        np.copyto(values, response, casting="unsafe")
        if self.low:
            np.subtract(values, dtype.type(self.low), out=values)
        np.multiply(values, dtype.type(self.slope / (self.high - self.low)), out=values)
        if snap:
            np.add(values, dtype.type(snap), out=values)
        if offset != snap:
            np.add(values, dtype.type(offset - snap), out=values)
        np.rint(values, out=values)
        return values

    def _compared(self, response: Array, offset: int) -> Array:
        dtype = self._float_dtype(response.dtype)
        values, whole = (work_memory(name, response.shape, dtype) for name in ("sloped", "whole"))
        with np.errstate(invalid="ignore", over="ignore"):
            self._floats(response, values)
            np.rint(values, out=whole)
            np.subtract(values, whole, out=values)
            np.abs(values, out=values)
            near = values > 0.5 - self._error(dtype)
        if near.any():
            self._settle(response, whole, near)
        if offset:
            np.add(whole, dtype.type(offset), out=whole)
        return whole

    def _float_dtype(self, dtype: np.dtype[Any]) -> np.dtype[Any]:
        narrow = dtype == NARROW and self.slope <= MOST_NARROW and 1e-30 < self.high - self.low < 1e30
        return NARROW if narrow and float(np.float32(self.low)) == self.low else WIDE

    def _error(self, dtype: np.dtype[Any]) -> float:
        return math.ldexp(ERROR_UNITS * self.slope, -DIGITS[dtype])

    def _floats(self, response: Array, values: Array) -> None:
        """The values in floats, each within five roundings of the exact one."""
        if response.dtype.kind in "iu" and float(self.low).is_integer():
            # Of 64 bits: the difference is taken before floats round, modulo 2^64.
            low = np.array(int(self.low) & ((1 << 64) - 1), np.uint64)
            np.copyto(values, response.astype(np.uint64) - low if low else response)
            np.multiply(values, self.slope / (self.high - int(self.low)), out=values)
            return
        kind, run = values.dtype.type, float(self.high) - float(self.low)
        scale = 1.0 if COMFORTABLE[0] < run < COMFORTABLE[1] else 2.0**600 if run < 1 else 2.0**-60
        if scale != 1.0:
            response = np.multiply(response, scale, out=values, dtype=WIDE)
            run = float(self.high) * scale - float(self.low) * scale
        if self.low:
            response = np.subtract(response, kind(self.low * scale), out=values, dtype=kind)  # NumPy 1 asks for it
        np.multiply(response, kind(self.slope / run), out=values, dtype=kind)

    def _settle(self, response: Array, whole: Array, near: Mask) -> None:
        """Round the values beside a half by comparing them with the threshold between their two neighbours."""
        flat = np.flatnonzero(near)
        values = (
            response.reshape(-1)[flat] if response.flags.c_contiguous else response[np.unravel_index(flat, near.shape)]
        )
        wide = np.empty(values.shape, WIDE)
        self._floats(values, wide)
        below = np.rint(wide - 0.5)
        beyond = np.abs(below) > self.slope + 1  # such are clamped, wherever they lie
        if beyond.any():
            flat, values, below = flat[~beyond], values[~beyond], below[~beyond]
        if below.size:
            below += values >= self._thresholds(below, response.dtype)
            whole.reshape(-1)[flat] = below

    def _thresholds(self, levels: Array, dtype: np.dtype[Any]) -> Array:
        """The threshold above each of these levels, from -slope - 1 to slope + 1."""
        lowest = -math.ceil(self.slope) - 1
        places = levels.astype(np.intp) - lowest
        table = _table(self, dtype.str)
        for place in np.flatnonzero(np.bincount(places[~table.known[places]])).tolist():
            table.values[place], table.known[place] = threshold(self, lowest + place, dtype), True
        found: Array = table.values[places]
        return found


class Table(NamedTuple):
    """Thresholds of one slope, and which of them are known by now."""

    values: Array
    known: Mask


@lru_cache(maxsize=8)
def _table(line: Slope, dtype: str) -> Table:
    """An empty table; it belongs to all threads, and two of them may find the same threshold."""
    size = 2 * math.ceil(line.slope) + 3
    return Table(np.empty(size, object if np.dtype(dtype).kind in "iu" else WIDE), np.zeros(size, bool))


def _whole_plan(line: Slope, dtype: np.dtype[Any]) -> tuple[np.dtype[Any], float] | None:
    """The floats in which whole numbers come out right, and what to add and take away to lay them on the grid."""
    if not all(float(number).is_integer() for number in line):
        return None
    slope, low, high = map(int, line)
    widest = max(abs(low), abs(high), high - low, 2**16 if dtype.itemsize <= 2 else 0)
    reduced = (high - low) // math.gcd(slope, high - low)
    for floats, digits in DIGITS.items():
        if floats == NARROW and dtype.itemsize > 2:
            continue
        grid = math.ceil(math.log2(slope)) + 3 - digits  # at least four times the error of two roundings
        if widest < 2**digits and reduced <= 2.0 ** (-grid - 1):
            return floats, 0.0 if reduced % 2 else 1.5 * 2.0 ** (digits - 1 + grid)
    return None


def threshold(line: Slope, level: int, dtype: np.dtype[Any]) -> Any:
    """The least value of a dtype that is rounded to level + 1 and not to level; a half goes to the even neighbour."""
    from fractions import Fraction

    slope, low, high = map(Fraction, line)
    half = low + Fraction(2 * level + 1, 2) * (high - low) / slope
    upwards = level % 2 == 1
    if dtype.kind in "iu":
        return math.ceil(half) if upwards else math.floor(half) + 1

    def reaches(value: Any) -> bool:
        return Fraction(float(value)) >= half if upwards else Fraction(float(value)) > half

    value = dtype.type(float(half))
    while not reaches(value):
        value = np.nextafter(value, dtype.type(math.inf))
    while reaches(lower := np.nextafter(value, dtype.type(-math.inf))):
        value = lower
    return value
