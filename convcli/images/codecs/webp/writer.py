"""The bytes of an animated WebP: each frame is written as a still one, whose chunks are then put together."""

from __future__ import annotations

import errno
import io
import os
import struct
from collections.abc import Callable
from typing import BinaryIO

from convcli.images.codec import Moving
from convcli.images.codecs.webp import riff
from convcli.images.compositing import Place, changed, cut, difference
from convcli.images.picture import Picture

MOST_MS, MOST_PLAYS, MOST_BYTES = (1 << 24) - 1, 65_535, (1 << 32) - 2
BESIDE = {b"ICCP": 0x20, b"EXIF": 0x08, b"XMP ": 0x04}  # chunks of the whole file, and their flags in VP8X
ROUNDED = "WebP counts times in whole milliseconds; some are rounded"
Encode = Callable[[Picture, BinaryIO], tuple[str, ...]]


def write(moving: Moving, stream: BinaryIO, encode: Encode) -> tuple[str, ...]:
    """Write frames of one size; what does not change from frame to frame is left out.

    Args:
        encode: writes one still WebP.
    """
    before: Picture | None = None
    notes: dict[str, None] = {}
    beside: dict[bytes, bytes] = {}
    flags = riff.ANIMATED
    for frame in moving.frames:
        place = changed(before, frame.picture, even=True)
        over = moving.sparse and before is not None
        part = difference(before, frame.picture, place) if over else cut(frame.picture, place)
        content, found, remarks = _encoded(part, encode)
        ms = min(round(frame.ms or 0), MOST_MS)
        notes.update(dict.fromkeys((*remarks, *((ROUNDED,) if ms != frame.ms else ()))))
        if before is None:
            beside = found
            stream.write(riff.file(riff.extended(place.width, place.height, 0)))
            stream.write(riff.chunk(b"ICCP", beside[b"ICCP"]) if b"ICCP" in beside else b"")
            stream.write(riff.chunk(b"ANIM", struct.pack("<IH", 0, min(moving.plays, MOST_PLAYS))))
        stream.write(riff.chunk(b"ANMF", _header(place, ms, over=over) + content))
        flags |= riff.HAS_ALPHA if riff.see_through(content) else 0
        before = frame.picture
    stream.write(b"".join(riff.chunk(kind, beside[kind]) for kind in (b"EXIF", b"XMP ") if kind in beside))
    _complete(stream, flags | sum(BESIDE[kind] for kind in beside))
    return tuple(notes)


def _encoded(picture: Picture, encode: Encode) -> tuple[bytes, dict[bytes, bytes], tuple[str, ...]]:
    """The chunks of a still picture, as they stand in a frame; what stands beside it; the encoder's remarks."""
    whole = io.BytesIO()
    notes = encode(picture, whole)
    chunks = [(kind, content) for kind, content, _ in riff.chunks(whole.getvalue(), riff.HEADER)]
    content = b"".join(riff.chunk(kind, body) for kind, body in chunks if kind in riff.PICTURE)
    return content, {kind: body for kind, body in chunks if kind in BESIDE}, notes


def _header(place: Place, ms: int, *, over: bool) -> bytes:
    numbers = place.left // 2, place.top // 2, place.width - 1, place.height - 1, ms
    return b"".join(number.to_bytes(3, "little") for number in numbers) + bytes([0 if over else riff.TAKES_PLACE])


def _complete(stream: BinaryIO, flags: int) -> None:
    """Fill in what is known at the end: the length, and whether there is alpha."""
    end = stream.tell()
    if end > MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    stream.seek(4)
    stream.write(struct.pack("<I", end - 8))
    stream.seek(riff.HEADER + 8)
    stream.write(bytes([flags]))
    stream.seek(end)
