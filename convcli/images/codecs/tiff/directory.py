"""TIFF's directories: the tags of every page, read on demand and never from beyond the file.

Source: Adobe, TIFF 6.0 (1992); BigTIFF as libtiff has it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_PAGES = 1024
MAX_ENTRIES = 4096  # of one directory; those of cameras and microscopes have a hundred
INTEGERS = {1: "u1", 3: "u2", 4: "u4", 6: "i1", 8: "i2", 9: "i4", 13: "u4", 16: "u8", 17: "i8", 18: "u8"}
SIZES = {**{kind: int(name[1]) for kind, name in INTEGERS.items()}, 2: 1, 5: 8, 7: 1, 10: 8, 11: 4, 12: 8}


class Tag(IntEnum):
    """Tags that say how samples are stored."""

    SUBFILE = 254
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    FILL_ORDER = 266
    DESCRIPTION = 270
    STRIP_STARTS = 273
    ORIENTATION = 274
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_COUNTS = 279
    PLANAR = 284
    FAX3_OPTIONS = 292
    FAX4_OPTIONS = 293
    PREDICTOR = 317
    PALETTE = 320
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_STARTS = 324
    TILE_COUNTS = 325
    SUB_DIRECTORIES = 330
    INK_SET = 332
    EXTRA_SAMPLES = 338
    SAMPLE_FORMAT = 339
    JPEG_TABLES = 347
    YCBCR_COEFFICIENTS = 529
    YCBCR_SUBSAMPLING = 530
    YCBCR_POSITIONING = 531
    REFERENCE_BLACK_WHITE = 532


class DirectoryError(ValueError):
    """Raised when a header, a directory or the value of a tag is broken."""


class Entry(NamedTuple):
    """One tag: the type and number of its values, and where they are in the file."""

    kind: int
    length: int
    place: int


@dataclass(frozen=True, eq=False)
class Directory:
    """The tags of one page.

    Attributes:
        index: of the page, from 0.
        stream: of the whole file, `length` bytes.
        order: "<" or ">".
        is_big: BigTIFF, with offsets of 64 bits.
        offset: where the directory begins.
        after: where the next one begins, 0 behind the last.
    """

    index: int
    stream: BinaryIO
    length: int
    order: str
    is_big: bool
    offset: int
    after: int
    entries: dict[int, Entry]

    def numbers(self, tag: int, most: int = 1 << 16) -> tuple[int, ...]:
        """The whole numbers of a tag, at most so many; none where it is absent or holds something else."""
        return tuple(self.array(tag, most).tolist())

    def number(self, tag: int, default: int) -> int:
        """The first number of a tag."""
        return next(iter(self.numbers(tag, 1)), default)

    def array(self, tag: int, most: int) -> NDArray[Any]:
        """The whole numbers of a tag as an array."""
        entry = self.entries.get(tag)
        if entry is None or entry.kind not in INTEGERS:
            return np.empty(0, np.int64)
        dtype = np.dtype(self.order + INTEGERS[entry.kind])
        return np.frombuffer(self.content(tag, most * dtype.itemsize), dtype)

    def content(self, tag: int, most: int = 1 << 24) -> bytes:
        """The bytes of a tag's values, at most so many."""
        entry = self.entries[tag]
        size = entry.length * SIZES[entry.kind]
        if entry.place + size > self.length:
            raise DirectoryError(f"the values of tag {tag} lie beyond the end of the file")
        self.stream.seek(entry.place)
        return self.stream.read(min(size, most))


def directories(stream: BinaryIO) -> Iterator[Directory]:
    """Every page's directory, first to last; a chain that comes back to itself ends there.

    Raises:
        DirectoryError: one of them is broken, or lies beyond the file.
    """
    length = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(16)
    order = "<" if head[:2] == b"II" else ">"
    is_big = head[2:4] in (b"+\0", b"\0+")
    if len(head) < 8 + 8 * is_big:
        raise DirectoryError("the header is cut short")
    (offset,) = struct.unpack_from(order + "IQ"[is_big], head, 4 + 4 * is_big)
    seen: set[int] = set()
    while offset and offset not in seen:
        seen.add(offset)
        directory = _directory(len(seen) - 1, stream, length, order, is_big, offset)
        yield directory
        offset = directory.after
    if not seen:
        raise DirectoryError("it has no directory")


def directory_at(offset: int, like: Directory) -> Directory:
    """A directory of the same file that stands elsewhere: a smaller copy of a page.

    Raises:
        DirectoryError: it is broken, or lies beyond the file.
    """
    return _directory(like.index, like.stream, like.length, like.order, like.is_big, offset)


def _directory(index: int, stream: BinaryIO, length: int, order: str, is_big: bool, offset: int) -> Directory:
    head, each, pointer = (8, 20, 8) if is_big else (2, 12, 4)
    stream.seek(min(offset, length))
    table = stream.read(head)
    if len(table) < head:
        raise DirectoryError(f"the directory of page {index + 1} lies beyond the end of the file")
    (count,) = struct.unpack(order + "HQ"[is_big], table)
    if not 0 < count <= MAX_ENTRIES:
        raise DirectoryError(
            f"the directory of page {index + 1} claims {count:,} entries; 1 to {MAX_ENTRIES:,} are read"
        )
    table = stream.read(count * each)
    if len(table) < count * each:
        raise DirectoryError(f"the directory of page {index + 1} is cut short")
    following = stream.read(pointer)
    after = struct.unpack(order + "IQ"[is_big], following)[0] if len(following) == pointer else 0
    entries: dict[int, Entry] = {}
    for place in range(0, len(table), each):
        tag, kind, values = struct.unpack_from(order + ("HHQ" if is_big else "HHI"), table, place)
        inside = offset + head + place + each - pointer
        if values * SIZES.get(kind, 1) > pointer:
            inside = struct.unpack_from(order + "IQ"[is_big], table, place + each - pointer)[0]
        if kind in SIZES:
            entries.setdefault(tag, Entry(kind, values, inside))  # of a tag given twice libtiff takes the first
    return Directory(index, stream, length, order, is_big, offset, after, entries)
