"""Row views: rows as they are computed from - of a plain dtype, grey where that is asked for - and their ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.correlation.row_source import Rows
from convcli.core.luma import check_colours, luma
from convcli.core.samples import integer_ends, plain_dtype

AT_ONCE = 1 << 20  # samples that are looked at at a time


class PlainRows:
    """Rows in the dtype that `samples.check_picture` would give the picture: bool as uint8, float16 as float32."""

    def __init__(self, source: Rows) -> None:
        self._source, self.shape = source, source.shape
        self.dtype = plain_dtype(source.shape, source.dtype)

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        return self._source.read(start, stop).astype(self.dtype)


class LumaRows:
    """The luma of rows of one or three channels, (H, W), in their dtype; see `luma.luma`.

    Raises:
        GeometryError: another number of channels.
    """

    def __init__(self, source: Rows) -> None:
        check_colours(source.shape)
        self._source, self.shape, self.dtype = source, source.shape[:2], source.dtype

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        rows = self._source.read(start, stop)
        return luma(rows.reshape(stop - start, *self._source.shape[1:]))


class ComputedRows:
    """Rows that are made of rows of others, each from those of the same number.

    Args:
        sources: as high as each other.
        shape, dtype: of what is made.
        make: from (n, W) or (n, W, C) of each to (n, W') or (n, W', C').
    """

    def __init__(
        self, sources: tuple[Rows, ...], shape: tuple[int, ...], dtype: np.dtype[Any], make: Callable[..., Array]
    ) -> None:
        self._sources, self._make, self.shape, self.dtype = sources, make, shape, dtype

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        parts = (each.read(start, stop).reshape(stop - start, *each.shape[1:]) for each in self._sources)
        return np.ascontiguousarray(self._make(*parts)).reshape(stop - start, -1)


def blocks(source: Rows) -> Iterator[Array]:
    """All rows, a block at a time, (n, W * C)."""
    height, per_row = source.shape[0], math.prod(source.shape[1:])
    block = max(1, AT_ONCE // per_row)
    for first in range(0, height, block):
        yield source.read(first, min(first + block, height))


def plain_rows(source: Rows) -> Rows:
    """Rows of a plain dtype: the same where theirs is.

    Raises:
        GeometryError: a shape or a dtype that no picture has.
    """
    return source if source.dtype == plain_dtype(source.shape, source.dtype) else PlainRows(source)


def grey_rows(source: Rows) -> Rows:
    """Luma of colours; grey as it is."""
    return LumaRows(source) if len(source.shape) == 3 else source


def ends_of_rows(source: Rows) -> tuple[int, int] | None:
    """`samples.integer_ends`, in one pass over the rows, a block at a time."""
    if integer_ends(np.zeros(1, source.dtype)) is None:
        return None
    ends = [end for block in blocks(source) for end in integer_ends(block) or ()]
    return min(ends), max(ends)
