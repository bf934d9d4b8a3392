"""What must be known of a font file before it is used: its faces, and which characters each has a glyph for.

Reads TrueType and OpenType files and collections, whatever is in them: what is
broken is no font.  Source: the OpenType specification, tables cmap and name.
"""

from __future__ import annotations

import os
import stat
import struct
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

MOST_FACES, MOST_TABLES = 64, 128
LARGEST_MAP, LARGEST_NAMES = 4_000_000, 200_000  # bytes
OUTLINES = {b"glyf", b"CFF ", b"CFF2"}  # without them a font has pictures of one size, or none
# Platform and encoding of a map of all characters, or else of the first plane, the best first.
MAPS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
FAMILY_NAMES = (16, 1)  # in table name


@dataclass(frozen=True)
class Coverage:
    """Runs of characters, in order: the first and last of each, and where its glyphs are when not all have one."""

    firsts: Sequence[int]
    lasts: Sequence[int]
    holes: Sequence[int] = ()  # of format 4: a run's first entry in `entries`, or -1
    entries: Sequence[int] = ()

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        run = bisect_left(self.lasts, code)
        if run == len(self.lasts) or code < self.firsts[run]:
            return False
        if not self.holes or self.holes[run] < 0:
            return True
        entry = self.holes[run] + code - self.firsts[run]
        return entry < len(self.entries) and self.entries[entry] != 0


@dataclass(frozen=True)
class FontFace:
    """One face of a font file.

    Attributes:
        index: its number in a collection; 0 in a file of its own.
        family: its name; empty where it has none.
        characters: those with a glyph.
    """

    path: str
    index: int
    family: str
    characters: Coverage


def read_faces(path: str) -> list[FontFace]:
    """The faces of a file that have outlines and a map of characters; none of what is no font.

    Reads headers and two small tables, never a glyph.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would keep us waiting
            return []
        with open(path, "rb") as stream:
            starts = _starts(stream)
            found = [_face(stream, path, index, start) for index, start in enumerate(starts)]
    except (OSError, ValueError, struct.error):
        return []
    return [face for face in found if face is not None]


def _starts(stream: BinaryIO) -> list[int]:
    head = _part(stream, 0, 12)
    if head[:4] != b"ttcf":
        return [0]
    (count,) = struct.unpack_from(">I", head, 8)
    count = min(count, MOST_FACES)
    return list(struct.unpack(f">{count}I", _part(stream, 12, 4 * count)))


def _face(stream: BinaryIO, path: str, index: int, start: int) -> FontFace | None:
    try:
        tables = _tables(stream, start)
        if not OUTLINES & tables.keys() or b"cmap" not in tables:
            return None
        offset, length = tables[b"cmap"]
        characters = coverage(_part(stream, offset, min(length, LARGEST_MAP)))
        return FontFace(path, index, _family(stream, tables), characters)
    except (ValueError, struct.error):
        return None


def _part(stream: BinaryIO, start: int, length: int) -> bytes:
    stream.seek(start)
    return stream.read(length)


def _tables(stream: BinaryIO, start: int) -> dict[bytes, tuple[int, int]]:
    (count,) = struct.unpack_from(">H", _part(stream, start, 6), 4)
    count = min(count, MOST_TABLES)
    directory = _part(stream, start + 12, 16 * count)
    records = [struct.unpack_from(">4s4xII", directory, 16 * index) for index in range(count)]
    return {tag: (offset, length) for tag, offset, length in records}


def coverage(cmap: bytes) -> Coverage:
    """The characters of a table cmap.

    Raises:
        ValueError, struct.error: it is broken, or of a kind that maps no Unicode.
    """
    (count,) = struct.unpack_from(">H", cmap, 2)
    records = [struct.unpack_from(">HHI", cmap, 4 + 8 * index) for index in range(min(count, MOST_TABLES))]
    starts = {(platform, encoding): start for platform, encoding, start in records}
    for kind in MAPS:
        if kind in starts:
            table = cmap[starts[kind] :]
            (form,) = struct.unpack_from(">H", table, 0)
            if form in _FORMATS:
                return _FORMATS[form](table)
    raise ValueError("no map of Unicode's characters")


def _segments(table: bytes) -> Coverage:
    """Format 4, of the first plane."""
    count = struct.unpack_from(">H", table, 6)[0] // 2
    lasts = struct.unpack_from(f">{count}H", table, 14)
    firsts = struct.unpack_from(f">{count}H", table, 16 + 2 * count)
    at = 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", table, at)
    # An offset counts bytes from its own place: as entries behind the first offset it is the run's number more.
    entries = struct.unpack_from(f">{(len(table) - at) // 2}H", table, at)
    holes = [run + offset // 2 if offset else -1 for run, offset in enumerate(offsets)]
    return _ordered(Coverage(firsts, lasts, holes, entries))


def _groups(table: bytes) -> Coverage:
    """Format 12, of all planes."""
    (count,) = struct.unpack_from(">I", table, 12)
    numbers = struct.unpack_from(f">{3 * min(count, len(table) // 12)}I", table, 16)
    return _ordered(Coverage(numbers[0::3], numbers[1::3]))


def _ordered(found: Coverage) -> Coverage:
    if any(later < sooner for sooner, later in zip(found.lasts, found.lasts[1:], strict=False)):
        raise ValueError("runs of characters that are out of order")
    return found


_FORMATS = {4: _segments, 12: _groups}


def _family(stream: BinaryIO, tables: dict[bytes, tuple[int, int]]) -> str:
    if b"name" not in tables:
        return ""
    offset, length = tables[b"name"]
    content = _part(stream, offset, min(length, LARGEST_NAMES))
    _, count, texts = struct.unpack_from(">HHH", content, 0)
    names = {}
    for at in range(6, 6 + 12 * min(count, (len(content) - 6) // 12), 12):
        platform, _, language, kind, size, start = struct.unpack_from(">6H", content, at)
        if platform == 3 and kind in FAMILY_NAMES and language == 0x409:
            names[kind] = content[texts + start : texts + start + size].decode("utf-16-be", "replace")
    return next((names[kind] for kind in FAMILY_NAMES if kind in names), "")
