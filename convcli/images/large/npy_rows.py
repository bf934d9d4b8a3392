""".npy by rows: C and Fortran order, channels last or first, either byte order."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import OptionError
from convcli.files.output import safe_output
from convcli.files.source import open_source
from convcli.images.codec import Reading
from convcli.images.codecs import npy
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import Order, Wish
from convcli.images.large.placed_bytes import PlacedBytes
from convcli.images.large.standing_in import carried_by

ANY_SIZE = 1 << 62


class NpyRows:
    """The samples of an .npy file, read where they are.

    They lie in it as outer × rows × inner: each of `outer` runs holds every row, and of each row `inner` samples.
    Channels last in C order are one run, channels first as many as there are, Fortran order one a column.

    Args:
        content: the file.
        start: where its samples begin.
        stored: their dtype.
        lengths: of the axes as they lie in the file, the slowest first.
        axes: which axis of the picture each is: 0 rows, 1 columns, 2 channels.
    """

    def __init__(
        self,
        content: PlacedBytes,
        start: int,
        stored: np.dtype[Any],
        lengths: tuple[int, ...],
        axes: tuple[int, ...],
    ) -> None:
        self._content, self._start, self._stored = content, start, stored
        at = axes.index(0)
        self._outer, self._inner = lengths[:at], lengths[at + 1 :]
        self._order = [axes.index(axis) for axis in range(len(axes))]
        self.shape = tuple(lengths[place] for place in self._order)
        self.dtype = npy.native(np.zeros((1, 1), stored)).dtype

    @property
    def runs(self) -> int:
        """Places of the file that a few rows come from."""
        return math.prod(self._outer)

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        inner = math.prod(self._inner)
        size = self._stored.itemsize * inner
        runs = np.empty((self.runs, (stop - start) * inner), self._stored)
        for index, run in enumerate(runs):
            self._content.fill(run, self._start + (index * self.shape[0] + start) * size)
        stacked = runs.reshape(*self._outer, stop - start, *self._inner).transpose(self._order)
        return npy.native(stacked).reshape(stop - start, -1)


def open_rows(path: str, wish: Wish) -> RowPicture | None:
    """An .npy of two or three axes; None where its length is not what its header says."""
    with open_source(path) as source:
        shape, fortran, dtype = npy.header_of(source)
        npy.check_shape(source, shape, dtype, Reading(ANY_SIZE, layout=wish.layout))
        start = source.stream.tell()
    axes = (0, 1) if len(shape) == 2 else (2, 0, 1) if wish.layout == "chw" else (0, 1, 2)
    content = PlacedBytes(path)
    if content.size - start < math.prod(shape) * dtype.itemsize:
        content.close()
        return None
    lengths, axes = (shape[::-1], axes[::-1]) if fortran else (shape, axes)
    rows = NpyRows(content, start, dtype, lengths, axes)
    slow = rows.runs > math.prod(rows.shape[2:])
    notes = (f"it is stored column by column: every few rows are gathered from {rows.runs:,} places",) if slow else ()
    return RowPicture(rows, "npy", "array", notes=notes, boolean=dtype.kind == "b", close=content.close)


class NpyWriter:
    """Writes rows one after the other; with channels first, each to its own plane."""

    def __init__(self, stream: BinaryIO, order: Order, notes: tuple[str, ...]) -> None:
        shape, self._stream, self._notes = order.shape, stream, notes
        self._planes = shape.channels if order.layout == "chw" else 0
        self._row = 0
        axes: tuple[int, ...] = (shape.height, shape.width)
        if shape.channels:
            axes = (shape.channels, *axes) if self._planes else (*axes, shape.channels)
        self._size = shape.height * shape.width * shape.dtype.itemsize
        npy.write_header(stream, shape.dtype, axes)
        self._start = stream.tell() if self._planes > 1 else 0

    def write(self, rows: Array) -> None:
        """See `RowWriter`."""
        if self._planes <= 1:
            self._stream.write(np.ascontiguousarray(rows).data)
            return
        for channel in range(self._planes):
            plane = np.ascontiguousarray(rows[:, :, channel])
            self._stream.seek(self._start + channel * self._size + self._row * plane[0].nbytes)
            self._stream.write(plane.data)
        self._row += len(rows)

    def finish(self) -> tuple[str, ...]:
        """What an array does not hold beside its samples."""
        return self._notes


@contextlib.contextmanager
def create(order: Order) -> Iterator[NpyWriter]:
    """An .npy of format 1.0 in C order; see `Creating`."""
    notes = carried_by(order, "npy")[1]
    with safe_output(order.target, force=order.force) as stream:
        if order.layout == "chw" and order.shape.channels > 1 and not stream.seekable():
            rule = "channels first are written plane by plane, which a pipe cannot be; name a file"
            raise OptionError("layout", order.layout, rule)
        yield NpyWriter(stream, order, notes)
