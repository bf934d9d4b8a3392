"""Weighted correlation: samples that count more, less or not at all; a ratio of two ordinary correlations.

    out[r, c] = sum(k) * corr(w * x, k)[r, c] / corr(w, k)[r, c] + bias

This is normalised convolution (Knutsson & Westin, 1993): a weighted mean where the kernel averages, and the plain
correlation where all weights are equal.  Samples of weight 0 do not count, whatever they hold.

Weighted samples and weights go through one engine side by side, as channels of one picture, and the ratio is taken
band by band, on the way to the sink.  Where channels are added, they are filters of their own instead.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convcli.core.arrays import Array, Floats, Index
from convcli.core.correlation.bands import Sink
from convcli.core.correlation.correlate import Correlation, prepare
from convcli.core.correlation.plan import make_plan
from convcli.core.kernel.stack import KernelsLike
from convcli.core.problem.options import Options
from convcli.core.problem.problem import Problem

NEGLIGIBLE = 1e-12  # of the most weight a window can hold: less is the rounding of sums that are 0
ROWS = 64  # that are weighted at a time


@dataclass(frozen=True, eq=False)
class Weights:
    """How much each sample counts.

    Attributes:
        values: (H, W), or (H, W, C) where channels differ; bool, whole numbers or floats, from 0 to `full`.
        full: the weight of what lies beyond the edge, where a constant lies there.
        least: the smallest share of a window's |kernel| that has to fall on weight; NaN is the response below it.
        alone: where a window holds no weight, respond to the sample under its anchor alone; else with NaN.
    """

    values: Array
    full: float = 1.0
    least: float = 0.0
    alone: bool = False


@dataclass(frozen=True, eq=False)
class WeightedCorrelation(Correlation):
    """A correlation whose samples have weights; runs into a sink as any other.

    Attributes:
        parts: weighted samples and weights side by side, with a problem of their own.
        given: the plain problem.
        weights: (H, W, 1) or (H, W, C).
        absent: for each run, the responses that are NaN for lack of weight.
    """

    parts: Correlation
    given: Problem
    weights: Weights
    absent: list[int] = field(default_factory=list)

    def run(self, sink: Sink) -> float:
        """Send the response, band by band, to a sink; returns the seconds it took."""
        ratio = _RatioSink(self, sink)
        seconds = self.parts.run(ratio)
        self.absent.append(ratio.absent)
        return seconds


def prepare_weighted(
    picture: ArrayLike, kernels: KernelsLike, weights: Weights, options: Options | None = None
) -> WeightedCorrelation:
    """Check and plan a weighted correlation without running it; errors as in `correlate`.

    Args:
        picture, kernels, options: as in `correlate`.  A kernel that sums to zero averages nothing: its response is
            the plain one.
        weights: of each sample; of several channels whose luma is taken, the smallest weight counts.

    Returns:
        A correlation whose response is a float (float64 for float64 and for integers of more than 16 bits), in the
        picture's units, not clipped.

    >>> import numpy as np
    >>> there = Weights(np.array([[True, False, True]]))
    >>> prepare_weighted([[1, 50, 4]], [[1, 2, 1]], there).response().tolist()
    [[4.0, 10.0, 16.0]]
    """
    options = Options() if options is None else options
    plain = prepare(picture, kernels, options)
    values = weights.values
    if values.ndim == 3 and options.channels == "gray":
        values = values.min(axis=2)
    weights = replace(weights, values=values.reshape(*values.shape[:2], -1))
    problem = replace(plain.problem, dtype=plain.problem.float_dtype, magnitude=math.inf)
    stacked = _stacked(plain.picture, weights, plain.problem)
    parts = _parts_problem(plain.problem, stacked, weights)
    plan = make_plan(parts, jobs=options.jobs, engine=options.engine)
    both = Correlation(parts, plan, stacked, parts.response_shape)
    return WeightedCorrelation(problem, plan, plain.picture, plain.shape, both, plain.problem, weights)


def centres(problem: Problem) -> tuple[Index, Index]:
    """The row and the column of the picture under the anchor of each output's window; the nearest one inside."""
    down = problem.dilation * (problem.kernel_height // 2) - problem.padding.top
    across = problem.dilation * (problem.kernel_width // 2) - problem.padding.left
    rows = np.arange(problem.out_height) * problem.stride + down
    columns = np.arange(problem.out_width) * problem.stride + across
    return np.clip(rows, 0, problem.height - 1), np.clip(columns, 0, problem.width - 1)


def _whole(problem: Problem) -> tuple[Floats, float]:
    """Weights (F, D, h, w), whole numbers if they can be, and the factor to the given ones: a ratio needs none."""
    return problem.fraction or (problem.weights, 1.0)


def _sums(weights: Floats) -> Floats:
    """Of each kernel, (F,)."""
    return np.asarray(weights.sum(axis=(1, 2, 3)))


def _needs_cover(problem: Problem, weights: Weights) -> bool:
    """Whether the share of |kernel| has to be found beside the kernel's own sum."""
    return weights.least > 0 and bool((problem.weights < 0).any())


def _averages(problem: Problem) -> Array:
    """Which kernels have a sum to divide by, (F,)."""
    return np.asarray(np.abs(_sums(problem.weights)) > NEGLIGIBLE * np.abs(problem.weights).sum(axis=(1, 2, 3)))


def _stacked(picture: Array, weights: Weights, problem: Problem) -> Array:
    """(H, W, channels): weighted samples, weights and, where a kernel needs them, plain samples.

    A constant beyond the edge is 0 in all of them: its weight and value are subtracted here, and added back to the
    response of whichever kernel.
    """
    samples = picture.reshape(problem.height, problem.width, -1)
    plain = not _averages(problem).all()
    depths = [samples.shape[2], weights.values.shape[2], *([samples.shape[2]] if plain else [])]
    stack = np.empty((*samples.shape[:2], sum(depths)), _stack_dtype(samples, weights, problem))
    products, counts, *others = np.split(stack, np.cumsum(depths)[:-1], axis=2)
    full, fill = _beyond(weights, problem)
    for first in range(0, problem.height, ROWS):
        rows = slice(first, first + ROWS)
        given = weights.values[rows].astype(stack.dtype)
        wide = samples[rows].astype(stack.dtype)
        with np.errstate(invalid="ignore", over="ignore"):
            products[rows] = np.where(given == 0, 0, wide * given)
        counts[rows] = given
        for other in others:
            other[rows] = wide
    for part, shift in zip((products, counts, *others), (full * fill, full, fill), strict=False):
        if shift:
            part -= stack.dtype.type(shift)
    return stack


def _beyond(weights: Weights, problem: Problem) -> tuple[float, float]:
    """Weight and value of a constant beyond the edge; 0 where no constant lies there."""
    return (weights.full, problem.border.fill) if problem.border.fills else (0.0, 0.0)


def _stack_dtype(samples: Array, weights: Weights, problem: Problem) -> np.dtype[Any]:
    """The narrowest that holds every part exactly, as far as any does."""
    full, fill = _beyond(weights, problem)
    if "f" in (samples.dtype.kind, weights.values.dtype.kind) or full % 1 or fill % 1:
        return np.dtype(np.float64)
    limits = np.iinfo(samples.dtype)
    most = int(weights.full)
    ends = [end * scale - shift for end in (int(limits.min), 0, int(limits.max)) for scale in (1, most)
            for shift in (0, int(fill), int(full), int(full * fill))]  # fmt: skip
    low, high = min(*ends, -int(full)), max(*ends, most)
    whole = (np.uint16, np.int32, np.uint32, np.int64)
    return next((np.dtype(d) for d in whole if np.iinfo(d).min <= low and high <= np.iinfo(d).max), np.dtype(float))


def _parts_problem(problem: Problem, stacked: Array, weights: Weights) -> Problem:
    """The problem of the stacked picture, in float64: a ratio of small numbers needs the digits."""
    whole, _ = _whole(problem)
    kernels = [whole, *([np.abs(whole)] if _needs_cover(problem, weights) else [])]
    if problem.mixing:
        kernels = _apart(kernels, problem.channels, weights.values.shape[2], stacked.shape[2])
    dtype = stacked.dtype
    border = replace(problem.border, fill=0.0) if problem.border.fills else problem.border
    return replace(
        problem,
        channels=stacked.shape[2],
        dtype=dtype,
        weights=np.concatenate(kernels),
        bias=np.zeros(sum(len(k) for k in kernels)),
        border=border,
        magnitude=math.inf if dtype.kind == "f" else float(max(-int(np.iinfo(dtype).min), np.iinfo(dtype).max)),
        precision="float64",
    )


def _apart(kernels: list[Floats], depth: int, counts: int, total: int) -> list[Floats]:
    """Kernels that add channels, each once for every part and 0 on the others: (F, total, h, w) each.

    The order is that of `_RatioSink`: weighted samples, weights, plain samples, and the cover at last.
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


class _RatioSink:
    """Takes the responses of all parts, band by band, and hands on their ratio."""

    divides = False

    def __init__(self, correlation: WeightedCorrelation, sink: Sink) -> None:
        self.sink, self.problem = sink, correlation.problem
        self.picture = correlation.picture.reshape(self.problem.height, self.problem.width, -1)
        self.weights, self.absent = correlation.weights, 0
        whole, self.factor = _whole(correlation.given)
        self.sums, self.sizes = _column(_sums(whole)), _column(_sums(np.abs(whole)))
        self.covers = _needs_cover(self.problem, self.weights)
        self.averages = _column(_averages(self.problem))
        self.full, self.fill = _beyond(self.weights, self.problem)
        self.centres = centres(self.problem)
        self._lock = threading.Lock()

    def target(self, rows: slice) -> None:
        """The ratio comes between the engine and the sink's memory."""

    def take(self, rows: slice, response: Array, divisor: int = 1) -> None:
        """Divide one band."""
        del divisor
        products, counts, plain, cover = self._parts(response)
        held = np.abs(counts) > NEGLIGIBLE * self.weights.full * self.sizes
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            out = np.broadcast_to(products / counts, products.shape) * (self.sums * self.factor)
        held = np.broadcast_to(held, out.shape)
        if self.weights.alone and not held.all():
            np.copyto(out, self._alone(rows), where=~held)
            held = np.broadcast_to(True, out.shape)
        if self.weights.least > 0:
            enough = cover >= (self.weights.least - NEGLIGIBLE) * self.weights.full * self.sizes
            held = held & enough
        if not held.all():
            out[~held] = np.nan
            self._count(out.size - int(np.count_nonzero(held)))
        if plain is not None:
            np.copyto(out, plain, where=~self.averages)
        out += self.problem.bias.reshape(1, 1, -1, 1)
        self.sink.take(rows, out.astype(self.problem.result_dtype, copy=False))

    def _parts(self, response: Array) -> tuple[Array, Array, Array | None, Array]:
        """Responses to weighted samples and weights, to plain samples where they are needed, and the cover."""
        filters, depth = self.problem.filters, self.picture.shape[2]
        wide = self.weights.values.shape[2]
        if self.problem.mixing:
            blocks = [response[:, :, first : first + filters] for first in range(0, response.shape[2], filters)]
            products, counts, *others = blocks
            cover = others.pop() if self.covers else None
            plain = others[0] if others else None
        else:
            own = response[:, :, :filters]
            products, counts = own[..., :depth], own[..., depth : depth + wide]
            plain = own[..., depth + wide :] if response.shape[3] > depth + wide else None
            cover = response[:, :, filters:, depth : depth + wide] if self.covers else None
        products = products + self.sums * self.full * self.fill
        counts = counts + self.sums * self.full
        plain = None if plain is None else (plain + self.sums * self.fill) * self.factor
        return products, counts, plain, counts if cover is None else cover + self.sizes * self.full

    def _alone(self, rows: slice) -> Array:
        """sum(k) times the sample under the anchor: (rows, columns, F, channels)."""
        down, across = self.centres
        samples = self.picture[np.ix_(down[rows], across)].astype(np.float64)
        if self.problem.mixing:
            sums = self.problem.weights.sum(axis=(2, 3))
            return np.asarray(np.tensordot(samples, sums, axes=(2, 1)))[..., np.newaxis]
        return samples[:, :, np.newaxis] * (self.sums * self.factor)

    def _count(self, absent: int) -> None:
        with self._lock:
            self.absent += absent


def _column(values: Array) -> Array:
    """A number for each kernel, to go with (rows, columns, F, channels)."""
    return values[:, np.newaxis]
