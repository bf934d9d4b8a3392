"""The pages of a TIFF: pictures of their own, or the maps of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.codecs.tiff.directory import Directory, Tag
from convcli.images.frames import Frame, Frames
from convcli.images.picture import Picture

REDUCED_OR_MASK = 1 | 4  # of the tag NewSubfileType: a smaller copy, or a mask, of another page

ReadPage = Callable[[Source, Directory, Reading], Picture]


def frames(
    source: Source, reading: Reading, chain: Sequence[Directory], *, together: bool, read_page: ReadPage
) -> Frames | None:
    """The pages that are pictures of their own; None where there is one.

    Args:
        chain: the directories of all pages.
        together: they are maps of one size and kind.
        read_page: reads the page of a directory.
    """
    kept = [page for page in chain if not page.number(Tag.SUBFILE, 0) & REDUCED_OR_MASK] or list(chain[:1])
    if len(kept) < 2:
        return None
    left_out = len(chain) - len(kept)
    return Frames(
        source.name,
        len(kept),
        partial(_read, source, reading, kept, read_page),
        noun="page",
        size=(kept[0].number(Tag.HEIGHT, 1), kept[0].number(Tag.WIDTH, 1)),
        together=together,
        lenient=reading.allow_truncated,
        max_pixels=reading.max_pixels,
        notes=(f"smaller copies and masks are left out: {left_out} of {len(chain)} pages",) if left_out else (),
    )


def _read(source: Source, reading: Reading, pages: Sequence[Directory], read_page: ReadPage) -> Iterator[Frame]:
    for index, page in enumerate(pages):
        # Of a damaged file whole pages are kept, and of the first one what is there.
        how = reading if index == 0 else reading._replace(allow_truncated=False)
        name = f"{source.name}, page {index}"
        yield Frame(read_page(Source(name, source.head, source.stream, source.size), page, how))
