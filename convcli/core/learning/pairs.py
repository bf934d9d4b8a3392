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
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from convcli.core.arrays import Array, Mask
from convcli.core.border import Border
from convcli.core.learning.tiles import Floats, Found, Scale, Tile, scaled_by
from convcli.core.threads import processors, team

Groups = tuple[tuple[tuple[int, ...], tuple[tuple[int, int], ...]], ...]
Result = TypeVar("Result")
TILE_COLUMNS, TILE_PAIRS = 4096, 8192  # windows of a tile stay in cache
EXACT_PAIRS = 1024  # see Pairs.narrow
BAND_TILES = 8  # tiles that share one strip of BEFORE: the fewer calls, the less threads meet
CHUNKS = 64


class Kept(NamedTuple):
    """Pairs of one kernel: those that take part, and those left out, by the reason."""

    taking_part: int
    clamped: int
    not_finite: int


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of two pictures, for a kernel of one size.

    Attributes:
        before: (H, W, C); after: (H', W', F); neither is modified.
        size: rows and columns of the kernel.
        border: what windows beyond BEFORE's edge see; None where there are none.
        start: row and column of BEFORE under the first window's upper left corner; negative beyond the edge.
        offset: AFTER's first row and column that takes part.
        extent: rows and columns that take part.
        groups: (planes of BEFORE, [(channel of AFTER, index of the kernel it belongs to)]).
        leave_clamped: whether values at an end of AFTER's unsigned range are left out.
        before_scale, after_scale: to the scaled units of the tiles.
        before_counts, after_counts: (H, W) and (H', W'), which samples count; None where all do.
    """

    before: Array
    after: Array
    size: tuple[int, int]
    border: Border | None
    start: tuple[int, int]
    offset: tuple[int, int]
    extent: tuple[int, int]
    groups: Groups
    leave_clamped: bool
    before_scale: Scale
    after_scale: Scale
    before_counts: Mask | None = None
    after_counts: Mask | None = None

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

    def kept_by_after(self) -> list[Kept]:
        """How many pairs AFTER alone leaves to each kernel: at least as many as take part."""
        rows, columns = (slice(first, first + n) for first, n in zip(self.offset, self.extent, strict=True))
        kept = [Kept(0, 0, 0)] * self.kernels
        for channel, index in (target for _, targets in self.groups for target in targets):
            values = self.after[rows, columns, channel]
            finite = int(np.count_nonzero(np.isfinite(values))) if values.dtype.kind == "f" else values.size
            inside = finite
            if self.leave_clamped:
                inside = int(np.count_nonzero((values > 0) & (values < np.iinfo(values.dtype).max)))
            more = inside, finite - inside, values.size - finite
            kept[index] = Kept(*(sum(both) for both in zip(kept[index], more, strict=True)))
        return kept

    @property
    def floating(self) -> bool:
        """Whether BEFORE has floats."""
        return self.before.dtype.kind == "f"

    @property
    def selects(self) -> bool:
        """Whether some samples do not count."""
        return self.before_counts is not None or self.after_counts is not None

    @property
    def narrow(self) -> bool:
        """Whether float32 holds all samples so well that sums of EXACT_PAIRS products are exact.

        Scaled bytes are multiples of 1/128 of at most 1: their products, of 1/16384, and 1024 of
        those need the 24 bits that float32 has.
        """
        bytes_ = self.before.dtype.itemsize == self.after.dtype.itemsize == 1
        return bytes_ and self.before_scale.unit <= 128 and self.after_scale.unit <= 128 and not self._fills

    @property
    def _fills(self) -> bool:
        """Whether any window holds a constant."""
        return self.border is not None and self.border.fills and max(self.size) > 1

    def map(
        self, work: Callable[[Iterator[tuple[int, Tile]]], Result], jobs: int | None = None, dtype: Any = np.float64
    ) -> Iterator[Result]:
        """Hand the tiles of each chunk of rows, in this dtype, to `work`, on several threads; results in order.

        Which tiles make a chunk depends on the pictures alone, so that sums are the
        same bit for bit whatever the number of threads.
        """
        rows = self.extent[0]
        edges = np.linspace(0, rows, min(rows, CHUNKS) + 1).astype(int).tolist()
        chunks = [slice(first, last) for first, last in itertools.pairwise(edges)]
        threads = min(len(chunks), jobs or processors())
        yield from team(threads).map(lambda chunk: work(self._tiles(chunk, dtype)), chunks)

    def _tiles(self, chunk: slice, dtype: Any) -> Iterator[tuple[int, Tile]]:
        """(kernel's index, tile) for all places of these rows; a tile is valid until the next."""
        width = min(self.extent[1], TILE_COLUMNS)
        height = max(1, TILE_PAIRS // width)
        store = np.empty((self.weights + 2) * height * width, dtype)
        for rows in _steps(chunk, BAND_TILES * height):
            for columns in _steps(slice(0, self.extent[1]), width):
                for planes, targets in self.groups:
                    windows, whole = self._windows(rows, columns, planes, dtype)
                    found = [(index, self._found(rows, columns, channel, whole, dtype)) for channel, index in targets]
                    yield from self._pieces(windows, found, height, store)

    def _pieces(
        self, windows: Floats, found: list[tuple[int, Found]], height: int, store: Floats
    ) -> Iterator[tuple[int, Tile]]:
        """The tiles of one band, a few rows each."""
        high, wide = windows.shape[-2:]
        for part in _steps(slice(0, high), height):
            stack = store[: (self.weights + 2) * (part.stop - part.start) * wide].reshape(self.weights + 2, -1)
            stack[:-2].reshape(*windows.shape[:3], -1, wide)[:] = windows[..., part, :]
            for index, values in found:
                yield index, values.tile(stack, part)

    def _windows(
        self, rows: slice, columns: slice, planes: tuple[int, ...], dtype: Any
    ) -> tuple[Floats, NDArray[np.bool_] | None]:
        """Scaled windows (planes, h, w, rows, columns), as views, and which places have usable ones (None: all)."""
        strips = np.stack([self._strip(rows, columns, plane, dtype) for plane in planes])
        size = rows.stop - rows.start, columns.stop - columns.start
        unusable: Mask | None = None
        if self.before.dtype.kind == "f" and not np.isfinite(strips).all():
            bad = ~np.isfinite(strips)
            unusable = bad.any(axis=0)
            strips[bad] = 0.0
        if self.before_counts is not None:
            apart = self._under(~self.before_counts, _unfilled(self.border), rows, columns, np.uint8) != 0
            unusable = apart if unusable is None else unusable | apart
        if unusable is None:
            return sliding_window_view(strips, size, axis=(1, 2)), None
        whole = np.logical_not(sliding_window_view(unusable, self.size).any(axis=(2, 3)))
        return sliding_window_view(strips, size, axis=(1, 2)), whole

    def _strip(self, rows: slice, columns: slice, plane: int, dtype: Any) -> Floats:
        """BEFORE under these windows, scaled."""
        found = self._under(self.before[:, :, plane], self.border, rows, columns, dtype)
        return scaled_by(found, self.before_scale, dtype)

    def _under(self, samples: Array, border: Border | None, rows: slice, columns: slice, dtype: Any) -> Array:
        """What lies under these windows; of `dtype` where some of it lies beyond the edge."""
        h, w = self.size
        first, last = self.start[0] + rows.start, self.start[0] + rows.stop + h - 1
        left, right = self.start[1] + columns.start, self.start[1] + columns.stop + w - 1
        if min(first, left) >= 0 and last <= samples.shape[0] and right <= samples.shape[1]:
            return samples[first:last, left:right]
        assert border is not None
        return border.take(samples, np.arange(first, last), np.arange(left, right), dtype)

    def _found(self, rows: slice, columns: slice, channel: int, whole: NDArray[np.bool_] | None, dtype: Any) -> Found:
        """AFTER at these places, and which of them take part."""
        down, across = self.offset
        place = (slice(rows.start + down, rows.stop + down), slice(columns.start + across, columns.stop + across))
        raw = self.after[(*place, channel)]
        values, finite, clamped = scaled_by(raw, self.after_scale, dtype), whole, 0
        if raw.dtype.kind == "f" and not np.isfinite(raw).all():
            values[~np.isfinite(raw)] = 0.0
            finite = np.isfinite(raw) if finite is None else finite & np.isfinite(raw)
        if self.after_counts is not None:
            finite = self.after_counts[place] if finite is None else finite & self.after_counts[place]
        keep = finite
        if self.leave_clamped and (raw.min() == 0 or raw.max() == np.iinfo(raw.dtype).max):
            inside = (raw > 0) & (raw < np.iinfo(raw.dtype).max)
            clamped = raw.size - int(np.count_nonzero(inside if finite is None else inside | ~finite))
            keep = inside if keep is None else keep & inside
        not_finite = 0 if finite is None else raw.size - int(np.count_nonzero(finite))
        return Found(values, keep, clamped, not_finite, (*place, channel))


def _unfilled(border: Border | None) -> Border | None:
    """The same border with 0 as its constant, which counts."""
    return None if border is None else replace(border, fill=0.0)


def _steps(whole: slice, step: int) -> Iterator[slice]:
    for first in range(whole.start, whole.stop, step):
        yield slice(first, min(first + step, whole.stop))
