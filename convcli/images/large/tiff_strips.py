"""Uncompressed TIFF written by rows: the bytes of `codecs.tiff.writer`, or BigTIFF where those would pass 4 GiB."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import OptionError
from convcli.files.output import safe_output
from convcli.images.codecs.tiff import writer
from convcli.images.codecs.tiff.writer import FIRST, LAST_OFFSET, MAX_BYTES, Place
from convcli.images.large.large_formats import Order
from convcli.images.large.standing_in import carried_by
from convcli.images.metadata.directories import BIG, CLASSIC, Layout
from convcli.images.picture import Picture

FIRST_OF_BIG = 16  # a longer header


class TiffWriter:
    """Writes rows to the one page, or each map's to a page of its own, whose places are all known."""

    def __init__(
        self, stream: BinaryIO, places: list[Place], stored: np.dtype[np.generic], notes: tuple[str, ...]
    ) -> None:
        self._stream, self._places, self._stored, self._notes = stream, places, stored, notes
        self._row = 0

    def write(self, rows: Array) -> None:
        """See `RowWriter`."""
        maps = rows.reshape(*rows.shape[:2], -1)
        for index, place in enumerate(self._places):
            page = maps if len(self._places) == 1 else maps[:, :, index]
            stored = np.ascontiguousarray(page, self._stored)
            if len(self._places) > 1:
                self._stream.seek(place.first + self._row * stored[0].nbytes)
            self._stream.write(stored.data)
        self._row += len(rows)

    def finish(self) -> tuple[str, ...]:
        """What of the metadata and the precision is lost."""
        return self._notes


@contextlib.contextmanager
def create(order: Order) -> Iterator[TiffWriter]:
    """A TIFF in strips, a page a map where they are no colours; see `Creating`."""
    picture, notes = carried_by(order, "tiff", check=False)
    stored = _stored(order)
    in_one = writer.in_one(picture, stored)
    layout, places = _laid_out(picture, order, stored, in_one=in_one)
    with safe_output(order.target, force=order.force) as stream:
        if not in_one and not stream.seekable():
            raise OptionError("format", "tiff", "maps are written page by page, which a pipe cannot be; name a file")
        stream.write(_head(layout))
        for index, place in enumerate(places):
            if index:
                stream.seek(places[index - 1].after)
            stream.write(place.directory)
        yield TiffWriter(stream, places, stored, notes + writer.narrowed(order.shape.dtype))


def _stored(order: Order) -> np.dtype[Any]:
    dtype = order.shape.dtype
    if dtype.kind in "iu" and dtype.itemsize > 2:
        assert order.range is not None, "the range of wide whole numbers is to be known"
        problem = writer.refused_range(int(order.range[0]), int(order.range[1]))
        if problem:
            raise OptionError("format", "tiff", problem)
    return writer.stored_as(dtype, lambda: int(order.range[1]) if order.range else 0)


def _laid_out(
    picture: Picture, order: Order, stored: np.dtype[np.generic], *, in_one: bool
) -> tuple[Layout, list[Place]]:
    """Where everything stands; with offsets of 32 bits wherever those reach."""
    if picture.pixels.size * stored.itemsize <= MAX_BYTES:
        places = _places(picture, order, stored, CLASSIC, in_one=in_one)
        if places[-1].end <= LAST_OFFSET:
            return CLASSIC, places
    return BIG, _places(picture, order, stored, BIG, in_one=in_one)


def _places(
    picture: Picture, order: Order, stored: np.dtype[np.generic], layout: Layout, *, in_one: bool
) -> list[Place]:
    height, width, samples = order.shape.height, order.shape.width, max(1, order.shape.channels)
    count = 1 if in_one else samples
    shape = (height, width, samples if in_one else 1)
    offset = FIRST if layout is CLASSIC else FIRST_OF_BIG
    places: list[Place] = []
    for index in range(count):
        ends = {"is_first": not index, "is_last": index == count - 1}
        places.append(writer.placed(picture, shape, stored, offset, **ends, layout=layout))
        offset = places[-1].after
        if layout is CLASSIC and places[-1].end > LAST_OFFSET:
            break
    return places


def _head(layout: Layout) -> bytes:
    if layout is CLASSIC:
        return struct.pack("<2sHI", b"II", 42, FIRST)
    return struct.pack("<2sHHHQ", b"II", 43, 8, 0, FIRST_OF_BIG)
