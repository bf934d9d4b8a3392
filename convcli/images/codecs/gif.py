"""GIF: read only, the first frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from convcli.files.source import Source
from convcli.images.codec import Codec, Reading
from convcli.images.picture import Picture
from convcli.images.pillow import decoding

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

Box = tuple[int, int, int, int]


def decode(source: Source, reading: Reading) -> Picture:
    """Read the first frame of a GIF; a note says if there are more.

    Where the frame does not cover the screen, nothing is drawn: it is transparent there, and said.
    """
    box: list[Box] = []

    def prepare(image: ImageFile) -> tuple[str, ...]:
        box[:] = [_box(image)]
        return _note_frames(image)

    return _with_surroundings(decoding.decode(source, reading, "GIF", prepare), box[0])


def _note_frames(image: ImageFile) -> tuple[str, ...]:
    return ("only the first frame of the animation is read",) if getattr(image, "is_animated", False) else ()


def _box(image: ImageFile) -> Box:
    """(left, top, right, bottom) of the frame on the screen; known only before decoding."""
    extents = image.tile[0][1] if image.tile else None
    return extents or (0, 0, *image.size)


def _with_surroundings(picture: Picture, box: Box) -> Picture:
    """The picture with alpha 0 where the frame does not reach; the colours there stay the background's."""
    left, top, right, bottom = box
    if left <= 0 >= top and right >= picture.width and bottom >= picture.height:
        return picture
    import numpy as np

    alpha = np.zeros((picture.height, picture.width), picture.pixels.dtype)
    inside = slice(top, bottom), slice(left, right)
    alpha[inside] = 255 if picture.alpha is None else picture.alpha[inside]
    size = f"{bottom - top} x {right - left} of {picture.height} x {picture.width}"
    note = f"its frame covers {size} pixels; the rest is transparent"
    return replace(picture, alpha=alpha, notes=(*picture.notes, note))


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    return decoding.shape(source, reading, "GIF")


CODEC = Codec(decode, shape)
