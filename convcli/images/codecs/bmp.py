"""BMP: 8-bit grey or RGB."""

from __future__ import annotations

from typing import BinaryIO

from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.picture import Picture
from convcli.images.pillow import decoding, encoding


def decode(source: Source, reading: Reading) -> Picture:
    """Read a BMP."""
    return decoding.decode(source, reading, "BMP")


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    return decoding.shape(source, reading, "BMP")


def refusal(picture: Picture) -> str | None:
    """BMP holds 8-bit grey or RGB."""
    return encoding.refusal(picture, "BMP", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a BMP; alpha is dropped with a note, since most readers would ignore it."""
    opaque, notes = encoding.flattened(picture, "BMP")
    return notes + encoding.save(opaque, stream, "BMP")


CODEC = Codec(decode, shape, encode, refusal)
