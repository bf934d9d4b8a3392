"""Sinks: where the bands of a response go - kept, measured, or turned into pixels.

A response band is (rows, columns, F, channels).  A pass that only measures
keeps nothing, so a display that needs the range costs a second pass and no
whole-picture array of floats.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from convcli.core import spare_byte
from convcli.core.arithmetic.scratch import work_memory
from convcli.core.arrays import Array, Bytes
from convcli.core.correlation.band_steps import Step
from convcli.core.correlation.bands import Sink
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped
from convcli.core.display.mapping import Mapping
from convcli.core.engines.engine import ALL_COLUMNS
from convcli.core.samples import finite_range


class KeepSink:
    """Keeps the whole response."""

    divides = False
    in_pieces = True

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.response = np.empty(shape, dtype)

    def target(self, rows: slice) -> Array:
        """The engine writes where the response is kept."""
        return self.response[rows]

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Copy what was not written in place."""
        if not np.may_share_memory(response, self.response):
            self.response[rows, columns] = response

    def stop(self) -> None:
        """Nobody waits."""


class RangeSink:
    """Finds the range of finite responses, over all maps and of each."""

    divides = False
    in_pieces = True

    def __init__(self, not_finite: int = 0, lows: Iterable[Array] = (), highs: Iterable[Array] = ()) -> None:
        self._lock = threading.Lock()
        self._lows, self._highs, self.not_finite = [*lows], [*highs], not_finite

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process goes what was found so far, of all bands together."""
        return RangeSink, (self.not_finite, [np.fmin.reduce(self._lows)], [np.fmax.reduce(self._highs)])

    @classmethod
    def joined(cls, parts: Iterable[RangeSink]) -> RangeSink:
        """The range of several responses of as many maps together."""
        whole = cls()
        for part in parts:
            whole.not_finite += part.not_finite
            whole._lows += part._lows
            whole._highs += part._highs
        return whole

    @classmethod
    def given(cls, low: float, high: float, maps: tuple[int, int]) -> RangeSink:
        """A range that was not measured, the same for all of (F, channels) maps."""
        return cls(0, [np.full(maps, low)], [np.full(maps, high)])

    def target(self, rows: slice) -> None:
        """The response need not be kept."""

    def stop(self) -> None:
        """Nobody waits."""

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Measure one band, or a stretch of it."""
        bad = int(np.count_nonzero(~np.isfinite(response))) if response.dtype.kind == "f" else 0
        if bad:
            maps = response.reshape(-1, *response.shape[2:])
            ranges = [[_finite(maps[:, f, c]) for c in range(maps.shape[2])] for f in range(maps.shape[1])]
            lows, highs = np.moveaxis(np.array(ranges), 2, 0)
        else:
            # Whole rows first: a reduction over long contiguous rows is many times faster than over (F, C) cells.
            rows_of_all = response.reshape(response.shape[0], -1)
            lows, highs = (
                reduce(reduce(rows_of_all, axis=0).reshape(-1, *response.shape[2:]), axis=0)
                for reduce in (np.min, np.max)
            )
        with self._lock:
            self.not_finite += bad
            self._lows.append(lows)
            self._highs.append(highs)

    @property
    def low(self) -> Array:
        """Smallest response of each map, (F, channels), in its own dtype: float64 does not hold all of 64 bits."""
        return _or_zero(np.fmin.reduce(self._lows))

    @property
    def high(self) -> Array:
        """Largest response of each map, (F, channels), in its own dtype."""
        return _or_zero(np.fmax.reduce(self._highs))


def _finite(responses: Array) -> tuple[float, float]:
    """Their finite range; NaN where none is finite, which another band may be."""
    return finite_range(responses) if np.isfinite(responses).any() else (math.nan, math.nan)


def _or_zero(ends: Array) -> Array:
    """0 for the maps of which no response at all is finite."""
    return np.where(np.isnan(ends), 0.0, ends) if ends.dtype.kind == "f" else np.asarray(ends)


class PixelSink:
    """Turns bands into pixels.

    Args:
        pixels: (rows, columns, F, channels), uint8 or uint16; filled.
        mappings: one for all maps, one for each of the F kernels, or one for each
            of the F * channels maps.

    Attributes:
        clipped: how many values lay beyond the range of a pixel, so far.
    """

    in_pieces = True

    def __init__(self, pixels: Array, mappings: Sequence[Mapping]) -> None:
        self.pixels, self.mappings = pixels, mappings
        self._lock, self.clipped = threading.Lock(), NOTHING_CLIPPED
        self.divides = len(mappings) == 1 and mappings[0].divides

    def target(self, rows: slice) -> None:
        """The engine may leave the response wherever it computed it."""

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Map one band, or a stretch of it."""
        self._count(mapped(self.mappings, response, self.pixels[rows, columns], divisor))

    def stop(self) -> None:
        """Nobody waits."""

    def _count(self, clipped: Clipped) -> None:
        if clipped.black or clipped.white:
            with self._lock:
                self.clipped = self.clipped.plus(clipped)


def mapped(mappings: Sequence[Mapping], response: Array, pixels: Array, divisor: int = 1) -> Clipped:
    """Map a response, (rows, columns, F, channels), which may be overwritten, into pixels of its shape.

    Args:
        mappings: as `PixelSink` has them.
        divisor: of a whole response, where the one mapping divides.
    """
    if len(mappings) == 1:
        return mappings[0].write(response, pixels, divisor)
    if len(mappings) != response.shape[2]:
        response = response.reshape(*response.shape[:2], -1)
        pixels = pixels.reshape(response.shape)
    clipped = NOTHING_CLIPPED
    for f, mapping in enumerate(mappings):
        clipped = clipped.plus(mapping.write(response[:, :, f], pixels[:, :, f]))
    return clipped


class SpareByteSink(PixelSink):
    """Turns bands into colours of bytes with a spare one after each, as encoders keep them.

    Args:
        memory: (rows, columns, 4), of `spare_byte`; the colours are filled.
        mapping: for the one map there is.
    """

    def __init__(self, memory: Bytes, mapping: Mapping) -> None:
        super().__init__(memory, [mapping])

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Map one band, or a stretch of it, side by side, which is faster, then spread it."""
        packed = work_memory("packed", (response.size + 1,), np.uint8)
        self._count(self.mappings[0].write(response, packed[:-1].reshape(response.shape), divisor))
        spare_byte.spread(packed, self.pixels[rows, columns])


class Through:
    """A sink behind steps that change each band first: ReLU, a combination of maps."""

    divides = False

    def __init__(self, sink: Sink, steps: Sequence[Step]) -> None:
        self.sink, self.steps, self.in_pieces = sink, steps, sink.in_pieces

    def target(self, rows: slice) -> None:
        """The steps come between the engine and the sink's memory."""

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Run the steps, then hand over."""
        for step in self.steps:
            response = step(response)
        self.sink.take(rows, response, columns=columns)

    def stop(self) -> None:
        """Let go of those that wait behind the steps."""
        self.sink.stop()
