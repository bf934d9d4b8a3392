"""In order: bands that several threads finish in any order are handed on from the top to the bottom.

Whoever finishes the band that is next hands it on, and those that wait behind
it, while the others compute.  A thread that is too far ahead waits for memory;
the one whose band is next never does, so that all of them come to an end.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from convcli.core.arrays import Array, Bytes
from convcli.core.correlation.sinks import mapped
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped
from convcli.core.display.mapping import Mapping
from convcli.core.engines.engine import ALL_COLUMNS

AHEAD = 2  # bands for each thread: the one that is filled, and one that waits to be handed on

Write = Callable[[Array], None]


class Filling(Protocol):
    """How a response becomes what is handed on.

    Attributes:
        dtype: of what is handed on.
        divides: it takes whole responses and their divisor.
        in_place: the engine may write the response where it is kept.
    """

    dtype: np.dtype[Any]
    divides: bool
    in_place: bool

    def fill(self, response: Array, place: Array, divisor: int) -> Clipped:
        """Put a response, which may be overwritten, into a place of its shape."""
        ...


class AsResponses:
    """Responses as they are."""

    divides, in_place = False, True

    def __init__(self, dtype: Any) -> None:
        self.dtype = np.dtype(dtype)

    def fill(self, response: Array, place: Array, divisor: int = 1) -> Clipped:
        """See `Filling.fill`."""
        if not np.may_share_memory(response, place):
            np.copyto(place, response, casting="unsafe")
        return NOTHING_CLIPPED


class AsPixels:
    """Pixels under one mapping, one for each kernel, or one for each map."""

    in_place = False

    def __init__(self, mappings: Sequence[Mapping], dtype: Any) -> None:
        self.mappings, self.dtype = mappings, np.dtype(dtype)
        self.divides = len(mappings) == 1 and mappings[0].divides

    def fill(self, response: Array, place: Array, divisor: int = 1) -> Clipped:
        """See `Filling.fill`."""
        return mapped(self.mappings, response, place, divisor)


@dataclass(eq=False)
class _Band:
    """A band that is being filled: its place, (rows, columns, F, channels), and the columns that are missing yet."""

    memory: Bytes
    place: Array
    missing: int


class InOrder:
    """A sink that hands rows on in order, one call at a time.

    Args:
        write: takes the next rows, (n, columns, F, channels) of the filling's dtype; they are overwritten afterwards.
        shape: (columns, F, channels).
        filling: what of a response is handed on.
        jobs: threads that fill bands; twice as many bands are held at most, and one.

    Attributes:
        clipped: how many values lay beyond the range of a pixel, so far.
    """

    in_pieces = True

    def __init__(self, write: Write, shape: tuple[int, ...], filling: Filling, jobs: int) -> None:
        self._write, self._shape, self._filling = write, shape, filling
        self.divides, self.clipped = filling.divides, NOTHING_CLIPPED
        self._most, self._held = AHEAD * max(1, jobs), 0
        self._next, self._writing, self._stopped = 0, False, False
        self._bands: dict[int, _Band] = {}  # by their first row
        self._spare: list[Bytes] = []
        self._change = threading.Condition()

    def target(self, rows: slice) -> Array | None:
        """Memory for a whole band of responses, where they are handed on as they are."""
        return self._band(rows).place if self._filling.in_place else None

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Fill a band, or a stretch of it; hand it on if it is finished and the next one."""
        band = self._band(rows)
        clipped = self._filling.fill(response, band.place[:, columns], divisor)
        with self._change:
            self.clipped = self.clipped.plus(clipped)
        whole = response.shape[1] == self._shape[0]  # once more where the careful runner takes over amid a band
        band.missing = 0 if whole else band.missing - response.shape[1]
        if not band.missing:
            self._hand_on()

    def stop(self) -> None:
        """Let go of those that wait: what is not handed on yet never will be."""
        with self._change:
            self._stopped = True
            self._change.notify_all()

    def _band(self, rows: slice) -> _Band:
        """The band that begins here; a new one waits for memory, unless it is the next one or all is over."""
        with self._change:
            if rows.start in self._bands:  # each band is one thread's
                return self._bands[rows.start]
            while self._held >= self._most and rows.start != self._next and not self._stopped:
                self._change.wait()
            self._held += 1
            shape = (rows.stop - rows.start, *self._shape)
            size = math.prod(shape) * self._filling.dtype.itemsize
            memory = self._spare.pop() if self._spare else None
            if memory is None or memory.size < size:
                memory = np.empty(size, np.uint8)
            place = memory[:size].view(self._filling.dtype).reshape(shape)
            band = self._bands[rows.start] = _Band(memory, place, self._shape[0])
            return band

    def _hand_on(self) -> None:
        """All finished bands from the next one on, unless another thread is at it."""
        with self._change:
            band = None if self._writing else self._finished()
            self._writing = self._writing or band is not None
        while band is not None:
            try:
                self._write(band.place)
            except BaseException:
                self.stop()
                raise
            with self._change:
                del self._bands[self._next]
                self._next += len(band.place)
                self._held -= 1
                self._spare.append(band.memory)
                self._change.notify_all()
                band = self._finished()
                self._writing = band is not None

    def _finished(self) -> _Band | None:
        """The next band, if it is finished."""
        band = self._bands.get(self._next)
        return band if band is not None and not band.missing and not self._stopped else None
