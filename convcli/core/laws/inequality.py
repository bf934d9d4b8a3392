"""Both sides of Young's inequality: what can be summed, convolved, can be summed again."""

from __future__ import annotations

from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.laws.sides import Bench, Sides, by_channel, widened
from convcli.core.problem.problem import FLOAT64_EXACT


def young(bench: Bench) -> Sides:
    """Both sums as one number each; the magnitude is of all outputs together, each of which may err."""
    kernel = bench.kernel
    response = bench.convolved_in_full(bench.plane, kernel)
    magnitude = bench.magnitude(kernel) * response.size
    whole = bench.whole(magnitude, kernel)
    wide = whole and magnitude >= FLOAT64_EXACT
    left = _size(response, wide)
    pairs = by_channel(bench.plane, kernel)
    products = (_size(x, wide) * _size(k, wide) for x, k in pairs)
    # As for the adjoint: the additions behind one pairwise sum.
    terms = 2 * (kernel.weights.size + 16 * len(pairs) + int(np.log2(response.size)))
    return Sides(np.atleast_1d(left), np.atleast_1d(sum(products)), magnitude, terms, whole)


def _size(values: Array, wide: bool) -> Any:
    """The sum of all magnitudes, row by row: as a whole they would be as large as the picture in float64."""
    return np.array([np.abs(widened(row, wide)).sum() for row in values]).sum()
