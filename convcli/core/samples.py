"""Samples: what an array must be to be a picture, and the range of its values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convcli.core.arrays import Array, Floats
from convcli.errors import GeometryError


def check_picture(picture: ArrayLike, what: str = "picture") -> Array:
    """C-ordered samples of a plain dtype: bool becomes uint8, float16 float32, big-endian native.

    Args:
        what: messages call it.

    Raises:
        GeometryError: it is no array (H, W) or (H, W, C) of real numbers.
    """
    try:
        samples = np.asarray(picture)
    except ValueError as error:
        raise GeometryError(f"the {what} is ragged; every row needs as many numbers") from error
    return np.ascontiguousarray(samples, dtype=plain_dtype(samples.shape, samples.dtype, what))


def plain_dtype(shape: tuple[int, ...], dtype: np.dtype[Any], what: str = "picture") -> np.dtype[Any]:
    """The dtype that a picture of this shape and dtype is computed from: see `check_picture`.

    Raises:
        GeometryError: a shape or a dtype that no picture has.
    """
    if len(shape) not in (2, 3) or 0 in shape:
        raise GeometryError(f"the {what} has shape {shape}; expected (H, W) or (H, W, C), none of them 0")
    if dtype.kind == "b":
        return np.dtype(np.uint8)
    if dtype == np.float16:
        return np.dtype(np.float32)
    if dtype.kind not in "iuf" or dtype.itemsize > 8:
        raise GeometryError(f"the {what} holds {dtype}; expected integers, float16, float32 or float64")
    return dtype.newbyteorder("=")


def integer_ends(samples: Array) -> tuple[int, int] | None:
    """The least and the largest of integers of more than 16 bits; of others the dtype says enough."""
    if samples.dtype.kind == "f" or samples.dtype.itemsize <= 2:
        return None
    return int(samples.min()), int(samples.max())


def finite_range(response: Array) -> tuple[float, float]:
    """Smallest and largest finite value; (0, 0) where there is none.  Integers as Python's, which no width bounds."""
    if response.dtype.kind in "iu":
        return int(response.min()), int(response.max())
    low, high = float(response.min()), float(response.max())
    if np.isfinite(low) and np.isfinite(high):
        return low, high
    finite = response[np.isfinite(response)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def count_not_finite(values: Array) -> int:
    """How many are NaN or infinite."""
    return int(np.count_nonzero(~np.isfinite(values))) if values.dtype.kind == "f" else 0


_AT_ONCE = 1 << 20  # samples of differences that are held at a time


def distance(first: Array, second: Array) -> Floats:
    """|first - second| in float64; of two arrays of integers the difference is exact before it is rounded."""
    if first.dtype.kind == second.dtype.kind and first.dtype.kind in "iu":
        larger, smaller = np.maximum(first, second), np.minimum(first, second)
        return (larger.astype(np.uint64) - smaller.astype(np.uint64)).astype(np.float64)  # modulo 2^64
    gap = first.astype(np.float64)
    gap -= second
    return np.abs(gap, out=gap)


def largest_distance(first: Array, second: Array) -> tuple[float, tuple[int, ...]]:
    """The largest of `distance`, or NaN, and where it is first found; a band of rows at a time."""
    rows = max(1, _AT_ONCE // max(1, first[:1].size))
    worst, place = -1.0, 0
    for start in range(0, len(first), rows):
        gap = distance(first[start : start + rows], second[start : start + rows])
        here = int(gap.argmax())  # of NaN, if there is one
        if not float(gap.flat[here]) <= worst:
            worst, place = float(gap.flat[here]), start * first[:1].size + here
        if worst != worst:
            break
    return worst, tuple(int(n) for n in np.unravel_index(place, first.shape))
