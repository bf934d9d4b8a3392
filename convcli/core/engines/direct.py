"""Direct: shift and add, the definition itself, one tap of the kernel at a time.

Taps of 1 and -1 are added or subtracted without multiplying; taps of equal
magnitude are summed first and multiplied once (see `shift_add`).  Integer
pictures with integer (or common-fraction) kernels are summed in the narrowest
exact integer type.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.bands import Scratch, band_rows
from convcli.core.problem import Problem
from convcli.core.shift_add import Tap, TapGroup, passes, shift_and_add, tap_groups

NAME = "direct"

Array = NDArray[Any]
# Measured on two cores with AVX-512, November 2026, bands in the shared cache:
NS_PER_BYTE = 0.045  # one addition or multiplication, per byte of the result's dtype
NS_PER_CALL = 1200.0  # one NumPy call on next to nothing
STRIDED = 6.0  # times as long where samples do not lie side by side


def cost(problem: Problem) -> float | None:
    """Nanoseconds, one thread: proportional to the passes that shift and add makes."""
    samples = problem.out_height * problem.out_width * problem.out_channels
    dtype, weights, factor = arithmetic(problem)
    additions = sum(passes(kernel) for kernel in weights)
    pace = NS_PER_BYTE * dtype.itemsize
    if problem.stride > 1 or problem.mixing:
        pace *= STRIDED
    per_filter = NS_PER_BYTE * (dtype.itemsize + (3 * problem.float_dtype.itemsize if factor != 1.0 else 0))
    gathered = NS_PER_BYTE * dtype.itemsize * problem.stride**2 * problem.channels / problem.out_channels
    return NS_PER_CALL * (additions + 10) + samples * (gathered + per_filter * problem.filters + additions * pace)


def prepare(problem: Problem) -> DirectRunner:
    """A runner that adds shifted copies of the strip."""
    return DirectRunner(problem)


def arithmetic(problem: Problem) -> tuple[np.dtype[Any], NDArray[np.float64], float]:
    """Dtype of the sums, the weights in it, and the factor that is left to multiply by.

    For whole numbers and common fractions it is the narrowest integer dtype that holds every
    result; partial sums may wrap.
    """
    weights, factor = problem.weights, 1.0
    if problem.exact:
        low, high = problem.whole_range(weights)
    elif problem.fraction is not None:
        weights, factor = problem.fraction
        low, high = problem.whole_range(weights)
    else:
        return problem.float_dtype, weights, 1.0
    for integer in (np.int16, np.int32, np.int64):
        if -np.iinfo(integer).max <= low and high <= np.iinfo(integer).max:
            return np.dtype(integer), weights, factor
    return problem.float_dtype, problem.weights, 1.0


class DirectRunner:
    """Shift and add over one strip."""

    spreads = False

    def __init__(self, problem: Problem, dtype: np.dtype[Any] | None = None) -> None:
        self.problem = problem
        self.dtype, weights, self.factor = arithmetic(problem)
        if dtype is not None and dtype != self.dtype:
            self.dtype, weights, self.factor = dtype, problem.weights, 1.0
        self.weights, self.band_rows = weights, band_rows(problem)

    @cached_property
    def groups(self) -> list[list[TapGroup]]:
        """The taps of each kernel; as a fallback for NaN this runner is seldom run, and then builds none."""
        return [tap_groups(kernel, self.problem.mixing) for kernel in self.weights]

    def run(self, strip: Array, target: Array | None, scratch: Scratch) -> Array:
        """Correlate one strip; see `bands.Runner`."""
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        rows = shape[0]
        if problem.filters == 1:
            response = self._one(strip, self.groups[0], rows, scratch).reshape(shape)
            return response if target is None else _into(target, response)
        if target is None:
            target = scratch.array("responses", shape, problem.result_dtype)
        for f, groups in enumerate(self.groups):
            one = self._one(strip, groups, rows, scratch)
            target[:, :, f, :] = one.reshape(rows, problem.out_width, problem.out_channels)
        return target

    def _one(self, strip: Array, groups: list[TapGroup], rows: int, scratch: Scratch) -> Array:
        views = _Views(strip, self.problem, rows)
        total = shift_and_add(groups, views.__getitem__, scratch.array("total", views.shape, self.dtype), scratch)
        return total if self.factor == 1.0 else scaled(total, self.factor, self.problem.float_dtype, scratch)


def scaled(whole: Array, factor: float, dtype: np.dtype[Any], scratch: Scratch) -> Array:
    """whole * factor in a float dtype."""
    out = scratch.array("scaled", whole.shape, dtype)
    np.copyto(out, whole)  # copy, then multiply: half the time of one multiplication of mixed dtypes
    np.multiply(out, dtype.type(factor), out=out)
    return out


class _Views:
    """The strip as each tap sees it: shifted, strided, of the output's shape."""

    def __init__(self, strip: Array, problem: Problem, rows: int) -> None:
        self.strip, self.rows, self.stride, self.dilation = strip, rows, problem.stride, problem.dilation
        self.channels, self.columns = problem.channels, problem.out_width
        # Channels-last needs no transposing: a row is one vector, a pixel to the right is C samples along.
        self.flat = problem.stride == 1 and not problem.mixing
        self.solid = strip.reshape(strip.shape[0], problem.padded_width, problem.channels)
        self.shape: tuple[int, ...]
        if self.flat:
            self.shape = (rows, problem.out_width * problem.channels)
        else:
            self.shape = (rows, problem.out_width, problem.out_channels)

    def __getitem__(self, tap: Tap) -> Array:
        row, column = tap.row * self.dilation, tap.column * self.dilation
        if self.flat:
            return self.strip[row : row + self.rows, column * self.channels : (column + self.columns) * self.channels]
        across = slice(column, column + (self.columns - 1) * self.stride + 1, self.stride)
        channel = slice(None) if tap.channel is None else slice(tap.channel, tap.channel + 1)
        return self.solid[row : row + (self.rows - 1) * self.stride + 1 : self.stride, across, channel]


def _into(target: Array, response: Array) -> Array:
    np.copyto(target, response, casting="unsafe")
    return target
