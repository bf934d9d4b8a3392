"""Bands: the picture goes through in strips, and nothing of its size is ever held."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convcli.core.arithmetic.scratch import Scratch, borrowed
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.sinks import KeepSink
from convcli.core.engines import engine
from convcli.core.engines.engine import ALL_COLUMNS, band_rows


class RecordingSink(KeepSink):
    """Keeps the response and the rows it came in."""

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        super().__init__(shape, dtype)
        self.bands: list[tuple[int, int]] = []

    def take(self, rows: slice, response: Any, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
        """Note the band."""
        self.bands.append((rows.start, rows.stop))
        super().take(rows, response, divisor, columns)


def on_threads(jobs: int, picture: Any) -> Any:
    """The sum of nine neighbours on so many threads, however little there is to share."""
    correlation = prepare(picture, np.ones((3, 3)))
    return replace(correlation, plan=replace(correlation.plan, jobs=jobs))


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_row_arrives_once(jobs: int) -> None:
    """Whatever the number of threads, the bands cover the output without overlap."""
    correlation = on_threads(jobs, np.ones((1703, 211), np.uint8))
    sink = RecordingSink(correlation.problem.response_shape, correlation.problem.result_dtype)
    correlation.run(sink)
    edges = sorted(sink.bands)
    assert len(edges) > 4
    assert edges[0][0] == 0
    assert edges[-1][1] == 1703
    assert all(above[1] == below[0] for above, below in itertools.pairwise(edges))
    assert (sink.response == 9).all()


@pytest.mark.parametrize("jobs", [2, 3])
def test_bands_are_worked_on_at_once(jobs: int) -> None:
    """Each thread hands over its first band only when all the others have one."""
    meeting, met = threading.Barrier(jobs), set()

    class MeetingSink(RecordingSink):
        def take(self, rows: slice, response: Any, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
            if threading.get_ident() not in met:
                met.add(threading.get_ident())
                meeting.wait(30)
            super().take(rows, response, divisor, columns)

    correlation = on_threads(jobs, np.ones((1703, 211), np.uint8))
    sink = MeetingSink(correlation.problem.response_shape, correlation.problem.result_dtype)
    correlation.run(sink)
    assert len(met) == jobs
    assert (sink.response == 9).all()


def test_a_failing_sink_stops_all_threads_and_is_reported() -> None:
    """The error comes out unchanged, whichever thread met it, and the next run works."""
    correlation = on_threads(2, np.ones((1900, 300), np.uint8))

    class FailingSink(RecordingSink):
        def take(self, rows: slice, response: Any, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None:
            super().take(rows, response, divisor, columns)
            raise OSError("the disk is full")

    sink = FailingSink(correlation.problem.response_shape, correlation.problem.result_dtype)
    with pytest.raises(OSError, match="disk is full"):
        correlation.run(sink)
    assert len(sink.bands) <= 2
    assert (correlation.response() == 9).all()


def test_bands_depend_on_the_problem_alone() -> None:
    """At least eight for a large picture, one for a small one, whole blocks where asked for."""
    large = prepare(np.zeros((3000, 4000, 3), np.uint8), np.ones((3, 3))).problem
    assert -(-large.out_height // band_rows(large)) >= 8
    assert band_rows(large, multiple=4) % 4 == 0
    assert band_rows(large) * 4000 * 3 <= engine.BAND_SAMPLES
    small = prepare(np.zeros((50, 60), np.uint8), np.ones((3, 3))).problem
    assert band_rows(small) == 50
    wide = prepare(np.zeros((5, 3_000_000), np.uint8), np.ones((3, 3))).problem
    assert 1 <= band_rows(wide) <= 2


MEMORY = """
import tracemalloc
import numpy as np
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.sinks import PixelSink
from convcli.core.problem.options import Options
from convcli.core.display.mapping import mapping

picture = np.zeros((2000, 2000, 3), np.uint8)
correlation = prepare(picture, {kernel}, Options.of(jobs=2))
assert correlation.plan.jobs == 2
pixels = np.empty(correlation.problem.response_shape, np.uint8)
tracemalloc.start()
correlation.run(PixelSink(pixels, [mapping("clip", np.uint8)]))
print(tracemalloc.get_traced_memory()[1] / picture.nbytes)
"""


@pytest.mark.parametrize("kernel", ["np.ones((3, 3))", "np.random.default_rng(4).normal(size=(5, 5))"])
def test_pixels_to_pixels_takes_no_picture_of_floats(kernel: str) -> None:
    """The work memory of two threads, in a process of its own, stays below what the picture would take in floats."""
    code = MEMORY.replace("{kernel}", kernel)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < float(done.stdout) < 2.5  # a picture of float32 alone would be 4


def test_scratch_is_the_same_memory_for_the_same_name() -> None:
    """Larger only when it has to be."""
    scratch = Scratch()
    first = scratch.array("strip", (4, 5), np.float32)
    assert np.shares_memory(first, scratch.array("strip", (5, 4), np.int16))
    assert not np.shares_memory(first, scratch.array("total", (4, 5), np.float32))
    assert scratch.array("strip", (100, 5), np.float32).shape == (100, 5)


def test_scratch_is_lent_from_run_to_run() -> None:
    """Given back, even after an error, and lent again; two borrowers never have the same."""
    with borrowed() as one, borrowed() as other:
        assert one is not other
    with pytest.raises(OSError, match="full"), borrowed() as third:
        raise OSError("the disk is full")
    with borrowed() as fourth:
        assert fourth is third
    prepare(np.ones((40, 40), np.uint8), np.ones((3, 3))).response()
    with borrowed() as fifth:
        assert fifth is fourth
