"""Bands of rows: the picture goes through an engine a strip at a time.

A strip is a few output rows' worth of input with its border gathered and its
samples widened, small enough to stay in cache, so the whole picture is never
held in a wider type.  Which rows make a band depends on the problem alone, so
the result is the same bit for bit whatever the number of threads.
"""

from __future__ import annotations

import functools
import itertools
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from convcli.core.border import OUTSIDE
from convcli.core.problem import Problem

Array = NDArray[Any]
# Two threads meet in the interpreter between any two array operations, so an operation should be long: bands of
# 2^20 samples were fastest of 2^15 .. 2^22 (12 megapixels of RGB, 3x3, two cores that share 32 MB of cache).
BAND_SAMPLES = 1 << 20
SMALL_BAND = 1 << 16  # shorter operations than this are not worth sharing out
MOST_THREADS = 256
BANDS = 8  # at least, for pictures that are large enough


class Scratch:
    """Work arrays that are kept between bands: fresh memory pages are expensive."""

    def __init__(self) -> None:
        self._stores: dict[str, Array] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: Any) -> Array:
        """An uninitialised C-ordered array; the same memory for the same name."""
        dtype = np.dtype(dtype)
        size = dtype.itemsize
        for length in shape:
            size *= length
        store = self._stores.get(name)
        if store is None or store.size < size:
            store = self._stores[name] = np.empty(size, np.uint8)
        array: Array = store[:size].view(dtype).reshape(shape)
        return array


class Runner(Protocol):
    """An engine made ready for one problem; called from several threads at once.

    Attributes:
        dtype: what the strip is widened to.
        band_rows: output rows per band.
        spreads: NaN or infinity would reach beyond the kernel's window, so a
            strip that holds any is given to the direct engine.
    """

    dtype: np.dtype[Any]
    band_rows: int
    spreads: bool

    def run(self, strip: Array, target: Array | None, scratch: Scratch) -> Array:
        """Correlate one strip, without the bias.

        Args:
            strip: (problem.strip_rows(R), padded_width * channels), C-ordered; may be overwritten.
            target: where the response must go, (R, out_width, F, out_channels) of
                problem.result_dtype; None leaves the place and the dtype to the engine.

        Returns:
            The response of that shape: `target`, or an array in `scratch`.
        """
        ...


class Sink(Protocol):
    """Where responses go, band by band, from several threads, each row once."""

    def target(self, rows: slice) -> Array | None:
        """Memory for the response of these output rows, or None to be handed it."""
        ...

    def take(self, rows: slice, response: Array) -> None:
        """Accept the finished response of these output rows; it may be overwritten."""
        ...


def run_bands(problem: Problem, runner: Runner, fallback: Runner, picture: Array, sink: Sink, jobs: int) -> None:
    """Send every band of the picture through the runner and into the sink."""
    plane = picture.reshape(problem.height, problem.width * problem.channels)
    worker = _BandWorker(problem, runner, fallback, plane, sink)
    bands = list(_bands(problem.out_height, runner.band_rows))
    jobs = min(jobs, len(bands))
    if jobs <= 1:
        worker.work(iter(bands))
        return
    queue = _SharedIterator(bands)
    others = [_threads().submit(worker.work, queue) for _ in range(jobs - 1)]
    try:
        worker.work(queue)  # this thread works too
    finally:
        queue.close()
        waiting = [other for other in others if not other.cancel()]  # one that has not begun is not needed any more
        wait(waiting)
    for other in waiting:
        other.result()


@functools.cache
def _threads() -> ThreadPoolExecutor:
    """Threads kept from run to run: starting one takes as long as a small picture."""
    return ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="convcli-bands")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # threads do not survive a fork


def _bands(rows: int, band_rows: int) -> Iterator[slice]:
    for first in range(0, rows, band_rows):
        yield slice(first, min(first + band_rows, rows))


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


_spare_scratch: list[Scratch] = []  # list.pop and append are atomic


