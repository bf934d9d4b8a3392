"""JPEG: 8-bit grey, RGB or (read only) CMYK."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.metadata.jpeg_segments import read_segments, written_segments
from convcli.images.picture import Picture
from convcli.images.pillow import decoding, encoding

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from convcli.images.metadata.gathering import Parts

FULL_COLOUR_FROM = 90  # quality from which edges of colour are worth their bytes
MAX_SEGMENTS = 10_000
END_OF_IMAGE = b"\xff\xd9"


def decode(source: Source, reading: Reading) -> Picture:
    """Read a JPEG; of a multi-picture file (depth maps, previews) the first."""
    source = source if source.size is not None else Source(source.name, source.head, source.seekable(), 0)
    with _named(source):
        return decoding.decode(source, reading, "JPEG", found=_found)


@contextlib.contextmanager
def _named(source: Source) -> Iterator[None]:
    """Name the kind of JPEG that Pillow calls damaged because it does not know it."""
    try:
        yield
    except InputError as error:
        kind = kind_of(source.seekable())
        if kind is None:
            raise
        raise InputError(source.name, f"this is {kind}, which is not supported") from error


def kind_of(stream: BinaryIO) -> str | None:
    """What a JPEG is that is not one of 8 bits, of 1, 3 or 4 components, in one of the usual processes."""
    stream.seek(2)
    for _ in range(MAX_SEGMENTS):
        head = stream.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            return None
        marker, length = head[1], int.from_bytes(head[2:])
        if marker == 0xF7:
            return "a JPEG-LS"
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _kind(marker, stream.read(6))
        stream.seek(length - 2, 1)
    return None


def _kind(marker: int, frame: bytes) -> str | None:
    if len(frame) < 6:
        return None
    bits, components = frame[0], frame[5]
    if marker in (0xC3, 0xCB):
        return f"a lossless JPEG of {bits} bits"
    if marker not in (0xC0, 0xC1, 0xC2, 0xC9, 0xCA):
        return "a hierarchical JPEG"
    if bits != 8:
        return f"a JPEG of {bits} bits a sample"
    return None if components in (1, 3, 4) else f"a JPEG of {components} components"


def _found(image: ImageFile, parts: Parts) -> None:
    read_segments(getattr(image, "applist", ()), parts)


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    with _named(source):
        return decoding.shape(source, reading, "JPEG")


def refusal(picture: Picture) -> str | None:
    """JPEG holds 8-bit grey or RGB, up to 65,535 pixels each way."""
    if max(picture.height, picture.width) > 65_500:
        return f"JPEG holds at most 65500 pixels each way, not {picture.height} × {picture.width}; use .png"
    return encoding.refusal(picture, "JPEG", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a JPEG; alpha is dropped with a note."""
    opaque, notes = encoding.flattened(picture, "JPEG")
    segments, dropped = (b"", ()) if picture.metadata.is_plain else written_segments(picture.metadata)
    encoding.save(
        opaque,
        stream,
        "JPEG",
        ending=END_OF_IMAGE,
        quality=writing.quality,
        subsampling=0 if writing.quality >= FULL_COLOUR_FROM else 2,
        extra=segments,
    )
    return notes + dropped


CODEC = Codec(decode, shape, encode, refusal, spare_byte=True)
