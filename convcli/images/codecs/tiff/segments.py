"""From a page to its samples, piece by piece: a few strips, or a few tiles of one row, at a time."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.images.codecs.tiff import bits, libtiff, terms
from convcli.images.codecs.tiff.bits import Bytes
from convcli.images.codecs.tiff.directory import DirectoryError, Tag
from convcli.images.codecs.tiff.page import Page
from convcli.images.picture import Array

PIECE_BYTES = 1 << 20
# The most that a byte can become: what claims more lacks data.  LZW's longest strings, deflate's longest matches.
LARGEST_RATIO = {terms.RAW: 1, terms.LZW: 2800, 8: 1100, 32946: 1100, terms.PACKBITS: 64, terms.JPEG: 2048}
ANY_RATIO = 1 << 17


class Piece(NamedTuple):
    """Samples of one place: (rows, columns, samples), cut at the picture's edge."""

    top: int
    left: int
    samples: Array


class Segments:
    """Where a page's strips or tiles are in the file.

    Attributes:
        starts, counts: first byte and bytes of each, plane by plane; both 0 for what is left out on purpose.
        blank: how many of those were met so far.
    """

    def __init__(self, page: Page, *, lenient: bool, reading: threading.Lock | None = None) -> None:
        """`reading` is held while the file is read: one lock for all pages of it, where several threads read them."""
        self.page = page
        self._reading = reading or threading.Lock()
        self._lenient = lenient
        self._any_read = False
        self.blank = 0
        needed = page.across * page.down * page.planes
        in_tiles = page.is_tiled and Tag.TILE_STARTS in page.directory.entries  # old files list tiles as strips
        tags = (Tag.TILE_STARTS, Tag.TILE_COUNTS) if in_tiles else (Tag.STRIP_STARTS, Tag.STRIP_COUNTS)
        self.starts, self.counts = (_list(page, tag, needed) for tag in tags)
        if len(self.starts) < needed and not lenient:
            raise ValueError(f"{page.segment_name}s are missing: {len(self.starts)} of {needed} are listed")
        self.starts = np.pad(self.starts, (0, needed - len(self.starts)), constant_values=page.directory.length)
        # A length that is not said, or 0: libtiff, too, takes what lies up to the end of the file.
        self.counts = np.pad(self.counts, (0, needed - len(self.counts)))
        unsaid = (self.counts == 0) & (self.starts > 0)
        self.counts[unsaid] = np.maximum(page.directory.length - self.starts[unsaid], 0)
        self._check_amount()

    def _check_amount(self) -> None:
        """Refuse less data than the size that is claimed needs, before memory for it is asked for."""
        page = self.page
        expected = page.height * ((page.width * (page.samples // page.planes) * page.bits + 7) // 8) * page.planes
        if page.photometric == terms.YCBCR:
            expected //= 6  # colours of 4 x 4 pixels in one
        there = page.directory.length if page.compression == terms.RAW else int(self.counts.sum())
        stored = ~((self.starts == 0) & (self.counts == 0))  # others are left out on purpose
        if stored.all() and expected > there * LARGEST_RATIO.get(page.compression, ANY_RATIO) and not self._lenient:
            raise ValueError(f"{page.segment_name}s are missing: {there:,} bytes cannot hold {expected:,}")

    def pieces(self) -> Iterator[Piece]:
        """Every piece of the page, top to bottom.

        Raises:
            ValueError: data that is missing or damaged; with `lenient`, only if none is whole.
            NotImplementedError: a compression that this Pillow lacks.
        """
        page = self.page
        size = max(1, page.row_bytes * page.rows)
        if page.is_tiled or page.compression != terms.RAW or page.photometric == terms.YCBCR or size <= PIECE_BYTES:
            yield from self._whole(max(1, PIECE_BYTES // size))
        else:
            yield from self._parts(max(1, PIECE_BYTES // page.row_bytes))
        if self._lenient and not self._any_read:
            raise ValueError(f"no {page.segment_name} of it is whole")

    def _whole(self, most: int) -> Iterator[Piece]:
        """So many strips, or tiles of one row, at a time."""
        page = self.page
        if page.is_tiled:
            for row in range(page.down):
                for column in range(0, page.across, most):
                    tiles = self.tiles(row, column, min(most, page.across - column))
                    yield Piece(row * page.rows, column * page.columns, tiles)
            return
        for first in range(0, page.down, most):
            yield Piece(first * page.rows, 0, self.strips(first, min(most, page.down - first)))

    def tiles(self, row: int, column: int, count: int) -> Array:
        """Samples of so many tiles side by side, (rows, columns, samples), cut at the picture's edge.

        Several threads may ask at once, for these and for strips.
        """
        page = self.page
        tiles = self._samples(row * page.across + column, count, count * page.rows)
        tiles = tiles.reshape(count, page.rows, page.columns, -1).swapaxes(0, 1).reshape(page.rows, -1, page.samples)
        return tiles[: page.height - row * page.rows, : page.width - column * page.columns]

    def strips(self, first: int, count: int) -> Array:
        """Samples of so many strips, one below the other: (rows, columns, samples)."""
        page = self.page
        top = first * page.rows
        return self._samples(first, count, min(count * page.rows, page.height - top))[:, : page.width]

    def _parts(self, most: int) -> Iterator[Piece]:
        """So many rows of a long uncompressed strip at a time."""
        page = self.page
        for strip in range(page.down):
            end = min((strip + 1) * page.rows, page.height)
            for top in range(strip * page.rows, end, most):
                rows = min(most, end - top)
                skipped = (top - strip * page.rows) * page.row_bytes
                planes = [self._stored(self._at(strip, plane), rows, skipped) for plane in range(page.planes)]
                yield Piece(top, 0, self._unpacked(planes)[:, : page.width])

    def _at(self, place: int, plane: int) -> int:
        return plane * self.page.across * self.page.down + place

    def _samples(self, first: int, count: int, rows: int) -> Array:
        """Samples of consecutive strips or tiles, one below the other."""
        planes = [self._plane(self._at(first, plane), count, rows) for plane in range(self.page.planes)]
        return self._unpacked(planes)

    def _unpacked(self, planes: list[Bytes]) -> Array:
        page = self.page
        if page.compression in (terms.JPEG, terms.WEBP) or page.photometric == terms.YCBCR:
            whole = "u1" if page.bits == 8 else "<u2"
            parts = [plane.view(whole).reshape(len(plane), page.columns, -1) for plane in planes]
        else:
            left = 1 if libtiff.undoes_predictor(page) else page.predictor
            parts = [bits.unpacked(plane, page, predictor=left) for plane in planes]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)

    def _plane(self, first: int, count: int, rows: int) -> Bytes:
        """Bytes of consecutive strips or tiles of one plane, uncompressed."""
        page = self.page
        heights = [min(page.rows, rows - at) for at in range(0, rows, page.rows)]
        if page.compression == terms.RAW and page.photometric != terms.YCBCR:
            stored = [self._stored(first + index, height, 0) for index, height in enumerate(heights)]
            return stored[0] if count == 1 else np.concatenate(stored)
        segments = [self._segment(first + index) for index in range(count)]
        if all(segments):
            try:
                made = libtiff.decompressed(page, segments, rows)
                self._any_read = True
                return made
            except ValueError:
                if count == 1 and not self._lenient:
                    raise
        return np.concatenate([self._alone(first + i, segments[i], height) for i, height in enumerate(heights)])

    def _alone(self, index: int, segment: bytes, rows: int) -> Bytes:
        """One strip or tile by itself, to know which of several is damaged."""
        blank = np.zeros((rows, self._width()), np.uint8)
        if not segment:
            return blank
        try:
            made = libtiff.decompressed(self.page, [segment], rows)
            self._any_read = True
            return made
        except ValueError as error:
            if not self._lenient:
                total = self.page.across * self.page.down * self.page.planes
                raise ValueError(f"{self.page.segment_name} {index + 1} of {total}: {error}") from error
        return self._salvaged(segment, blank)

    def _salvaged(self, segment: bytes, blank: Bytes) -> Bytes:
        """What a deflated strip still holds at its beginning."""
        if self.page.compression in terms.DEFLATE and not libtiff.undoes_predictor(self.page):
            try:
                found = zlib.decompressobj().decompress(segment, blank.size)
            except zlib.error:
                return blank
            blank.reshape(-1)[: len(found)] = np.frombuffer(found, np.uint8)
            self._any_read = self._any_read or bool(found)
        return blank

    def _width(self) -> int:
        """Bytes of a row as they come out."""
        page = self.page
        is_coloured = page.compression in (terms.JPEG, terms.WEBP) or page.photometric == terms.YCBCR
        return page.columns * (page.samples // page.planes) * page.dtype.itemsize if is_coloured else page.row_bytes

    def _segment(self, index: int) -> bytes:
        """A compressed strip or tile as it is stored; empty where it was left out on purpose, or is missing."""
        start, count = int(self.starts[index]), int(self.counts[index])
        if start == 0 and count == 0:
            self.blank += 1
            return b""
        available = self.page.directory.length - start
        if (available < count or count == 0) and not self._lenient:
            raise ValueError(f"{self.page.segment_name} {index + 1} is cut short")
        if available <= 0:
            return b""
        return self._read(start, min(count, available))

    def _read(self, start: int, count: int) -> bytes:
        with self._reading:
            self.page.directory.stream.seek(start)
            return self.page.directory.stream.read(count)

    def _stored(self, index: int, rows: int, skipped: int) -> Bytes:
        """Rows of an uncompressed strip or tile, from some byte on."""
        page = self.page
        start, size = int(self.starts[index]), rows * page.row_bytes
        if start == 0 and int(self.counts[index]) == 0:
            self.blank += not skipped
            return np.zeros((rows, page.row_bytes), np.uint8)
        available = max(0, page.directory.length - start - skipped)
        if available < size and not self._lenient:
            raise ValueError(f"{page.segment_name} {index + 1} is cut short")
        self._any_read = self._any_read or available > 0
        found = self._read(start + skipped, min(available, size)).ljust(size, b"\0")
        values = np.frombuffer(found, np.uint8).reshape(rows, -1)
        return bits.REVERSED[values] if page.reversed_bits else values


def _list(page: Page, tag: int, needed: int) -> NDArray[np.int64]:
    values = page.directory.array(tag, needed)
    if values.size and int(values.max()) > 2**62:
        raise DirectoryError(f"a {page.segment_name} lies beyond the end of the file")
    return values.astype(np.int64)
