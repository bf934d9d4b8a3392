"""Steps: what changes a band of responses on its way, before a sink takes it: ReLU, a combination of maps, a count."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.problem.problem import Problem
from convcli.core.samples import count_not_finite

Step = Callable[[Array], Array]


class NotFinite:
    """A step that counts what is NaN or infinite, and changes nothing."""

    def __init__(self) -> None:
        self._lock, self.count = threading.Lock(), 0

    def __call__(self, response: Array) -> Array:
        """The same response."""
        found = count_not_finite(response)
        with self._lock:
            self.count += found
        return response


def combine_step(how: str, dtype: np.dtype[Any]) -> Step:
    """One map of a dtype from several responses: sqrt(sum of squares), largest, or sum, along F."""

    def magnitude(response: Array) -> Array:
        real = response.astype(_float_for(response), copy=False)
        return np.asarray(np.sqrt(np.einsum("rcfk,rcfk->rck", real, real)[:, :, np.newaxis]))

    def largest(response: Array) -> Array:
        return np.asarray(response.max(axis=2, keepdims=True))

    def total(response: Array) -> Array:
        return np.asarray(response.sum(axis=2, keepdims=True, dtype=dtype))

    return {"magnitude": magnitude, "max": largest, "sum": total}[how]


def combined_dtype(how: str, problem: Problem) -> np.dtype[Any]:
    """dtype of a combination of a problem's responses; a sum of integers that 64 bits may not hold is float64."""
    dtype = problem.result_dtype
    if how == "magnitude":
        return dtype if dtype.kind == "f" else np.dtype(np.float64)
    if how == "max" or dtype.kind == "f":
        return dtype
    fits = problem.filters * problem.bound < 2**62  # bounds are floats, and round
    return np.dtype(np.int64 if fits else np.float64)


def relu_step(response: Array) -> Array:
    """max(v, 0); NaN stays NaN."""
    return np.asarray(np.maximum(response, response.dtype.type(0)))


def _float_for(response: Array) -> Any:
    if response.dtype.kind == "f":
        return response.dtype
    return np.float32 if response.dtype.itemsize <= 2 else np.float64
