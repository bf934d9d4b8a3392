"""Numbers as text in a page: base64 of little-endian bytes, whole ones deflated."""

from __future__ import annotations

import base64
import zlib

import numpy as np

from convcli.core.arrays import Array, Bytes


def floats(array: Array) -> str:
    """float32 in C order, little-endian."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode("ascii")


def deflated(pixels: Bytes) -> str:
    """Bytes in C order, as zlib packs them."""
    return base64.b64encode(zlib.compress(np.ascontiguousarray(pixels, np.uint8).tobytes(), 9)).decode("ascii")
