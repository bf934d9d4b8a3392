"""Narrowing: whole numbers and floats become pixels, in the fewest passes that NumPy has.

Every pass over a band costs as much as another addition in the engine, so each of these is the cheapest of those that
were measured: clamping in place and then narrowing take half the time of both in one call, and floats are rounded by
adding a number whose neighbours lie 1 apart:

    1.5 * 2^23 + v    in float32 has v, rounded half to even, in its lowest bits, as two's complement

so that integers are narrowed in place of floats, in three quarters of the time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from convcli.core.arithmetic.scratch import work_memory
from convcli.core.arrays import Array

STRETCH_BYTES = 24 << 10  # half to three quarters of the nearest cache
ONE_APART = 1.5 * 2**23  # even, and in the middle of the float32 whose neighbours lie 1 apart


def rounded_bits(values: Array, offset: int = 0) -> Array:
    """Values, float32, plus an even offset, rounded half to even: in place, as int32 whose lowest 16 bits they are.

    Args:
        values: numbers, less than 2^21 with the offset and without; overwritten.

    >>> rounded_bits(np.array([-2.5, -0.5, 0.5, 1.5, 254.7], np.float32), 2).astype(np.int16).tolist()
    [0, 2, 2, 4, 257]
    """
    np.add(values, np.float32(ONE_APART + offset), out=values)
    return values.view(np.int32)


def in_16_bits(values: Array) -> Array:
    """Numbers that fit int16, or what `rounded_bits` made of them, as such: in this thread's memory, as they lie."""
    shorts = _as_they_lie("shorts", values, np.int16)
    np.copyto(shorts, values, casting="unsafe")
    return shorts


def narrow(values: Array, pixels: Array, top: int | None = None) -> None:
    """Whole numbers, or what `rounded_bits` made of them, to pixels, clamped to 0..top where that is given.

    Args:
        values: overwritten where they are clamped.
    """
    if top is not None:
        black, white = _ends(values.dtype, top)
        values.clip(black, white, out=values)
    if side_by_side(values):
        np.copyto(pixels, values, casting="unsafe")
        return
    in_order = _as_they_lie("planes", values, pixels.dtype)
    np.copyto(in_order, values, casting="unsafe")
    _lay_out(in_order, pixels)


def narrow_floats(values: Array, pixels: Array) -> None:
    """Floats, none of them beyond the range of a pixel, to pixels, rounded half to even; they are overwritten."""
    if values.dtype == np.float32:
        narrow(rounded_bits(values), pixels)
        return
    np.rint(values, out=values)
    narrow(values, pixels)


def side_by_side(values: Array) -> bool:
    """Whether the samples of a pixel lie as pixels do."""
    return values.ndim < 3 or values.strides[-1] == values.itemsize


@lru_cache(maxsize=64)
def _ends(dtype: np.dtype[Any], top: int) -> tuple[Any, Any]:
    """0 and top as numbers of a dtype, or the largest that it has: plain ints are examined at every call."""
    return dtype.type(0), dtype.type(min(top, largest(dtype)))


@lru_cache(maxsize=64)
def largest(dtype: np.dtype[Any]) -> float:
    """The largest number of a dtype."""
    return float(np.finfo(dtype).max) if dtype.kind == "f" else int(np.iinfo(dtype).max)


def _as_they_lie(name: str, values: Array, dtype: Any) -> Array:
    """This thread's memory, by name, for narrower values, in the order of these."""
    if side_by_side(values):
        return work_memory(name, values.shape, dtype)
    axes = sorted(range(values.ndim), key=lambda axis: -values.strides[axis])
    whole = work_memory(name, tuple(values.shape[axis] for axis in axes), dtype)
    return whole.transpose(np.argsort(axes))


def _lay_out(narrow: Array, pixels: Array) -> None:
    """Narrow values to pixels side by side.

    Turned tiles, whose columns are rows, in stretches that the nearest cache holds, since every line of it is read
    for every row; planes one by one, which takes half the time of one copy.
    """
    if narrow.strides[-1] < narrow.strides[1]:
        columns = max(1, STRETCH_BYTES // narrow[:, 0].nbytes)
        for first in range(0, narrow.shape[1], columns):
            np.copyto(pixels[:, first : first + columns], narrow[:, first : first + columns])
        return
    for plane in range(narrow.shape[-1]):
        np.copyto(pixels[..., plane], narrow[..., plane])
