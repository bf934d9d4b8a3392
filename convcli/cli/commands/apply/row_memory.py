"""Memory: how many threads fit into what `--memory` allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from convcli.core.correlation.correlate import Correlation
from convcli.core.correlation.need import needed_bytes
from convcli.core.correlation.weighted import WeightedCorrelation
from convcli.errors import OptionError
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import LargeFormat

PROGRAM = 48 << 20  # bytes of the interpreter with NumPy and what else is loaded
EXTRA = 72 << 20  # more, where zarr and what it brings is loaded
TILE = 512  # rows of tiles that a writer has not been told otherwise
SHARE_HELD = 8  # of --memory, the part that a reader may keep decoded
COPIES = 3  # of a row of tiles: as it fills, as it is cut, and as it is encoded


class Need:
    """What a picture takes by rows, but for its threads.

    Args:
        rows: the input.
        writer: of the output.
        tile: rows of its tiles; None where they were not given.
        pyramid: whether smaller levels are written.
    """

    def __init__(self, rows: RowPicture, writer: LargeFormat, tile: int | None, *, pyramid: bool) -> None:
        self._writer, self._tile, self._pyramid = writer, tile or TILE, pyramid
        zarr = "zarr" in (rows.format, writer.name)
        self._reading = rows.held + rows.held // 2  # a stripe is decoded beside those that are kept
        self._fixed = PROGRAM + (EXTRA if zarr else 0) + self._reading

    def of(self, correlation: Correlation, jobs: int, dtype: np.dtype[Any]) -> int:
        """Bytes of all of it, with so many threads and what is written of a dtype."""
        problem = correlation.problem
        row = problem.out_width * problem.filters * problem.out_channels * dtype.itemsize
        stored = COPIES * self._tile * row if self._writer.tiles else 0
        stored += stored // 2 if self._pyramid else 0
        run = correlation.parts if isinstance(correlation, WeightedCorrelation) else correlation
        ratio = jobs * self._ratio(correlation, run)
        return self._fixed + stored + needed_bytes(run, jobs, dtype) + ratio

    def least(self, needed: int) -> int:
        """What is enough where so much is needed: of more memory, the reader keeps its share."""
        if not self._reading:
            return needed
        return max(needed, int((needed - self._reading) / (1 - 1.5 / SHARE_HELD)))

    @staticmethod
    def _ratio(correlation: Correlation, run: Correlation) -> int:
        """Bytes that a thread takes the ratio of weighted sums in."""
        if run is correlation:
            return 0
        return 3 * min(run.plan.runner.band_rows, run.problem.out_height) * run.problem.out_width * 8


def jobs_within(correlation: Correlation, memory: int | None, need: Need, dtype: np.dtype[Any]) -> Correlation:
    """The same with as many threads as fit.

    Args:
        memory: bytes for all of the program; None bounds nothing.
        dtype: of what is written.

    Raises:
        OptionError: too little for one band.
    """
    if memory is None:
        return correlation
    jobs = correlation.plan.jobs
    while jobs > 1 and need.of(correlation, jobs, dtype) > memory:
        jobs -= 1
    needed = need.of(correlation, jobs, dtype)
    if needed > memory:
        asked, least = (f"{-(-size // (1 << 20)):,}M" for size in (memory, need.least(needed)))
        rule = f"the program and one band of this picture take {least}; give at least that"
        raise OptionError("memory", asked, rule)
    if isinstance(correlation, WeightedCorrelation):
        parts = replace(correlation.parts, plan=replace(correlation.parts.plan, jobs=jobs))
        return replace(correlation, parts=parts, plan=replace(correlation.plan, jobs=jobs))
    return replace(correlation, plan=replace(correlation.plan, jobs=jobs))
