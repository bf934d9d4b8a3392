"""A part of a picture that is read by rows: `--region ROW,COLUMN,HEIGHT,WIDTH`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.correlation.row_source import Rows
from convcli.errors import OptionError


class Region(NamedTuple):
    """A rectangle of a picture, in pixels of the level that is read, counted from 0."""

    row: int
    column: int
    height: int
    width: int


class CroppedRows:
    """The rows and columns of a region; of tiles, only those that meet its columns are decoded.

    Raises:
        OptionError: the region is empty or not inside the picture.
    """

    def __init__(self, rows: Rows, region: Region) -> None:
        check_region(region, rows.shape)
        left, right = region.column, region.column + region.width
        narrowed = getattr(rows, "narrowed", None)
        self._rows: Rows = narrowed(left, right) if narrowed is not None else rows
        self._span = slice(None) if narrowed is not None else slice(left, right)
        self._top, self.dtype = region.row, rows.dtype
        self.shape: tuple[int, ...] = (region.height, region.width, *rows.shape[2:])

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        rows = self._rows.read(self._top + start, self._top + stop)
        if self._span == slice(None):
            return rows
        samples = rows.reshape(stop - start, self._rows.shape[1], -1)[:, self._span]
        return np.ascontiguousarray(samples).reshape(stop - start, -1)


def check_region(region: Region, shape: tuple[int, ...]) -> None:
    """Refuse a region that is not inside a picture of a shape.

    Raises:
        OptionError: with the picture's size.
    """
    inside = region.row + region.height <= shape[0] and region.column + region.width <= shape[1]
    if min(region.row, region.column) < 0 or min(region.height, region.width) < 1 or not inside:
        asked = ",".join(map(str, region))
        rule = "ROW,COLUMN,HEIGHT,WIDTH must lie inside the picture, and it has"
        raise OptionError("region", asked, f"{rule} {shape[0]:,} × {shape[1]:,} pixels")
