"""TIFF's directories, in which EXIF is kept too: read with bounds, so that no file can make it long or large."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, NamedTuple

MAX_ENTRIES = 2048  # of one directory
MAX_BYTES = 1 << 24  # of all values together
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
UNITS = {5: 4, 10: 4}  # a fraction is two numbers
EXIF, GPS, INTEROPERABILITY = 34665, 34853, 40965  # directories of their own, which these tags point to
MARKS = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}


class Entry(NamedTuple):
    """One tag's value.

    Attributes:
        kind: TIFF's type, 1..18.
        number: how many values there are.
        content: as it is stored, in the file's byte order.
        place: where the content stands in the file.
    """

    tag: int
    kind: int
    number: int
    content: bytes
    place: int = 0


class Directory(NamedTuple):
    """One directory.

    Attributes:
        spans: what it takes of the file, (first byte, byte after) each, values included.
        after: where the next one is; 0 where there is none.
        after_place: where that is said.
    """

    entries: dict[int, Entry]
    spans: tuple[tuple[int, int], ...]
    after: int
    after_place: int


class Tree(NamedTuple):
    """The first directory and those that its tags point to, by those tags."""

    order: str
    top: Directory
    under: dict[int, Directory]

    @property
    def spans(self) -> list[tuple[int, int]]:
        """What they take of the file."""
        return [span for directory in (self.top, *self.under.values()) for span in directory.spans]


class Layout(NamedTuple):
    """How wide the numbers of a directory are.

    Attributes:
        entries: struct's letter for how many there are; number: for offsets and lengths.
        pointer: the kind of a tag that points to another directory.
    """

    entries: str
    number: str
    pointer: int


CLASSIC, BIG = Layout("H", "I", 4), Layout("Q", "Q", 18)


class Reader:
    """Reads directories of one file, each once, and not more than MAX_BYTES in all."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = MAX_BYTES
        self._seen: set[int] = set()
        stream.seek(0)
        head = stream.read(16)
        if head[:4] not in MARKS:
            raise ValueError("this does not begin as TIFF and EXIF do")
        self.order = MARKS[head[:4]]
        self._is_big = head[2:4] in (b"+\0", b"\0+")
        self.first = int(self._unpack("Q" if self._is_big else "I", head[8:16] if self._is_big else head[4:8]))

    def directory(self, offset: int) -> Directory:
        """The directory at that offset.

        Raises:
            ValueError: it was read before, is not whole, or is too large.
        """
        if offset in self._seen or offset < 8:
            raise ValueError("a directory points back to where it was reached from")
        self._seen.add(offset)
        length, letter, step, head = (20, "Q", 8, 8) if self._is_big else (12, "I", 4, 2)
        count = self._number(offset, "Q" if self._is_big else "H")
        if not 0 < count <= MAX_ENTRIES:
            raise ValueError(f"a directory has {count} entries")
        table = self._read(offset + head, count * length)
        entries = [self._entry(table[at : at + length], offset + head + at) for at in range(0, len(table), length)]
        after_place = offset + head + count * length
        spans = [(offset, after_place + step), *((e.place, e.place + len(e.content)) for e in entries if e)]
        try:
            after = self._number(after_place, letter)
        except ValueError:  # many EXIF blocks end where this should be
            after = after_place = 0
        return Directory({entry.tag: entry for entry in reversed(entries) if entry}, tuple(spans), after, after_place)

    def _entry(self, raw: bytes, place: int) -> Entry | None:
        """One entry; None for a value of unknown type, or one that lies outside the file."""
        head = 12 if self._is_big else 8
        tag, kind = struct.unpack(f"{self.order}HH", raw[:4])
        count = self._unpack("Q" if self._is_big else "I", raw[4:head])
        length = SIZES.get(kind, 0) * count
        if not 0 < length <= MAX_BYTES:
            return None
        if length <= len(raw) - head:
            return Entry(tag, kind, count, raw[head : head + length], place + head)
        start = self._unpack("Q" if self._is_big else "I", raw[head:])
        try:
            return Entry(tag, kind, count, self._read(start, length), start)
        except ValueError:
            return None

    def _read(self, start: int, length: int) -> bytes:
        if length > self._left or start > 1 << 62:
            raise ValueError("the directories are too large")
        self._stream.seek(start)
        content = self._stream.read(length)
        if len(content) < length:
            raise ValueError("a directory is cut short")
        self._left -= length
        return content

    def _number(self, start: int, letter: str) -> int:
        return self._unpack(letter, self._read(start, struct.calcsize(f"<{letter}")))

    def _unpack(self, letter: str, raw: bytes) -> int:
        if len(raw) != struct.calcsize(f"<{letter}"):
            raise ValueError("a number is cut short")
        return int(struct.unpack(f"{self.order}{letter}", raw)[0])


