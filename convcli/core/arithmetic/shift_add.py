"""Shift and add: taps of one magnitude are added up first and multiplied once.

A tap of 1 or -1 costs one addition; n taps of one other magnitude cost n - 1
additions, one multiplication and one addition more.  In integers the sums
wrap round, so only the final result has to fit its dtype: arithmetic modulo
2^n is exact where the result is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arithmetic.calls import Steps
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array


@dataclass(frozen=True)
class Tap:
    """One weight's place: rows down, columns across, and the channel it reads (None: each by itself)."""

    row: int
    column: int
    channel: int | None
    negative: bool


@dataclass(frozen=True)
class TapGroup:
    """Taps of one magnitude, or whatever else has a sign and a view (see `twins`); and steps that make these views."""

    magnitude: float
    taps: tuple[Any, ...]
    before: tuple[Any, ...] = ()


def tap_groups(weights: NDArray[np.float64], mixing: bool = False) -> list[TapGroup]:
    """Non-zero taps of one (D, h, w) kernel by magnitude, positive taps first, magnitude 1 last."""
    by_magnitude: dict[float, list[Tap]] = {}
    for depth, row, column in np.argwhere(weights != 0).tolist():
        weight = float(weights[depth, row, column])
        tap = Tap(row, column, depth if mixing else None, weight < 0)
        by_magnitude.setdefault(abs(weight), []).append(tap)
    groups = [TapGroup(m, tuple(sorted(taps, key=lambda t: t.negative))) for m, taps in by_magnitude.items()]
    return sorted(groups, key=lambda group: group.magnitude == 1)


def operations(groups: Iterable[TapGroup]) -> int:
    """Passes over the samples that `shift_and_add` makes."""
    count = 0
    for position, group in enumerate(groups):
        if position > 0 and group.magnitude == 1:
            count += len(group.taps)
        else:
            count += max(1, len(group.taps) - 1 + (group.magnitude != 1)) + (position > 0)
    return count


def passes(weights: NDArray[np.float64]) -> int:
    """`operations(tap_groups(weights))`, from the counts alone: a plan need not build a large kernel's taps."""
    magnitudes, counts = np.unique(np.abs(weights[weights != 0]), return_counts=True)
    ones = int(counts[magnitudes == 1].sum())
    multiplied = len(magnitudes) - (ones > 0)
    if multiplied == 0:
        return max(1, ones - 1) if ones else 0
    return int(counts.sum()) + multiplied - 1


def shift_and_add(groups: list[TapGroup], view: Callable[[Any], Array], total: Array, scratch: Scratch) -> Steps:
    """Steps to total = sum over groups of magnitude * (sum of the group's views, each with its sign)."""
    return list(_sum(groups, view, total, scratch)) if groups else [(total.fill, (0,))]


def _sum(groups: list[TapGroup], view: Callable[[Any], Array], total: Array, scratch: Scratch) -> Iterator[Any]:
    for position, group in enumerate(groups):
        yield from group.before
        if position == 0:
            yield from _group_sum(group, view, total)
        elif group.magnitude == 1:
            for tap in group.taps:
                yield _added(total, view(tap), tap.negative, total)
        else:
            part = scratch.array("part", total.shape, total.dtype)
            yield from _group_sum(group, view, part)
            yield np.add, (total, part, total)


def _added(left: Array, right: Array, negative: bool, out: Array) -> Any:
    return np.subtract if negative else np.add, (left, right, out)


def _group_sum(group: TapGroup, view: Callable[[Any], Array], out: Array) -> Iterator[Any]:
    first, *rest = group.taps
    if not rest:
        weight = -group.magnitude if first.negative else group.magnitude
        yield np.multiply, (view(first), in_dtype(weight, out.dtype), out)
        return
    if first.negative:  # then all are
        yield np.negative, (view(first), out)
    else:
        second, *rest = rest
        yield _added(view(first), view(second), second.negative, out)
    for tap in rest:
        yield _added(out, view(tap), tap.negative, out)
    if group.magnitude != 1:
        yield np.multiply, (out, in_dtype(group.magnitude, out.dtype), out)


def in_dtype(weight: float, dtype: np.dtype[Any]) -> Any:
    """A number in the arithmetic's dtype; whole numbers too large for it wrap like the sums."""
    if dtype.kind == "f":
        return dtype.type(weight)
    return np.array(int(weight) & ((1 << 64) - 1), np.uint64).astype(dtype)[()]
