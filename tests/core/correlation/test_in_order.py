"""In order: rows are handed on from the top to the bottom, with bounded memory, and nobody waits for good."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import prepare, prepare_rows
from convcli.core.correlation.in_order import AsResponses, InOrder
from convcli.core.correlation.need import needed_bytes
from convcli.core.correlation.response import Response
from convcli.core.problem.options import Options
from tests.core.correlation.test_by_rows import ReadOnlyRows, on

PICTURE = np.random.default_rng(0).integers(0, 256, (2100, 400), np.uint8)


def band(sink: InOrder, first: int, value: int) -> None:
    """Two rows of three columns, of one value."""
    sink.take(slice(first, first + 2), np.full((2, 3, 1, 1), value, np.int32))


def test_bands_that_come_early_wait_for_their_turn() -> None:
    """Handed on when the one before them is there, and stretches of columns when all are."""
    rows: list[int] = []
    sink = InOrder(lambda part: rows.extend(part[:, 2, 0, 0].tolist()), (3, 1, 1), AsResponses(np.int32), 4)
    band(sink, 4, 5)
    band(sink, 2, 3)
    assert rows == []
    sink.take(slice(0, 2), np.full((2, 2, 1, 1), 1, np.int32), columns=slice(0, 2))
    assert rows == []
    sink.take(slice(0, 2), np.full((2, 1, 1, 1), 1, np.int32), columns=slice(2, 3))
    assert rows == [1, 1, 3, 3, 5, 5]


def test_a_thread_that_is_too_far_ahead_waits_for_memory() -> None:
    """Of one thread two bands are held; the third waits until the first has come."""
    rows: list[int] = []
    sink = InOrder(lambda part: rows.extend(part[:, 0, 0, 0].tolist()), (3, 1, 1), AsResponses(np.int32), 1)
    band(sink, 2, 1)
    band(sink, 4, 2)
    ahead = threading.Thread(target=band, args=(sink, 6, 3), daemon=True)
    ahead.start()
    ahead.join(0.05)
    assert ahead.is_alive()
    band(sink, 0, 0)
    ahead.join(30)
    assert rows == [0, 0, 1, 1, 2, 2, 3, 3]


def test_one_call_at_a_time_from_eight_threads() -> None:
    """No call begins before the last one has ended, and the rows are all there in order."""
    inside, most, parts = threading.Lock(), [], []

    def write(part: Any) -> None:
        assert inside.acquire(blocking=False), "two calls at once"
        most.append(part.shape[0])
        parts.append(part.copy())
        inside.release()

    correlation = on(8, prepare(PICTURE, np.ones((3, 3))))
    Response(correlation).raw_rows(write)
    assert len(most) > 8
    assert np.array_equal(np.concatenate(parts), prepare(PICTURE, np.ones((3, 3))).response())


@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_what_the_writer_raises_ends_the_run(error: BaseException, jobs: int) -> None:
    """It comes out unchanged, after the one call in which it was raised."""
    calls: list[int] = []

    def write(part: Any) -> None:
        calls.append(len(part))
        raise error

    with pytest.raises(type(error)):
        Response(on(jobs, prepare(PICTURE, np.ones((3, 3))))).raw_rows(write)
    assert len(calls) == 1


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_a_reader_that_fails_lets_go_of_those_that_wait(jobs: int) -> None:
    """The first band is never finished, so the others would wait for it for good."""
    others = threading.Semaphore(0)

    class Failing(ReadOnlyRows):
        def read(self, start: int, stop: int) -> Any:
            if start == 0:
                others.acquire(timeout=0.3)  # until somebody else is well ahead
                raise OSError("a bad block")
            return super().read(start, stop)

    source = Failing(PICTURE)
    with pytest.raises(OSError, match="bad block"):
        Response(on(jobs, prepare_rows(source, np.ones((3, 3))))).raw_rows(lambda part: None)


@pytest.mark.parametrize("engine", ["direct", "banded", "separable", "columns", "fourier"])
def test_what_is_needed_follows_the_threads_and_the_width_not_the_height(engine: str) -> None:
    """Twice the threads take twice as much; a taller picture takes no more."""
    need, kernel = {}, np.outer(np.hanning(13)[1:-1], np.hanning(13)[1:-1])
    for height, width in ((4000, 3000), (40000, 3000), (4000, 6000)):
        source = ReadOnlyRows(np.broadcast_to(np.uint8(1), (height, width)))
        correlation = prepare_rows(source, kernel, Options.of(engine=engine))
        need[height, width] = needed_bytes(correlation, 2)
        assert needed_bytes(correlation, 4) == 2 * need[height, width]
        strip = correlation.problem.strip_rows(correlation.plan.runner.band_rows) * width
        assert strip < need[height, width] < 400 * strip
    assert need[40000, 3000] < 1.3 * need[4000, 3000]
