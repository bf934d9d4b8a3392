"""From a tile's samples to what a TIFF stores of it: differences, deflated."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

import numpy as np

from convcli.core.arrays import Array

LEVEL = 6  # zlib's own
DEFLATE, DIFFERENCES, FLOAT_DIFFERENCES = 8, 2, 3


def predictor(dtype: np.dtype[Any]) -> int:
    """Differences of whole numbers, or of the bytes of floats; see `codecs.tiff.bits`."""
    return FLOAT_DIFFERENCES if dtype.kind == "f" else DIFFERENCES


def stored(tile: Array) -> bytes:
    """A tile, (rows, columns, samples) in little-endian numbers, as it is stored."""
    deflate: Any = _deflate()
    made: bytes = deflate(_differences(tile))
    return made


def _differences(tile: Array) -> bytes:
    if tile.dtype.kind == "f":
        return _of_bytes(tile)
    whole = tile.view(f"<u{tile.dtype.itemsize}")
    made = whole.copy()
    made[:, 1:] -= whole[:, :-1]
    return made.tobytes()


def _of_bytes(tile: Array) -> bytes:
    """All first bytes of a row, then all second ones, most significant first; each less the sample's to its left."""
    rows, _, samples = tile.shape
    apart = tile.astype(tile.dtype.newbyteorder(">")).view(np.uint8).reshape(rows, -1, tile.dtype.itemsize)
    planes = np.ascontiguousarray(apart.swapaxes(1, 2)).reshape(rows, -1, samples)
    made = planes.copy()
    made[:, 1:] -= planes[:, :-1]
    return made.tobytes()


@cache
def _deflate() -> Any:
    """The fastest that is installed: what it makes is as long, and every reader takes either."""
    try:
        from imagecodecs import deflate_encode
    except ImportError:
        return lambda content: zlib.compress(content, LEVEL)
    return lambda content: deflate_encode(content, LEVEL, raw=False)
