"""PNG of 16 bits a sample in colour or with alpha, which Pillow cannot write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np

from convcli.images.codecs.png.chunks import MAGIC
from convcli.images.codecs.png.squeeze import Squeeze
from convcli.images.picture import Array, Picture

COLOUR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}  # by samples a pixel
UP = 2  # each byte minus the one above: good on photographs and one subtraction
BAND_ROWS = 64


def write(picture: Picture, stream: BinaryIO, squeeze: Squeeze, words: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Write uint16 pixels (and alpha) as a PNG, band by band, and the chunks of words before them."""
    samples = picture.channels + (picture.alpha is not None)
    header = struct.pack(">IIBBBBB", picture.width, picture.height, 16, COLOUR_TYPES[samples], 0, 0, 0)
    stream.write(MAGIC)
    _chunk(stream, b"IHDR", header)
    profile = picture.fitting_profile
    if profile:
        _chunk(stream, b"iCCP", b"ICC Profile\0\0" + zlib.compress(profile))
    if picture.metadata.dpi:
        per_metre = (round(number / 0.0254) for number in picture.metadata.dpi)
        _chunk(stream, b"pHYs", struct.pack(">IIB", *per_metre, 1))
    for kind, content in words:
        _chunk(stream, kind, content)
    deflater = zlib.compressobj(squeeze.level, strategy=squeeze.strategy)
    above = np.zeros(picture.width * samples * 2, np.uint8)
    for top in range(0, picture.height, BAND_ROWS):
        rows = _bytes_of(picture, top, top + BAND_ROWS)
        shifted = np.vstack([above[None], rows[:-1]])
        filtered = np.insert(rows - shifted, 0, UP, axis=1)
        above = rows[-1]
        _chunk(stream, b"IDAT", deflater.compress(filtered.tobytes()))
    _chunk(stream, b"IDAT", deflater.flush())
    _chunk(stream, b"IEND", b"")


def _bytes_of(picture: Picture, top: int, bottom: int) -> Array:
    band = picture.pixels[top:bottom].reshape(-1, picture.width, picture.channels)
    if picture.alpha is not None:
        band = np.dstack([band, picture.alpha[top:bottom]])
    return np.ascontiguousarray(band, ">u2").view(np.uint8).reshape(len(band), -1)


def _chunk(stream: BinaryIO, kind: bytes, content: bytes) -> None:
    stream.write(struct.pack(">I", len(content)) + kind + content)
    stream.write(struct.pack(">I", zlib.crc32(content, zlib.crc32(kind))))
