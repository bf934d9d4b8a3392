"""From a strip's bytes to numbers: samples of any number of bits, and predictors undone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.images.codecs.tiff.page import Page
from convcli.images.picture import Array

Bytes = NDArray[np.uint8]
REVERSED = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)[:, ::-1], axis=1).ravel()


def unpacked(rows: Bytes, page: Page, *, predictor: int) -> Array:
    """Samples of rows of bytes.

    Args:
        rows: (R, row_bytes), as `Page.row_bytes` counts them.
        predictor: what is still to be undone.

    Returns:
        (R, columns, samples of one plane) in `page.dtype`, native byte order; less than 8 bits and
        all numbers of bits between 8, 16, 32 and 64 as whole numbers, not spread.
    """
    samples = page.samples // page.planes
    shape = (len(rows), page.columns, samples)
    if predictor == 3:
        return _floats(_float_bytes(rows, page.bits // 8, samples), page).reshape(shape)
    if page.kind == "f":
        return _floats(_undone(rows, page, shape) if predictor == 2 else rows, page).reshape(shape)
    if page.bits in (8, 16, 32, 64):
        values = _undone(rows, page, shape) if predictor == 2 else rows
        return _typed(values, page, page.kind).reshape(shape)
    numbers = _triples(rows, page) if page.bits == 24 else _from_bits(rows, page.bits, page.columns * samples)
    return _signed(numbers, page).reshape(shape)


def _typed(rows: Array, page: Page, kind: str) -> Array:
    """Whole bytes as numbers in native order."""
    stored = np.dtype(f"{page.directory.order}{kind}{page.bits // 8}")
    values = rows.view(stored) if rows.dtype == np.uint8 else rows.view(f"{kind}{page.bits // 8}")
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _undone(rows: Bytes, page: Page, shape: tuple[int, int, int]) -> Array:
    """Predictor 2: each sample is its difference from the one of the same kind on its left, modulo 2^bits."""
    differences = _typed(rows, page, "u").reshape(shape)
    return np.add.accumulate(differences, axis=1, dtype=differences.dtype).reshape(len(rows), -1)


def _float_bytes(rows: Bytes, size: int, samples: int) -> Bytes:
    """Predictor 3: all first bytes of a row, then all second ones, most significant first; each the difference
    from the byte of the sample on its left.  Back to big-endian floats.

    Source: Adobe Photoshop TIFF Technical Note 3.
    """
    pixels = rows.reshape(len(rows), -1, samples)
    plain = np.add.accumulate(pixels, axis=1, dtype=np.uint8).reshape(len(rows), size, -1)
    return np.ascontiguousarray(plain.swapaxes(1, 2)).reshape(len(rows), -1)


def _floats(values: Array, page: Page) -> Array:
    """Floats of 16, 24, 32 or 64 bits in `page.dtype`."""
    big = page.predictor == 3 or page.directory.order == ">"
    if page.bits == 24:
        return _float24(_joined(values, big))
    stored = np.dtype(f"{'>' if big else '<'}f{page.bits // 8}")
    return values.view(stored if values.dtype == np.uint8 else f"f{page.bits // 8}").astype(page.dtype, copy=False)


def _float24(words: Array) -> Array:
    """A sign, 7 bits of exponent (bias 63), 16 of mantissa; without them, as ever, 0 and infinity."""
    exponent, mantissa = ((words >> 16) & 127).astype(np.int64), words & 65535
    normal = np.ldexp(1 + mantissa / 65536, exponent - 63)
    small = np.ldexp(mantissa / 65536, -62)
    beyond = np.where(mantissa, np.nan, np.inf)
    size = np.where(exponent == 0, small, np.where(exponent == 127, beyond, normal))
    return np.where(words >> 23, -size, size).astype(np.float32)


def _triples(rows: Bytes, page: Page) -> Array:
    return _joined(rows, page.directory.order == ">")


def _joined(rows: Bytes, big: bool) -> Array:
    """Three bytes a number, in the file's order."""
    parts: Any = rows.reshape(-1, 3)[:, :: 1 if big else -1].astype(np.uint32)
    joined: Array = (parts[:, 0] << 16) | (parts[:, 1] << 8) | parts[:, 2]
    return joined


def _from_bits(rows: Bytes, bits: int, count: int) -> Array:
    """Numbers packed to the bit, most significant bit first, whatever the file's byte order.

    Each is cut from the few bytes that it lies in, looked at as one number of 64 bits.
    """
    if bits == 1:
        return np.unpackbits(rows, axis=1, count=count)
    starts = np.arange(count) * bits
    first, span = starts >> 3, (bits + 14) >> 3  # bytes that a number can touch
    padded = np.zeros((len(rows), rows.shape[1] + span), np.uint8)
    padded[:, : rows.shape[1]] = rows
    dtype: Any = np.uint16 if span <= 2 else np.uint32 if span <= 4 else np.uint64
    words = np.zeros((len(rows), count), dtype)
    for byte in range(span):
        words = (words << dtype(8)) | padded[:, first + byte]
    words >>= (span * 8 - bits - (starts & 7)).astype(dtype)
    words &= dtype((1 << bits) - 1)
    return words


def _signed(numbers: Array, page: Page) -> Array:
    """In `page.dtype`; of signed ones the first bit is the sign."""
    if page.kind == "u":
        return numbers.astype(page.dtype, copy=False)
    top = 1 << (page.bits - 1)
    return ((numbers.astype(np.int64) ^ top) - top).astype(page.dtype)
