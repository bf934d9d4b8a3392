"""Need: the memory that a correlation by rows takes, before it is run."""

from __future__ import annotations

import math

import numpy as np

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.correlation.correlate import Correlation
from convcli.core.correlation.in_order import AHEAD
from convcli.core.engines.engine import InPieces
from convcli.core.engines.far import FarRunner

STARTED = 1 << 20  # bytes of a thread: its stack, and what is allocated in small pieces


def needed_bytes(correlation: Correlation, jobs: int, handed_on: np.dtype[np.generic] | None = None) -> int:
    """Bytes that so many threads take to compute a response by rows; an estimate, right within a factor of 1.5.

    jobs * (strip + work memory of the engine + rows read + bands on their way)

    Neither the interpreter is in it, nor what a reader or a writer keeps.

    Args:
        jobs: threads.
        handed_on: dtype of the pixels that are handed on; None for responses as they are.
    """
    problem, runner = correlation.problem, correlation.plan.runner
    rows = min(runner.band_rows, problem.out_height)
    responses = rows * math.prod(problem.response_shape[1:])
    item = (problem.result_dtype if handed_on is None else handed_on).itemsize
    on_the_way = (AHEAD if jobs > 1 else 1) * responses * item
    if isinstance(runner, FarRunner):  # sums, the samples of one tap, and their product: on one thread
        return 3 * responses * runner.dtype.itemsize + on_the_way + STARTED
    read = problem.strip_rows(rows) * problem.width * problem.channels * problem.dtype.itemsize
    in_place = 0 if handed_on is not None else responses * item  # then the engine's own place for them is not touched
    return jobs * (_bound(correlation, rows) - in_place + read + on_the_way + STARTED)


def _bound(correlation: Correlation, rows: int) -> int:
    """Bytes of a strip and of what the engine keeps beside it: told by binding it, which touches none of them."""
    problem, runner, scratch = correlation.problem, correlation.plan.runner, Scratch()
    shape = (problem.strip_rows(rows), problem.padded_width * problem.channels)
    strip = scratch.array("strip", shape, runner.strip_dtype)
    if isinstance(runner, InPieces):
        runner.bind_pieces(strip, scratch)
    else:
        runner.bind(strip, scratch)
    return scratch.bytes
