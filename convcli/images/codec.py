"""What a codec is: how files of one format are read and written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from convcli.files.source import Source
    from convcli.images.frames import Frame, Frames
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


class Moving(NamedTuple):
    """Frames to be written into one file.

    Attributes:
        frames: of one size and kind where the format is an animation's; gone through once.
        length: how many there are, at most.
        plays: how often they are shown, 0 for ever.
        sparse: little changes, here and there, as in drawings: PNG and WebP leave what does not change transparent.
            Then no frame has alpha of its own.
    """

    frames: Iterator[Frame]
    length: int
    plays: int = 0
    sparse: bool = False


class Codec(NamedTuple):
    """How files of one format are read and written; what the format is called stands in `formats.FORMATS`.

    Attributes:
        decode: samples from a source.
        shape: (height, width, channels) from the header alone.
        encode: writes a picture that `refusal` has passed; returns one-line notes.  None: read only.
        refusal: why the format cannot hold a picture, or None if it can.
        frames: the frames or pages of a file, or None where it holds one picture.
        encode_frames: writes frames that `refusal` has passed, one after the other, to a stream that can seek.
        spare_byte: colours of bytes are written with least copying if they have a spare one (see `core.spare_byte`).
    """

    decode: Callable[[Source, Reading], Picture]
    shape: Callable[[Source, Reading], tuple[int, int, int]]
    encode: Callable[[Picture, BinaryIO, Writing], tuple[str, ...]] | None = None
    refusal: Callable[[Picture], str | None] = lambda picture: None
    spare_byte: bool = False
    frames: Callable[[Source, Reading], Frames | None] | None = None
    encode_frames: Callable[[Moving, BinaryIO, Writing], tuple[str, ...]] | None = None