def read_tree(source: BinaryIO | bytes, at: int | None = None) -> Tree:
    """A directory and its EXIF, GPS and interoperability directories.

    Args:
        at: where it stands; None for the first.

    Raises:
        ValueError: it does not begin as TIFF, or the directory is not whole.  Of the others,
            those that are damaged are left out.
    """
    reader = Reader(io.BytesIO(source) if isinstance(source, bytes) else source)
    top = reader.directory(reader.first if at is None else at)
    under: dict[int, Directory] = {}
    for pointer, parent in ((EXIF, None), (GPS, None), (INTEROPERABILITY, EXIF)):
        entries = top.entries if parent is None else under[parent].entries if parent in under else {}
        found = numbers(entries.get(pointer), reader.order)
        if found:
            try:
                under[pointer] = reader.directory(found[0])
            except ValueError:
                continue
    return Tree(reader.order, top, under)


def numbers(entry: Entry | None, order: str) -> tuple[int, ...]:
    """The values of an entry of whole numbers; none of any other."""
    letters = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
    if entry is None or entry.kind not in letters:
        return ()
    return struct.unpack(f"{order}{entry.number}{letters[entry.kind]}", entry.content)


def little_endian(entry: Entry, order: str) -> Entry:
    """The same value, least byte first."""
    size = UNITS.get(entry.kind, SIZES[entry.kind])
    if order == "<" or size == 1:
        return entry
    content = bytearray(len(entry.content))
    for byte in range(size):
        content[byte::size] = entry.content[size - 1 - byte :: size]
    return entry._replace(content=bytes(content))


def packed(
    entries: Iterable[Entry],
    under: Mapping[int, Sequence[Entry]],
    offset: int,
    after: int = 0,
    *,
    layout: Layout = CLASSIC,
) -> bytes:
    """A directory as bytes, least byte first: entries of one length, what does not fit them behind.

    Args:
        under: the entries of the directories that tags point to, by those tags.
        offset: where it will stand in the file.
        after: where the next one will stand, or 0.
    """
    table = sorted(
        (*(e for e in entries if e.tag not in (EXIF, GPS, INTEROPERABILITY)),
         *(Entry(tag, layout.pointer, 1, b"") for tag, inner in under.items() if inner and tag != INTEROPERABILITY))
    )  # fmt: skip
    return _packed(table, under, offset, after, layout)


def _packed(
    table: Sequence[Entry], under: Mapping[int, Sequence[Entry]], offset: int, after: int, layout: Layout
) -> bytes:
    number, step = f"<{layout.number}", struct.calcsize(layout.number)
    rows, behind = struct.pack(f"<{layout.entries}", len(table)), bytearray()
    start = offset + len(rows) + (4 + 2 * step) * len(table) + step
    for tag, kind, count, content, _ in table:
        here = start + len(behind)
        if tag in under:
            inner = [entry for entry in under[tag] if entry.tag != INTEROPERABILITY]
            if tag == EXIF and under.get(INTEROPERABILITY):
                inner.append(Entry(INTEROPERABILITY, layout.pointer, 1, b""))
            content = struct.pack(number, here)
            others = {key: value for key, value in under.items() if key != tag}
            behind += _packed(sorted(inner), others, here, 0, layout)
        elif len(content) > step:
            behind += content
            content = struct.pack(number, here)
        behind += b"\0" * (-len(behind) % 2)
        rows += struct.pack(f"<HH{layout.number}", tag, kind, count) + content.ljust(step, b"\0")
    return rows + struct.pack(number, after) + bytes(behind)
