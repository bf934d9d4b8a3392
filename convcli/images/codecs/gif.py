"""GIF: read only, the first frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli.files.source import Source
from convcli.images.codec import Codec, Reading
from convcli.images.picture import Picture
from convcli.images.pillow import decoding

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile


def decode(source: Source, reading: Reading) -> Picture:
    """Read the first frame of a GIF; a note says if there are more."""
    return decoding.decode(source, reading, "GIF", _note_frames)


def _note_frames(image: ImageFile) -> tuple[str, ...]:
    return ("only the first frame of the animation is read",) if getattr(image, "is_animated", False) else ()


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    return decoding.shape(source, reading, "GIF")


CODEC = Codec(decode, shape)
