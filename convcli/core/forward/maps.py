"""Maps in memory: (N, C, H, W) by their axes, channels last in memory, so that every window is a stretch of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call


def channels_last(maps: Array) -> Array:
    """(N, C, ..) as (N, H, W, C), C-ordered; a line (N, C, L) has one row.  The same memory where it lies so."""
    if maps.ndim == 3:
        maps = maps[:, :, np.newaxis]
    return np.ascontiguousarray(maps.transpose(0, 2, 3, 1))


def channels_first(pixels: Array, axes: int) -> Array:
    """(N, H, W, C) as (N, C, H, W), or (N, C, L) for one axis: the same memory."""
    maps = pixels.transpose(0, 3, 1, 2)
    return maps[:, :, 0] if axes == 1 else maps


def padded(pixels: Array, rows: tuple[int, int], columns: tuple[int, int], fill: Any = 0) -> Array:
    """(N, H, W, C) with a border of `fill`; the same where there is none."""
    if not any((*rows, *columns)):
        return pixels
    count, height, width, channels = pixels.shape
    whole = np.empty((count, sum(rows) + height, sum(columns) + width, channels), pixels.dtype)
    whole[:, : rows[0]] = fill
    whole[:, rows[0] + height :] = fill
    whole[:, :, : columns[0]] = fill
    whole[:, :, columns[0] + width :] = fill
    whole[:, rows[0] : rows[0] + height, columns[0] : columns[0] + width] = pixels
    return whole


def two(figures: tuple[int, ...], single: int) -> tuple[int, int]:
    """A figure for each of one or two axes as (down, across); a line is a single row."""
    return (single, figures[0]) if len(figures) == 1 else (figures[0], figures[1])


def channelwise(values: Array, rank: int) -> Array:
    """(C,) to be stretched over (N, C, ..)."""
    return values.reshape(-1, *(1,) * (rank - 2))


def place_for(call: Call, index: int = 0) -> Array | None:
    """The input itself where nobody reads it afterwards, to write the output over; else None."""
    value = call.values[index]
    if index in call.spare and value is not None and value.dtype.kind == "f":
        return value
    return None


def working(value: Array) -> Array:
    """Floats of half precision as single ones: sums are not done in fewer than 32 bits."""
    return value.astype(np.float32) if value.dtype == np.float16 else value
