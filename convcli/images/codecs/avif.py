"""AVIF: 8-bit RGB with or without alpha, where Pillow has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.codecs.jpeg import FULL_COLOUR_FROM
from convcli.images.picture import Picture
from convcli.images.pillow import decoding, encoding, opening

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MISSING = "this Pillow has no AVIF; pip install 'pillow>=11.3' brings it"
MOST = 65_536  # pixels each way, the format's limit
FRONT = 1 << 16  # bytes in which the properties of a picture stand
CONFIGURATION = b"av1C"
DEEP, TWELVE, GREY = 0x40, 0x20, 0x10  # bits of its third byte
SPEED = 8  # 0 small .. 10 fast


def decode(source: Source, reading: Reading) -> Picture:
    """Read an AVIF, the first frame if there are more; 10 and 12 bits come as 8, with a note."""
    _require(source)
    front = _front(source)
    picture = decoding.decode(source, reading, "AVIF", lambda image: _notes(image, front))
    if picture.channels == 3 and _is_grey(front):  # as older versions of Pillow, and all of them with alpha, have it
        return picture.with_pixels(picture.pixels[:, :, 0].copy(), picture.alpha)
    return picture


def _require(source: Source) -> None:
    if not opening.has("avif"):
        raise InputError(source.name, MISSING)


def _front(source: Source) -> bytes:
    if source.size is None:
        return source.head
    front = source.stream.read(FRONT)
    source.stream.seek(0)
    return front


def _notes(image: ImageFile, front: bytes) -> tuple[str, ...]:
    frames = getattr(image, "n_frames", 1)
    notes = (f"only the first of {frames} frames is read",) if frames > 1 else ()
    depth = depth_of(front)
    return notes + ((f"its {depth}-bit samples are read as 8-bit",) if depth > 8 else ())


def _described(front: bytes) -> int:
    """What is said of the samples of the first picture that is described."""
    at = front.find(CONFIGURATION)
    return front[at + 6] if 0 <= at < len(front) - 6 else 0


def depth_of(front: bytes) -> int:
    """Bits a sample."""
    described = _described(front)
    return (12 if described & TWELVE else 10) if described & DEEP else 8


def _is_grey(front: bytes) -> bool:
    return bool(_described(front) & GREY)


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    _require(source)
    front = _front(source)
    height, width, channels = decoding.shape(source, reading, "AVIF")
    return height, width, 1 if _is_grey(front) else channels


def refusal(picture: Picture) -> str | None:
    """AVIF holds 8-bit grey or RGB, up to 65,536 pixels each way."""
    if not opening.has("avif"):
        return MISSING
    if max(picture.height, picture.width) > MOST:
        return f"AVIF holds at most {MOST} pixels each way, not {picture.height} × {picture.width}; use .png"
    return encoding.refusal(picture, "AVIF", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write an AVIF of the given quality; 100 is lossless in grey and within 3 levels in colour."""
    subsampling = "4:4:4" if writing.quality >= FULL_COLOUR_FROM else "4:2:0"
    if picture.channels == 1:
        subsampling = "4:0:0"
    return encoding.save(
        picture,
        stream,
        "AVIF",
        quality=writing.quality,
        subsampling=subsampling,
        speed=SPEED,
        exif=_as_it_is(picture.metadata.exif),
    )


def _as_it_is(exif: bytes | None) -> Any:
    """EXIF that Pillow writes byte for byte: else it would take it apart and move the makers' notes."""
    from PIL import Image

    class AsItIs(Image.Exif):
        def __bool__(self) -> bool:
            return bool(exif)

        def tobytes(self, offset: int = 8) -> bytes:
            return exif or b""

    return AsItIs()


CODEC = Codec(decode, shape, encode, refusal)
