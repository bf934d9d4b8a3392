"""Uncompressed TIFF and BigTIFF by rows: strips, tiles and planes, as `codecs.tiff` would read the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.files.source import open_source
from convcli.images.codec import Reading
from convcli.images.codecs.tiff import bits, codec, colours, terms
from convcli.images.codecs.tiff.directory import Directory, Tag
from convcli.images.codecs.tiff.page import Page, describe
from convcli.images.codecs.tiff.pages import REDUCED_OR_MASK
from convcli.images.codecs.tiff.segments import Segments
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import Wish
from convcli.images.large.placed_bytes import PlacedBytes


class PageBytes:
    """Where the rows of one page are: its strips or tiles, or all strips as one where they follow each other.

    Raises:
        ValueError: some of them are missing, or end beyond the file.
    """

    def __init__(self, content: PlacedBytes, page: Page) -> None:
        segments = Segments(page, lenient=False)
        needed = page.across * page.down
        starts = segments.starts[: needed * page.planes].reshape(page.planes, page.down, page.across)
        stored = (starts > 0) | (segments.counts[: needed * page.planes].reshape(starts.shape) > 0)
        self.blank = int((~stored).sum())
        self._content, self.page, self._starts, self._stored = content, page, starts, stored
        self._check_length(content.size)
        if not page.is_tiled and stored.all() and self._follow_each_other():
            self.page = replace(page, rows=page.height)
            self._starts, self._stored = starts[:, :1], stored[:, :1]

    def _check_length(self, size: int) -> None:
        page = self.page
        rows = np.full(page.down, page.rows)
        if not page.is_tiled:
            rows[-1] = page.height - (page.down - 1) * page.rows
        ends = self._starts + (rows * page.row_bytes)[:, np.newaxis]
        if (ends[self._stored] > size).any():
            raise ValueError(f"a {page.segment_name} is cut short")

    def _follow_each_other(self) -> bool:
        return bool((np.diff(self._starts[:, :, 0], axis=1) == self.page.rows * self.page.row_bytes).all())

    def samples(self, start: int, stop: int, place: int, column: int) -> Array:
        """Rows [start, stop) of the strip, or of one tile of its row, that begins at row `place` × rows."""
        page, first = self.page, place * self.page.rows
        parts = []
        for plane in range(page.planes):
            rows: NDArray[np.uint8] = np.zeros((stop - start, page.row_bytes), np.uint8)
            if self._stored[plane, place, column]:
                at = int(self._starts[plane, place, column]) + (start - first) * page.row_bytes
                self._content.fill(rows, at)
                rows = bits.REVERSED[rows] if page.reversed_bits else rows
            parts.append(bits.unpacked(rows, page, predictor=1))
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)


class TiffRows:
    """The colours of a TIFF's page, or of several that are maps; or the alpha of one.

    Args:
        pages: one, or those that are the maps of a stack.
        alpha: hand out alpha instead.
    """

    def __init__(self, pages: list[PageBytes], *, alpha: bool = False) -> None:
        self._pages, self._alpha = pages, alpha
        page = pages[0].page
        self._convert = [colours.converter(each.page) for each in pages]
        height, width, channels = page.upright
        depth = 1 if alpha else channels if len(pages) == 1 else len(pages)
        self.shape: tuple[int, ...] = (height, width) if depth == 1 else (height, width, depth)
        self.dtype = self._convert[0](np.zeros((1, 1, page.samples), page.dtype)).dtype

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        size = (stop - start, *self.shape[1:], 1)[:3]
        made = np.empty(size, self.dtype)
        for index, each in enumerate(self._pages):
            which = slice(index, index + 1) if len(self._pages) > 1 else slice(None)
            self._fill(made[:, :, which], each, index, start, stop)
        return made.reshape(stop - start, -1)

    def _fill(self, made: Array, each: PageBytes, index: int, start: int, stop: int) -> None:
        page = each.page
        for place in range(start // page.rows, -(-stop // page.rows)):
            first, last = max(start, place * page.rows), min(stop, (place + 1) * page.rows)
            for column in range(page.across):
                left = column * page.columns
                samples = each.samples(first, last, place, column)[:, : page.width - left]
                converted = self._parted(self._convert[index](samples), page)
                made[first - start : last - start, left : left + page.columns] = converted

    def _parted(self, converted: Array, page: Page) -> Array:
        if page.alpha is None:
            return converted
        pixels, alpha = colours.parted(converted, page)
        return alpha[:, :, np.newaxis] if self._alpha else pixels


def open_rows(path: str, wish: Wish) -> RowPicture | None:
    """A TIFF or BigTIFF; None where it is compressed, turned, or several pictures, or not whole."""
    with open_source(path) as source, codec.explained(source, Reading()):
        chain = codec.directories_of(source, Reading())
        shown = _shown(chain)
        content = PlacedBytes(path)
        try:
            pages = [PageBytes(content, page) for page in shown]
        except ValueError:
            pages = []  # the ordinary way says what is wrong, or takes what is there
        if not pages:
            content.close()
            return None
        page = shown[0]
        metadata = codec.metadata_of(page, keep_profile=colours.keeps_profile(page))
        rows = TiffRows(pages)  # its palette is read now
        alpha = TiffRows(pages, alpha=True) if page.alpha is not None else None
    notes = dict.fromkeys(note for each in pages for note in (*each.page.notes, *colours.said(each.page, each.blank)))
    if len(pages) < len(chain):
        notes[codec.first_only(len(chain))] = None
    return RowPicture(rows, "tiff", metadata=metadata, notes=tuple(notes), alpha=alpha, close=content.close)


def _shown(chain: list[Directory]) -> list[Page]:
    """The pages that one picture is made of; none where the ordinary way must read it, or refuse it by name."""
    try:
        page = describe(chain[0])
        if len(chain) > 1 and codec.are_maps(page, chain):
            pages = [describe(directory) for directory in chain]
        else:
            kept = [each for each in chain if not each.number(Tag.SUBFILE, 0) & REDUCED_OR_MASK]
            pages = [page] if len(kept) < 2 else []  # several are a document
    except (NotImplementedError, ValueError):
        return []
    return pages if all(_is_placed(each) for each in pages) else []


def _is_placed(page: Page) -> bool:
    """Whether each row's place in the file is known."""
    return page.compression == terms.RAW and page.photometric != terms.YCBCR and page.orientation == 1
