"""The rows of one response on their way to a writer: raw or as pixels, looked at as they pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from convcli.cli.commands.apply.map_sheet import Shown
from convcli.cli.commands.apply.rendering import Way, plain_pixels
from convcli.cli.commands.apply.row_sight import AlphaRows
from convcli.core.arrays import Array
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.clipped import NOTHING_CLIPPED
from convcli.core.problem.exactness import is_rounded
from convcli.core.samples import count_not_finite
from convcli.images.large.by_rows import ResumableWriter, RowWriter, Shape
from convcli.report.apply.record import finite_ends
from convcli.report.printing.progress import Meter

BANDS = 8  # of each thread between two looks at the meter


class Stream:
    """What is written of one response.

    Args:
        way: to pixels; None for the raw response.
        measured: look for the smallest and the largest value that is written.
        alpha: rows of alpha that go behind the channels, made for rows of a response of a dtype; None for none.

    Attributes:
        shape: of what is written.
        seconds, clipped: as `Timed` has them, once it is sent.
        not_finite: raw responses that are NaN or infinite.
        is_rounded: whether whole responses passed what float64 holds exactly.
        range: of the finite values, where it was measured.
    """

    def __init__(
        self,
        response: Response,
        way: Way | None,
        shown: Shown,
        meter: Meter,
        *,
        measured: bool,
        alpha: AlphaRows | None = None,
    ) -> None:
        self._response, self._way, self._shown, self._meter, self._measured = response, way, shown, meter, measured
        self._maps, self._alpha = _maps(response), alpha
        self.seconds, self.clipped, self.not_finite, self.is_rounded = 0.0, NOTHING_CLIPPED, 0, False
        self.range: tuple[float | None, float | None] = (None, None)
        self.shape = self._shape()

    def send(self, writer: RowWriter) -> None:
        """Compute all rows and write them."""
        self._compute(slice(0, self.shape.height), writer.write)

    def complete(self, writer: ResumableWriter) -> tuple[str, ...]:
        """Compute the stripes that are not there yet, and those alone; what is to be said of the others."""
        there, height = writer.finished(), self.shape.height
        if not there:
            self.send(writer)
            return ()
        for first in sorted(there):
            stored = writer.read(first, min(first + writer.stripe, height))
            self._look(stored.reshape(stored.shape[:2] if not self.shape.channels else stored.shape))
            self._meter.advance(len(stored))
        for rows in _stretches(there, writer.stripe, height):
            self._compute(rows, Stripes(writer, rows).write)
        done = sum(min(writer.stripe, height - first) for first in there)
        counted = "" if self._way is None else "; what is said of clipped pixels is of the others"
        return (f"{done:,} of {height:,} rows were there already, whole, and were kept{counted}",)

    def _compute(self, rows: slice, write: Callable[[Array], None]) -> None:
        """Hand on some rows; a block at a time where alpha goes with them."""
        if self._alpha is None:
            self._block(rows, write, None)
            return
        step = block_rows(self._response)
        for first in range(rows.start, rows.stop, step):
            block = slice(first, min(first + step, rows.stop))
            self._block(block, write, self._alpha.rows(block, self.shape.dtype))

    def _block(self, rows: slice, send: Callable[[Array], None], alpha: Array | None) -> None:
        done = 0

        def write(part: Array) -> None:
            nonlocal done
            made = self._finished(part)
            self._look(made)
            if alpha is not None:
                made = np.dstack([made, alpha[done : done + len(made)]])
            send(made)
            done += len(made)
            self._meter.advance(len(made))

        response, way = self._response, self._way
        if way is None:
            self.seconds += response.raw_rows(write, rows)
            return
        seconds, clipped = response.pixel_rows(way.mappings, way.dtype, write, rows)
        self.seconds, self.clipped = self.seconds + seconds, self.clipped.plus(clipped)

    def _shape(self) -> Shape:
        (height, width), way = self._response.shape, self._way
        if way is None:
            channels, dtype = self._maps[0] if self._maps else 0, self._response.dtype
            return self._with_alpha(Shape(height, width, channels, dtype))
        probe = self._finished(np.zeros((1, 1, 1, self._response.channels), way.dtype))
        return self._with_alpha(Shape(height, width, probe.shape[2] if probe.ndim == 3 else 0, probe.dtype))

    def _with_alpha(self, shape: Shape) -> Shape:
        """The same with alpha behind its channels, where it goes with them."""
        return shape if self._alpha is None else replace(shape, channels=max(1, shape.channels) + 1, alpha=True)

    def _finished(self, rows: Array) -> Array:
        """(rows, columns) or (rows, columns, channels), as a whole picture of them would be."""
        if self._way is None:
            return rows.reshape(*rows.shape[:2], *self._maps)
        return plain_pixels(self._way.in_bytes(rows), self._shown)

    def _look(self, made: Array) -> None:
        if self._way is None:
            self.not_finite += count_not_finite(made)
            self.is_rounded = self.is_rounded or is_rounded(made, self._response.correlation.problem)
        if self._measured:
            self.range = _joined(self.range, finite_ends(made))


def _maps(response: Response) -> tuple[int, ...]:
    """The axes of a raw response beyond rows and columns, as `Response.raw` has them."""
    correlation = response.correlation
    if not response.combine:
        return correlation.shape[2:]
    plain = len(correlation.source.shape) == 2 or correlation.problem.mixing
    return () if plain else (response.channels,)


def _joined(
    first: tuple[float | None, float | None], second: tuple[float | None, float | None]
) -> tuple[float | None, float | None]:
    lows = [low for low in (first[0], second[0]) if low is not None]
    highs = [high for high in (first[1], second[1]) if high is not None]
    return min(lows, default=None), max(highs, default=None)


def block_rows(response: Response) -> int:
    """Rows that keep every thread busy for a while."""
    plan = response.correlation.plan
    return plan.relay.first.band_rows * plan.jobs * BANDS


def _stretches(there: frozenset[int], stripe: int, height: int) -> Iterator[slice]:
    """Rows of the stripes that are missing, of neighbours together.

    >>> list(_stretches(frozenset({0, 30}), 10, 65))
    [slice(10, 30, None), slice(40, 65, None)]
    """
    start: int | None = None
    for first in range(0, height, stripe):
        if first in there and start is not None:
            yield slice(start, first)
        start = None if first in there else first if start is None else start
    if start is not None:
        yield slice(start, height)


class Stripes:
    """Rows of a stretch of stripes, as they come, put together to whole ones."""

    def __init__(self, writer: ResumableWriter, rows: slice) -> None:
        self._writer, self._first, self._stop = writer, rows.start, rows.stop
        self._pending: list[Array] = []

    def write(self, rows: Array) -> None:
        """The next ones; they may be overwritten afterwards."""
        while len(rows):
            due = min(self._writer.stripe, self._stop - self._first)
            part = rows[: due - sum(map(len, self._pending))]
            self._pending.append(part.copy())
            rows = rows[len(part) :]
            if sum(map(len, self._pending)) == due:
                self._writer.write_stripe(self._first, np.concatenate(self._pending))
                self._first, self._pending = self._first + due, []


def measured_range(response: Response, meter: Meter) -> RangeSink:
    """The range of the responses, by a pass of its own."""
    height = response.shape[0]
    step = block_rows(response)
    parts = []
    for first in range(0, height, step):
        rows = slice(first, min(first + step, height))
        parts.append(response.range(rows))
        meter.advance(rows.stop - rows.start)
    return RangeSink.joined(parts)
