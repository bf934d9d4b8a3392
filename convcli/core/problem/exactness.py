"""Exactness: which dtypes hold the sums of a problem without rounding."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arithmetic.quotient import whole_divisor
from convcli.core.arrays import Array
from convcli.core.problem.problem import FLOAT32_EXACT, FLOAT64_EXACT, Problem

LARGEST = ((np.int16, 2**15 - 1), (np.int32, 2**31 - 1), (np.int64, 2**62))  # the last: bounds are floats, and round


class Sums(NamedTuple):
    """How sums are done.

    Attributes:
        dtype: that they are done in.
        weights: (F, D, h, w), float64, that hold nothing which the dtype does not.
        factor: what is left to multiply by.
    """

    dtype: np.dtype[Any]
    weights: NDArray[np.float64]
    factor: float


def exact_dtype(problem: Problem) -> np.dtype[Any]:
    """Float dtype for the sums: where the problem is exact, one that holds its whole numbers."""
    if not problem.exact:
        return problem.float_dtype
    return np.dtype(np.float32 if max(problem.bound, problem.magnitude) < FLOAT32_EXACT else np.float64)


def exact_sums(problem: Problem) -> Sums:
    """Sums that are exact where the problem is, in the fewest bytes.

    For whole numbers and common fractions it is the narrowest integer dtype that holds every
    result, and half the divisor beside it; partial sums may wrap.
    """
    weights, factor = problem.weights, 1.0
    if not problem.exact:
        if problem.fraction is None:
            return Sums(problem.float_dtype, weights, 1.0)
        weights, factor = problem.fraction
    if problem.wide is not None:
        return Sums(np.dtype(np.int64), weights, 1.0)  # modulo 2^64, which is as good for uint64
    low, high = problem.whole_range(weights)
    least, most = problem.sample_range  # samples are held in the dtype of the sums, even if no weight reads them
    low, high = min(low, least), max(high, most)
    high += whole_divisor(factor) // 2
    for integer, largest in LARGEST:
        if -largest <= low and high <= largest:
            return Sums(np.dtype(integer), weights, factor)
    return Sums(problem.float_dtype, problem.weights, 1.0)


def is_rounded(values: Array, problem: Problem) -> bool:
    """Whether whole responses left what float64 holds exactly, because no integer of 64 bits holds them all."""
    if not problem.whole or problem.exact or values.dtype.kind != "f":
        return False
    return bool(max(-values.min(), values.max()) >= FLOAT64_EXACT)
