"""read() and shape_of(): from whatever names a picture to its samples."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import BinaryIO

import numpy as np

from convcli.core.text.matrices import parse_matrix
from convcli.errors import InputError, OptionError
from convcli.files.reasons import no_such_file
from convcli.files.source import is_source, open_source
from convcli.images.codec import LAYOUTS, MAX_PIXELS, Reading
from convcli.images.formats import recognise
from convcli.images.picture import Array, Picture

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
    how = _settings(max_pixels, allow_truncated, layout)
    if not is_source(source):
        return _literal(source)
    with open_source(source, stdin) as opened:
        picture = recognise(opened).codec.decode(opened, how)
    return replace(picture, source=source, notes=picture.notes + _remarks(picture.pixels))


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
    if layout not in LAYOUTS:
        raise OptionError("--layout", layout, f"choose from {', '.join(LAYOUTS)}")
    if max_pixels < 1:
        raise OptionError("--max-pixels", max_pixels, "give a whole number of at least 1")
    return Reading(max_pixels, allow_truncated, layout)


def _literal(text: str) -> Picture:
    if not _LITERAL.fullmatch(text):
        raise InputError(text, no_such_file(text, "there is no such file", with_folder=True))
    notes: list[str] = []
    pixels = parse_matrix(text, "the matrix", rounded=notes)
    return Picture(pixels, None, text, "text", "text", notes=tuple(notes))


def _remarks(pixels: Array) -> tuple[str, ...]:
    # min and max carry NaN along and need no array of their own
    if pixels.dtype.kind != "f" or (np.isfinite(pixels.min()) and np.isfinite(pixels.max())):
        return ()
    return ("it holds NaN or infinity, which spread through the kernel's window",)
