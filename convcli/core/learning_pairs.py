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
TILE_COLUMNS, TILE_PAIRS = 4096, 4096  # windows of a tile stay in cache
BAND_TILES = 8  # tiles that share one strip of BEFORE: the fewer calls, the less threads meet
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
        height = max(1, TILE_PAIRS // width)
        store = np.empty((self.weights + 2) * height * width)
        for rows in _steps(chunk, BAND_TILES * height):
            for columns in _steps(slice(0, self.extent[1]), width):
                for planes, targets in self.groups:
                    windows, whole = self._windows(rows, columns, planes)
                    found = [(index, self._found(rows, columns, channel, whole)) for channel, index in targets]
                    yield from self._pieces(windows, found, height, store)

    def _pieces(
        self, windows: Floats, found: list[tuple[int, _Found]], height: int, store: Floats
    ) -> Iterator[tuple[int, Tile]]:
        """The tiles of one band, a few rows each."""
        high, wide = windows.shape[-2:]
        for part in _steps(slice(0, high), height):
            stack = store[: (self.weights + 2) * (part.stop - part.start) * wide].reshape(self.weights + 2, -1)
            stack[:-2].reshape(*windows.shape[:3], -1, wide)[:] = windows[..., part, :]
            for index, values in found:
                yield index, values.tile(stack, part)

    def _windows(self, rows: slice, columns: slice, planes: tuple[int, ...]) -> tuple[Floats, NDArray[np.bool_] | None]:
        """Scaled windows (planes, h, w, rows, columns), as views, and which places have finite ones (None: all)."""
        strips = np.stack([self._strip(rows, columns, plane) for plane in planes])
        size = rows.stop - rows.start, columns.stop - columns.start
        whole: NDArray[np.bool_] | None = None
        if self.before.dtype.kind == "f" and not np.isfinite(strips).all():
            bad = ~np.isfinite(strips)
            whole = np.logical_not(sliding_window_view(bad.any(axis=0), self.size).any(axis=(2, 3)))
            strips[bad] = 0.0
        return sliding_window_view(strips, size, axis=(1, 2)), whole

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

    def _found(self, rows: slice, columns: slice, channel: int, whole: NDArray[np.bool_] | None) -> _Found:
        """AFTER at these places, and which of them take part."""
        down, across = self.offset
        place = (slice(rows.start + down, rows.stop + down), slice(columns.start + across, columns.stop + across))
        raw = self.after[(*place, channel)]
        values, finite, clamped = _scaled(raw, self.after_scale), whole, 0
        if raw.dtype.kind == "f" and not np.isfinite(raw).all():
            values[~np.isfinite(raw)] = 0.0
            finite = np.isfinite(raw) if finite is None else finite & np.isfinite(raw)
        keep = finite
        if self.leave_clamped and (raw.min() == 0 or raw.max() == np.iinfo(raw.dtype).max):
            inside = (raw > 0) & (raw < np.iinfo(raw.dtype).max)
            clamped = raw.size - int(np.count_nonzero(inside if finite is None else inside | ~finite))
            keep = inside if keep is None else keep & inside
        not_finite = 0 if finite is None else raw.size - int(np.count_nonzero(finite))
        return _Found(values, keep, clamped, not_finite, (*place, channel))


@dataclass(frozen=True, eq=False)
class _Found:
    """AFTER in one band: (rows, columns), scaled; see Tile."""

    values: Floats
    keep: NDArray[np.bool_] | None
    clamped: int
    not_finite: int
    place: tuple[slice, slice, int]

    def tile(self, stack: Floats, part: slice) -> Tile:
        """The pairs of some of the rows; what was left out is counted with the first."""
        rows, columns, channel = self.place
        return Tile(
            stack,
            self.values[part].reshape(-1),
            None if self.keep is None else self.keep[part].reshape(-1),
            0 if part.start else self.clamped,
            0 if part.start else self.not_finite,
            (slice(rows.start + part.start, rows.start + part.stop), columns, channel),
        )


def _steps(whole: slice, step: int) -> Iterator[slice]:
    for first in range(whole.start, whole.stop, step):
        yield slice(first, min(first + step, whole.stop))


def _run(sources: NDArray[np.intp]) -> bool:
    return bool(sources[0] >= 0 and sources[-1] - sources[0] == len(sources) - 1 and (np.diff(sources) == 1).all())


def _scaled(values: Array, scale: Scale) -> Floats:
    scaled = values.astype(np.float64)
    with np.errstate(invalid="ignore"):  # infinities of both signs; such pairs are left out
        scaled -= scale.shift
        scaled *= 1.0 / scale.unit
    return scaled
