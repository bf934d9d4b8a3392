"""Rows: a picture that is read by rows, from wherever it lies, so that it need not be in memory."""

from __future__ import annotations

import itertools
import math
from typing import Any, Protocol

import numpy as np

from convcli.core.arrays import Array, Index


class Rows(Protocol):
    """A picture that hands out its rows, to several threads at once.

    Attributes:
        shape: (H, W) or (H, W, C).
        dtype: of its samples, in the machine's byte order.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def read(self, start: int, stop: int) -> Array:
        """Rows [start, stop), 0 <= start < stop <= H: (stop - start, W * C), C-ordered, of `dtype`.

        It may be a view of memory that others read too: nobody writes to it.
        """
        ...


class ArrayRows:
    """A picture that is in memory, (H, W) or (H, W, C), as rows; nothing is copied if it is C-ordered."""

    def __init__(self, picture: Array) -> None:
        self.shape, self.dtype = picture.shape, picture.dtype
        self.plane = picture.reshape(picture.shape[0], math.prod(picture.shape[1:]))

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        return self.plane[start:stop]


def rows_at(source: Rows, places: Index) -> Array:
    """Rows at any places inside, in any order and repeated or not: (places, W * C), a new array."""
    if isinstance(source, ArrayRows):
        return source.plane[places]
    rows = np.empty((places.size, math.prod(source.shape[1:])), source.dtype)
    edges = [0, *(np.flatnonzero(np.diff(places) != 1) + 1).tolist(), places.size]
    for start, stop in itertools.pairwise(edges):
        if stop > start:
            rows[start:stop] = source.read(int(places[start]), int(places[stop - 1]) + 1)
    return rows
