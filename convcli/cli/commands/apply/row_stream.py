"""The rows of one response on their way to a writer: raw or as pixels, looked at as they pass."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from convcli.cli.commands.apply.map_sheet import Shown
from convcli.cli.commands.apply.rendering import Way, plain_pixels
from convcli.core.arrays import Array
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped
from convcli.core.problem.exactness import is_rounded
from convcli.core.samples import count_not_finite
from convcli.images.large.by_rows import RowWriter, Shape
from convcli.report.apply.record import finite_ends
from convcli.report.printing.progress import Meter

BANDS = 8  # of each thread between two looks at the meter


class Sent(NamedTuple):
    """What is known of rows that were written.

    Attributes:
        seconds, clipped: as `Timed` has them.
        not_finite: raw responses that are NaN or infinite.
        is_rounded: whether whole responses passed what float64 holds exactly.
        range: of the finite values, where it was measured.
    """

    seconds: float = 0.0
    clipped: Clipped = NOTHING_CLIPPED
    not_finite: int = 0
    is_rounded: bool = False
    range: tuple[float | None, float | None] = (None, None)

    def plus(self, other: Sent) -> Sent:
        """Of both together."""
        return Sent(
            self.seconds + other.seconds,
            self.clipped.plus(other.clipped),
            self.not_finite + other.not_finite,
            self.is_rounded or other.is_rounded,
            _joined(self.range, other.range),
        )


class Stream:
    """What is written of one response.

    Args:
        way: to pixels; None for the raw response.
        measured: look for the smallest and the largest value that is written.

    Attributes:
        response, meter: as they were given.
        shape: of what is written.
        sent: what is known of the rows that were sent so far, from here or elsewhere.
    """

    def __init__(self, response: Response, way: Way | None, shown: Shown, meter: Meter, *, measured: bool) -> None:
        self.response, self._way, self._shown, self.meter, self._measured = response, way, shown, meter, measured
        self._maps = _maps(response)
        self.sent = Sent()
        self.shape = self._shape()

    def send(self, writer: RowWriter, rows: slice | None = None) -> None:
        """Compute rows, all of them where none are named, and write them."""

        def write(band: Array) -> None:
            made = self._finished(band)
            self._look(made)
            writer.write(made)
            self.meter.advance(len(band))

        response, way = self.response, self._way
        if way is None:
            took = Sent(response.raw_rows(write, rows))
        else:
            took = Sent(*response.pixel_rows(way.mappings, way.dtype, write, rows))
        self.sent = self.sent.plus(took)  # which was looked at meanwhile

    def _shape(self) -> Shape:
        (height, width), way = self.response.shape, self._way
        if way is None:
            channels = self._maps[0] if self._maps else 0
            return Shape(height, width, channels, self.response.dtype)
        probe = self._finished(np.zeros((1, 1, 1, self.response.channels), way.dtype))
        return Shape(height, width, probe.shape[2] if probe.ndim == 3 else 0, probe.dtype)

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


def measured_range(response: Response, meter: Meter) -> RangeSink:
    """The range of the responses, by a pass of its own."""
    plan, height = response.correlation.plan, response.shape[0]
    step = plan.relay.first.band_rows * plan.jobs * BANDS
    parts = []
    for first in range(0, height, step):
        rows = slice(first, min(first + step, height))
        parts.append(response.range(rows))
        meter.advance(rows.stop - rows.start)
    return RangeSink.joined(parts)


class Hands(Protocol):
    """Who computes the rows of one output."""

    def measured(self, part: int, response: Response, meter: Meter) -> RangeSink:
        """The range of the responses.

        Args:
            part: which of the task's outputs.
        """
        ...

    def send(self, part: int, stream: Stream, writer: RowWriter, ranges: RangeSink | None) -> tuple[str, ...]:
        """Compute all rows and write them; what is to be said of that."""
        ...


class Here:
    """This process."""

    def measured(self, part: int, response: Response, meter: Meter) -> RangeSink:
        """See `Hands.measured`."""
        return measured_range(response, meter)

    def send(self, part: int, stream: Stream, writer: RowWriter, ranges: RangeSink | None) -> tuple[str, ...]:
        """See `Hands.send`."""
        stream.send(writer)
        return ()


HERE: Hands = Here()
