"""A linear programme in few numbers and many bounds: how far a direction goes within them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
TURNS = 80
KEPT = 1e-10  # what may be left of a limit
OWED = 1e-5  # of the direction: what is left of it is put to the bound
BEFORE_THE_END = 0.99  # of the way to the nearest bound


class Found(NamedTuple):
    """Where a direction goes furthest, how far from the start, and a bound that nothing within the limits passes."""

    numbers: Array
    value: float
    bound: float


Enough = Callable[[float, float], bool]


def furthest(direction: Array, table: Array, limits: Array, start: Array, enough: Enough) -> Found:
    """max direction . x with table @ x <= limits, by Mehrotra's interior points.

    Multipliers y >= 0 with y @ table = direction bound every x that keeps the limits: direction . x <= y . limits.

    Args:
        table: (M, K) of full rank.
        start: (K,), near the limits or within.
        enough: of a value that is reached and the bound: whether they are near enough.

    Source: S. Mehrotra, On the implementation of a primal-dual interior point method, SIAM J. Optim. 2 (1992).
    """
    scale = np.sqrt((table**2).sum(axis=0))
    scale = np.where(scale, scale, 1.0)
    rows, goal, numbers = table / scale, direction / scale, np.zeros(start.size)
    limits = limits - table @ start  # numbers count from the start: what is near it is small, and exact
    room = np.maximum(limits, max(1e-6, 1e-2 * float(np.median(np.abs(limits)))))
    price = float(np.abs(goal).max()) * 10 / len(rows) * room.mean() / room
    size = 1.0 + float(np.abs(limits).max(initial=0)) / 100
    bound, value = np.inf, 0.0
    for _ in range(TURNS):
        missed, owed = rows @ numbers + room - limits, rows.T @ price - goal
        value = float(goal @ numbers)
        if np.abs(owed).max() <= OWED * np.abs(goal).max():
            bound = min(bound, float(price @ limits) + float(np.abs(owed) @ np.abs(numbers)))
        if np.abs(missed).max() <= KEPT * size and enough(value, bound):
            break
        step = _step(rows, room, price, missed, owed)
        if step is None:
            break
        numbers, room, price = numbers + step[0], room + step[1], price + step[2]
    return Found(start + numbers / scale, value, bound)


def _step(rows: Array, room: Array, price: Array, missed: Array, owed: Array) -> tuple[Array, Array, Array] | None:
    """One step towards the limits' corner; None where the equations can no longer be solved."""
    rooted = rows * np.sqrt(price / room)[:, None]  # a table by itself: BLAS makes half of its products
    curvature = rooted.T @ rooted
    spread = np.sqrt(np.diag(curvature))
    spread = np.maximum(spread, 1e-12 * spread.max())  # what no limit holds stays as it is
    curvature = curvature / np.outer(spread, spread)
    curvature.flat[:: len(spread) + 1] += 1e-13
    try:
        inverse = np.linalg.inv(np.linalg.cholesky(curvature))
    except np.linalg.LinAlgError:
        return None

    def towards(product: Array) -> tuple[Array, Array, Array]:
        asked = -owed - rows.T @ ((price * missed - product) / room)
        numbers = inverse.T @ (inverse @ (asked / spread)) / spread
        room_step = -missed - rows @ numbers
        return numbers, room_step, (-product - price * room_step) / room

    gap = float(room @ price) / len(room)
    _, more_room, more_price = towards(room * price)
    left = float(
        (room + _share(room, more_room) * more_room) @ (price + _share(price, more_price) * more_price)
    ) / len(room)  # fmt: skip
    numbers, more_room, more_price = towards(room * price + more_room * more_price - (left / gap) ** 3 * gap)
    wide, dear = (min(BEFORE_THE_END * _share(*pair), 1.0) for pair in ((room, more_room), (price, more_price)))
    return wide * numbers, wide * more_room, dear * more_price


def _share(numbers: Array, step: Array) -> float:
    """Of a step: as much as leaves positive numbers positive."""
    down = step < 0
    return min(float((-numbers[down] / step[down]).min(initial=np.inf)), 1.0 / BEFORE_THE_END)
