"""JPEG: 8-bit grey, RGB or (read only) CMYK."""

from __future__ import annotations

from typing import BinaryIO

from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.picture import Picture
from convcli.images.pillow import decoding, encoding

FULL_COLOUR_FROM = 90  # quality from which edges of colour are worth their bytes
END_OF_IMAGE = b"\xff\xd9"


def decode(source: Source, reading: Reading) -> Picture:
    """Read a JPEG; of a multi-picture file (depth maps, previews) the first."""
    return decoding.decode(source, reading, "JPEG")


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    return decoding.shape(source, reading, "JPEG")


def refusal(picture: Picture) -> str | None:
    """JPEG holds 8-bit grey or RGB, up to 65,535 pixels each way."""
    if max(picture.height, picture.width) > 65_500:
        return f"JPEG holds at most 65500 pixels each way, not {picture.height} x {picture.width}; use .png"
    return encoding.refusal(picture, "JPEG", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a JPEG; alpha is dropped with a note."""
    opaque, notes = encoding.flattened(picture, "JPEG")
    subsampling = 0 if writing.quality >= FULL_COLOUR_FROM else 2
    return notes + encoding.save(
        opaque, stream, "JPEG", ending=END_OF_IMAGE, quality=writing.quality, subsampling=subsampling
    )


CODEC = Codec(decode, shape, encode, refusal, spare_byte=True)