class _BandWorker:
    """What one thread does with each band; holds only what all threads share."""

    def __init__(self, problem: Problem, runner: Runner, fallback: Runner, plane: Array, sink: Sink) -> None:
        padding = problem.padding
        self.problem, self.runner, self.fallback, self.plane, self.sink = problem, runner, fallback, plane, sink
        self.rows = problem.border.index(problem.height, padding.top, padding.bottom)
        columns = problem.border.index(problem.width, padding.left, padding.right)
        edges = (slice(0, padding.left), slice(padding.left + problem.width, problem.padded_width))
        self.sides = [(edge, padding.left + columns[edge]) for edge in edges if edge.stop > edge.start]
        self.bias = problem.bias.reshape(1, 1, -1, 1) if problem.bias.any() else None
        self.wary = runner.spreads and problem.dtype.kind == "f"

    def work(self, bands: Any) -> None:
        scratch = _spare_scratch.pop() if _spare_scratch else Scratch()
        try:
            for band in bands:
                self._band(band, scratch)
        finally:
            _spare_scratch.append(scratch)

    def _band(self, band: slice, scratch: Scratch) -> None:
        rows = band.stop - band.start
        first = band.start * self.problem.stride
        strip = self._gather(first, self.problem.strip_rows(rows), scratch)
        runner = self.fallback if self.wary and not _is_finite(strip) else self.runner
        response = runner.run(strip, self.sink.target(band), scratch)
        if self.bias is not None:
            response = _add_bias(response, self.bias, self.problem)
        self.sink.take(band, response)

    def _gather(self, first: int, count: int, scratch: Scratch) -> Array:
        """Padded rows first .. first + count, widened to the runner's dtype."""
        problem, channels = self.problem, self.problem.channels
        strip = scratch.array("strip", (count, problem.padded_width * channels), self.runner.dtype)
        left, above = problem.padding.left * channels, first - problem.padding.top
        inside = strip[:, left : left + problem.width * channels]
        if above >= 0 and above + count <= problem.height:
            inside[...] = self.plane[above : above + count]
        else:
            self._gather_border(strip, inside, self.rows[first : first + count])
        if self.sides:
            self._pad_columns(strip.reshape(count, problem.padded_width, channels))
        return strip

    def _gather_border(self, strip: Array, inside: Array, sources: NDArray[np.intp]) -> None:
        for start, stop in _runs(sources):
            source = sources[start]
            if source == OUTSIDE:
                strip[start:stop] = self.problem.border.fill
            else:
                inside[start:stop] = self.plane[source : source + stop - start]

    def _pad_columns(self, strip: Array) -> None:
        for side, sources in self.sides:
            if self.problem.border.fills:
                strip[:, side] = self.problem.border.fill
            else:
                strip[:, side] = strip[:, sources]


def band_rows(problem: Problem, samples: int = BAND_SAMPLES, multiple: int = 1) -> int:
    """Output rows per band: about `samples` responses, yet enough bands for several threads.

    A band is at least as tall as the kernel's overlap with the next one where that is cheap to have,
    and a whole number of `multiple` rows.
    """
    per_row = problem.out_width * problem.out_channels * problem.filters
    shared = max(SMALL_BAND, problem.out_height * per_row // BANDS)
    rows = min(samples, shared) // per_row
    rows = max(rows, 1, min(problem.strip_rows(1) - 1, 4 * samples // per_row))
    return min(-(-rows // multiple) * multiple, problem.out_height)


def _runs(sources: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Stretches [start, stop) of consecutive source rows: each is one copy."""
    breaks = np.flatnonzero(np.diff(sources) != 1) + 1
    edges = [0, *breaks.tolist(), len(sources)]
    yield from itertools.pairwise(edges)


def _is_finite(strip: Array) -> bool:
    # One pass without a mask: NaN and infinity survive a sum of squares.  A sum that
    # overflows by itself only sends the strip to the slower engine.
    flat = strip.reshape(-1)
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(np.dot(flat, flat)))


def _add_bias(response: Array, bias: Array, problem: Problem) -> Array:
    if response.dtype == problem.result_dtype:
        response += bias.astype(response.dtype)
        return response
    return np.add(response, bias.astype(problem.result_dtype), dtype=problem.result_dtype)
