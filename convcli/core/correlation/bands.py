"""Bands of rows: the picture goes through an engine a strip at a time.

A strip is a few output rows' worth of input with its border gathered, small
enough to stay in cache, so the whole picture is never held in a wider type.
Which rows make a band depends on the problem alone, so the result is the same
bit for bit whatever the number of threads.

Threads meet in the interpreter between any two array operations.  So all that
can be done once is: each thread binds the engine to its own memory, and a band
is then a short list of calls on views that are already there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import FIRST_EXCEPTION, wait
from functools import partial
from typing import Protocol

import numpy as np

from convcli.core.arithmetic.buffering import short_buffer
from convcli.core.arithmetic.scratch import Scratch, borrowed
from convcli.core.arithmetic.shift_add import in_dtype
from convcli.core.arrays import Array
from convcli.core.correlation.relay import Relay
from convcli.core.correlation.row_source import Rows, rows_at
from convcli.core.correlation.strip import Strip, Surroundings
from convcli.core.engines.engine import ALL_COLUMNS, InPieces, Piece, Runner, Work
from convcli.core.engines.far import FarRunner
from convcli.core.problem.problem import Problem
from convcli.core.threads import team


class Sink(Protocol):
    """Where responses go, band by band, from several threads, each row once.

    Attributes:
        divides: it takes whole responses and their divisor.
        in_pieces: it takes a band stretch by stretch.
    """

    divides: bool
    in_pieces: bool

    def target(self, rows: slice) -> Array | None:
        """Memory for the response of these output rows, or None to be handed it."""
        ...

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Accept the finished response of these output rows and columns, times the divisor; it may be overwritten."""
        ...

    def stop(self) -> None:
        """The run has failed, and a thread that waits in here for others would wait for good: let it go."""
        ...


def run_bands(problem: Problem, relay: Relay, source: Rows, sink: Sink, jobs: int, rows: slice = ALL_COLUMNS) -> None:
    """Send every band of the picture through the relay's first runner, or who takes over, and into the sink.

    Args:
        rows: of the output: bands that do not meet them are left out.
    """
    bands = _bands(problem.out_height, relay.first.band_rows, rows)
    if isinstance(relay.first, FarRunner):
        for band in bands:
            sink.take(band, relay.first.response(partial(rows_at, source), band))
        return
    worker = _BandWorker(problem, relay, source, sink)
    jobs = min(jobs, len(bands))
    if jobs <= 1:
        worker.work(bands)
        return
    queue = _SharedIterator(bands)
    threads = team(jobs)
    parts = [threads.submit(worker.work, queue) for _ in range(jobs)]
    try:
        wait(parts, return_when=FIRST_EXCEPTION)
    finally:
        queue.close()
        if not all(part.done() and not part.exception() for part in parts):
            sink.stop()
        waiting = [part for part in parts if not part.cancel()]
        wait(waiting)
    for part in waiting:
        part.result()


def _bands(height: int, band_rows: int, rows: slice) -> list[slice]:
    """Those that meet these rows; each of them is where it always is."""
    start, stop, _ = rows.indices(height)
    firsts = range(start // band_rows * band_rows, stop, band_rows)
    return [slice(first, min(first + band_rows, height)) for first in firsts]


class _SharedIterator:
    """Hands each band to one thread; closing it lets the others finish early."""

    def __init__(self, bands: list[slice]) -> None:
        self._bands = iter(bands)
        self._lock = threading.Lock()

    def __iter__(self) -> _SharedIterator:
        return self

    def __next__(self) -> slice:
        with self._lock:
            return next(self._bands)

    def close(self) -> None:
        with self._lock:
            self._bands = iter(())


class _BandWorker:
    """What one thread does with each band; holds only what all threads share."""

    def __init__(self, problem: Problem, relay: Relay, source: Rows, sink: Sink) -> None:
        self.problem, self.relay, self.sink = problem, relay, sink
        self.runner = runner = relay.first
        self.surroundings = Surroundings(problem, source)
        self.bias = _bias(problem) if problem.bias.any() else None
        self.whole = sink.divides and runner.divisor > 1 and self.bias is None

    def work(self, bands: Iterable[slice]) -> None:
        ready: dict[int, tuple[Strip, list[Piece]]] = {}  # bands are of one height, but for the last
        with borrowed() as scratch, short_buffer():
            for band in bands:
                rows = band.stop - band.start
                if rows not in ready:
                    ready[rows] = self._bound(rows, scratch)
                self._band(band, *ready[rows], scratch)

    def _bound(self, rows: int, scratch: Scratch) -> tuple[Strip, list[Piece]]:
        strip = Strip(self.surroundings, self.problem.strip_rows(rows), self.runner.strip_dtype, scratch)
        if self.sink.in_pieces and isinstance(self.runner, InPieces):
            return strip, self.runner.bind_pieces(strip.samples, scratch)
        return strip, [Piece(ALL_COLUMNS, self.runner.bind(strip.samples, scratch, whole=self.whole))]

    def _band(self, band: slice, strip: Strip, pieces: list[Piece], scratch: Scratch) -> None:
        strip.gather(band.start * self.problem.stride[0])
        if self.relay.wary:
            self._watched(band, strip, pieces, scratch)
            return
        target = self.sink.target(band)
        for columns, work in pieces:
            response = work(None if target is None else target[:, columns])
            self._hand_over(band, response, columns)

    def _hand_over(self, band: slice, response: Array, columns: slice) -> None:
        if self.bias is not None:
            response = _add_bias(response, self.bias, self.problem)
        self.sink.take(band, response, self.runner.divisor if self.whole else 1, columns)

    def _watched(self, band: slice, strip: Strip, pieces: list[Piece], scratch: Scratch) -> None:
        """As `_band`, by whoever keeps the bound for this strip."""
        runner = self.relay.taker(strip.samples)
        with np.errstate(all="ignore"):
            if runner is self.relay.careful:
                self.sink.take(band, self._careful(strip, scratch))
                return
            if runner is not self.runner:
                pieces = [Piece(ALL_COLUMNS, runner.bind(strip.samples, scratch))]
            target = self.sink.target(band)
            for columns, work in pieces:
                response = _tried(work, None if target is None else target[:, columns], runner)
                if response is None:
                    self.sink.take(band, self._careful(strip, scratch))
                    return
                self._hand_over(band, response, columns)

    def _careful(self, strip: Strip, scratch: Scratch) -> Array:
        response = self.relay.careful.bind(strip.samples, scratch)(None)
        if self.bias is not None:
            response += self.bias
        return response.astype(self.problem.result_dtype, copy=False)


def _tried(work: Work, target: Array | None, runner: Runner) -> Array | None:
    """The response; None where sums overflow in a runner that leaves finding this to NumPy."""
    if runner.bounds is not None:
        return work(target)
    try:
        with np.errstate(over="raise", invalid="raise"):
            return work(target)
    except FloatingPointError:
        return None


def _bias(problem: Problem) -> Array:
    """The biases, (1, 1, F, 1), in the response's dtype; modulo 2^64 where that is unsigned."""
    biases = [in_dtype(bias, problem.result_dtype) for bias in problem.bias.tolist()]
    return np.array(biases, problem.result_dtype).reshape(1, 1, -1, 1)


def _add_bias(response: Array, bias: Array, problem: Problem) -> Array:
    if response.dtype == problem.result_dtype:
        response += bias
        return response
    # Whole numbers in float32, where an engine hands them out so, are whole in the result's dtype as well.
    return np.add(response, bias, dtype=problem.result_dtype, casting="unsafe")
