"""Twins: taps that come in pairs, all of one distance, are added up once and used twice.

    . 1 .     the upper tap and the left one are added up; their sum, and the
    1 . 1     same sum one row down and one column on, are all four taps:
    . 1 .     three additions and not four

With m pairs among the taps, that saves m - 1 additions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convcli.core.arithmetic.shift_add import Tap

Position = tuple[int, int]  # row and column of a tap, or from one tap to another


@dataclass(frozen=True, eq=False)
class Twin:
    """Half of the pairs, added up: stands where a tap may stand."""

    view: NDArray[Any]
    negative: bool


@dataclass(frozen=True)
class Pairs:
    """The first taps of disjoint pairs, the distance to their seconds, and the taps that are left."""

    rows: int
    columns: int
    firsts: tuple[Tap, ...]
    rest: tuple[Tap, ...]


def pairs_of(taps: Sequence[Tap]) -> Pairs | None:
    """The most disjoint pairs of one distance among taps of one sign, down or across; None if fewer than two.

    >>> corners = [Tap(row, column, None, False) for row in (0, 2) for column in (0, 2)]
    >>> found = pairs_of(corners)
    >>> found.rows, found.columns, len(found.firsts), len(found.rest)
    (0, 2, 2, 0)
    """
    best: tuple[Position, list[Tap]] = (0, 0), []
    for sign in (False, True):
        places = {(tap.row, tap.column): tap for tap in taps if tap.negative is sign}
        for distance in sorted({_distance(first, second) for first in places for second in places if first < second}):
            firsts = _firsts(places, distance)
            if len(firsts) > len(best[1]):
                best = distance, firsts
    (rows, columns), firsts = best
    if len(firsts) < 2:
        return None
    used = {place for tap in firsts for place in ((tap.row, tap.column), (tap.row + rows, tap.column + columns))}
    rest = [tap for tap in taps if tap.negative != firsts[0].negative or (tap.row, tap.column) not in used]
    return Pairs(rows, columns, tuple(firsts), tuple(rest))


def _distance(first: Position, second: Position) -> Position:
    return second[0] - first[0], second[1] - first[1]


def _firsts(places: dict[Position, Tap], distance: Position) -> list[Tap]:
    """Taps from the first on whose twin is not taken."""
    taken: set[Position] = set()
    firsts = []
    for place in sorted(places):
        twin = (place[0] + distance[0], place[1] + distance[1])
        if place not in taken and twin in places and twin not in taken:
            taken |= {place, twin}
            firsts.append(places[place])
    return firsts
