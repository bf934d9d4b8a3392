"""Memory: how many threads fit into what `--memory` allows."""

from __future__ import annotations

from dataclasses import replace

from convcli.core.correlation.correlate import Correlation
from convcli.core.correlation.in_order import AHEAD
from convcli.errors import OptionError

PROGRAM = 64 << 20  # bytes of the interpreter with NumPy and what else is loaded
WORK = 3  # strips that an engine's own memory is like, at most


def jobs_within(correlation: Correlation, memory: int | None, held: int) -> Correlation:
    """The same with as many threads as fit.

    Args:
        memory: bytes for all of the program; None bounds nothing.
        held: bytes that the reader may keep.

    Raises:
        OptionError: too little for one band.
    """
    if memory is None:
        return correlation
    each = _of_a_thread(correlation)
    needed = PROGRAM + held + each
    if needed > memory:
        asked, least = (f"{-(-size // (1 << 20)):,}M" for size in (memory, needed))
        rule = f"the program and one band of this picture take {least}; give at least that"
        raise OptionError("memory", asked, rule)
    jobs = min(correlation.plan.jobs, (memory - PROGRAM - held) // each)
    return replace(correlation, plan=replace(correlation.plan, jobs=int(jobs)))


def _of_a_thread(correlation: Correlation) -> int:
    """Bytes that one thread works in: the rows that are read, the strip with what the engine makes of it, and bands."""
    problem, runner = correlation.problem, correlation.plan.relay.first
    rows = min(runner.band_rows, problem.out_height)
    strip = problem.strip_rows(rows) * problem.padded_width * problem.channels
    read = problem.strip_rows(rows) * problem.width * problem.channels * correlation.source.dtype.itemsize
    band = rows * problem.out_width * problem.filters * problem.out_channels * problem.result_dtype.itemsize
    return int(read + WORK * strip * max(4, runner.strip_dtype.itemsize) + (1 + AHEAD) * band)
