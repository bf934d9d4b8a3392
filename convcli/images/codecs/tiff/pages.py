"""The pages of a TIFF: pictures of their own, or the maps of one."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count as count_from
from itertools import islice
from typing import BinaryIO, NamedTuple

from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.frames import Frame, Frames
from convcli.images.picture import Picture

REDUCED_OR_MASK = 1 | 4  # of the tag NewSubfileType: a smaller copy, or a mask, of another page

SHORT = 3
MAX_ENTRIES = 4096
SUBFILE, WIDTH, HEIGHT = 254, 256, 257

ReadPage = Callable[[Source, Reading, int], Picture]


class Page(NamedTuple):
    """What a page's tags say of it.

    Attributes:
        number: in the file.
        following: where the next page's tags are; 0 after the last.
        tags: those of SUBFILE, WIDTH and HEIGHT that there are.
    """

    number: int
    following: int
    tags: dict[int, int]

    @property
    def is_copy(self) -> bool:
        """Whether it is a smaller copy, or a mask, of another page."""
        return bool(self.tags.get(SUBFILE, 0) & REDUCED_OR_MASK)


def has_more(stream: BinaryIO) -> bool:
    """Whether a second page follows the first."""
    first = next(walk(stream), None)
    return first is not None and first.following > 0


def frames(source: Source, reading: Reading, *, count: int, together: bool, read_page: ReadPage) -> Frames | None:
    """The pages that are pictures of their own; None where there is one.

    Args:
        count: of all pages.
        together: they are maps of one size and kind.
        read_page: reads the page of a number.
    """
    pages = list(islice(walk(source.seekable()), count))
    kept = [page for page in pages if not page.is_copy] or pages[:1]
    if len(kept) < 2:
        return None
    left_out = len(pages) - len(kept)
    return Frames(
        source.name,
        len(kept),
        partial(_read, source, reading, [page.number for page in kept], read_page),
        noun="page",
        size=(kept[0].tags.get(HEIGHT, 1), kept[0].tags.get(WIDTH, 1)),
        together=together,
        lenient=reading.allow_truncated,
        max_pixels=reading.max_pixels,
        notes=(f"smaller copies and masks are left out: {left_out} of {len(pages)} pages",) if left_out else (),
    )


def _read(source: Source, reading: Reading, numbers: list[int], read_page: ReadPage) -> Iterator[Frame]:
    stream = source.seekable()
    for index, number in enumerate(numbers):
        # Of a damaged file whole pages are kept, and of the first one what is there.
        how = reading if index == 0 else reading._replace(allow_truncated=False)
        yield Frame(read_page(Source(f"{source.name}, page {index}", source.head, stream, source.size), how, number))


def walk(stream: BinaryIO) -> Iterator[Page]:
    """The pages of a classic or a big TIFF, as far as their tags can be read."""
    stream.seek(0)
    head = stream.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in (b"+\0", b"\0+")
    try:
        (start,) = struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)
        for number in count_from(0):
            page = _page(stream, number, start, order, big=big)
            yield page
            if not page.following:
                return
            start = page.following
    except (struct.error, OSError, OverflowError, ValueError):
        return  # whoever reads the page says what is wrong


def _page(stream: BinaryIO, number: int, start: int, order: str, *, big: bool) -> Page:
    """The page whose tags begin there: a number of entries, the entries, where the next page is."""
    counter, offset, size, place = ("Q", "Q", 20, 12) if big else ("H", "I", 12, 8)
    stream.seek(start)
    (entries,) = struct.unpack(order + counter, stream.read(struct.calcsize(counter)))
    if entries > MAX_ENTRIES:
        raise ValueError("absurdly many tags")
    table = stream.read(entries * size)
    (following,) = struct.unpack(order + offset, stream.read(struct.calcsize(offset)))
    tags = {}
    for position in range(0, len(table), size):
        tag, kind = struct.unpack_from(order + "HH", table, position)
        if tag in (SUBFILE, WIDTH, HEIGHT):
            (tags[tag],) = struct.unpack_from(order + ("H" if kind == SHORT else "I"), table, position + place)
    return Page(number, following, tags)
