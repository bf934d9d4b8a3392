"""PBM, PGM, PPM and PFM by rows: binary ones; written are PGM and PPM of 8 and 16 bits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from convcli.core.arrays import Array
from convcli.files.output import safe_output
from convcli.files.source import open_source
from convcli.images.codecs import pnm
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import Order, Wish
from convcli.images.large.placed_bytes import PlacedBytes
from convcli.images.large.standing_in import carried_by

PLAIN = (b"P1", b"P2", b"P3")  # text: no row's place is known
FLOATS = (b"Pf", b"PF")


class PnmRows:
    """The samples of a binary PNM file, in their own units as `pnm.decode` gives them."""

    def __init__(self, content: PlacedBytes, header: pnm.Header) -> None:
        self._content, self._header = content, header
        size = (header.height, header.width)
        self.shape: tuple[int, ...] = size if header.channels == 1 else (*size, header.channels)
        self._stored = pnm.stored_dtype(header)
        self.row_bytes = pnm.row_bytes(header)
        self._across = self.row_bytes // self._stored.itemsize
        self.dtype = pnm.in_units(np.zeros((1, 1), self._stored), header)[0].dtype

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        header = self._header
        rows: Array = np.empty((stop - start, self._across), self._stored)
        first = header.height - stop if header.kind in FLOATS else start  # floats come bottom first
        self._content.fill(rows, header.end + first * self.row_bytes)
        if header.kind == b"P4":
            rows = np.unpackbits(rows, axis=1, count=header.width)
        return np.ascontiguousarray(pnm.in_units(rows, header)[0])


def open_rows(path: str, wish: Wish) -> RowPicture | None:
    """A binary PNM; None for one of text, and where its length is not what its header says."""
    with open_source(path) as source:
        header = pnm.parse_header(source)
        head = source.head[: header.end]
    if header.kind in PLAIN:
        return None
    content = PlacedBytes(path)
    rows = PnmRows(content, header)
    if content.size - header.end < header.height * rows.row_bytes:
        content.close()
        return None
    notes = pnm.in_units(np.zeros((1, 1), pnm.stored_dtype(header)), header)[1]
    return RowPicture(rows, "ppm", metadata=pnm.metadata(head), notes=notes, close=content.close)


class PnmWriter:
    """Writes rows one after the other."""

    def __init__(self, stream: BinaryIO, dtype: np.dtype[Any], notes: tuple[str, ...]) -> None:
        self._stream, self._notes = stream, notes
        self._stored = np.dtype("u1" if dtype == np.uint8 else ">u2")

    def write(self, rows: Array) -> None:
        """See `RowWriter`."""
        self._stream.write(np.ascontiguousarray(rows, self._stored).data)

    def finish(self) -> tuple[str, ...]:
        """What of the comments and the rest is lost."""
        return self._notes


@contextlib.contextmanager
def create(order: Order) -> Iterator[PnmWriter]:
    """A binary PGM or PPM; see `Creating`."""
    picture, lost = carried_by(order, "ppm")
    with safe_output(order.target, force=order.force) as stream:
        lines, dropped = pnm.comment_lines(picture.metadata)
        stream.write(pnm.header_text(picture, lines))
        yield PnmWriter(stream, order.shape.dtype, lost + dropped)
