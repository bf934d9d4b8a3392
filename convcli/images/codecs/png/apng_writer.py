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
from convcli.images.compositing import Place, changed, cut, difference
from convcli.images.picture import Picture

MOST = 65_535  # of either part of a time
LEAVE, REPLACE, OVER = 0, 0, 1
Encode = Callable[[Picture, BinaryIO], tuple[str, ...]]


def write(moving: Moving, stream: BinaryIO, encode: Encode) -> tuple[str, ...]:
    """Write frames of one size and kind.

    Args:
        encode: writes one PNG.
    """
    film = Film(stream, over=moving.sparse)
    before: Picture | None = None
    notes: dict[str, None] = {}
    ending = b""
    for frame in moving.frames:
        place = changed(before, frame.picture)
        # All frames of a PNG have alpha, or none has.
        part = difference(before, frame.picture, place) if moving.sparse else cut(frame.picture, place)
        chunks, remarks = _chunks(part, encode)
        notes.update(dict.fromkeys(remarks))
        if before is None:
            first = next(index for index, (kind, _) in enumerate(chunks) if kind == b"IDAT")
            stream.write(MAGIC + b"".join(chunk(*parts) for parts in chunks[:first]))
            film.announce(moving)
            ending = b"".join(chunk(*parts) for parts in chunks[first:] if parts[0] != b"IDAT")
        film.add(place, frame.ms or 0, [content for kind, content in chunks if kind == b"IDAT"])
        before = frame.picture
    stream.write(ending)
    film.count(moving)
    return tuple(notes)


class Film:
    """The chunks of an animation, which are numbered; its frames take the place of what is there, or are drawn over."""

    def __init__(self, stream: BinaryIO, *, over: bool = False) -> None:
        self._stream, self._blend = stream, OVER if over else REPLACE
        self._announced = self._frames = self._number = 0

    def announce(self, moving: Moving) -> None:
        """Say how many frames follow, and how often they are shown."""
        self._announced = self._stream.tell()
        self._stream.write(chunk(b"acTL", struct.pack(">II", moving.length, moving.plays)))

    def add(self, place: Place, ms: float, data: list[bytes]) -> None:
        """Write a frame; the first one's data are those of the still picture that other viewers show."""
        self._stream.write(chunk(b"fcTL", _control(self._next(), place, ms, self._blend)))
        for content in data:
            moving = self._frames > 0
            numbered = struct.pack(">I", self._next()) + content if moving else content
            self._stream.write(chunk(b"fdAT" if moving else b"IDAT", numbered))
        self._frames += 1

    def count(self, moving: Moving) -> None:
        """Where a damaged frame was left out, with those after it, say how many there are."""
        if self._frames != moving.length:
            end = self._stream.tell()
            self._stream.seek(self._announced)
            self._stream.write(chunk(b"acTL", struct.pack(">II", self._frames, moving.plays)))
            self._stream.seek(end)

    def _next(self) -> int:
        self._number += 1
        return self._number - 1


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


def _control(number: int, place: Place, ms: float, blend: int) -> bytes:
    delay = seconds(ms)
    size = (place.width, place.height, place.left, place.top)
    return struct.pack(">IIIIIHHBB", number, *size, delay.numerator, delay.denominator, LEAVE, blend)


def seconds(ms: float) -> Fraction:
    """A time as PNG has it: a fraction whose parts have 16 bits.

    >>> seconds(70), seconds(1000 / 30), seconds(1e9)
    (Fraction(7, 100), Fraction(1, 30), Fraction(65535, 1))
    """
    exact = min(Fraction(ms) / 1000, Fraction(MOST))
    return exact.limit_denominator(MOST // max(1, math.ceil(exact)))
