"""Ratio sink: responses to weighted samples over those to weights, band by band, on the way to another sink."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from convcli.core.arithmetic.scratch import work_memory
from convcli.core.arrays import Array, Index
from convcli.core.correlation.bands import Sink
from convcli.core.correlation.row_source import rows_at
from convcli.core.correlation.stacking import (
    NEGLIGIBLE,
    SAME_SHARE,
    averaging,
    beyond,
    needs_cover,
    sums_of,
    whole_weights,
)
from convcli.core.engines.engine import ALL_COLUMNS
from convcli.core.problem.problem import Problem

if TYPE_CHECKING:
    from convcli.core.correlation.weighted import WeightedCorrelation


def centres(problem: Problem) -> tuple[Index, Index]:
    """The row and the column of the picture under the anchor of each output's window; the nearest one inside."""
    down = problem.dilation[0] * problem.anchor[0] - problem.padding.top
    across = problem.dilation[1] * problem.anchor[1] - problem.padding.left
    return (
        _inside(down, problem.stride[0], problem.out_height, problem.height),
        _inside(across, problem.stride[1], problem.out_width, problem.width),
    )


def _inside(first: int, step: int, count: int, n: int) -> Index:
    """Positions along an axis, those beyond an end being that end; steps may be larger than any index."""
    return np.array([min(max(first + step * index, 0), n - 1) for index in range(count)], np.intp)


class RatioSink:
    """Takes the responses of all parts, band by band, and hands on their ratio.

    Channel by channel: colours lie side by side, and loops over three of them would take ten times as long.
    """

    divides = False
    in_pieces = False

    def __init__(self, correlation: WeightedCorrelation, sink: Sink, rows: slice) -> None:
        self.sink, self.problem = sink, correlation.problem
        self.source = correlation.source
        self.weights, self.absent = correlation.weights, 0
        whole, self.factor = whole_weights(correlation.given)
        self.sums, self.sizes = sums_of(whole), sums_of(np.abs(whole))
        self.covers = needs_cover(self.problem, self.weights)
        self.flat = ~averaging(self.problem)
        self.full, self.fill = beyond(self.weights, self.problem)
        down, across = centres(self.problem)
        self.centres = down[rows], across  # rows are counted from the first that is handed on
        self._lock = threading.Lock()

    def target(self, rows: slice) -> None:
        """The ratio comes between the engine and the sink's memory."""

    def stop(self) -> None:
        """Let go of those that wait behind the ratio."""
        self.sink.stop()

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Divide one band."""
        del divisor, columns  # they are all
        parts = self._parts(response)
        out = work_memory("ratio", parts.products.shape, self.problem.result_dtype)
        shared = parts.counts.shape[3] == 1
        for own in range(parts.counts.shape[3]):
            channels = range(out.shape[3]) if shared else [own]
            self._divide(parts, own, channels, rows, out)
        if parts.plain is not None:
            plain = (parts.plain + _column(self.sums * self.fill)) * self.factor
            np.copyto(out, plain, where=_column(self.flat), casting="same_kind")
        if self.problem.bias.any():
            out += _column(self.problem.bias).astype(out.dtype)
        self.sink.take(rows, out)

    def _divide(self, parts: _Parts, own: int, channels: Sequence[int], rows: slice, out: Array) -> None:
        """The ratio of the channels whose weights are these."""
        below = parts.counts[..., own] + self.sums * self.full
        held = np.abs(below) > NEGLIGIBLE * self.weights.full * self.sizes
        if self.weights.least > 0:
            cover = below if parts.cover is None else parts.cover[..., own] + self.sizes * self.full
            enough = cover >= (self.weights.least - SAME_SHARE) * self.weights.full * self.sizes
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            below /= self.sums * self.factor
            for c in channels:
                above = parts.products[..., c]
                if self.fill:
                    above = above + self.sums * self.full * self.fill
                np.divide(above, below, out=out[..., c], casting="same_kind")
        if self.weights.alone and not held.all():
            self._respond_alone(np.nonzero(~held), rows, channels, out)
            held[...] = True
        if self.weights.least > 0:
            held &= enough
        if not held.all():
            out[~held, channels[0] : channels[-1] + 1] = np.nan
            self._count((held.size - int(np.count_nonzero(held))) * len(channels))

    def _parts(self, response: Array) -> _Parts:
        """Views of the responses to weighted samples, weights and plain samples, and of the cover."""
        filters, depth = self.problem.filters, self.problem.channels
        wide = self.weights.depth
        if self.problem.mixing:
            products, counts, *others = (
                response[:, :, first : first + filters] for first in range(0, response.shape[2], filters)
            )
            cover = others.pop() if self.covers else None
            return _Parts(products, counts, others[0] if others else None, cover)
        own = response[:, :, :filters]
        return _Parts(
            own[..., :depth],
            own[..., depth : depth + wide],
            own[..., depth + wide :] if response.shape[3] > depth + wide else None,
            response[:, :, filters:, depth : depth + wide] if self.covers else None,
        )

    def _respond_alone(self, places: tuple[Index, ...], rows: slice, channels: Sequence[int], out: Array) -> None:
        """out = sum(k) times the sample under the anchor, at these rows, columns and kernels."""
        down, across = self.centres
        row, column, f = places
        used, at = np.unique(down[rows][row], return_inverse=True)
        shape = (len(used), self.problem.width, self.problem.channels)
        samples = rows_at(self.source, used).reshape(shape)[at.reshape(-1), across[column]]
        if self.problem.mixing:
            out[row, column, f, 0] = (samples * self.problem.weights.sum(axis=(2, 3))[f]).sum(axis=1)
            return
        for c in channels:
            out[row, column, f, c] = samples[:, c] * (self.sums * self.factor)[f]

    def _count(self, absent: int) -> None:
        with self._lock:
            self.absent += absent


class _Parts(NamedTuple):
    """Responses of one band, (rows, columns, F, channels) each; without what a constant beyond the edge adds."""

    products: Array
    counts: Array
    plain: Array | None
    cover: Array | None


def _column(values: Array) -> Array:
    """A number for each kernel, to go with (rows, columns, F, channels)."""
    return values[:, np.newaxis]
