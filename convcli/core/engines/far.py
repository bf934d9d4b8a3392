"""Far: taps or windows so far apart that the picture with its border would be mostly samples that nothing reads.

out[r, c] = bias + sum over taps of kernel[i, j] * in[rule(r*s + i*d - top), rule(c*s + j*d - left)]

Each tap takes its samples by the border's rule, a band of output rows at a
time: memory follows the outputs and time the outputs and taps, however far the
padding, the stride or the dilation reach.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convcli.core.arrays import Array, Index
from convcli.core.border import BAND_ROWS, OUTSIDE
from convcli.core.engines.engine import BAND_SAMPLES, band_rows
from convcli.core.engines.evenness import Bounds
from convcli.core.problem.problem import Problem

Lines = Callable[[Index], Array]

NS_PER_TAP = 6.0  # a sample of one tap: taken, multiplied and added
SPARSE = 4  # times the picture's samples (and lengths) is what a strip (and an index) may be for other engines,
LEAST_STRIP, LEAST_INDEX = 1 << 23, 1 << 20  # or so much


def is_far(problem: Problem) -> bool:
    """Whether strips with their border would be much larger than the picture and its response."""
    padding = problem.padding
    padded = padding.top + problem.height + padding.bottom + problem.padded_width
    if padded > max(LEAST_INDEX, SPARSE * (problem.height + problem.width + problem.out_height + problem.out_width)):
        return True
    strip = problem.strip_rows(band_rows(problem)) * problem.padded_width * problem.channels
    outputs = problem.out_height * problem.out_width * problem.channels
    return strip > max(LEAST_STRIP, SPARSE * (problem.height * problem.width * problem.channels + outputs))


def nanoseconds(problem: Problem) -> float:
    """On one thread, which is all that it has."""
    return NS_PER_TAP * problem.out_height * problem.out_width * problem.channels * np.count_nonzero(problem.weights)


class FarRunner:
    """Taps that each take their own samples; sums in int64 where they are exact, else in float64."""

    bounds: Bounds | None = None
    divisor = 1

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.dtype: np.dtype[Any] = np.dtype(np.int64 if problem.exact else np.float64)
        self.strip_dtype = self.dtype
        self.band_rows = max(1, BAND_SAMPLES // (problem.out_width * problem.channels * problem.filters))

    def response(self, lines: Lines, rows: slice) -> Array:
        """(rows, out_width, F, out_channels) of the problem's result dtype, with the bias.

        Args:
            lines: hands out rows of the picture at these places, (rows, W * C).
        """
        problem = self.problem
        shape = (rows.stop - rows.start, problem.out_width, problem.filters, problem.out_channels)
        total = np.zeros(shape, self.dtype)
        total += problem.bias.astype(self.dtype)[:, np.newaxis]
        for i, j in np.argwhere(problem.weights.any(axis=(0, 1))).tolist():
            samples = self._samples(lines, self._rows(rows, i), self._columns(j))
            self._add(total, samples, problem.weights[:, :, i, j].astype(self.dtype))
        return total.astype(problem.result_dtype, copy=False)

    def _samples(self, lines: Lines, rows: Index, columns: Index) -> Array:
        """Those of one tap, (rows, columns, channels): a few rows of the picture at a time."""
        problem, border = self.problem, self.problem.border
        samples = np.empty((rows.size, columns.size, problem.channels), self.dtype)
        sources = border.sources(rows, problem.height)
        for first in range(0, rows.size, BAND_ROWS):
            band = slice(first, first + BAND_ROWS)
            taken = lines(np.maximum(sources[band], 0)).reshape(-1, problem.width, problem.channels)
            samples[band] = border.take(taken, np.arange(len(taken)), columns, self.dtype)
        samples[sources == OUTSIDE] = border.fill
        return samples

    def _rows(self, rows: slice, tap: int) -> Index:
        step, first = self.problem.stride[0], tap * self.problem.dilation[0] - self.problem.padding.top
        return np.arange(rows.start, rows.stop) * step + first

    def _columns(self, tap: int) -> Index:
        step, first = self.problem.stride[1], tap * self.problem.dilation[1] - self.problem.padding.left
        return np.arange(self.problem.out_width) * step + first

    def _add(self, total: Array, samples: Array, weights: Array) -> None:
        """Add (rows, columns, channels) times the weights (F, D) of one tap; a weight of 0 reads nothing."""
        for f, of_channels in enumerate(weights):
            if not self.problem.mixing:
                if of_channels[0]:
                    total[:, :, f] += samples * of_channels[0]
                continue
            for channel, weight in enumerate(of_channels):
                if weight:
                    total[:, :, f, 0] += samples[:, :, channel] * weight

    def bind(self, *_: Any, **__: Any) -> Any:
        """Never: there are no strips."""
        raise NotImplementedError
