"""BMP: palettes, 16 to 32 bits a pixel in any arrangement, runs; written as 8-bit grey or RGB."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np

from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.codecs.bmp.dib import ALPHA_FIELDS, FIELDS, PLAIN, Dib, parse
from convcli.images.codecs.bmp.runs import unpack_runs
from convcli.images.metadata.gathering import Parts
from convcli.images.picture import Array, Picture
from convcli.images.pillow import decoding, encoding

Decoded = tuple[Array, Array | None]


def decode(source: Source, reading: Reading) -> Picture:
    """Read a BMP; colours of more than 8 bits are spread to 16."""
    with decoding.explained(source.name, "BMP", reading):
        found = parse(source.head)
        decoding.check_size(source.name, found.width, found.height, reading)
        stream = source.seekable()
        stored = _stored(stream, found, reading.allow_truncated)
        pixels, alpha = _coloured(stored if found.from_top else stored[::-1], found)
        metadata = decoding.metadata_of(None, found=lambda parts: _found(stream, found, parts))
    return Picture(pixels, alpha, source.name, "picture", "bmp", metadata)


def _found(stream: BinaryIO, dib: Dib, parts: Parts) -> None:
    place, length = dib.profile
    parts.dpi = dib.dpi
    if length:
        stream.seek(place)
        parts.icc_profile = stream.read(length)


def _stored(stream: BinaryIO, found: Dib, lenient: bool) -> Array:
    """Rows as they are stored: indices, (height, width), whole pixels likewise, or blue, green and red."""
    stream.seek(found.start)
    if found.packing not in (PLAIN, FIELDS, ALPHA_FIELDS):
        packed = stream.read(2 * found.width * found.height * max(1, found.bits // 8) + 4 * found.height + 2)
        return unpack_runs(packed, found.width, found.height, found.bits, lenient=lenient)
    row_bytes = (found.width * found.bits + 31) // 32 * 4
    content = stream.read(row_bytes * found.height)
    missing = row_bytes * found.height - len(content)
    if missing > row_bytes - (found.width * found.bits + 7) // 8 and not lenient:  # the last row may lack its padding
        raise ValueError(f"{len(content):,} of {row_bytes * found.height:,} bytes of samples are there")
    rows = np.frombuffer(content + bytes(missing), np.uint8).reshape(found.height, row_bytes)
    if found.bits < 8:
        steps = np.arange(8 - found.bits, -1, -found.bits, dtype=np.uint8)
        indices = rows[:, :, None] >> steps & ((1 << found.bits) - 1)
        return indices.reshape(found.height, -1)[:, : found.width]
    if found.bits == 24:
        return rows[:, : found.width * 3].reshape(found.height, found.width, 3)
    return rows.view(f"<u{found.bits // 8}")[:, : found.width]


def _coloured(stored: Array, found: Dib) -> Decoded:
    if found.palette is not None:
        colours = np.zeros((1 << found.bits, 3), np.uint8)  # an index beyond the palette is black
        colours[: len(found.palette)] = found.palette
        return (colours[:, 0] if found.is_grey else colours)[stored], None
    if stored.ndim == 3:
        return np.ascontiguousarray(stored[:, :, ::-1]), None
    deep = max(mask.bit_count() for mask in found.masks) > 8
    pixels = np.empty((*stored.shape, 3), np.uint16 if deep else np.uint8)
    for channel in range(3):
        pixels[:, :, channel] = _field(stored, found.masks[channel], pixels.dtype)
    return pixels, _field(stored, found.masks[3], pixels.dtype) if found.masks[3] else None


def _field(stored: Array, mask: int, dtype: np.dtype[Any]) -> Array:
    """The bits of a mask, from 0 to the largest that they hold, over the whole range of the dtype."""
    if not mask:
        return np.zeros(stored.shape, dtype)
    shift = (mask & -mask).bit_length() - 1
    largest, full = mask >> shift, (1 << 8 * dtype.itemsize) - 1
    values = stored >> shift & largest
    if largest == full:
        return np.asarray(values.astype(dtype))
    if largest > 0xFFFF:
        return np.asarray(np.rint(values * (full / largest)).astype(dtype))
    spread: Array = np.rint(np.arange(largest + 1) * (full / largest)).astype(dtype)
    return np.asarray(spread[values])


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    with decoding.explained(source.name, "BMP"):
        found = parse(source.head)
        return found.height, found.width, found.channels


def refusal(picture: Picture) -> str | None:
    """BMP holds 8-bit grey or RGB."""
    return encoding.refusal(picture, "BMP", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a BMP; alpha is dropped with a note, since most readers would ignore it."""
    opaque, notes = encoding.flattened(picture, "BMP")
    return notes + encoding.save(opaque, stream, "BMP")


CODEC = Codec(decode, shape, encode, refusal)
