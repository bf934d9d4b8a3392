"""How a PNG is squeezed when nobody says how: the better of two quick ways, found on a sample of its rows.

A photograph, and the response of a kernel to one, hardly ever repeats itself: to
look for repetitions (zlib's levels) takes time and then spends bits on short
ones.  Runs of equal bytes and a good Huffman code are smaller and faster.
Drawings do repeat themselves; for them level 2 is the quick way.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np

from convcli.images.picture import Array, Picture

BANDS, BAND_ROWS = 16, 5  # enough that a sheet's lettering is met
SAMPLE_BYTES = 1 << 18


class Squeeze(NamedTuple):
    """zlib's level and strategy."""

    level: int
    strategy: int


RUNS = Squeeze(1, zlib.Z_RLE)
REPETITIONS = Squeeze(2, zlib.Z_DEFAULT_STRATEGY)


def squeeze_for(picture: Picture, level: int | None) -> Squeeze:
    """The level that was asked for, or else what makes a sample of the picture smaller."""
    if level is not None:
        return Squeeze(level, zlib.Z_DEFAULT_STRATEGY)
    sample = _sample(picture.pixels)
    return min((RUNS, REPETITIONS), key=lambda squeeze: len(_deflated(sample, squeeze)))


def _sample(pixels: Array) -> bytes:
    """Bytes of a few rows here and there, filtered as most rows of a PNG are."""
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    rows = pixels.reshape(len(pixels), -1)
    columns = max(channels + 1, SAMPLE_BYTES // (BANDS * BAND_ROWS * pixels.itemsize))
    bands = []
    for top in np.linspace(0, max(0, len(rows) - BAND_ROWS), BANDS).astype(int).tolist():
        band = rows[top : top + BAND_ROWS, :columns]
        samples = np.ascontiguousarray(band, band.dtype.newbyteorder(">")).view(np.uint8).reshape(len(band), -1)
        bands.append(_paeth(samples, channels * pixels.itemsize))
    return np.concatenate(bands).tobytes()


def _paeth(samples: Array, step: int) -> Array:
    """Each byte less that one of left, above and above left which is nearest to left + above - above left."""
    left, above, corner = (
        part.astype(np.int16) for part in (samples[1:, :-step], samples[:-1, step:], samples[:-1, :-step])
    )
    to_left, to_above, to_corner = np.abs(above - corner), np.abs(left - corner), np.abs(left + above - 2 * corner)
    nearest = np.where(to_above <= to_corner, above, corner)
    nearest = np.where((to_left <= to_above) & (to_left <= to_corner), left, nearest)
    difference: Array = samples[1:, step:] - nearest.astype(np.uint8)
    return difference.reshape(-1)


def _deflated(content: bytes, squeeze: Squeeze) -> bytes:
    deflater = zlib.compressobj(squeeze.level, strategy=squeeze.strategy)
    return deflater.compress(content) + deflater.flush()
