"""Pairs: which window of BEFORE belongs to which value of AFTER, tile by tile.

A tile is a few thousand pairs, stacked as columns

    windows (K, n)   the K values under the kernel, for each of n places
    values  (n,)     what AFTER has there
    keep    (n,)     whether that pair takes part

so that sums over all pairs are matrix products of something that fits in cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from convcli.core.border import OUTSIDE
from convcli.core.plan import processors

Array = NDArray[Any]
Floats = NDArray[np.float64]
Groups = tuple[tuple[tuple[int, ...], tuple[tuple[int, int], ...]], ...]
Result = TypeVar("Result")
TILE_COLUMNS, TILE_BYTES = 4096, 6 << 20  # large enough that threads seldom meet, small enough for the cache
CHUNKS = 64


class Scale(NamedTuple):
    """value = shift + unit * scaled, with |scaled| about 1 at most.

    The unit is a power of two, so that whole numbers stay exact sums of halves.
    """

    shift: float
    unit: float


@dataclass(frozen=True, eq=False)
class Tile:
    """Pairs of one tile for one target: scaled windows and values, and which of them take part.

    Attributes:
        stack: (K + 2, n); its first K rows are the windows, the other two are free to use.
        values: (n,), scaled; 0 where not finite.
        keep: (n,), or None when all take part.
        clamped, not_finite: pairs left out for that reason.
        place: rows and columns of AFTER, and its channel.
    """

    stack: Floats
    values: Floats
    keep: NDArray[np.bool_] | None
    clamped: int
    not_finite: int
    place: tuple[slice, slice, int]

    @property
    def windows(self) -> Floats:
        """(K, n), scaled; 0 where not finite."""
        return self.stack[:-2]


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of two pictures, for a kernel of one size.

    Attributes:
        before: (H, W, C); after: (H', W', F); neither is modified.
        size: rows and columns of the kernel.
        rows, columns: source positions along BEFORE's padded axes (OUTSIDE: the fill value).
        offset: AFTER's first row and column that takes part.
        extent: rows and columns that take part.
        groups: (planes of BEFORE, [(channel of AFTER, index of the kernel it belongs to)]).
        fill: in BEFORE's units.
        leave_clamped: whether values at an end of AFTER's unsigned range are left out.
        before_scale, after_scale: to the scaled units of the tiles.
    """

    before: Array
    after: Array
    size: tuple[int, int]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    offset: tuple[int, int]
    extent: tuple[int, int]
    groups: Groups
    fill: float
    leave_clamped: bool
    before_scale: Scale
    after_scale: Scale

    @property
    def depth(self) -> int:
        """Planes of BEFORE that one kernel reads."""
        return len(self.groups[0][0])

    @property
    def weights(self) -> int:
        """Weights of one kernel, K."""
        return self.depth * self.size[0] * self.size[1]

    @property
    def kernels(self) -> int:
        """Kernels to be found."""
        return 1 + max(index for _, targets in self.groups for _, index in targets)

    @property
    def count(self) -> int:
        """Pairs for each kernel, before any is left out."""
        targets = sum(len(targets) for _, targets in self.groups)
        return self.extent[0] * self.extent[1] * targets // self.kernels

    def map(self, work: Callable[[Iterator[tuple[int, Tile]]], Result], jobs: int | None = None) -> Iterator[Result]:
        """Hand the tiles of each chunk of rows to `work`, on several threads; results in order.

        Which tiles make a chunk depends on the pictures alone, so that sums are the
        same bit for bit whatever the number of threads.
        """
        rows = self.extent[0]
        edges = np.linspace(0, rows, min(rows, CHUNKS) + 1).astype(int).tolist()
        chunks = [slice(first, last) for first, last in itertools.pairwise(edges)]
        threads = min(len(chunks), jobs or processors())
        with ThreadPoolExecutor(threads) as pool:
            yield from pool.map(lambda chunk: work(self._tiles(chunk)), chunks)

    def _tiles(self, chunk: slice) -> Iterator[tuple[int, Tile]]:
        """(kernel's index, tile) for all places of these rows; a tile is valid until the next."""
        width = min(self.extent[1], TILE_COLUMNS)
        height = max(1, TILE_BYTES // (8 * (self.weights + 2) * width))
        store = np.empty(((self.weights + 2) * height * width,))
        for top in range(chunk.start, chunk.stop, height):
            rows = slice(top, min(top + height, chunk.stop))
            for left in range(0, self.extent[1], width):
                columns = slice(left, min(left + width, self.extent[1]))
                for planes, targets in self.groups:
                    stack, whole = self._stack(rows, columns, planes, store)
                    for channel, index in targets:
                        yield index, self._tile(stack, whole, rows, columns, channel)

    def _stack(
        self, rows: slice, columns: slice, planes: tuple[int, ...], store: Floats
    ) -> tuple[Floats, NDArray[np.bool_] | None]:
        """Windows in a stack (K + 2, n), and which of them are finite (None: all)."""
        high, wide = (rows.stop - rows.start, columns.stop - columns.start)
        stack = store[: (self.weights + 2) * high * wide].reshape(self.weights + 2, high * wide)
        shaped = stack[:-2].reshape(len(planes), *self.size, high, wide)
        whole: NDArray[np.bool_] | None = None
        for plane, windows in zip(planes, shaped, strict=True):
            strip = self._strip(rows, columns, plane)
            if self.before.dtype.kind == "f" and not np.isfinite(strip).all():
                bad = sliding_window_view(~np.isfinite(strip), self.size).any(axis=(2, 3))
                whole = np.asarray(~bad if whole is None else whole & ~bad)
                strip[~np.isfinite(strip)] = 0.0
            windows[:] = sliding_window_view(strip, (high, wide))  # (h, w, high, wide): one view for every weight
        return stack, None if whole is None else whole.reshape(-1)

    def _strip(self, rows: slice, columns: slice, plane: int) -> Floats:
        """BEFORE under these windows, scaled."""
        h, w = self.size
        source_rows = self.rows[rows.start : rows.stop + h - 1]
        source_columns = self.columns[columns.start : columns.stop + w - 1]
        if _run(source_rows) and _run(source_columns):
            first, left = int(source_rows[0]), int(source_columns[0])
            found = self.before[first : first + len(source_rows), left : left + len(source_columns), plane]
            return _scaled(found, self.before_scale)
        found = self.before[np.maximum(source_rows, 0)[:, np.newaxis], np.maximum(source_columns, 0), plane]
        strip = _scaled(found, self.before_scale)
        outside = (self.fill - self.before_scale.shift) / self.before_scale.unit
        strip[source_rows == OUTSIDE] = outside
        strip[:, source_columns == OUTSIDE] = outside
        return strip

    def _tile(self, stack: Floats, whole: NDArray[np.bool_] | None, rows: slice, columns: slice, channel: int) -> Tile:
        down, across = self.offset
        place = (
            slice(rows.start + down, rows.stop + down),
            slice(columns.start + across, columns.stop + across),
            channel,
        )
        found = self.after[place].reshape(-1)
        values = _scaled(found, self.after_scale)
        finite = whole
        if found.dtype.kind == "f" and not np.isfinite(found).all():
            values[~np.isfinite(found)] = 0.0
            finite = np.isfinite(found) if finite is None else finite & np.isfinite(found)
        keep, clamped = finite, 0
        if self.leave_clamped:
            inside = (found > 0) & (found < np.iinfo(found.dtype).max)
            clamped = int(found.size - np.count_nonzero(inside if finite is None else inside | ~finite))
            if clamped:
                keep = inside if keep is None else keep & inside
        not_finite = 0 if finite is None else int(found.size - np.count_nonzero(finite))
        return Tile(stack, values, keep, clamped, not_finite, place)


def _run(sources: NDArray[np.intp]) -> bool:
    return bool(sources[0] >= 0 and sources[-1] - sources[0] == len(sources) - 1 and (np.diff(sources) == 1).all())


def _scaled(values: Array, scale: Scale) -> Floats:
    scaled = values.astype(np.float64)
    with np.errstate(invalid="ignore"):  # infinities of both signs; such pairs are left out
        scaled -= scale.shift
        scaled *= 1.0 / scale.unit
    return scaled
