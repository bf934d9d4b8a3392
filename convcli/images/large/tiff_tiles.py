"""TIFF by rows, its tiles and strips decoded as they are wanted: compressed, predicted, planar, in any colours.

They are decoded by what reads the whole (`codecs.tiff`): samples are the same.
"""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from convcli.core.arrays import Array
from convcli.core.threads import processors
from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.codecs.tiff import codec, colours, terms
from convcli.images.codecs.tiff.page import SUB_DIRECTORIES, Page
from convcli.images.codecs.tiff.segments import Segments
from convcli.images.large import tiff_levels
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import Wish
from convcli.images.large.remote_files import open_anywhere
from convcli.images.large.stripe_rows import MOST_OF_A_STRIPE, SomeChannels, StripeRows

STRIPE_BYTES = 1 << 22  # of strips that are decoded together
PIECE_BYTES = 1 << 20  # that are worth a thread of their own


def open_rows(path: str, wish: Wish) -> RowPicture | None:
    """A TIFF or BigTIFF, or a level of one; None where it is turned, or of a kind that the ordinary way refuses.

    Raises:
        InputError: it is damaged; or that level cannot be read by rows.
        OptionError: there is no such level.
    """
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(open_anywhere(path, network=wish.network))
        with codec.explained(source):
            tiles, notes = _opened(source, wish)
            if tiles is None:
                return None
            stack.callback(tiles.close)
            picture = tiles.picture(wish)
            kept = stack.pop_all()
            said = [note for note in picture.notes if wish.level is None or not note.startswith(SUB_DIRECTORIES)]
            return replace(picture, notes=(*said, *notes), close=kept.close)


def _opened(source: Source, wish: Wish) -> tuple[_Tiles | None, tuple[str, ...]]:
    chain = codec.directories_of(source, Reading())
    try:
        found = tiff_levels.levels(chain)
    except NotImplementedError:
        return None, ()
    level = tiff_levels.chosen(found, wish.level)
    obstacles = [why for page in level.pages for why in _obstacles(page, len(level.pages))]
    if obstacles and wish.level is None:
        return None, ()
    if obstacles:
        problem = f"level {wish.level} of this TIFF cannot be read by rows: {obstacles[0]}"
        raise InputError(source.name, problem)
    alone = len(level.pages) < len(chain) and len(found) < 2
    return _Tiles(level, source), (codec.first_only(len(chain)),) if alone else ()


def _obstacles(page: Page, pages: int) -> list[str]:
    """Why a page is left to the ordinary way."""
    why = []
    if page.orientation != 1:
        why.append("it is turned")
    if page.compression == terms.OLD_JPEG:
        why.append("it is compressed as old JPEG")
    width = page.width + page.columns if page.is_tiled else page.width
    size = page.rows * width * page.samples * page.dtype.itemsize * pages
    if size > MOST_OF_A_STRIPE:
        why.append(f"a row of its {page.segment_name}s takes {size >> 20:,} MiB")
    return why


class _Tiles:
    """A level of a file that is open."""

    def __init__(self, level: tiff_levels.Level, source: Source) -> None:
        reading = threading.Lock()
        self._segments = [Segments(page, lenient=False, reading=reading) for page in level.pages]
        self._convert = [colours.converter(page) for page in level.pages]
        self._page, self._source = level.pages[0], source
        page = self._page
        row_bytes = page.row_bytes * page.planes * len(level.pages)
        together = 1 if page.is_tiled else max(1, STRIPE_BYTES // max(1, row_bytes * page.rows))
        self._strips, self.stripe = together, together * page.rows
        self._team = ThreadPoolExecutor(processors(), "tiles") if processors() > 1 else None

    def picture(self, wish: Wish) -> RowPicture:
        """The rows, and what is to be said of them."""
        page = self._page
        height, width, channels = page.upright
        depth = channels if len(self._segments) == 1 else len(self._segments)
        dtype = self._convert[0](np.zeros((1, 1, page.samples), page.dtype)).dtype
        has_alpha = page.alpha is not None
        shape = (height, width) if depth == 1 else (height, width, depth)
        stored = (height, width, depth + 1) if has_alpha else shape
        rows = StripeRows(stored, dtype, self.stripe, self._decode, held=wish.held)
        blank = sum(int(((each.starts == 0) & (each.counts == 0)).sum()) for each in self._segments)
        notes = dict.fromkeys(note for each in self._segments for note in each.page.notes)
        notes.update(dict.fromkeys(colours.said(page, blank)))
        return RowPicture(
            SomeChannels(rows, slice(0, depth), shape) if has_alpha else rows,
            "tiff",
            stripe=self.stripe,
            held=rows.held,
            metadata=codec.metadata_of(page, keep_profile=colours.keeps_profile(page)),
            notes=tuple(notes),
            alpha=SomeChannels(rows, slice(depth, depth + 1), (height, width)) if has_alpha else None,
        )

    def _decode(self, index: int, left: int, right: int) -> Array:
        """Columns [left, right) of one stripe, alpha behind the channels."""
        with codec.explained(self._source):
            pieces = self._pieces(index, left, right)
            mapped = self._team.map if self._team and len(pieces) > 1 else map
            made = list(mapped(self._piece, pieces))
        per_map = len(made) // len(self._segments)
        maps = [made[first : first + per_map] for first in range(0, len(made), per_map)]
        joined = [parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1) for parts in maps]
        whole = joined[0] if len(joined) == 1 else np.concatenate(joined, axis=2)
        skipped = left // self._page.columns * self._page.columns if self._page.is_tiled else 0
        return np.ascontiguousarray(whole[:, left - skipped : right - skipped])

    def _pieces(self, index: int, left: int, right: int) -> list[tuple[int, int, int, int]]:
        """(map, row of tiles, first tile, tiles) of each piece, map by map, from the left."""
        page = self._page
        if not page.is_tiled:
            first = index * self._strips
            return [(each, first, 0, min(self._strips, page.down - first)) for each in range(len(self._segments))]
        most = max(1, PIECE_BYTES // max(1, page.row_bytes * page.rows))
        begin, end = left // page.columns, -(-right // page.columns)
        return [
            (each, index, column, min(most, end - column))
            for each in range(len(self._segments))
            for column in range(begin, end, most)
        ]

    def _piece(self, piece: tuple[int, int, int, int]) -> Array:
        which, row, column, count = piece
        segments = self._segments[which]
        page = segments.page
        samples = segments.tiles(row, column, count) if page.is_tiled else segments.strips(row, count)
        made = self._convert[which](samples)
        if page.alpha is None:
            return made
        pixels, alpha = colours.parted(made, page)
        return np.dstack([pixels, alpha])

    def close(self) -> None:
        """End the threads."""
        if self._team is not None:
            self._team.shutdown()
