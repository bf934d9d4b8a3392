"""Weights from pairs: least squares, then weights that keep every answer within its rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.bounds import in_levels, inside
from convcli.core.identify.polytope import Bounds, extent, middle, roomiest

Array = NDArray[Any]
SURE = 24.0  # standard errors that a weight may be off
HINGE_WEIGHTS = 200  # more weights than that are left as least squares has them
# Where answers half-way are rounded to the even neighbour the true weights lie on bounds from both sides: the bounds
# leave no room.  With a little of a level more they do, and the true weights are within it.
SLACK = 1e-3


@dataclass(frozen=True, eq=False)
class Fit:
    """Weights (K,) and offset with their standard errors, and what they leave of the answers, (N,).

    Attributes:
        near: (K,), how far weights that leave the answers as they are lie from these, in their own direction.
        sure: (K,), the true weights are no further away.
        ends: of the offset: the true one lies between.
        slack: levels that answers are kept within more than their rounding.
    """

    weights: Array
    offset: float
    errors: Array
    offset_error: float
    left: Array
    near: Array | None = None
    sure: Array | None = None
    ends: tuple[float, float] | None = None
    slack: float = 0.0

    @property
    def offset_ends(self) -> tuple[float, float]:
        """The true offset lies between."""
        unsure = max(6 * self.offset_error, 0.02)
        return (self.offset - unsure, self.offset + unsure) if self.ends is None else self.ends

    @property
    def rms(self) -> float:
        """Of what is left."""
        return float(np.sqrt(np.mean(self.left**2))) if self.left.size else 0.0

    @property
    def narrow(self) -> Array:
        """How far a fraction is looked for first."""
        return SURE / 4 * self.errors if self.near is None else self.near

    @property
    def wide(self) -> Array:
        """The true weights are within this."""
        return SURE * self.errors if self.sure is None else self.sure


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


def within(
    fit: Fit, windows: Array, lower: Array, upper: Array, fixed: float | None = None, roughly: bool = False
) -> Fit:
    """Weights in the middle of those with lower <= windows @ weights + offset <= upper, and how far these reach.

    With a fixed offset the weights alone are sought; the fit is as given where there are none.  Where no weights keep
    every bound, those that keep most, with errors as least squares has them.  `roughly`, how far the offset reaches is
    found, and of weights an estimate.  Of a weight whose pixels are all 0 nothing is said: it stays 0.
    """
    seen = np.asarray(windows.any(axis=0))
    if not seen.all() and not fit.weights[~seen].any():
        return _spread(within(_some(fit, seen), windows[:, seen], lower, upper, fixed, roughly), seen)
    if windows.shape[1] > HINGE_WEIGHTS:
        return fit
    if fixed is not None:
        there = windows.any(axis=1)  # black windows say nothing of weights, and what they say leaves no room
        table, start, lower, upper = windows[there], fit.weights, lower[there] - fixed, upper[there] - fixed
    else:
        table, start = np.concatenate([windows, np.ones((len(windows), 1))], axis=1), np.append(fit.weights, fit.offset)
    bounds = Bounds(*in_levels(table, lower, upper)).distinct()
    kept = _kept(bounds, start, roughly)
    if kept is None:
        return _most_kept(fit, bounds, start, fixed)
    size, (slack, found, rays, low, high) = windows.shape[1], kept
    least = 2e-6 * float(np.abs(found[:size]).max()) + 1e-7  # bounds are kept to within a few millionths
    sure = np.maximum(high - found, found - low)[:size] + least
    # Where rounding goes along with the pixels, least squares is off by far more than its errors: the bounds show it.
    errors = np.maximum(fit.errors, 0.7 * np.abs(found[:size] - fit.weights).max())
    left = _left(found, bounds)
    offset, ends = (fixed, fit.ends) if fixed is not None else (float(found[-1]), (float(low[-1]), float(high[-1])))
    return Fit(found[:size], offset, errors, fit.offset_error, left, rays[:size] + least, sure, ends, slack)


def _some(fit: Fit, seen: Array) -> Fit:
    """Of some weights alone."""
    near, sure = (None if part is None else part[seen] for part in (fit.near, fit.sure))
    return replace(fit, weights=fit.weights[seen], errors=fit.errors[seen], near=near, sure=sure)


def _spread(fit: Fit, seen: Array) -> Fit:
    """Of all weights again, zeros among them."""

    def spread(part: Array | None) -> Array | None:
        return None if part is None else _placed(part, seen)

    weights, errors = _placed(fit.weights, seen), _placed(fit.errors, seen)
    return replace(fit, weights=weights, errors=errors, near=spread(fit.near), sure=spread(fit.sure))


def _placed(part: Array, seen: Array) -> Array:
    whole = np.zeros(seen.size)
    whole[seen] = part
    return whole


def _kept(bounds: Bounds, start: Array, roughly: bool) -> tuple[float, Array, Array, Array, Array] | None:
    """How far bounds were eased, the middle, the rays and the ends of the numbers that keep them; None for none."""
    for slack in (0.0, SLACK):
        eased = bounds.eased(slack)
        found, room = roomiest(eased, start)
        if room > 0:
            found, rays = middle(eased, found)
            return (slack, found, rays, *extent(eased, found, rays, roughly))
    return None


def _most_kept(fit: Fit, bounds: Bounds, start: Array, fixed: float | None) -> Fit:
    """Weights that keep most of the bounds, with errors as least squares has them; the fit where it keeps as many."""
    if fixed is not None:
        return fit
    found, _ = inside(start, bounds.table, bounds.lower, bounds.upper)
    if _left_out(found, bounds) > _left_out(start, bounds):
        return fit
    errors = np.maximum(fit.errors, 0.7 * np.abs(found[:-1] - fit.weights).max())
    left = _left(found, bounds)
    return Fit(found[:-1], float(found[-1]), errors, fit.offset_error, left)


def _left_out(numbers: Array, bounds: Bounds) -> int:
    """How many pairs numbers do not keep within their bounds."""
    return int(np.count_nonzero(bounds.room(numbers) < 0))


def _left(numbers: Array, bounds: Bounds) -> Array:
    """What numbers leave of the middle between both ends."""
    return np.asarray((np.maximum(bounds.lower, -1e18) + np.minimum(bounds.upper, 1e18)) / 2 - bounds.table @ numbers)
