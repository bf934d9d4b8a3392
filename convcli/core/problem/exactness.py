"""Exactness: which dtypes hold the sums of a problem without rounding."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arithmetic.quotient import whole_divisor
from convcli.core.problem.problem import FLOAT32_EXACT, Problem


def exact_dtype(problem: Problem) -> np.dtype[Any] | None:
    """Float dtype for the sums: exact for whole numbers below its limit; None when no float is."""
    if not problem.exact:
        return problem.float_dtype
    return np.dtype(np.float32 if problem.bound < FLOAT32_EXACT else np.float64)


def arithmetic(problem: Problem) -> tuple[np.dtype[Any], NDArray[np.float64], float]:
    """Dtype of the sums, the weights in it, and the factor that is left to multiply by.

    For whole numbers and common fractions it is the narrowest integer dtype that holds every
    result, and half the divisor beside it; partial sums may wrap.
    """
    weights, factor = problem.weights, 1.0
    if not problem.exact:
        if problem.fraction is None:
            return problem.float_dtype, weights, 1.0
        weights, factor = problem.fraction
    low, high = problem.whole_range(weights)
    high += whole_divisor(factor) // 2
    for integer in (np.int16, np.int32, np.int64):
        if -np.iinfo(integer).max <= low and high <= np.iinfo(integer).max:
            return np.dtype(integer), weights, factor
    return problem.float_dtype, problem.weights, 1.0
