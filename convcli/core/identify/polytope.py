"""All weights that keep every answer within its rounding: a polytope, whether there is one, its middle, its extent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.linear_program import Found, furthest

Array = NDArray[Any]
ROUNDS = 25
PER_NUMBER, AT_LEAST = 30, 600  # bounds that are looked at together: the nearest ones say where the polytope ends
SPREAD = 300
NEWTONS = 15
PASSES = 8
WORTH = 0.7  # what a pass must leave of a bound, to be followed by another
MOST_DIRECTIONS = 40  # of more numbers, the longest rays are followed to their ends, and the others by these
FOLLOWED = 12
NARROWEST = 1e-9  # levels: a polytope that leaves less room is taken for none


@dataclass(frozen=True, eq=False)
class Bounds:
    """lower <= table @ x <= upper, in levels; ends may be infinite."""

    table: Array
    lower: Array
    upper: Array

    def room(self, numbers: Array) -> Array:
        """(N,), how far numbers are from the nearer end of each bound; negative beyond it."""
        given = self.table @ numbers
        return np.asarray(np.minimum(self.upper - given, given - self.lower))

    def some(self, rows: Array) -> Bounds:
        """These rows alone."""
        return Bounds(self.table[rows], self.lower[rows], self.upper[rows])

    def distinct(self) -> Bounds:
        """Each bound once: flat pictures repeat a few.  Rows are told apart by their product with one random vector."""
        keys = self.table @ np.random.default_rng(1).normal(size=self.table.shape[1])
        for factor, ends in ((np.pi, self.lower), (np.e, self.upper)):
            keys = keys + factor * np.where(np.isfinite(ends), ends, -1e3)
        return self.some(np.sort(np.unique(keys, return_index=True)[1]))

    def eased(self, by: float) -> Bounds:
        """Ends that lie further apart."""
        return Bounds(self.table, self.lower - by, self.upper + by)

    def one_sided(self) -> tuple[Array, Array]:
        """The same as table @ x <= limits."""
        up, low = np.isfinite(self.upper), np.isfinite(self.lower)
        return (
            np.concatenate([self.table[up], -self.table[low]]),
            np.concatenate([self.upper[up], -self.lower[low]]),
        )


def roomiest(bounds: Bounds, start: Array, closely: bool = False) -> tuple[Array, float]:
    """Numbers that keep a distance from every end, nearly the largest, and that distance, in levels.

    Negative where there are none: then no numbers keep the bounds, and what is missing is no less; `closely`, not
    much more either.  The bounds are taken up as they are found not to be kept, the nearest first.
    """
    numbers, room = start, bounds.room(start)
    many = PER_NUMBER * start.size + AT_LEAST
    taken = _some(room, many)
    distance = -np.inf
    for _ in range(ROUNDS):
        found = _roomiest_of(bounds.some(taken), numbers)
        numbers, distance = found.numbers[:-1], float(found.numbers[-1])
        most = distance + found.bound - found.value
        room = bounds.room(numbers)
        if most <= NARROWEST and (not closely or room.min() >= 1.1 * most - NARROWEST):
            return numbers, min(most, -NARROWEST)
        if room.min() >= distance / 4 and distance > 0:
            return numbers, float(room.min())
        fresh = np.setdiff1d(_nearest(room, many), taken)
        if not fresh.size:
            break
        taken = np.union1d(taken, fresh)
    least = float(bounds.room(numbers).min())
    return numbers, least if least > 0 or closely else -np.inf


def _roomiest_of(bounds: Bounds, start: Array) -> Found:
    table, limits = bounds.one_sided()
    least = float((limits - table @ start).min())
    table = np.concatenate([table, np.ones((len(table), 1))], axis=1)
    direction = np.zeros(table.shape[1])
    direction[-1] = 1.0
    first = least - 0.5

    def enough(value: float, bound: float) -> bool:
        most, kept = first + bound, first + value
        return most - kept <= 0.2 * abs(most) and (most <= NARROWEST or kept > 0)

    return furthest(direction, table, limits, np.append(start, first), enough)


def _nearest(room: Array, many: int) -> Array:
    many = min(many, len(room))
    return np.sort(np.argpartition(room, many - 1)[:many])


def _some(room: Array, many: int) -> Array:
    """The nearest, and a few of all: near ones may be alike, and leave a direction free."""
    return np.union1d(_nearest(room, many), np.linspace(0, len(room) - 1, SPREAD).astype(np.intp))


def middle(bounds: Bounds, start: Array) -> tuple[Array, Array]:
    """The analytic middle, and rays (K,): how far each number goes where it grows most within the ellipsoid.

    The middle minimises -sum(log(distance from the bounds)), of the nearest of them.

    Args:
        start: strictly within the bounds.
    """
    many = 2 * PER_NUMBER * start.size + 4 * AT_LEAST
    found = start
    for _ in range(NEWTONS):
        near = bounds.some(_some(bounds.room(found), many))
        gradient, curvature = _barrier(found, near)
        step = -_inverse(curvature) @ gradient
        longest = float(_furthest(found, step[:, None], bounds)[0])
        found = found + min(1.0, 0.9 * longest) * step
        if float(-gradient @ step) < 1e-2:
            break
    near = bounds.some(_some(bounds.room(found), many))
    rays = _inverse(_barrier(found, near)[1])
    rays = rays / np.sqrt(np.diag(rays))
    ways = [_furthest(found, sign * rays, near) for sign in (1, -1)]
    return found, np.max(ways, axis=0) * np.abs(np.diag(rays))


def _barrier(found: Array, bounds: Bounds) -> tuple[Array, Array]:
    """Gradient and curvature of -sum(log(distance))."""
    given = bounds.table @ found
    above, below = np.maximum(bounds.upper - given, 1e-12), np.maximum(given - bounds.lower, 1e-12)
    gradient = bounds.table.T @ (1 / above - 1 / below)
    rooted = bounds.table * np.sqrt(1 / above**2 + 1 / below**2)[:, None]
    return gradient, rooted.T @ rooted


def _inverse(curvature: Array) -> Array:
    """Of a curvature, eased where the bounds hold a direction hardly or not at all."""
    spread = np.sqrt(np.diag(curvature))
    spread = np.maximum(spread, 1e-12 * spread.max())
    even = curvature / np.outer(spread, spread)
    even.flat[:: len(spread) + 1] += 1e-12
    return np.asarray(np.linalg.inv(even) / np.outer(spread, spread))


def _furthest(found: Array, rays: Array, bounds: Bounds) -> Array:
    """For each ray (a column) the factor at which it meets the first end."""
    given, slopes = bounds.table @ found, bounds.table @ rays
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(slopes > 0, np.maximum(bounds.upper - given, 0)[:, None] / slopes, np.inf)
        down = np.where(slopes < 0, np.minimum(bounds.lower - given, 0)[:, None] / slopes, np.inf)
    longest = np.minimum(up.min(axis=0), down.min(axis=0))
    return np.where(np.isfinite(longest), longest, 0.0)


def extent(bounds: Bounds, centre: Array, rays: Array, last_alone: bool = False) -> tuple[Array, Array]:
    """(K,) and (K,): the least and the largest value of each number within the bounds; a little beyond, never short of.

    Of many numbers a few are followed to their ends; the others are told by how much further than their rays these go.
    """
    size = centre.size
    followed = np.arange(size) if size <= MOST_DIRECTIONS else np.union1d(np.argsort(rays)[-FOLLOWED:], [size - 1])
    followed = followed[-1:] if last_alone else followed
    ends = np.stack([-rays, rays])
    taken = _some(bounds.room(centre), PER_NUMBER * size // 2)
    for number in followed:
        for side, sign in enumerate((-1.0, 1.0)):
            direction = np.zeros(size)
            direction[number] = sign
            reached, taken = _end(direction, bounds, centre, taken)
            ends[side, number] = sign * reached
    further = float((np.abs(ends[:, followed]) / np.maximum(rays[followed], 1e-300)).max())
    ends[:, np.setdiff1d(np.arange(size), followed)] *= 1.5 * further
    return centre + ends[0], centre + ends[1]


def _end(direction: Array, bounds: Bounds, centre: Array, taken: Array) -> tuple[float, Array]:
    """How far a direction goes from the centre, and the bounds that were looked at for it."""
    bound = np.inf
    for _ in range(PASSES):
        found = furthest(direction, *bounds.some(taken).one_sided(), centre, lambda value, most: most <= 1.1 * value)
        before, bound = bound, min(bound, found.bound)
        room = bounds.room(found.numbers)
        beyond = np.flatnonzero(room < -1e-3)
        if not beyond.size or bound > WORTH * before:
            break
        taken = np.union1d(taken, beyond[_nearest(room[beyond], PER_NUMBER)])
    return bound, taken
