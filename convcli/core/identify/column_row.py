"""Wide kernels that are a column times a row: far fewer numbers to find, so that each is found far better."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.weighing import Fit, least_squares

Array = NDArray[Any]
LEAST_WEIGHTS = 64  # fewer are found well enough one by one
TURNS = 5


class Product(NamedTuple):
    """A kernel as a column times a row, each of them known with its errors; the row's largest weight is 1."""

    column: Fit
    row: Fit

    @property
    def fit(self) -> Fit:
        """All weights, with the errors of a product."""
        column, row = self.column.weights, self.row.weights
        errors = np.abs(np.outer(self.column.errors, row)) + np.abs(np.outer(column, self.row.errors))
        largest = float(errors.max())
        return Fit(
            np.outer(column, row).ravel(),
            self.column.offset,
            np.maximum(errors, largest / 4).ravel(),
            self.column.offset_error,
            self.column.left,
        )


def is_product(fit: Fit, shape: tuple[int, int]) -> bool:
    """Whether weights are a column times a row, within their errors."""
    if fit.weights.size < LEAST_WEIGHTS or min(shape) < 3:
        return False
    weights = fit.weights.reshape(shape)
    left, sizes, right = np.linalg.svd(weights)
    off = np.abs(sizes[0] * np.outer(left[:, 0], right[0]) - weights).ravel()
    return bool((off < 7 * fit.errors).all() and sizes[1] < 3 * float(np.median(fit.errors)) * np.sqrt(sum(shape)))


def as_product(weights: Array, windows: Array, answers: Array) -> Product | None:
    """Column and row by least squares: the row with the column as it is, and the other way round, by turns."""
    left, sizes, _ = np.linalg.svd(weights)
    column = left[:, 0] * sizes[0]
    stack = windows.reshape(-1, *weights.shape)
    by_column = row = None
    for _ in range(TURNS):
        by_row = least_squares(np.einsum("nij,i->nj", stack, column, optimize=True), answers)
        if by_row is None:
            return None
        scale = float(by_row.weights[np.argmax(np.abs(by_row.weights))])
        row = Fit(by_row.weights / scale, by_row.offset, by_row.errors / abs(scale), by_row.offset_error, by_row.left)
        by_column = least_squares(stack @ row.weights, answers)
        if by_column is None:
            return None
        column = by_column.weights
    return Product(by_column, row) if by_column is not None and row is not None else None
