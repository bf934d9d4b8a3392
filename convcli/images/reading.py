"""read() and shape_of(): from whatever names a picture to its samples."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from convcli.core.geometry import is_whole
from convcli.core.text.matrices import parse_matrix
from convcli.errors import InputError, OptionError, Setting, listed
from convcli.files.reasons import no_such_file
from convcli.files.source import Source, is_source, open_source
from convcli.images.addresses import is_address
from convcli.images.codec import LAYOUTS, MAX_PIXELS, Reading
from convcli.images.formats import recognise
from convcli.images.picture import Array, Picture

if TYPE_CHECKING:
    from convcli.images.frames import Frames
    from convcli.images.large.cropped_rows import Region

HOLDS_NAN = "it holds NaN or infinity"
_LITERAL = re.compile(r"[-+0-9.eE/,;#\s]*[0-9][-+0-9.eE/,;#\s]*")


def read(
    source: str,
    *,
    max_pixels: int = MAX_PIXELS,
    allow_truncated: bool = False,
    layout: str = "hwc",
    stdin: BinaryIO | None = None,
) -> Picture:
    """Read a picture, upright, in its own dtype and units.

    Args:
        source: an existing path, "-" (stdin), "sample:NAME", or a literal matrix as in "0 1; 2 3".
            The content decides the format, never the suffix.
        max_pixels: rows times columns beyond this are refused before anything is allocated.
        allow_truncated: take what a damaged file still holds; the rest is zero.
        layout: "hwc", or "chw" for a .npy of shape (F, H, W).
        stdin: read "-" from here.

    Returns:
        Pixels (H, W) or (H, W, C): uint8 for up to 8 bits (a bit is 0 or 255), uint16 for 16,
        float32 for floating TIFF; .npy keeps its dtype; a text matrix is int64 or float64.

    Raises:
        InputError: (exit 3) the file is missing, unreadable, unknown, damaged or too large.
        KernelTextError: a matrix with a mistake: line and column.

    >>> read("0 1 2; 3 4 5").pixels.tolist()
    [[0, 1, 2], [3, 4, 5]]
    """
    with opened(source, max_pixels=max_pixels, allow_truncated=allow_truncated, layout=layout, stdin=stdin) as given:
        return given.picture()


@dataclass
class Opened:
    """An input that is open: one picture, or several frames of one file.

    Attributes:
        name: the input, as it was given.
        source: its bytes; None for a matrix that was written out.
        region: the part that is taken, of each frame; None for all.
    """

    name: str
    reading: Reading
    source: Source | None = None
    region: Region | None = None

    def picture(self) -> Picture:
        """The picture, the first one of several; see `read`."""
        picture = self._whole()
        if self.region is None:
            return picture
        from convcli.images.cropping import cropped

        return cropped(picture, self.region)

    def _whole(self) -> Picture:
        if self.source is None:
            return _literal(self.name)
        picture = recognise(self.source).codec.decode(self.source, self.reading)
        notes = picture.notes + _unread(picture.metadata.unread) + _remarks(picture.pixels)
        return replace(picture, source=self.name, notes=notes)

    def frames(self) -> Frames | None:
        """The frames or pages, where the file has several; they are read as long as it is open."""
        if self.source is None:
            return None
        codec = recognise(self.source).codec
        if codec.frames is None:
            return None
        if self.source.size is None:  # a pipe is gone through once
            stream = self.source.seekable()
            size = stream.seek(0, 2)
            self.source = Source(self.source.name, self.source.head, stream, size)
        frames = codec.frames(self.source, self.reading)
        if frames is None or self.region is None:
            return frames
        from convcli.images.cropping import cropped_frames

        return cropped_frames(frames, self.region)


@contextlib.contextmanager
def opened(
    source: str,
    *,
    max_pixels: int = MAX_PIXELS,
    allow_truncated: bool = False,
    layout: str = "hwc",
    stdin: BinaryIO | None = None,
    region: Region | None = None,
) -> Iterator[Opened]:
    """An input, open, or a part of it; see `read` for its arguments and errors."""
    how = _settings(max_pixels, allow_truncated, layout)
    if not is_source(source):
        yield Opened(source, how, region=region)
        return
    with open_source(source, stdin) as stream:
        yield Opened(source, how, stream, region)


def shape_of(source: str, *, max_pixels: int = MAX_PIXELS, layout: str = "hwc") -> tuple[int, int, int]:
    """(height, width, channels) as `read` would give them, from the header: no pixel is decoded.

    Raises:
        InputError, KernelTextError: as `read`.
    """
    how = _settings(max_pixels, False, layout)
    if not is_source(source):
        picture = _literal(source)
        return picture.height, picture.width, 1
    with open_source(source) as opened:
        return recognise(opened).codec.shape(opened, how)


def _settings(max_pixels: int, allow_truncated: bool, layout: str) -> Reading:
    if not isinstance(layout, str) or layout not in LAYOUTS:
        raise OptionError("layout", layout, f"choose from {', '.join(LAYOUTS)}")
    if not is_whole(max_pixels, 1):
        raise OptionError("max_pixels", max_pixels, "give a whole number of at least 1")
    return Reading(max_pixels, allow_truncated, layout)


def _literal(text: str) -> Picture:
    if is_address(text):
        rule = "this is an address; files are read, and of addresses TIFF and Zarr by apply with "
        raise InputError(text, rule, Setting("allow_network"))
    if not _LITERAL.fullmatch(text):
        raise InputError(text, no_such_file(text, "there is no such file", with_folder=True))
    notes: list[str] = []
    pixels = parse_matrix(text, "the matrix", rounded=notes)
    return Picture(pixels, None, text, "text", "text", notes=tuple(notes))


def _unread(names: tuple[str, ...]) -> tuple[str, ...]:
    return (f"its {listed(names)} cannot be understood and will not be carried over",) if names else ()


def _remarks(pixels: Array) -> tuple[str, ...]:
    # min and max carry NaN along and need no array of their own
    if pixels.dtype.kind != "f" or (np.isfinite(pixels.min()) and np.isfinite(pixels.max())):
        return ()
    return (HOLDS_NAN,)
