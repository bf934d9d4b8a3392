"""Direct: shift and add, the definition itself, one tap of the kernel at a time.

Taps of 1 and -1 are added or subtracted without multiplying; taps of equal
magnitude are summed first and multiplied once.  Integer pictures with integer
(or common-fraction) kernels are summed in the narrowest exact integer type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.bands import Scratch
from convcli.core.problem import Problem

NAME = "direct"

Array = NDArray[Any]
BAND_SAMPLES = 1 << 17  # output samples a band: a few arrays of this size stay in the second-level cache
NS_PER_TAP = 0.12  # one add of one sample, measured on an AVX-512 core with data in cache
NS_PER_SAMPLE = 0.4  # gather, widen and hand over


@dataclass(frozen=True)
class Tap:
    """One weight's place: rows down, columns across, and the channel it reads (None: each by itself)."""

    row: int
    column: int
    channel: int | None
    negative: bool


@dataclass(frozen=True)
class TapGroup:
    """Taps of one magnitude: added up first, multiplied once."""

    magnitude: float
    taps: tuple[Tap, ...]


def cost(problem: Problem) -> float | None:
    """Nanoseconds, one thread: proportional to the non-zero taps."""
    samples = problem.out_height * problem.out_width * problem.out_channels
    taps = int(np.count_nonzero(problem.weights))
    stride_penalty = 1.0 if problem.stride == 1 and not problem.mixing else 6.0
    width = _arithmetic(problem).itemsize / 2
    return samples * (NS_PER_SAMPLE * problem.filters + NS_PER_TAP * taps * stride_penalty * width)


def prepare(problem: Problem) -> DirectRunner:
    """A runner that adds shifted copies of the strip."""
    return DirectRunner(problem)


def _arithmetic(problem: Problem) -> np.dtype[Any]:
    """The narrowest dtype in which every partial sum is exact, else the float dtype."""
    if problem.exact:
        largest = problem.bound
    elif problem.fraction is not None:
        whole, _ = problem.fraction
        largest = float(np.abs(whole).sum(axis=(1, 2, 3)).max()) * problem.magnitude
    else:
        return problem.float_dtype
    # int16 is widened from unsigned 16-bit samples only when the bound proves that they fit.
    for integer in (np.int16, np.int32, np.int64):
        if largest <= np.iinfo(integer).max:
            return np.dtype(integer)
    return problem.float_dtype


class DirectRunner:
    """Shift and add over one strip."""

    spreads = False

    def __init__(self, problem: Problem, dtype: np.dtype[Any] | None = None) -> None:
        self.problem = problem
        self.dtype = _arithmetic(problem) if dtype is None else dtype
        weights, self.factor = problem.weights, 1.0
        if not problem.exact and self.dtype.kind == "i" and problem.fraction is not None:
            weights, self.factor = problem.fraction
        self.groups = [_groups(kernel, problem) for kernel in weights]
        per_row = max(1, problem.out_width * problem.out_channels)
        self.band_rows = max(1, min(problem.out_height, BAND_SAMPLES // per_row))

    def run(self, strip: Array, target: Array | None, scratch: Scratch) -> Array:
        """Correlate one strip; see `bands.Runner`."""
        problem = self.problem
        rows = (strip.shape[0] - problem.strip_rows(1)) // problem.stride + 1
        shape = (rows, problem.out_width, problem.filters, problem.out_channels)
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
        total = scratch.array("total", views.shape, self.dtype)
        if not groups:
            total.fill(0)
        for position, group in enumerate(groups):
            if position == 0:
                self._group_sum(group, views, total)
                continue
            if group.magnitude == 1:
                for tap in group.taps:
                    (np.subtract if tap.negative else np.add)(total, views[tap], out=total)
                continue
            part = scratch.array("part", views.shape, self.dtype)
            self._group_sum(group, views, part)
            np.add(total, part, out=total)
        if self.factor == 1.0:
            return total
        scaled = scratch.array("scaled", views.shape, self.problem.float_dtype)
        return np.multiply(total, self.problem.float_dtype.type(self.factor), out=scaled)

    def _group_sum(self, group: TapGroup, views: _Views, out: Array) -> None:
        """out = magnitude * (sum of the group's taps, each with its sign)."""
        scalar = self.dtype.type
        first, *rest = group.taps
        if not rest:
            np.multiply(views[first], scalar(-group.magnitude if first.negative else group.magnitude), out=out)
            return
        second, *rest = rest  # a group's first tap is positive where any is
        if first.negative:
            np.negative(views[first], out=out)
            np.subtract(out, views[second], out=out)
        else:
            (np.subtract if second.negative else np.add)(views[first], views[second], out=out)
        for tap in rest:
            (np.subtract if tap.negative else np.add)(out, views[tap], out=out)
        if group.magnitude != 1:
            np.multiply(out, scalar(group.magnitude), out=out)


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


def _groups(kernel: NDArray[np.float64], problem: Problem) -> list[TapGroup]:
    """Non-zero taps of one (D, h, w) kernel by magnitude, positive taps first, large groups first."""
    by_magnitude: dict[float, list[Tap]] = {}
    for depth, row, column in np.argwhere(kernel != 0).tolist():
        weight = float(kernel[depth, row, column])
        tap = Tap(row, column, depth if problem.mixing else None, weight < 0)
        by_magnitude.setdefault(abs(weight), []).append(tap)
    groups = [TapGroup(m, tuple(sorted(taps, key=lambda t: t.negative))) for m, taps in by_magnitude.items()]
    return sorted(groups, key=lambda group: group.magnitude == 1)


def _into(target: Array, response: Array) -> Array:
    np.copyto(target, response, casting="unsafe")
    return target
