"""What an engine is: a function from a problem to an offer, whose runner works on bands of rows.

    offer(problem: Problem) -> Offer | None

Exactness comes first: an engine that could miss the exact integer, where a
problem has one, makes no offer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.evenness import Bounds
from convcli.core.problem.problem import Problem

Work = Callable[[Array | None], Array]

NANOSECOND = 1e-9


# Bands of 2^18 .. 2^20 samples were fastest of 2^15 .. 2^22 (12 megapixels of RGB, 3x3, two cores that share 32 MB
# of cache): shorter operations make the threads meet more often, longer ones leave the cache.
BAND_SAMPLES = 1 << 19

SMALL_BAND = 1 << 16  # shorter operations than this are not worth sharing out

BANDS = 8  # at least, for pictures that are large enough


PAIRS, SMALL_KERNEL = 1 << 10, 100


class Runner(Protocol):
    """An engine made ready for one problem; shared by threads.

    Attributes:
        dtype: of the sums.
        strip_dtype: what the strip is widened to.
        band_rows: output rows per band.
        bounds: what a strip of floats must be like for every response to be right as far as its own window
            goes; others are given to another runner (see `relay`).  None: NaN and infinity stay in their
            windows, and a sum that overflows is reported by NumPy.
        divisor: whole responses (see `bind`) are so many times the response; 1 if there are none.
    """

    dtype: np.dtype[Any]
    strip_dtype: np.dtype[Any]
    band_rows: int
    divisor: int

    @property
    def bounds(self) -> Bounds | None:
        """See above."""
        ...

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Make work on one strip's memory ready.

        Args:
            strip: (problem.strip_rows(R), padded_width * channels), C-ordered; filled anew before each call
                of the work, which may overwrite it.
            scratch: for work memory, which belongs to this thread.
            whole: leave the division by `divisor` to the sink.

        Returns:
            The work: correlates the strip as it is, without the bias.  It takes the place where the
            response must go, (R, out_width, F, out_channels) of problem.result_dtype, or None, which
            leaves place and dtype to the engine; and returns the response of that shape, in the place
            given or in `scratch`.
        """
        ...


class Piece(NamedTuple):
    """Work on a stretch of a band's columns: its place and its response are (R, columns, F, out_channels)."""

    columns: slice
    work: Work


ALL_COLUMNS = slice(None)


@runtime_checkable
class InPieces(Protocol):
    """A runner that makes a band stretch by stretch, for sinks that take it so while it is near the processor."""

    def bind_pieces(self, strip: Array, scratch: Scratch) -> list[Piece]:
        """Make work on one strip's memory ready, as `Runner.bind` does.

        Returns:
            Pieces that are all columns together.  The memory of a response serves the next piece too.
        """
        ...


def in_one(pieces: list[Piece], shape: tuple[int, ...], dtype: np.dtype[Any], scratch: Scratch) -> Work:
    """The work of all pieces, into one response of this shape."""
    if len(pieces) == 1:
        return pieces[0].work
    together = scratch.array("together", shape, dtype)

    def work(target: Array | None) -> Array:
        target = together if target is None else target
        for columns, piece in pieces:
            piece(target[:, columns])
        return target

    return work


@dataclass(frozen=True)
class Offer:
    """What an engine would take for a problem, and how to make it ready.

    Attributes:
        seconds: estimated, on one thread; what offers are compared by.
        make: the runner; holds all that was decided for the estimate.
        local: no error reaches beyond the window, however much the samples differ in size.
        wider: where it is not, the same in float64, if that is wider.
    """

    seconds: float
    make: Callable[[], Runner]
    local: bool = True
    wider: Callable[[], Runner] | None = None


def is_layer(problem: Problem) -> bool:
    """Whether small kernels join many channels with many filters: a product of matrices, however even they are."""
    pairs = problem.channels * problem.filters
    return problem.mixing and pairs > PAIRS and problem.kernel_height * problem.kernel_width < SMALL_KERNEL


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


def window_matrix(problem: Problem, dtype: np.dtype[Any]) -> Array:
    """(window, F): a column for each kernel, in the order of a window's samples: kernel row, kernel column, channel."""
    stacked = problem.weights.transpose(2, 3, 1, 0).reshape(-1, problem.filters)
    return np.ascontiguousarray(stacked, dtype)
