"""The rows of one response on their way to a writer: raw or as pixels, looked at as they pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from convcli.cli.commands.apply.map_sheet import Shown
from convcli.cli.commands.apply.rendering import Way, plain_pixels
from convcli.cli.commands.apply.row_sight import AlphaRows, CheckedRows
from convcli.cli.commands.apply.stripe_by_stripe import StripeByStripe
from convcli.core.arrays import Array
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped
from convcli.core.problem.exactness import is_rounded
from convcli.core.samples import count_not_finite
from convcli.images.large.by_rows import ResumableWriter, RowWriter, Shape
from convcli.report.apply.record import finite_ends
from convcli.report.printing.progress import Meter

BANDS = 8  # of each thread between two looks at the meter


class Sent(NamedTuple):
    """What is known of rows that were written.

    Attributes:
        seconds, clipped: as `Timed` has them.
        not_finite: raw responses that are NaN or infinite, or such responses before they were drawn, where watched.
        is_rounded: whether whole responses passed what float64 holds exactly.
        range: of the finite values, where it was measured.
        holds_nan: whether NaN or infinity was among the samples that were read for them.
    """

    seconds: float = 0.0
    clipped: Clipped = NOTHING_CLIPPED
    not_finite: int = 0
    is_rounded: bool = False
    range: tuple[float | None, float | None] = (None, None)
    holds_nan: bool = False

    def plus(self, other: Sent) -> Sent:
        """Of both together."""
        return Sent(
            self.seconds + other.seconds,
            self.clipped.plus(other.clipped),
            self.not_finite + other.not_finite,
            self.is_rounded or other.is_rounded,
            _joined(self.range, other.range),
            self.holds_nan or other.holds_nan,
        )


class Stream:
    """What is written of one response.

    Args:
        way: to pixels; None for the raw response.
        checked: the samples, as they are read.
        measured: look for the smallest and the largest value that is written.
        alpha: rows of alpha that go behind the channels, made for rows of a response of a dtype; None for none.

    Attributes:
        response, meter, checked: as they were given.
        shape: of what is written.
        sent: what is known of the rows that were sent so far, from here or elsewhere.
    """

    def __init__(
        self,
        response: Response,
        way: Way | None,
        shown: Shown,
        meter: Meter,
        checked: CheckedRows,
        *,
        measured: bool,
        alpha: AlphaRows | None = None,
    ) -> None:
        self.response, self._way, self._shown, self.meter, self._measured = response, way, shown, meter, measured
        self._maps, self._alpha, self.checked = _maps(response), alpha, checked
        self.sent = Sent()
        self.shape = self._shape()

    def send(self, writer: RowWriter, rows: slice | None = None) -> None:
        """Compute rows, all of them where none are named, and write them."""
        rows = slice(0, self.shape.height) if rows is None else rows
        if self._alpha is None:
            self._compute(rows, writer.write, None)
            return
        step = block_rows(self.response)
        for first in range(rows.start, rows.stop, step):
            block = slice(first, min(first + step, rows.stop))
            self._compute(block, writer.write, self._alpha.rows(block, self.shape.dtype))

    def complete(self, writer: ResumableWriter) -> tuple[str, ...]:
        """Compute the stripes that are not there yet, and those alone; what is to be said of the others."""
        there = writer.finished()
        kept = self.keep(writer, there)
        for rows in _stretches(there, writer.stripe, self.shape.height):
            self.send(StripeByStripe(writer, self.shape, rows), rows)
        return kept

    def keep(self, writer: ResumableWriter, there: frozenset[int]) -> tuple[str, ...]:
        """Look at the stripes that are there already; what is to be said of them."""
        if not there:
            return ()
        height, done = self.shape.height, 0
        for first in sorted(there):
            stop = min(first + writer.stripe, height)
            if self._way is None or self._measured:
                stored = writer.read(first, stop)
                self._look(stored.reshape(stored.shape[:2] if not self.shape.channels else stored.shape))
            self.meter.advance(stop - first)
            done += stop - first
        counted = "" if self._way is None else "; what is said of clipped pixels is of the others"
        return (f"{done:,} of {height:,} rows were there already, whole, and were kept{counted}",)

    def _compute(self, rows: slice, send: Callable[[Array], None], alpha: Array | None) -> None:
        done = 0

        def write(part: Array) -> None:
            nonlocal done
            made = self._finished(part)
            self._look(made)
            if alpha is not None:
                made = np.dstack([made, alpha[done : done + len(made)]])
            send(made)
            done += len(made)
            self.meter.advance(len(made))

        response, way = self.response, self._way
        if way is None:
            took = Sent(response.raw_rows(write, rows))
        else:
            watch = response.watch
            before = watch.count if watch else 0
            took = Sent(*response.pixel_rows(way.mappings, way.dtype, write, rows))
            took = took._replace(not_finite=watch.count - before if watch else 0)
        self.sent = self.sent.plus(took._replace(holds_nan=self.checked.not_finite))  # which was looked at meanwhile

    def _shape(self) -> Shape:
        (height, width), way = self.response.shape, self._way
        if way is None:
            channels, dtype = self._maps[0] if self._maps else 0, self.response.dtype
            return self._with_alpha(Shape(height, width, channels, dtype))
        probe = self._finished(np.zeros((1, 1, 1, self.response.channels), way.dtype))
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
        ends = finite_ends(made) if self._measured else (None, None)
        if self._way is None:
            rounded = is_rounded(made, self.response.correlation.problem)
            seen = Sent(not_finite=count_not_finite(made), is_rounded=rounded, range=ends)
        else:
            seen = Sent(range=ends)
        self.sent = self.sent.plus(seen)


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
