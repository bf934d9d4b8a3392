"""Stacking: weighted samples and their weights as channels of one picture, for one engine to correlate side by side.

Where a kernel adds channels, each part has filters of its own instead, with 0 on the other parts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.correlation.row_source import ArrayRows, Rows
from convcli.core.problem.problem import Problem

NEGLIGIBLE = 1e-12  # of the most weight a window can hold: less is the rounding of sums that are 0
SAME_SHARE = 1e-9  # shares that differ by less are the same
ROWS = 64  # that are weighted at a time


@dataclass(frozen=True, eq=False)
class Weights:
    """How much each sample counts.

    Attributes:
        values: (H, W), or (H, W, C) where channels differ; bool, whole numbers or floats, from 0 to `full`; or rows
            of them.
        full: the weight of what lies beyond the edge, where a constant lies there.
        least: the smallest share of a window's |kernel| that has to fall on weight; NaN is the response below it.
        alone: where a window holds no weight, respond to the sample under its anchor alone; else with NaN.
    """

    values: Array | Rows
    full: float = 1.0
    least: float = 0.0
    alone: bool = False

    @property
    def rows(self) -> Rows:
        """The values, by rows."""
        return ArrayRows(self.values) if isinstance(self.values, np.ndarray) else self.values

    @property
    def depth(self) -> int:
        """Weights of a pixel."""
        return self.values.shape[2] if len(self.values.shape) == 3 else 1


def whole_weights(problem: Problem) -> tuple[Floats, float]:
    """Weights (F, D, h, w), whole numbers if they can be, and the factor to the given ones: a ratio needs none."""
    return problem.fraction or (problem.weights, 1.0)


def sums_of(weights: Floats) -> Floats:
    """Of each kernel, (F,)."""
    return np.asarray(weights.sum(axis=(1, 2, 3)))


def needs_cover(problem: Problem, weights: Weights) -> bool:
    """Whether the share of |kernel| has to be found beside the kernel's own sum."""
    return weights.least > 0 and bool((problem.weights < 0).any())


def averaging(problem: Problem) -> Array:
    """Which kernels have a sum to divide by, (F,)."""
    return np.asarray(np.abs(sums_of(problem.weights)) > NEGLIGIBLE * np.abs(problem.weights).sum(axis=(1, 2, 3)))


class StackedRows:
    """(H, W, channels) by rows: weighted samples, weights and, where a kernel needs them, plain samples.

    A constant beyond the edge is 0 in all of them: its weight and value are subtracted here, and added back to the
    response of whichever kernel.

    Args:
        source: the samples.
        weights: how much each counts.
        problem: the plain one.
    """

    def __init__(self, source: Rows, weights: Weights, problem: Problem) -> None:
        self._source, self._weights = source, weights.rows
        self._size, self._wide = (problem.width, problem.channels), weights.depth
        self._depths = [problem.channels, weights.depth, *([] if averaging(problem).all() else [problem.channels])]
        self.shape: tuple[int, ...] = (problem.height, problem.width, sum(self._depths))
        self.dtype = _stack_dtype(source.dtype, weights, problem)
        full, fill = beyond(weights, problem)
        self._shifts = (full * fill, full, fill)

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        stack = np.empty((stop - start, *self.shape[1:]), self.dtype)
        self.fill(start, stop, stack)
        return stack.reshape(stop - start, -1)

    def fill(self, start: int, stop: int, stack: Array) -> None:
        """Rows [start, stop), into (n, W, channels)."""
        wide = self._source.read(start, stop).reshape(stop - start, *self._size)
        given = self._weights.read(start, stop).reshape(stop - start, self._size[0], self._wide)
        products, counts, *others = np.split(stack, np.cumsum(self._depths)[:-1], axis=2)
        counts[...] = given
        for c in range(self._size[1]):  # plane by plane: loops over three colours would take as many times as long
            _weigh(wide[:, :, c], counts[:, :, c % self._wide], products[:, :, c])
            for other in others:
                other[:, :, c] = wide[:, :, c]
        for part, shift in zip((products, counts, *others), self._shifts, strict=False):
            if shift:
                part -= stack.dtype.type(shift)


def stacked(rows: StackedRows) -> Array:
    """All of it, (H, W, channels)."""
    stack = np.empty(rows.shape, rows.dtype)
    for first in range(0, len(stack), ROWS):
        last = min(first + ROWS, len(stack))
        rows.fill(first, last, stack[first:last])
    return stack


def _weigh(samples: Array, weights: Array, out: Array) -> None:
    """out = samples * weights, 0 where there is no weight."""
    with np.errstate(invalid="ignore", over="ignore"):
        np.multiply(samples, weights, out=out, dtype=out.dtype, casting="unsafe")
    if samples.dtype.kind == "f":  # of what is no number
        out[weights == 0] = 0


def beyond(weights: Weights, problem: Problem) -> tuple[float, float]:
    """Weight and value of a constant beyond the edge; 0 where no constant lies there."""
    return (weights.full, problem.border.fill) if problem.border.fills else (0.0, 0.0)


def _stack_dtype(samples: np.dtype[Any], weights: Weights, problem: Problem) -> np.dtype[Any]:
    """The narrowest that holds every part exactly, as far as any does."""
    full, fill = beyond(weights, problem)
    if "f" in (samples.kind, weights.values.dtype.kind) or full % 1 or fill % 1:
        return np.dtype(np.float64)
    limits = np.iinfo(samples)
    most = int(weights.full)
    ends = [end * scale - shift for end in (int(limits.min), 0, int(limits.max)) for scale in (1, most)
            for shift in (0, int(fill), int(full), int(full * fill))]  # fmt: skip
    low, high = min(*ends, -int(full)), max(*ends, most)
    whole = (np.uint16, np.int32, np.uint32, np.int64)
    return next((np.dtype(d) for d in whole if np.iinfo(d).min <= low and high <= np.iinfo(d).max), np.dtype(float))


def problem_of_parts(problem: Problem, stack: StackedRows, weights: Weights) -> Problem:
    """The problem of the stacked picture, in float64: a ratio of small numbers needs the digits."""
    whole, _ = whole_weights(problem)
    kernels = [whole, *([np.abs(whole)] if needs_cover(problem, weights) else [])]
    if problem.mixing:
        kernels = _apart(kernels, problem.channels, weights.depth, stack.shape[2])
    dtype = stack.dtype
    border = replace(problem.border, fill=0.0) if problem.border.fills else problem.border
    return replace(
        problem,
        channels=stack.shape[2],
        dtype=dtype,
        weights=np.concatenate(kernels),
        bias=np.zeros(sum(len(k) for k in kernels)),
        border=border,
        magnitude=math.inf if dtype.kind == "f" else float(max(-int(np.iinfo(dtype).min), np.iinfo(dtype).max)),
        precision="float64",
    )


def _apart(kernels: list[Floats], depth: int, counts: int, total: int) -> list[Floats]:
    """Kernels that add channels, each once for every part and 0 on the others: (F, total, h, w) each.

    The order is that of `weighted.RatioSink`: weighted samples, weights, plain samples, and the cover at last.
    """
    whole, *covers = kernels
    on_weights = [k if counts == depth else k.sum(axis=1, keepdims=True) for k in (whole, *covers)]
    places = [(0, whole), (depth, on_weights[0])]
    places += [(depth + counts, whole)] if total > depth + counts else []
    places += [(depth, cover) for cover in on_weights[1:]]
    apart = []
    for first, kernel in places:
        spread = np.zeros((len(kernel), total, *kernel.shape[2:]))
        spread[:, first : first + kernel.shape[1]] = kernel
        apart.append(spread)
    return apart
