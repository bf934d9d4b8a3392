"""What a codec is: how files of one format are read and written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from convcli.files.source import Source
    from convcli.images.picture import Picture

MAX_PIXELS = 89_478_485  # 1 GiB / 4 / 3: the point at which Pillow, too, suspects a decompression bomb
LAYOUTS = ("hwc", "chw")


class Reading(NamedTuple):
    """How to read.

    Attributes:
        max_pixels: rows times columns beyond this are refused before anything is allocated.
        allow_truncated: take what a damaged file still holds.
        layout: "hwc" or "chw", how a 3-D .npy is stored.
    """

    max_pixels: int = MAX_PIXELS
    allow_truncated: bool = False
    layout: str = "hwc"


class Writing(NamedTuple):
    """How to write.

    Attributes:
        quality: 1..100, for JPEG and WebP.  From 90 up JPEG keeps the full colour
            resolution (4:4:4); below that it is halved, as most encoders do.
        png_level: 0..9, zlib's level for PNG; None lets a sample decide between runs of equal
            bytes and level 2 (see `png_squeeze`).  Measured on two 12-megapixel photographs and
            on the samples and their responses: runs take 0.6 to 0.9 of the time of level 2 for
            files 3 to 20 % smaller; level 6 takes 2 to 5 times as long as level 2 for 5 to 20 %.
        layout: "hwc" or "chw", how a 3-D .npy is stored.
    """

    quality: int = 90
    png_level: int | None = None
    layout: str = "hwc"


class Codec(NamedTuple):
    """How files of one format are read and written; what the format is called stands in `formats.FORMATS`.

    Attributes:
        decode: samples from a source.
        shape: (height, width, channels) from the header alone.
        encode: writes a picture that `refusal` has passed; returns one-line notes.  None: read only.
        refusal: why the format cannot hold a picture, or None if it can.
        spare_byte: colours of bytes are written with least copying if they have a spare one (see `core.spare_byte`).
    """

    decode: Callable[[Source, Reading], Picture]
    shape: Callable[[Source, Reading], tuple[int, int, int]]
    encode: Callable[[Picture, BinaryIO, Writing], tuple[str, ...]] | None = None
    refusal: Callable[[Picture], str | None] = lambda picture: None
    spare_byte: bool = False
