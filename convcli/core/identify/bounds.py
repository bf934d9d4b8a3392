"""All weights that keep every answer within its rounding: a polytope, its middle and how far it reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
ROUNDS = 40
LOOK_BACK = 4  # rounds; where they took nothing away there are no such numbers
TAKEN = 0.8
EASING = 0.75  # the fewer pairs lie outside, the less the others hold back
DISTANCES = (1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-4, 1e-5)  # from the bounds, in levels
NEWTONS = 8
NEAREST = 40  # bounds for each weight that say where the middle is
SHORT = 5e-6  # of a level


def in_levels(table: Array, lower: Array, upper: Array) -> tuple[Array, Array, Array]:
    """The same bounds, each one level wide: light is counted in levels of the answer there."""
    width = np.where(np.isfinite(upper - lower), upper - lower, 1.0)
    if np.abs(width - 1).max(initial=0) < 1e-9:
        return table, lower, upper
    return table / width[:, None], lower / width, upper / width


def inside(start: Array, table: Array, lower: Array, upper: Array, stay: float = 1e-4) -> tuple[Array, bool]:
    """Numbers near `start` with lower <= table @ numbers <= upper, and whether they are.

    Newton's steps on the sum of squares of what lies outside; each step weighs those pairs alone, and a little of all
    (`stay` is their weight).
    """
    found = start
    keep = stay * (table.T @ table)
    left: list[float] = []
    for turn in range(ROUNDS):
        given = table @ found
        outside = np.clip(given, lower, upper) - given
        out = np.flatnonzero(np.abs(outside) > SHORT)
        if not out.size:
            return found, True
        left.append(float(outside @ outside))
        if turn >= 2 * LOOK_BACK and left[-1] > TAKEN * left[-1 - LOOK_BACK]:
            break
        # A little further than the bound, so that it is passed and not only neared.
        target = outside[out] * 1.05 + np.sign(outside[out]) * SHORT / 4
        rows = table[out]
        found = found + np.linalg.solve(rows.T @ rows + EASING**turn * keep, rows.T @ target)
    return found, False


def off_bounds(found: Array, table: Array, lower: Array, upper: Array) -> Array | None:
    """Numbers that keep a distance from every bound, the largest that is found; None where none is.  Bounds in levels.

    1/2 and 1/2 lie on the bounds of a quarter of the answers of 0.5002 and 0.4998, rounded down: there they would be
    rounded the other way.
    """
    for share in reversed(DISTANCES):
        numbers, there = inside(found, table, lower + share, upper - share, stay=1e-6)
        if not there:
            return None if share == DISTANCES[-1] else found
        found = numbers
    return found


def reach(middle: Array, table: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """The polytope's analytic middle, and how far it reaches from there along each number.

    The middle minimises -sum(log(distance from the bounds)), of the nearest of them.  From there one ray for each
    number goes both ways, in the direction in which that number grows most within the bounds' own ellipsoid.

    Args:
        middle: strictly within the bounds.
    """
    found = middle
    others = table.T @ table  # of the further bounds, half a level away
    for _ in range(NEWTONS):
        gradient, curvature = _barrier(found, table, lower, upper, others)
        step = -np.linalg.solve(curvature, gradient)
        furthest = min(1.0, 0.9 * float(_furthest(found, step[:, None], table, lower, upper)[0]))
        found = found + furthest * step
        if float(-gradient @ step) < 1e-2:
            break
    _, curvature = _barrier(found, table, lower, upper, others)
    rays = np.linalg.inv(curvature)
    rays = rays / np.sqrt(np.diag(rays))
    ways = [_furthest(found, sign * rays, table, lower, upper) for sign in (1, -1)]
    return found, np.max(ways, axis=0) * np.abs(np.diag(rays))


def _barrier(found: Array, table: Array, lower: Array, upper: Array, others: Array) -> tuple[Array, Array]:
    """Gradient and curvature of -sum(log(distance)), over the nearest bounds; the curvature of the others, too."""
    given = table @ found
    above, below = np.maximum(upper - given, 1e-12), np.maximum(given - lower, 1e-12)
    many = min(NEAREST * found.size + 2000, len(table))
    nearest = np.argpartition(np.minimum(above, below), many - 1)[:many]
    above, below, rows = above[nearest], below[nearest], table[nearest]
    gradient = rows.T @ (1 / above - 1 / below)
    curvature = (rows * (1 / above**2 + 1 / below**2)[:, None]).T @ rows
    return gradient, curvature + others


def _furthest(found: Array, rays: Array, table: Array, lower: Array, upper: Array) -> Array:
    """For each ray (a column) the factor at which it meets the first bound."""
    given, slopes = table @ found, table @ rays
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(slopes > 0, np.maximum(upper - given, 0)[:, None] / slopes, np.inf)
        down = np.where(slopes < 0, np.minimum(lower - given, 0)[:, None] / slopes, np.inf)
    furthest = np.minimum(up.min(axis=0), down.min(axis=0))
    return np.where(np.isfinite(furthest), furthest, 0.0)
