"""Weighted correlation: samples that count more, less or not at all; a ratio of two ordinary correlations.

    out[r, c] = sum(k) * corr(w * x, k)[r, c] / corr(w, k)[r, c] + bias

This is normalised convolution (Knutsson & Westin, 1993): a weighted mean where the kernel averages, and the plain
correlation where all weights are equal.  Samples of weight 0 do not count, whatever they hold.

Weighted samples and weights go through one engine side by side (see `stacking`), and the ratio is taken band by
band, on the way to the sink.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from numpy.typing import ArrayLike

from convcli.core.correlation.bands import Sink
from convcli.core.correlation.correlate import Correlation, prepare, prepare_rows
from convcli.core.correlation.part import checked_rows
from convcli.core.correlation.plan import make_plan
from convcli.core.correlation.ratio_sink import RatioSink
from convcli.core.correlation.row_source import ArrayRows, Rows
from convcli.core.correlation.row_views import ComputedRows
from convcli.core.correlation.stacking import (
    StackedRows,
    Weights,
    problem_of_parts,
    stacked,
)
from convcli.core.kernel.stack import KernelsLike
from convcli.core.problem.options import Options
from convcli.core.problem.problem import Problem


@dataclass(frozen=True, eq=False)
class WeightedCorrelation(Correlation):
    """A correlation whose samples have weights; runs into a sink as any other.

    Attributes:
        parts: weighted samples and weights side by side, with a problem of their own.
        given: the plain problem.
        weights: by rows.
        absent: for each run, the responses that are NaN for lack of weight.
    """

    parts: Correlation
    given: Problem
    weights: Weights
    absent: list[int] = field(default_factory=list)

    def run(self, sink: Sink, rows: slice | None = None) -> float:
        """Send the response, band by band, to a sink; returns the seconds it took.  Rows as in `Correlation.run`."""
        ratio = RatioSink(self, sink, checked_rows(rows, self.problem.out_height))
        seconds = self.parts.run(ratio, rows)
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
    weights = _fitting(weights, plain.problem)
    both = StackedRows(plain.source, weights, plain.problem)
    return _weighted(plain, weights, both, ArrayRows(stacked(both)), options)


def prepare_weighted_rows(
    source: Rows, kernels: KernelsLike, weights: Weights, options: Options | None = None
) -> WeightedCorrelation:
    """As `prepare_weighted`, of samples and weights that are read by rows: the response is the same, byte for byte."""
    options = Options() if options is None else options
    plain = prepare_rows(source, kernels, options)
    weights = _fitting(weights, plain.problem)
    both = StackedRows(plain.source, weights, plain.problem)
    return _weighted(plain, weights, both, both, options)


def _fitting(weights: Weights, problem: Problem) -> Weights:
    """The weights of the samples that are correlated: of luma, the smallest of its colours'."""
    rows = weights.rows
    if weights.depth in (1, problem.channels):
        return replace(weights, values=rows)
    shape = rows.shape[:2]
    return replace(weights, values=ComputedRows((rows,), shape, rows.dtype, lambda values: values.min(axis=2)))


def _weighted(
    plain: Correlation, weights: Weights, both: StackedRows, source: Rows, options: Options
) -> WeightedCorrelation:
    problem = replace(plain.problem, dtype=plain.problem.float_dtype, magnitude=math.inf)
    parts = problem_of_parts(plain.problem, both, weights)
    plan = make_plan(parts, jobs=options.jobs, engine=options.engine)
    beside = Correlation(parts, plan, source, parts.response_shape)
    return WeightedCorrelation(problem, plan, plain.source, plain.shape, beside, plain.problem, weights)
