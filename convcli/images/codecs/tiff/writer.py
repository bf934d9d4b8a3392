"""Uncompressed TIFF, streamed: everything that a response can be, exactly.

8- and 16-bit grey and RGB are one page, with alpha where there is one, and so is
what was read as one page with bands beyond its colours; any other stack of maps
is one grey page a map.  Every size is known beforehand, so nothing is written
twice and no seeking is needed.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import BinaryIO, NamedTuple

import numpy as np

from convcli.images.metadata.directories import CLASSIC, Entry, Layout, packed
from convcli.images.metadata.tiff_tags import Tags, written_tags
from convcli.images.picture import Array, Picture

SHORT, LONG, RATIONAL, UNDEFINED, LONG8 = 3, 4, 5, 7, 16
FORMATS = {SHORT: "H", LONG: "I", RATIONAL: "I", LONG8: "Q"}
STRIP_BYTES = 1 << 20
MAX_BYTES = (1 << 32) - (1 << 20)  # offsets have 32 bits
LAST_OFFSET = (1 << 32) - 2  # of pages together
SAMPLE_KINDS = {"u": 1, "i": 2, "f": 3}
DPI_UNIT = 1 << 16

FIRST = 8  # the first page's directory; it alone says what the file says beside its pixels
NOTHING: Tags = ([], {})

Numbers = tuple[int, int, tuple[int, ...] | bytes]


def refusal(picture: Picture) -> str | None:
    """TIFF holds any maps whose samples fit 32 bits, up to 4 GiB."""
    if picture.pixels.dtype.kind in "iu" and picture.pixels.dtype.itemsize > 2:
        beyond = refused_range(int(picture.pixels.min()), int(picture.pixels.max()))
        if beyond:
            return beyond
    if picture.pixels.size * min(picture.pixels.dtype.itemsize, 4) > MAX_BYTES:
        return "TIFF holds at most 4 GiB; use .npy"
    return None


def refused_range(low: int, high: int) -> str | None:
    """Why whole numbers of this range are not written; None if they are."""
    if low < -(2**31) or high >= 2**32 or (low < 0 and high >= 2**31):
        return f"TIFF holds integers of 32 bits, not {low}..{high}; use .npy"
    return None


def write(picture: Picture, stream: BinaryIO) -> tuple[str, ...]:
    """Write a picture that `refusal` has passed.

    Returns:
        Notes: alpha that a stack of maps has no place for, float64 stored as float32.
    """
    return write_pages(iter((picture,)), stream)


def write_pages(pictures: Iterator[Picture], stream: BinaryIO) -> tuple[str, ...]:
    """Write several, page by page; of each no more than the notes is kept."""
    stream.write(struct.pack("<2sHI", b"II", 42, FIRST))
    offset, notes = FIRST, dict[str, None]()
    following = next(pictures, None)
    while following is not None:
        picture, following = following, next(pictures, None)
        offset = _write_picture(picture, stream, offset, is_last=following is None)
        notes.update(dict.fromkeys(_notes(picture)))
    return tuple(notes)


def _write_picture(picture: Picture, stream: BinaryIO, offset: int, *, is_last: bool) -> int:
    """Write one picture's page, or a page for each of its maps, at `offset`; returns where the next page begins."""
    dtype = _stored_dtype(picture.pixels)
    alpha = picture.alpha if _keeps_alpha(picture, dtype) else None
    maps = picture.pixels.reshape(picture.height, picture.width, picture.channels)
    pages = [maps] if in_one(picture, dtype) else [maps[:, :, i : i + 1] for i in range(picture.channels)]
    for index, page in enumerate(pages):
        offset = _write_page(picture, page, alpha, dtype, stream, offset, is_last and index == len(pages) - 1)
    return offset


def in_one(picture: Picture, dtype: np.dtype[np.generic]) -> bool:
    """Whether one page holds it: grey; colour of 8 and 16 bits or with alpha; what one page held when it was read."""
    in_colour = picture.channels == 3 and (dtype in (np.uint8, np.uint16) or picture.alpha is not None)
    return picture.channels == 1 or in_colour or picture.has_bands


def _keeps_alpha(picture: Picture, dtype: np.dtype[np.generic]) -> bool:
    return picture.alpha is not None and in_one(picture, dtype) and dtype == _stored_dtype(picture.alpha)


def narrowed(dtype: np.dtype[np.generic]) -> tuple[str, ...]:
    """What is said of samples that are stored in less than they have."""
    return ("float64 is stored as float32",) if dtype.kind == "f" and dtype.itemsize > 4 else ()


def _notes(picture: Picture) -> tuple[str, ...]:
    lost = picture.alpha is not None and not _keeps_alpha(picture, _stored_dtype(picture.pixels))
    notes = ("alpha was dropped: a stack of maps, or of wide integers, has no place for it",) if lost else ()
    return notes + narrowed(picture.pixels.dtype)


def _stored_dtype(pixels: Array) -> np.dtype[np.generic]:
    return stored_as(pixels.dtype, lambda: int(pixels.max()) if pixels.size else 0)


