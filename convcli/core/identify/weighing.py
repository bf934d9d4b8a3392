"""Weights from pairs: least squares, then weights that keep every answer within its rounding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.fractions import ERRORS

Array = NDArray[Any]
ROUNDS = 30
ON_BOUND = 1e-6
MANY_ON_BOUND = 500  # answers: more are no chance
DISTANCES = (1e-2, 3e-3, 1e-3, 1e-4, 1e-5)  # from the bounds, in levels
HINGE_WEIGHTS = 200  # more weights than that are left as least squares has them


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights (K,) and offset with their standard errors, and what they leave of the answers, (N,)."""

    weights: Array
    offset: float
    errors: Array
    offset_error: float
    left: Array

    @property
    def rms(self) -> float:
        """Of what is left."""
        return float(np.sqrt(np.mean(self.left**2))) if self.left.size else 0.0


def least_squares(windows: Array, answers: Array, steps: Array | None = None) -> Fit | None:
    """The weights and the offset that leave least; None where the pairs do not determine them.

    Args:
        steps: (N,), how wide one level of the answer is in the units of `answers`; 1 everywhere when None.
    """
    count, size = windows.shape
    if count < size + 8:
        return None
    weight = np.ones(count) if steps is None else 1.0 / steps
    table = np.concatenate([windows, np.ones((count, 1))], axis=1)
    scaled = table * weight[:, None] if steps is not None else table
    gram = scaled.T @ scaled
    scale = np.sqrt(np.diag(gram))
    if not scale.all():
        return None
    normal = gram / np.outer(scale, scale)
    try:
        inverse = np.linalg.inv(normal)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(inverse).all() or np.abs(inverse).max() > 1e9:
        return None
    found = inverse @ (scaled.T @ (answers * weight) / scale) / scale
    # One more step against the residuals: as exact as the products of the pairs themselves.
    found += inverse @ (scaled.T @ ((answers - table @ found) * weight) / scale) / scale
    left = answers - table @ found
    spread = float(np.mean((left * weight) ** 2)) * count / (count - size)
    errors = np.sqrt(np.diag(inverse) * spread) / scale
    return Fit(found[:-1], float(found[-1]), errors[:-1], float(errors[-1]), left)


def within(fit: Fit, windows: Array, lower: Array, upper: Array) -> Fit:
    """Weights near a fit's with lower <= windows @ weights + offset <= upper, as far as there are any.

    Newton's steps on the sum of squares of what lies outside; each step weighs those pairs alone, and a little of all.
    """
    if windows.shape[1] > HINGE_WEIGHTS:
        return fit
    table = np.concatenate([windows, np.ones((len(windows), 1))], axis=1)
    found, _ = _inside(np.append(fit.weights, fit.offset), table, lower, upper)
    given = table @ found
    near = np.minimum(np.abs(given - lower), np.abs(upper - given)) < ON_BOUND
    # Where rounding goes along with the pixels, least squares is off by far more than its errors: the bounds show it.
    errors = np.maximum(fit.errors, 0.7 * float(np.abs(found[:-1] - fit.weights).max()))
    if np.count_nonzero(near) > MANY_ON_BOUND:
        moved = _off_bounds(found, table, lower, upper)
        # Answers are the same from the bounds to the moved weights, and may be as far again beyond.
        errors = np.maximum(errors, 2 / ERRORS * float(np.abs(moved - found)[:-1].max()))
        found = moved
    middle = (np.maximum(lower, -1e18) + np.minimum(upper, 1e18)) / 2
    return Fit(found[:-1], float(found[-1]), errors, fit.offset_error, middle - table @ found)


def _inside(start: Array, table: Array, lower: Array, upper: Array, stay: float = 1e-4) -> tuple[Array, bool]:
    """Numbers near `start` with lower <= table @ numbers <= upper, and whether they are.

    `stay` is the weight of all pairs beside those that lie outside.
    """
    found = start
    keep = stay * (table.T @ table)
    for _ in range(ROUNDS):
        given = table @ found
        outside = np.clip(given, lower, upper) - given
        out = np.flatnonzero(outside)
        if not out.size:
            return found, True
        # A little further than the bound, so that it is passed and not only neared.
        target = outside[out] * 1.05 + np.sign(outside[out]) * 1e-9
        rows = table[out]
        found = found + np.linalg.solve(rows.T @ rows + keep, rows.T @ target)
    return found, False


def _off_bounds(found: Array, table: Array, lower: Array, upper: Array) -> Array:
    """Numbers that keep a distance from every bound, the largest that is found; as they are where none is.

    1/2 and 1/2 lie on the bounds of a quarter of the answers of 0.5002 and 0.4998, rounded down: there they would be
    rounded the other way.
    """
    width = np.where(np.isfinite(upper - lower), upper - lower, 0.0)
    for share in DISTANCES:
        numbers, there = _inside(found, table, lower + share * width, upper - share * width, stay=1e-6)
        if there:
            return numbers
    return found
