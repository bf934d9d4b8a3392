"""Direct: shift and add, the definition itself, one tap of the kernel at a time.

Taps of 1 and -1 are added or subtracted without multiplying; taps of equal
magnitude are summed first and multiplied once (see `shift_add`).  Integer
pictures with integer (or common-fraction) kernels are summed in the narrowest
exact integer type.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

import numpy as np

from convcli.core.arithmetic.calls import Steps
from convcli.core.arithmetic.quotient import whole_divisor
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arithmetic.shift_add import Tap, TapGroup, passes, shift_and_add, tap_groups
from convcli.core.arithmetic.twins import Twin, pairs_of
from convcli.core.arrays import Array
from convcli.core.engines.costs import costs
from convcli.core.engines.engine import NANOSECOND, Offer, Work, band_rows
from convcli.core.engines.evenness import FAINT_ENOUGH, Bounds, local_bounds
from convcli.core.engines.far import FarRunner, is_far, nanoseconds
from convcli.core.engines.handover import handed_over, rows_of, scaled
from convcli.core.problem.exactness import Sums, exact_sums
from convcli.core.problem.problem import Problem

MOST_PAIRED = 64  # taps of a group: the search for pairs grows with the third power
MANY = 64  # filters
STRIDED = 6.0  # times as long where samples do not lie side by side


def offer(problem: Problem) -> Offer:
    """Shift and add, in the fewest bytes; there is always such an offer."""
    if is_far(problem):
        return Offer(nanoseconds(problem) * NANOSECOND, partial(FarRunner, problem))
    sums = exact_sums(problem)
    return Offer(_nanoseconds(problem, sums) * NANOSECOND, partial(DirectRunner, problem, sums))


def _nanoseconds(problem: Problem, sums: Sums) -> float:
    """On one thread: proportional to the passes that shift and add makes."""
    cost, samples = costs().direct, problem.out_height * problem.out_width * problem.out_channels
    dtype, weights, factor = sums
    # Of a layer's many filters none is looked at for weights that are equal.
    additions = 2 * weights.size if problem.filters > MANY else sum(passes(kernel) for kernel in weights)
    pace = cost.byte * dtype.itemsize
    if problem.strided or problem.mixing:
        pace *= STRIDED
    per_filter = cost.byte * (dtype.itemsize + (3 * problem.float_dtype.itemsize if factor != 1.0 else 0))
    skipped = problem.stride[0] * problem.stride[1]
    gathered = cost.byte * dtype.itemsize * skipped * problem.channels / problem.out_channels
    return cost.call * (additions + 10) + samples * (gathered + per_filter * problem.filters + additions * pace)


class DirectRunner:
    """Shift and add over one strip."""

    def __init__(self, problem: Problem, sums: Sums) -> None:
        self.problem = problem
        self.dtype, self.weights, self.factor = sums
        self.strip_dtype, self.divisor = self.dtype, whole_divisor(self.factor)
        self.band_rows = band_rows(problem)

    @cached_property
    def bounds(self) -> Bounds | None:
        """None, unless the dtype loses weights that a huge sample would bring back."""
        bounds = local_bounds(self.weights, self.dtype) if self.dtype.kind == "f" else None
        return bounds if bounds and bounds.most <= FAINT_ENOUGH else None

    @cached_property
    def groups(self) -> list[list[TapGroup]]:
        """The taps of each kernel: a runner that is asked for its bounds alone builds none."""
        return [tap_groups(kernel, self.problem.mixing) for kernel in self.weights]

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Shift and add over one strip's memory; see `engine.Runner`."""
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        views = _Views(strip, problem, shape[0])
        filters = []
        for groups in self.groups:
            total = views.total(self.dtype, scratch)
            steps: Steps = []
            if views.flat is not None:
                groups = [self._with_twins(group, views, scratch, steps) for group in groups]
            steps += shift_and_add(groups, views.__getitem__, total, scratch)
            if self.factor != 1.0 and not whole:
                total = scaled(total, self.factor, problem.float_dtype, scratch, steps)
            if problem.result_dtype == np.uint64:
                total = total.view(np.uint64)  # the sums are modulo 2^64
            filters.append((steps, views.pixels(total)))
        dtype = filters[0][1].dtype if whole else problem.result_dtype
        return handed_over(filters, shape, dtype, scratch)

    def _with_twins(self, group: TapGroup, views: _Views, scratch: Scratch, steps: Steps) -> TapGroup:
        """The group with its pairs of one distance added up by steps of their own (see `twins`)."""
        pairs = pairs_of(group.taps) if 4 <= len(group.taps) <= MOST_PAIRED else None
        if pairs is None:
            return group
        apart = views.first(pairs.rows, pairs.columns)
        negative, ones = pairs.firsts[0].negative, [Tap(t.row, t.column, None, False) for t in pairs.firsts]
        # Each group's sum has memory of its own: all are made before any is used.
        half = scratch.array(f"half-{group.magnitude}", (views.length + apart,), self.dtype)
        steps += shift_and_add([TapGroup(1.0, tuple(ones))], lambda tap: views.vector(tap, len(half)), half, scratch)
        twins = Twin(half[: views.length], negative), Twin(half[apart:], negative)
        return TapGroup(group.magnitude, tuple(sorted((*twins, *pairs.rest), key=lambda tap: tap.negative)))


