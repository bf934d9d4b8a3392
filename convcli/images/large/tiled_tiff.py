"""TIFF, BigTIFF and OME-TIFF by rows: deflated tiles, and a pyramid of smaller copies in sub-directories.

A tile may stand anywhere in the file.  So rows are cut into tiles as they come, for all levels at once, and of each
level no more than one row of tiles is kept; what says where they are is written last.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

import numpy as np

from convcli.core.arrays import Array
from convcli.core.threads import processors
from convcli.errors import OptionError, OutputError
from convcli.files.output import safe_output
from convcli.images.large import ome_xml, tile_bytes
from convcli.images.large.halving import halved, level_sizes
from convcli.images.large.large_formats import Order
from convcli.images.large.standing_in import carried_by
from convcli.images.large.tiff_pages import Levels, PageTags, Placed, header, write_directories
from convcli.images.picture import Picture

TILE = 512
OME = (".ome.tiff", ".ome.tif")
LAST_OFFSET = (1 << 32) - (1 << 24)  # beyond it a file is BigTIFF


@contextlib.contextmanager
def create(order: Order) -> Iterator[TiledTiff]:
    """See `large_formats.Creating`.

    Raises:
        OptionError: a tile that TIFF cannot have.
    """
    tile = TILE if order.tile is None else order.tile
    if tile < 16 or tile % 16 or tile > 1 << 15:
        raise OptionError("tile", tile, "a TIFF's tiles are a multiple of 16, from 16 to 32768")
    picture, notes = carried_by(order, "tiff", check=False)
    with safe_output(order.target, force=order.force) as stream:
        writer = TiledTiff(order, picture, notes, tile, stream)
        try:
            yield writer
        finally:
            writer.close()


class TiledTiff:
    """Writes the tiles of all pages and levels as their rows come."""

    def __init__(self, order: Order, picture: Picture, notes: tuple[str, ...], tile: int, stream: BinaryIO) -> None:
        shape = order.shape
        self._order, self._picture, self._notes = order, picture, notes
        self._dtype, self._channels = _stored_dtype(shape.dtype), max(1, shape.channels)
        self._in_one = _in_one(picture, self._dtype)
        sizes = level_sizes(shape.height, shape.width, pyramid=order.pyramid)
        samples = sum(height * width for height, width in sizes) + sum(sum(size) * tile + tile * tile for size in sizes)
        self._big = samples * self._channels * self._dtype.itemsize > LAST_OFFSET
        self._stream, self._end = stream, stream.write(header(self._big, 0))
        self._team = ThreadPoolExecutor(processors(), "tiles")
        pages = 1 if self._in_one else self._channels
        self._levels = [_Level(size, self._channels, tile, pages, self._dtype) for size in sizes]

    def write(self, rows: Array) -> None:
        """See `RowWriter.write`.

        Raises:
            OutputError: whole numbers that TIFF does not hold.
        """
        samples = rows.reshape(len(rows), self._order.shape.width, self._channels)
        self._check(samples)
        self._add(0, samples)

    def _check(self, samples: Array) -> None:
        if samples.dtype.kind == "f" or samples.dtype.itemsize <= self._dtype.itemsize or not samples.size:
            return
        low, high = int(samples.min()), int(samples.max())
        allowed = np.iinfo(self._dtype)
        if low < allowed.min or high > allowed.max:
            raise OutputError(self._order.target, f"TIFF holds integers of 32 bits, not {low}..{high}; use .npy")

    def _add(self, number: int, samples: Array) -> None:
        level = self._levels[number]
        while len(samples):
            samples = samples[level.take(samples) :]
            if level.is_full:
                self._flush(number)

    def _flush(self, number: int) -> None:
        """Store the row of tiles that a level has, and hand its rows down."""
        level = self._levels[number]
        tiles = list(level.tiles())
        contents = self._team.map(tile_bytes.stored, (samples for _, samples in tiles))
        for (page, _), content in zip(tiles, contents, strict=True):
            self._stream.write(content)
            level.placed[page].append(Placed(self._end, len(content)))
            self._end += len(content)
        rows = level.given()
        if number + 1 < len(self._levels):
            self._add(number + 1, halved(rows))

    def finish(self) -> tuple[str, ...]:
        """See `RowWriter.finish`."""
        for number, level in enumerate(self._levels):
            if not level.is_empty:
                self._flush(number)
        first, end = write_directories(self._stream, self._end, self._tags(), self._pages(), big=self._big)
        self._stream.seek(0)
        self._stream.write(header(self._big, first))
        self._stream.seek(end)
        narrowed = self._order.shape.dtype.kind == "f" and self._order.shape.dtype.itemsize > 4
        return self._notes + (("float64 is stored as float32",) if narrowed else ())

    def _pages(self) -> list[Levels]:
        pages = range(1 if self._in_one else self._channels)
        return [[(level.size, level.tile, level.placed[page]) for level in self._levels] for page in pages]

    def _tags(self) -> PageTags:
        name = os.path.basename(self._order.target)
        said = None
        if name.lower().endswith(OME):
            size = (self._order.shape.height, self._order.shape.width, self._channels)
            said = ome_xml.description(name, size, self._dtype, in_one=self._in_one, dpi=self._picture.metadata.dpi)
        return PageTags(self._picture, self._dtype, self._channels if self._in_one else 1, said)

    def close(self) -> None:
        """End the threads."""
        self._team.shutdown()


class _Level:
    """One level: the rows that are not stored yet, and where its tiles are.

    Attributes:
        placed: of each page, tile by tile.
    """

    def __init__(self, size: tuple[int, int], channels: int, tile: int, pages: int, dtype: np.dtype[Any]) -> None:
        self.size, self.tile = size, tile
        self.placed: list[list[Placed]] = [[] for _ in range(pages)]
        self._pages, self._filled = pages, 0
        self._rows: Array = np.zeros((tile, -(-size[1] // tile) * tile, channels), dtype)

    @property
    def is_full(self) -> bool:
        return self._filled == self.tile

    @property
    def is_empty(self) -> bool:
        return self._filled == 0

    def take(self, samples: Array) -> int:
        """Take as many rows as there is room for; how many that were."""
        count = min(len(samples), self.tile - self._filled)
        self._rows[self._filled : self._filled + count, : self.size[1]] = samples[:count]
        self._filled += count
        return count

    def tiles(self) -> Iterator[tuple[int, Array]]:
        """(page, samples) of each tile, page by page, from the left; 0 beyond the picture."""
        self._rows[self._filled :] = 0
        together = self._rows.shape[2] // self._pages
        for page in range(self._pages):
            for left in range(0, self._rows.shape[1], self.tile):
                channels = slice(page * together, (page + 1) * together)
                yield page, np.ascontiguousarray(self._rows[:, left : left + self.tile, channels])

    def given(self) -> Array:
        """The rows that are stored now; the next may be taken once these are used."""
        rows = self._rows[: self._filled, : self.size[1]]
        self._filled = 0
        return rows


def _in_one(picture: Picture, dtype: np.dtype[Any]) -> bool:
    """As `codecs.tiff.writer` has it: grey; colour of 8 and 16 bits; what one page held when it was read."""
    in_colour = picture.channels == 3 and (dtype.itemsize <= 2 or picture.alpha is not None)
    return picture.channels == 1 or in_colour or picture.has_bands


def _stored_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    if dtype.kind == "f":
        return np.dtype("<f4")
    if dtype.kind == "u" and dtype.itemsize <= 2:
        return dtype.newbyteorder("<")
    return np.dtype(f"<{dtype.kind}4")
