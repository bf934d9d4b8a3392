"""The bytes of an animated PNG: each frame is written as a PNG of its own, whose image data are then put together.

So a frame is as exact, and as quickly made, as a still picture: 16 bits and
alpha included.  What does not change from frame to frame is left out.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import BinaryIO

from convcli.images.codec import Moving
from convcli.images.codecs.png.apng import chunk
from convcli.images.codecs.png.chunks import MAGIC
from convcli.images.compositing import Place, changed, cut
from convcli.images.picture import Picture

MOST = 65_535  # of either part of a time
LEAVE, REPLACE = 0, 0
Encode = Callable[[Picture, BinaryIO], tuple[str, ...]]


def write(moving: Moving, stream: BinaryIO, encode: Encode) -> tuple[str, ...]:
    """Write frames of one size and kind.

    Args:
        encode: writes one PNG.
    """
    before: Picture | None = None
    notes: dict[str, None] = {}
    number = written = announced = 0
    ending: list[bytes] = []
    for frame in moving.frames:
        place = changed(before, frame.picture)
        chunks, remarks = _chunks(cut(frame.picture, place), encode)
        notes.update(dict.fromkeys(remarks))
        data = [content for kind, content in chunks if kind == b"IDAT"]
        if before is None:
            first = next(index for index, (kind, _) in enumerate(chunks) if kind == b"IDAT")
            stream.write(MAGIC + b"".join(chunk(*parts) for parts in chunks[:first]))
            announced = stream.tell()
            stream.write(chunk(b"acTL", struct.pack(">II", moving.length, moving.plays)))
            ending = [chunk(*parts) for parts in chunks[first:] if parts[0] != b"IDAT"]
        stream.write(chunk(b"fcTL", _control(number, place, frame.ms or 0)))
        number += 1
        for content in data:
            stream.write(
                chunk(b"IDAT", content) if before is None else chunk(b"fdAT", struct.pack(">I", number) + content)
            )
            number += before is not None
        before, written = frame.picture, written + 1
    stream.write(b"".join(ending))
    if written != moving.length:  # a damaged frame was left out, with those after it
        end = stream.tell()
        stream.seek(announced)
        stream.write(chunk(b"acTL", struct.pack(">II", written, moving.plays)))
        stream.seek(end)
    return tuple(notes)


def _chunks(picture: Picture, encode: Encode) -> tuple[list[tuple[bytes, bytes]], tuple[str, ...]]:
    """The chunks of a picture's PNG, and the remarks of its encoder."""
    whole = io.BytesIO()
    notes = encode(picture, whole)
    return list(_apart(whole.getvalue())), notes


def _apart(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(MAGIC)
    while position < len(content):
        length, kind = struct.unpack_from(">I4s", content, position)
        yield kind, content[position + 8 : position + 8 + length]
        position += 12 + length


def _control(number: int, place: Place, ms: float) -> bytes:
    delay = seconds(ms)
    size = (place.width, place.height, place.left, place.top)
    return struct.pack(">IIIIIHHBB", number, *size, delay.numerator, delay.denominator, LEAVE, REPLACE)


def seconds(ms: float) -> Fraction:
    """A time as PNG has it: a fraction whose parts have 16 bits.

    >>> seconds(70), seconds(1000 / 30), seconds(1e9)
    (Fraction(7, 100), Fraction(1, 30), Fraction(65535, 1))
    """
    exact = min(Fraction(ms) / 1000, Fraction(MOST))
    return exact.limit_denominator(MOST // max(1, math.ceil(exact)))
