"""Response: a correlation and what follows it - combine, ReLU, pool - kept raw or made into pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np

from convcli.core import spare_byte
from convcli.core.arrays import Array
from convcli.core.correlation.band_steps import NotFinite, Step, combine_step, combined_dtype, relu_step
from convcli.core.correlation.bands import Sink
from convcli.core.correlation.correlate import Correlation
from convcli.core.correlation.in_order import AsPixels, AsResponses, Filling, InOrder, Write
from convcli.core.correlation.part import checked_rows
from convcli.core.correlation.pool_rows import PoolRows
from convcli.core.correlation.sinks import (
    KeepSink,
    PixelSink,
    RangeSink,
    SpareByteSink,
    Through,
)
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped
from convcli.core.display.mapping import Mapping
from convcli.core.pooling import Pool

FEED_ROWS = 64


class Timed(NamedTuple):
    """What was made of a response, the seconds that the engine's last pass for it took, and what of it was clipped."""

    array: Array
    seconds: float
    clipped: Clipped = NOTHING_CLIPPED


class Written(NamedTuple):
    """What handing rows on took in seconds, and what of them was clipped."""

    seconds: float
    clipped: Clipped


@dataclass(frozen=True, eq=False)
class Response:
    """One layer's output, in this order: correlation + bias, combination, ReLU, pooling.

    Nothing is computed before it is asked for.  Without pooling, pixels are made
    band by band and the whole raw response is never held.

    Attributes:
        correlation: checked and planned.
        combine: "magnitude", "max", "sum" of the kernels' responses, or None to keep all.
        relu: whether negative values become 0.
        pool: how the maps are pooled, or None.
        watch: counts, before they are pooled, what is not finite; None looks at nothing.
    """

    correlation: Correlation
    combine: str | None = None
    relu: bool = False
    pool: Pool | None = None
    watch: NotFinite | None = None

    @property
    def filters(self) -> int:
        """Maps along the kernel axis: F, or 1 when combined."""
        return 1 if self.combine else self.correlation.problem.filters

    @property
    def channels(self) -> int:
        """Channels of each kernel's response."""
        return self.correlation.problem.out_channels

    @property
    def dtype(self) -> np.dtype[Any]:
        """dtype of the raw response."""
        return self.pool.result_dtype(self._unpooled_dtype) if self.pool else self._unpooled_dtype

    @property
    def _unpooled_dtype(self) -> np.dtype[Any]:
        problem = self.correlation.problem
        return combined_dtype(self.combine, problem) if self.combine else problem.result_dtype

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.correlation.problem.out_height, self.correlation.problem.out_width
        return self.pool.output_shape(rows, columns) if self.pool else (rows, columns)

    @property
    def nonnegative(self) -> bool:
        """Whether no value can be negative, so that 0 is black and not mid-grey."""
        return self.relu or self.combine == "magnitude"

    def raw(self) -> Timed:
        """(H', W'), (H', W', C) or (H', W', F*C): as `correlate` shapes it; one map less an axis when combined."""
        maps, seconds, _ = self._pooled if self.pool else self._kept()
        return Timed(maps.reshape(*maps.shape[:2], *self._further), seconds)

    def range(self, rows: slice | None = None) -> RangeSink:
        """The range of every map, by a pass that keeps nothing.

        Args:
            rows: of the response, [start, stop): the range of these alone.  `RangeSink.joined` of rows that are all
                rows together is that of the whole.  Where none are named, pooled maps are kept for what comes next;
                `slice(None)` keeps nothing.
        """
        sink = RangeSink()
        if rows is None:
            self._send(sink)
        elif self.pool:
            self._by_rows(partial(_measured, sink), rows)
        else:
            self._run(sink, rows)
        return sink

    def raw_rows(self, write: Write, rows: slice | None = None) -> float:
        """As `raw`, handed on from the top to the bottom, one call at a time; the whole is never held.

        Args:
            write: takes the next rows, (n, W'), (n, W', C) or (n, W', F*C), from any thread; they are overwritten
                afterwards.  What it raises ends the run and is raised.
            rows: of the response, [start, stop); all of them when None.

        Returns:
            The seconds that it took, writing included.
        """
        further = self._further
        return self._by_rows(lambda maps: write(maps.reshape(*maps.shape[:2], *further)), rows)

    def pixel_rows(self, mappings: Sequence[Mapping], dtype: Any, write: Write, rows: slice | None = None) -> Written:
        """As `pixels`, (n, W', filters, channels) at a time; `write` and `rows` as in `raw_rows`."""
        filling = AsPixels(self._knowing(mappings), dtype)
        if not self.pool:
            sink = self._in_order(filling, write)
            seconds, clipped = self._run(sink, rows), sink.clipped
        else:
            counted = [NOTHING_CLIPPED]
            seconds = self._by_rows(partial(_mapped, filling, write, counted), rows)
            clipped = counted[0]
        within = checked_rows(rows, self.shape[0])
        values = (within.stop - within.start) * math.prod((self.shape[1], self.filters, self.channels))
        return Written(seconds, clipped.of(values))

    def pixels(self, mappings: Sequence[Mapping], dtype: Any, *, spare: bool = False) -> Timed:
        """Pixels (H', W', filters, channels) under one mapping, one per kernel, or one per map.

        Args:
            spare: of one colour picture of bytes, make pixels with a spare byte (see `spare_byte`).
        """
        mappings = self._knowing(mappings)
        shape = (*self.shape, self.filters, self.channels)
        if spare and shape[2:] == (1, 3) and np.dtype(dtype) == np.uint8 and len(mappings) == 1:
            memory = spare_byte.memory(*self.shape)
            sink: PixelSink = SpareByteSink(memory, mappings[0])
            pixels = spare_byte.pixels_in(memory)[:, :, np.newaxis]
        else:
            pixels = np.empty(shape, dtype)
            sink = PixelSink(pixels, mappings)
        seconds = self._send(sink)
        return Timed(pixels, seconds, sink.clipped.of(math.prod(shape)))

    @property
    def _steps(self) -> list[Step]:
        steps = [combine_step(self.combine, self._unpooled_dtype)] if self.combine else []
        steps += [relu_step] if self.relu else []
        return [*steps, self.watch] if self.watch else steps

    def _kept(self) -> Timed:
        problem = self.correlation.problem
        shape = (problem.out_height, problem.out_width, self.filters, self.channels)
        sink = KeepSink(shape, self._unpooled_dtype)
        seconds = self._run(sink)
        return Timed(sink.response, seconds)

    @cached_property
    def _pooled(self) -> Timed:
        assert self.pool is not None
        kept, seconds, _ = self._kept()
        pooled = self.pool(kept.reshape(*kept.shape[:2], -1))
        return Timed(pooled.reshape(*pooled.shape[:2], self.filters, self.channels), seconds)

    @property
    def _further(self) -> tuple[int, ...]:
        """The axes of the raw response beside rows and columns."""
        if not self.combine:
            return self.correlation.shape[2:]
        plain = len(self.correlation.source.shape) == 2 or self.correlation.problem.mixing
        return () if plain else (self.channels,)

    def _knowing(self, mappings: Sequence[Mapping]) -> list[Mapping]:
        """The mappings, and what is known of every response."""
        if self.combine or self.pool or self.relu:
            return list(mappings)
        return [mapping.knowing(*self.correlation.problem.response_range) for mapping in mappings]

    def _in_order(self, filling: Filling, write: Write) -> InOrder:
        shape = (self.correlation.problem.out_width, self.filters, self.channels)
        return InOrder(write, shape, filling, self.correlation.plan.jobs)

    def _by_rows(self, write: Write, rows: slice | None) -> float:
        """Responses, pooled where they are, handed on in order, (n, W', filters, channels) each time."""
        if not self.pool:
            return self._run(self._in_order(AsResponses(self._unpooled_dtype), write), rows)
        pooling = PoolRows(self.pool, write)
        sink = self._in_order(AsResponses(self._unpooled_dtype), pooling.take)
        return self._run(sink, pooling.needed(checked_rows(rows, self.shape[0])))

    def _run(self, sink: Sink, rows: slice | None = None) -> float:
        steps = self._steps
        return self.correlation.run(Through(sink, steps) if steps else sink, rows)

    def _send(self, sink: Sink) -> float:
        if not self.pool:
            return self._run(sink)
        maps, seconds, _ = self._pooled
        for first in range(0, maps.shape[0], FEED_ROWS):
            rows = slice(first, min(first + FEED_ROWS, maps.shape[0]))
            sink.take(rows, maps[rows].copy())  # a sink may overwrite what it is handed
        return seconds


def _measured(sink: RangeSink, maps: Array) -> None:
    sink.take(slice(0, len(maps)), maps)


def _mapped(filling: AsPixels, write: Write, counted: list[Clipped], maps: Array) -> None:
    """Hand on pixels of pooled maps, and add to what is clipped."""
    pixels = np.empty(maps.shape, filling.dtype)
    counted[0] = counted[0].plus(filling.fill(maps, pixels))
    write(pixels)