class _Views:
    """The strip as each tap sees it: shifted, strided, of the output's shape.

    Channels-last needs no transposing: a row is one vector, a pixel to the right is C samples along.
    Nor does the border: without a stride the whole strip is one vector, and what is summed across the
    ends of rows is left out at the end.
    """

    def __init__(self, strip: Array, problem: Problem, rows: int) -> None:
        self.rows, self.stride, self.dilation = rows, problem.stride, problem.dilation
        self.channels, self.columns, self.pitch = problem.channels, problem.out_width, strip.shape[1]
        self.flat = strip.reshape(-1) if not (problem.strided or problem.mixing) else None
        self.solid = strip.reshape(strip.shape[0], problem.padded_width, problem.channels)
        self.out_channels = problem.out_channels

    def total(self, dtype: np.dtype[Any], scratch: Scratch) -> Array:
        """Memory for a sum of views, of their shape."""
        if self.flat is None:
            return scratch.array("total", (self.rows, self.columns, self.out_channels), dtype)
        return scratch.array("total", (self.length,), dtype)

    def pixels(self, total: Array) -> Array:
        """A sum as (rows, columns, channels)."""
        return total if self.flat is None else rows_of(total, self.rows, self.pitch, self.columns, self.channels)

    @property
    def length(self) -> int:
        """Samples of a sum in one vector: to the end of the last row."""
        return int((self.rows - 1) * self.pitch + self.columns * self.channels)

    def first(self, row: int, column: int) -> int:
        """Where in the vector a tap begins to read."""
        return int(row * self.dilation[0] * self.pitch + column * self.dilation[1] * self.channels)

    def vector(self, tap: Tap, length: int) -> Array:
        """So many samples of the vector as the tap sees it."""
        assert self.flat is not None
        first = self.first(tap.row, tap.column)
        return self.flat[first : first + length]

    def __getitem__(self, tap: Tap | Twin) -> Array:
        if isinstance(tap, Twin):
            return tap.view
        if self.flat is not None:
            return self.vector(tap, self.length)
        row, column = tap.row * self.dilation[0], tap.column * self.dilation[1]
        down = slice(row, row + (self.rows - 1) * self.stride[0] + 1, self.stride[0])
        across = slice(column, column + (self.columns - 1) * self.stride[1] + 1, self.stride[1])
        channel = slice(None) if tap.channel is None else slice(tap.channel, tap.channel + 1)
        return self.solid[down, across, channel]