def stored_as(dtype: np.dtype[np.generic], largest: Callable[[], int]) -> np.dtype[np.generic]:
    """How samples of a dtype are stored; wide whole numbers by the largest of them."""
    if dtype.kind == "f":
        return np.dtype("<f4")
    if dtype.kind == "u" and dtype.itemsize <= 2:
        return dtype.newbyteorder("<")
    return np.dtype("<u4") if largest() >= 2**31 else np.dtype("<i4")


def _write_page(
    picture: Picture,
    page: Array,
    alpha: Array | None,
    dtype: np.dtype[np.generic],
    stream: BinaryIO,
    offset: int,
    is_last: bool,
) -> int:
    """Write one page's directory and strips at `offset`; returns where the next page begins."""
    height, width, colours = page.shape
    shape = (height, width, colours + (alpha is not None))
    place = placed(picture, shape, dtype, offset, is_first=offset == FIRST, is_last=is_last)
    if place.end > LAST_OFFSET:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    stream.write(place.directory)
    for strip in _strips(page, alpha, dtype, place.rows):
        stream.write(strip)
    stream.write(b"\0" * (0 if is_last else place.after - place.end))
    return place.after


class Place(NamedTuple):
    """Where one page stands in the file.

    Attributes:
        directory: its bytes; the strips, of so many rows, follow it.
        first: byte of the first strip; end: after the last; after: where the next page may begin.
    """

    directory: bytes
    rows: int
    first: int
    end: int
    after: int


def placed(
    picture: Picture,
    shape: tuple[int, int, int],
    dtype: np.dtype[np.generic],
    offset: int,
    *,
    is_first: bool,
    is_last: bool,
    layout: Layout = CLASSIC,
) -> Place:
    """One page, (height, width, samples), whose directory is at `offset`: every place is known beforehand."""
    height, width, samples = shape
    row_bytes = width * samples * dtype.itemsize
    rows = max(1, min(height, STRIP_BYTES // row_bytes))
    counts = [min(rows, height - top) * row_bytes for top in range(0, height, rows)]
    spoken = NOTHING if not is_first or picture.metadata.is_plain else written_tags(picture.metadata)
    blank = _directory(picture, shape, dtype, rows, [0] * len(counts), counts, offset, 0, spoken, layout)
    first = offset + len(blank)
    *starts, end = accumulate(counts, initial=first)
    after = end + end % 2  # directories begin on even offsets
    if layout is CLASSIC and end > LAST_OFFSET:
        return Place(blank, rows, first, end, after)
    following = 0 if is_last else after
    made = _directory(picture, shape, dtype, rows, starts, counts, offset, following, spoken, layout)
    return Place(made, rows, first, end, after)


def _strips(page: Array, alpha: Array | None, dtype: np.dtype[np.generic], rows: int) -> Iterator[bytes]:
    for top in range(0, page.shape[0], rows):
        strip = page[top : top + rows]
        if alpha is not None:
            strip = np.dstack([strip, alpha[top : top + rows]])
        yield strip.astype(dtype, copy=False).tobytes()


def _directory(
    picture: Picture,
    shape: tuple[int, int, int],
    dtype: np.dtype[np.generic],
    rows: int,
    starts: list[int],
    counts: list[int],
    offset: int,
    after: int,
    spoken: Tags,
    layout: Layout,
) -> bytes:
    height, width, samples = shape
    colours = picture.colours if picture.has_bands else 3 if samples >= 3 else 1
    has_alpha = samples in (2, 4) if not picture.has_bands else samples > picture.channels
    extras = (0,) * (samples - colours - has_alpha) + (2,) * has_alpha
    entries: list[Numbers] = [
        (256, LONG, (width,)),
        (257, LONG, (height,)),
        (258, SHORT, (dtype.itemsize * 8,) * samples),
        (259, SHORT, (1,)),
        (262, SHORT, (2 if colours == 3 else 1,)),
        (273, LONG if layout is CLASSIC else LONG8, tuple(starts)),
        (277, SHORT, (samples,)),
        (278, LONG, (rows,)),
        (279, LONG, tuple(counts)),
        *_resolution(picture),
        *([(338, SHORT, extras)] if extras else []),
        (339, SHORT, (SAMPLE_KINDS[dtype.kind],) * samples),
    ]
    profile = picture.fitting_profile
    if profile and (picture.has_bands or colours == picture.channels):
        entries.append((34675, UNDEFINED, profile))
    made = [_entry(tag, kind, values) for tag, kind, values in entries]
    return packed((*made, *spoken[0]), spoken[1], offset, after, layout=layout)


def _entry(tag: int, kind: int, values: tuple[int, ...] | bytes) -> Entry:
    count = len(values) // (2 if kind == RATIONAL else 1)
    content = values if isinstance(values, bytes) else struct.pack(f"<{len(values)}{FORMATS[kind]}", *values)
    return Entry(tag, kind, count, content)


def _resolution(picture: Picture) -> list[Numbers]:
    dpi = picture.metadata.dpi
    if not dpi:
        return []
    across, down = (min(round(number * DPI_UNIT), 2**32 - 1) for number in dpi)
    return [(282, RATIONAL, (across, DPI_UNIT)), (283, RATIONAL, (down, DPI_UNIT)), (296, SHORT, (2,))]
