"""Luma: one grey value from red, green and blue."""

from __future__ import annotations

from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import GeometryError

RED, GREEN, BLUE = 19595, 38470, 7471  # 0.299, 0.587, 0.114 in 16-bit fixed point, as Pillow's mode L
ROWS = 64


def luma(picture: Array) -> Array:
    """Grey from RGB: ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B.

    Integers of up to 16 bits: (19595 R + 38470 G + 7471 B + 32768) >> 16, which is
    Pillow's conversion to mode L bit for bit.  Wider ones: the formula, rounded half to even; floats: in floats.

    Args:
        picture: (H, W), (H, W, 1) or (H, W, 3).

    Returns:
        (H, W), in the picture's dtype and units.

    Raises:
        GeometryError: another number of channels.
    """
    check_colours(picture.shape)
    if picture.ndim == 2:
        return picture
    if picture.shape[2] == 1:
        return np.ascontiguousarray(picture[:, :, 0])
    if picture.dtype.kind != "f" and picture.dtype.itemsize <= 2:
        return _fixed_point(picture)
    if picture.dtype.kind != "f":
        return _thousandths(picture)
    red, green, blue = (picture[:, :, c].astype(np.float64) for c in range(3))
    return (0.299 * red + 0.587 * green + 0.114 * blue).astype(picture.dtype)


def check_colours(shape: tuple[int, ...]) -> None:
    """Refuse what no luma is taken of.

    Raises:
        GeometryError: neither one channel nor three.
    """
    if len(shape) == 3 and shape[2] not in (1, 3):
        raise GeometryError(f"grey needs 1 or 3 channels; this picture has {shape[2]}")


def _thousandths(picture: Array) -> Array:
    """(299 R + 587 G + 114 B) / 1000, rounded half to even: in integers of which none leaves the dtype."""
    quotients, rests = np.divmod(picture, picture.dtype.type(1000))
    weights = np.array([299, 587, 114], picture.dtype)
    whole, rest = (quotients * weights).sum(axis=2, dtype=picture.dtype), (rests * weights).sum(axis=2)
    whole += (rest // 1000).astype(picture.dtype)
    rest %= 1000
    grey: Array = whole + ((rest > 500) | ((rest == 500) & (whole % 2 == 1))).astype(picture.dtype)
    return grey


def _fixed_point(picture: Array) -> Array:
    wide: Any = np.uint32 if picture.dtype.kind == "u" else np.int64
    grey = np.empty(picture.shape[:2], picture.dtype)
    for first in range(0, picture.shape[0], ROWS):  # bands: never the whole picture in a wider type
        band: Array = picture[first : first + ROWS].astype(wide)
        grey[first : first + ROWS] = (band[:, :, 0] * RED + band[:, :, 1] * GREEN + band[:, :, 2] * BLUE + 32768) >> 16
    return grey
