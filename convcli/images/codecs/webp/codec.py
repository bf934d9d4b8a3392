"""WebP: 8-bit RGB with or without alpha."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from convcli.files.source import Source
from convcli.images.codec import Codec, Moving, Reading, Writing
from convcli.images.codecs.webp.riff import is_animated
from convcli.images.picture import Picture
from convcli.images.pillow import decoding, encoding

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from convcli.images.frames import Frames

MOST = 16_383  # pixels each way, the format's limit


def decode(source: Source, reading: Reading) -> Picture:
    """Read a WebP, the first frame if there are more."""
    size = canvas(source.head)
    if size:
        decoding.check_size(source.name, *size, reading)  # libwebp allocates as soon as it is opened
    return decoding.decode(source, reading, "WEBP", _note_frames)


def canvas(head: bytes) -> tuple[int, int] | None:
    """(width, height) from the first chunk; None if it is of an unknown kind."""
    kind, body = head[12:16], head[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _note_frames(image: ImageFile) -> tuple[str, ...]:
    frames = getattr(image, "n_frames", 1)
    return (f"only the first of {frames} frames is read",) if frames > 1 else ()


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    return decoding.shape(source, reading, "WEBP")


def refusal(picture: Picture) -> str | None:
    """WebP holds 8-bit grey (as RGB) or RGB, up to 16,383 pixels each way."""
    if max(picture.height, picture.width) > MOST:
        return f"WebP holds at most {MOST} pixels each way, not {picture.height} × {picture.width}; use .png"
    return encoding.refusal(picture, "WebP", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a lossy WebP of the given quality; 100 is lossless."""
    return encoding.save(picture, stream, "WEBP", quality=writing.quality, lossless=writing.quality == 100, exact=True)


def frames(source: Source, reading: Reading) -> Frames | None:
    """The frames of an animation; None where there is one picture."""
    size = canvas(source.head)
    if size is None or not is_animated(source.head):
        return None
    from convcli.images.codecs.webp import anmf

    decoding.check_size(source.name, *size, reading)
    return anmf.frames(source, reading, decode, decoding.metadata_in(source, "WEBP"))


def encode_frames(moving: Moving, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write an animated WebP, each frame as a still one would be written."""
    from convcli.images.codecs.webp import writer

    return writer.write(moving, stream, partial(encode, writing=writing))


CODEC = Codec(decode, shape, encode, refusal, frames=frames, encode_frames=encode_frames)
