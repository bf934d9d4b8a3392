"""Bands: the picture goes through in strips, and nothing of its size is ever held."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import Any

import numpy as np
import pytest

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.correlation import bands
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.sinks import KeepSink, PixelSink
from convcli.core.display.mapping import mapping
from convcli.core.engines import engine
from convcli.core.engines.engine import band_rows
from convcli.core.problem.options import Options


class RecordingSink(KeepSink):
    """Keeps the response and the rows it came in."""

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        super().__init__(shape, dtype)
        self.bands: list[tuple[int, int]] = []

    def take(self, rows: slice, response: Any, divisor: int = 1) -> None:
        """Note the band."""
        self.bands.append((rows.start, rows.stop))
        super().take(rows, response)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_row_arrives_once(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the number of threads, the bands cover the output without overlap."""
    monkeypatch.setattr(engine, "SMALL_BAND", 1 << 12)
    correlation = prepare(np.ones((403, 211), np.uint8), np.ones((3, 3)), Options.of(jobs=jobs))
    sink = RecordingSink(correlation.problem.response_shape, correlation.problem.result_dtype)
    correlation.run(sink)
    edges = sorted(sink.bands)
    assert len(edges) > 4
    assert edges[0][0] == 0
    assert edges[-1][1] == 403
    assert all(above[1] == below[0] for above, below in itertools.pairwise(edges))
    assert (sink.response == 9).all()


def test_a_failing_sink_stops_all_threads_and_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error comes out unchanged, whichever thread met it, and the next run works."""
    monkeypatch.setattr(engine, "SMALL_BAND", 1 << 12)
    correlation = prepare(np.ones((900, 300), np.uint8), np.ones((3, 3)), Options.of(jobs=2))

    class FailingSink(RecordingSink):
        def take(self, rows: slice, response: Any, divisor: int = 1) -> None:
            super().take(rows, response)
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


@pytest.mark.parametrize("kernel", [np.ones((3, 3)), np.random.default_rng(4).normal(size=(5, 5))])
def test_pixels_to_pixels_takes_no_picture_of_floats(kernel: Any) -> None:
    """The work memory of two threads stays below what the picture alone would take in float32."""
    picture = np.zeros((2000, 2000, 3), np.uint8)
    correlation = prepare(picture, kernel, Options.of(jobs=2))
    pixels = np.empty(correlation.problem.response_shape, np.uint8)
    bands._spare_scratch.clear()
    tracemalloc.start()
    try:
        correlation.run(PixelSink(pixels, [mapping("clip", np.uint8)]))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        bands._spare_scratch.clear()
    assert peak < 2.5 * picture.nbytes  # a picture of float32 alone would be 4


def test_scratch_is_kept_from_band_to_band_and_run_to_run() -> None:
    """The same memory for the same name; larger only when it has to be."""
    scratch = Scratch()
    first = scratch.array("strip", (4, 5), np.float32)
    assert np.shares_memory(first, scratch.array("strip", (5, 4), np.int16))
    assert not np.shares_memory(first, scratch.array("total", (4, 5), np.float32))
    assert scratch.array("strip", (100, 5), np.float32).shape == (100, 5)
    correlation = prepare(np.ones((40, 40), np.uint8), np.ones((3, 3)))
    correlation.response()
    spare = len(bands._spare_scratch)
    correlation.response()
    assert len(bands._spare_scratch) == spare >= 1
