"""Careful: the definition in float64, for strips that no other engine may have.

NaN and infinity stay in their windows, and what is finite comes out finite even
where products or partial sums leave float64: such responses are summed again of
samples and weights made smaller by powers of two, which rounds nothing.
"""

from __future__ import annotations

import math

import numpy as np

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.direct import DirectRunner
from convcli.core.engines.engine import Work, band_rows
from convcli.core.engines.evenness import Bounds
from convcli.core.problem.exactness import Sums
from convcli.core.problem.problem import Problem

LARGEST_EXPONENT = 1020  # of sums in float64, with some room
FLOAT64 = np.dtype(np.float64)


class CarefulRunner:
    """Shift and add in float64, and once more of smaller numbers where that overflows; always float64 out."""

    bounds: Bounds | None = None
    divisor = 1

    def __init__(self, problem: Problem) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, FLOAT64, FLOAT64
        self.band_rows = band_rows(problem)
        self.plain = DirectRunner(problem, Sums(FLOAT64, problem.weights, 1.0))

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Sums of one strip's memory; see `engine.Runner`.  The response is float64, in `scratch`."""
        del whole  # there are no whole responses
        wide = scratch.array("wide", strip.shape, FLOAT64)
        plain = self.plain.bind(wide, scratch)

        def work(target: Array | None) -> Array:
            del target  # a bias may bring back into its dtype what is beyond it
            np.copyto(wide, strip)
            with np.errstate(all="ignore"):
                response = plain(None).copy()
                lost = ~np.isfinite(response)
                if lost.any():
                    response[lost] = self._of_smaller(wide, response, scratch)[lost]
            return response

        return work

    def _of_smaller(self, wide: Array, response: Array, scratch: Scratch) -> Array:
        """The response by way of samples and weights divided by powers of two; the samples are overwritten."""
        weights = self.problem.weights
        finite = wide[np.isfinite(wide)]
        taps = math.frexp(weights[0].size)[1]
        samples, tap = (math.frexp(float(np.abs(values).max(initial=0)))[1] for values in (finite, weights))
        less = max(0, samples + tap + taps - LARGEST_EXPONENT)  # in all
        if not less:
            return response
        of_samples = min(less, max(less // 2, samples + taps - LARGEST_EXPONENT))
        smaller = np.ldexp(weights, of_samples - less)
        np.copyto(wide, np.ldexp(wide, -of_samples))
        small = DirectRunner(self.problem, Sums(FLOAT64, smaller, 1.0)).bind(wide, scratch)(None)
        return np.asarray(np.ldexp(small, less))
