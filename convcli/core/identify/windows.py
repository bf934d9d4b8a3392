"""Pairs of a window and the answer to it, from pictures whose border is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.locating import Box
from convcli.core.identify.model import Axis

Array = NDArray[Any]
Band = tuple[int, int, int, int]  # outputs above, below, left, right
NO_BAND: Band = (0, 0, 0, 0)
MOST_NUMBERS = 5_000_000  # in one table of windows
MOST_ROWS = 60_000
FEW_ROWS = 12_000  # or as many rows, where windows are large


@dataclass(frozen=True, eq=False)
class Pairs:
    """Windows (N, K) in the input's units, the answers (N,) to them, and which picture each is of."""

    windows: Array
    answers: Array
    picture: Array


def collect(
    pictures: Sequence[tuple[Array, Array]], box: Box, strides: tuple[int, int], most: int = 0, band: Band = NO_BAND
) -> Pairs:
    """The pairs of pictures (before, after), a fair share of each, none of the band; `most` rows at most."""
    size = box.shape[0] * box.shape[1]
    limit = max(MOST_NUMBERS // size, min(FEW_ROWS, 2 * MOST_NUMBERS // size))
    limit = min(limit, most or MOST_ROWS)
    share = max(limit // max(len(pictures), 1), 1)
    parts = [_pairs(before, after, box, strides, share, band) for before, after in pictures]
    return Pairs(
        np.concatenate([windows for windows, _ in parts]) if parts else np.zeros((0, size)),
        np.concatenate([answers for _, answers in parts]) if parts else np.zeros(0),
        np.repeat(np.arange(len(parts)), [len(answers) for _, answers in parts]),
    )


def inside(
    box: Box, strides: tuple[int, int], before: tuple[int, ...], after: tuple[int, ...], band: Band = NO_BAND
) -> tuple[slice, slice]:
    """The outputs whose windows lie within the picture, and which lie within the band."""
    places = []
    for axis, (first, last) in enumerate(((box.top, box.bottom), (box.left, box.right))):
        spare = (after[axis] - 1) * strides[axis] - before[axis]
        start, stop = Axis(strides[axis], -first, spare, last - first + 1).inside(before[axis])
        start, stop = max(start, band[2 * axis]), min(stop, after[axis] - band[2 * axis + 1])
        places.append(slice(start, max(start, stop)))
    return places[0], places[1]


def _pairs(
    before: Array, after: Array, box: Box, strides: tuple[int, int], share: int, band: Band
) -> tuple[Array, Array]:
    rows, columns = inside(box, strides, before.shape, after.shape, band)
    inner = after[rows, columns]
    if not inner.size:
        return np.zeros((0, box.shape[0] * box.shape[1])), np.zeros(0)
    seen = np.lib.stride_tricks.sliding_window_view(before, box.shape)
    top, left = rows.start * strides[0] + box.top, columns.start * strides[1] + box.left
    seen = seen[top :: strides[0], left :: strides[1]][: inner.shape[0], : inner.shape[1]]
    flat = np.arange(inner.size)
    if inner.size > share:
        flat = np.unique(np.linspace(0, inner.size - 1, share).astype(np.intp))
    r, c = np.unravel_index(flat, inner.shape)
    return seen[r, c].reshape(flat.size, -1).astype(np.float64), inner[r, c].astype(np.float64)
