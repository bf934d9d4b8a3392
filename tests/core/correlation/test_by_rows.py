"""By rows: a picture that is never held whole gives the response of the same picture in memory, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.core.correlation.correlate import Correlation, prepare, prepare_rows
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.mapping import mapping
from convcli.core.engines import ENGINES
from convcli.core.kernel.kernel import Kernel
from convcli.core.pooling import parse_pool
from convcli.core.problem.options import Options
from convcli.errors import GeometryError
from tests.oracles import correlate_plane, same_padding

BORDERS = ("edge", "zero", "symmetric", "reflect", "wrap", "constant:7")
DTYPES = ("u1", "u2", "i4", "i8", ">u2", "f2", "f4", "f8", "?")


class ReadOnlyRows:
    """Hands out copies that nobody may write to, at most so many rows at once, and notes which were asked for."""

    def __init__(self, picture: Any, most: int | None = None) -> None:
        self.shape, self.dtype = picture.shape, picture.dtype
        self.most = picture.shape[0] if most is None else most
        self.asked: list[tuple[int, int]] = []
        self._picture = picture

    def read(self, start: int, stop: int) -> Any:
        """Rows, or a complaint."""
        assert 0 <= start < stop <= self.shape[0]
        assert stop - start <= self.most
        self.asked.append((start, stop))
        rows = self._picture[start:stop].reshape(stop - start, -1).copy()
        rows.flags.writeable = False
        return rows


def picture_of(shape: tuple[int, ...], dtype: str, seed: int = 5) -> Any:
    """Samples of all sizes that a dtype has; of floats one is NaN and one is huge."""
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        picture = (rng.normal(size=shape) * 90).astype(dtype)
        picture[tuple(n // 3 for n in shape)] = np.nan
        picture[tuple(n * 3 // 4 for n in shape)] = np.finfo(dtype).max
        return picture
    if dtype == "?":
        return rng.integers(0, 2, shape).astype(bool)
    limits = np.iinfo(dtype)
    return rng.integers(max(limits.min, -(2**40)), min(limits.max, 2**40), shape).astype(dtype)


def on(jobs: int, correlation: Correlation) -> Correlation:
    """The same on so many threads."""
    return replace(correlation, plan=replace(correlation.plan, jobs=jobs))


def by_rows(response: Response, rows: slice | None = None) -> Any:
    """What is handed on, put together."""
    parts: list[Any] = []
    response.raw_rows(lambda part: parts.append(part.copy()), rows)
    return np.concatenate(parts)


def same(found: Any, truth: Any) -> bool:
    """Byte for byte, dtype and shape."""
    return found.dtype == truth.dtype and found.shape == truth.shape and found.tobytes() == truth.tobytes()


KERNELS = {
    "1": [[3.0]],
    "rank 1": np.outer([1, 2, 1], [-1, 0, 1, 2]),
    "rank 2": np.arange(15.0).reshape(3, 5) - 4,
    "full": np.random.default_rng(3).normal(size=(5, 4)),
    "larger than the picture": np.random.default_rng(4).normal(size=(41, 3)),
    "301 taps": np.hanning(303)[1:-1].reshape(1, -1) / 150,
    "301 down": np.hanning(303)[1:-1].reshape(-1, 1) / 150,
    "several": np.random.default_rng(6).integers(-4, 5, (3, 3, 3)),
}


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.sampled_from(BORDERS), st.sampled_from(list(KERNELS)), st.sampled_from(DTYPES), st.data())
def test_the_response_is_that_of_the_picture_in_memory(border: str, kernel: str, dtype: str, data: Any) -> None:
    """Whatever the border, the window, the dtype, the channels, the threads and the rows that are asked for."""
    shape = data.draw(st.sampled_from([(1, 1), (17, 9), (37, 21, 3), (9, 40, 3)]))
    options = Options.of(
        border=border,
        size=data.draw(st.sampled_from(["same", "full"])),
        stride=data.draw(st.sampled_from([1, 2, (3, 1)])),
        dilation=data.draw(st.sampled_from([1, (2, 1)])),
        channels=data.draw(st.sampled_from(["each", "gray", "sum"])),
        bias=data.draw(st.sampled_from([0.0, 0.5])),
    )
    weights = KERNELS[kernel]
    kernels: Any = (
        weights if np.ndim(weights) == 3 else Kernel("k", weights, anchor=data.draw(st.sampled_from([None, (0, 0)])))
    )
    picture = picture_of(shape, dtype)
    truth = prepare(picture, kernels, options).response()
    streamed = on(data.draw(st.sampled_from([1, 2, 8])), prepare_rows(ReadOnlyRows(picture), kernels, options))
    assert same(streamed.response(), truth)
    start = data.draw(st.integers(0, len(truth) - 1))
    stop = data.draw(st.integers(start + 1, len(truth)))
    assert same(by_rows(Response(streamed), slice(start, stop)), truth[start:stop])


@pytest.mark.parametrize("engine", ENGINES.names())
@pytest.mark.parametrize("dtype", ["u1", "f4"])
def test_every_engine_reads_by_rows_and_hands_on_by_rows(engine: str, dtype: str) -> None:
    """Many bands, three threads, stretches of columns; whole, and rows that begin amid a band."""
    picture = picture_of((700, 331), dtype, seed=8)
    kernel = np.outer(np.hanning(9)[1:-1], np.hanning(11)[1:-1])
    channels: dict[str, Any] = {"engine": engine}
    if engine in ("patches", "windows"):
        picture, channels = np.stack([picture[:150]] * 3, axis=2), {"engine": engine, "channels": "sum"}
    options = Options.of(border="reflect", **channels)
    plain = prepare(picture, kernel, options)
    streamed = on(3, prepare_rows(ReadOnlyRows(picture), kernel, options))
    truth = on(1, plain).response()
    assert same(by_rows(Response(streamed)), truth)
    assert same(by_rows(Response(streamed), slice(61, 133)), truth[61:133])


def test_what_is_read_by_rows_is_the_definition() -> None:
    """Against a nested loop over the padded picture, in whole numbers."""
    picture = np.random.default_rng(9).integers(0, 256, (23, 12), np.uint8)
    kernel = np.array([[1, -2, 0, 3], [0, 5, 1, -1], [2, 0, 0, -4]])
    for border in BORDERS[:-1]:
        truth = correlate_plane(picture, kernel, border=border, padding=same_padding(3, 4))
        found = by_rows(Response(prepare_rows(ReadOnlyRows(picture), kernel, Options.of(border=border))))
        assert found.tolist() == np.asarray(truth).tolist()


def test_taps_far_apart_take_the_rows_that_they_need() -> None:
    """Nothing between them is read."""
    picture = picture_of((5000, 2), "u1")
    options = Options.of(padding=(0, 10**9, 0, 0), dilation=(10**9 + 100, 1), border="wrap", size="same")
    streamed = ReadOnlyRows(picture)
    correlation = prepare_rows(streamed, [[1.0], [2.0]], options)
    assert same(correlation.response(), prepare(picture, [[1.0], [2.0]], options).response())
    assert all(stop - start <= 64 for start, stop in streamed.asked)


@pytest.mark.parametrize("border", ["edge", "symmetric", "reflect", "wrap", "zero"])
def test_only_rows_that_a_band_needs_are_asked_for(border: str) -> None:
    """A few output rows of a tall picture: their windows and what the border repeats, never more rows than a strip."""
    picture = np.random.default_rng(2).integers(0, 256, (9000, 300), np.uint8)
    plan = prepare(picture, np.ones((5, 5)), Options.of(border=border))
    strip = plan.problem.strip_rows(plan.plan.runner.band_rows)
    source = ReadOnlyRows(picture, strip)
    streamed = prepare_rows(source, np.ones((5, 5)), Options.of(border=border))
    assert same(by_rows(Response(streamed), slice(0, 3)), plan.response()[:3])
    far = (8998, 9000) if border == "wrap" else (0, strip)
    assert {(start, stop) for start, stop in source.asked if start >= strip} <= {far}
    assert sum(stop - start for start, stop in source.asked) <= strip + 4


@pytest.mark.parametrize("pool", [None, "max:3,stride=2", "avg:2x3", "max:2,stride=5", "avg:4,stride=1"])
@pytest.mark.parametrize("dtype", ["u1", "f4"])
def test_what_follows_a_correlation_follows_by_rows(pool: str | None, dtype: str) -> None:
    """Combination, ReLU, pooling and pixels, for all rows and some, and the range joined from two halves."""
    picture = picture_of((260, 301, 3), dtype)
    kernels = np.random.default_rng(7).normal(size=(2, 3, 3))
    after = {"combine": "magnitude", "relu": True, "pool": parse_pool(pool) if pool else None}
    whole = Response(prepare(picture, kernels), **after)  # type: ignore[arg-type]
    streamed = Response(on(3, prepare_rows(ReadOnlyRows(picture), kernels)), **after)  # type: ignore[arg-type]
    truth, shown = whole.raw().array, whole.pixels([mapping("clip", "uint8")], np.uint8)
    height = truth.shape[0]
    for rows in (slice(0, height), slice(height // 3, height - 1), slice(0, 1)):
        assert same(by_rows(streamed, rows), truth[rows])
        parts: list[Any] = []
        written = streamed.pixel_rows([mapping("clip", "uint8")], np.uint8, lambda p: parts.append(p.copy()), rows)  # noqa: B023
        assert same(np.concatenate(parts), shown.array[rows])
        assert rows != slice(0, height) or written.clipped == shown.clipped
    halves = RangeSink.joined([streamed.range(slice(0, height // 2)), streamed.range(slice(height // 2, height))])
    once = whole.range()
    assert (halves.low.tolist(), halves.high.tolist(), halves.not_finite) == (
        once.low.tolist(), once.high.tolist(), once.not_finite)  # fmt: skip


def test_a_mapping_for_each_map_is_kept_by_rows() -> None:
    """Six maps, each on a scale of its own."""
    picture = picture_of((150, 401, 3), "u1")
    response = Response(prepare(picture, np.random.default_rng(1).normal(size=(2, 3, 3))))
    mappings = [mapping("stretch", "uint16", -k, 200.0 + 9 * k) for k in range(6)]
    truth = response.pixels(mappings, np.uint16)
    parts: list[Any] = []
    written = Response(on(2, response.correlation)).pixel_rows(mappings, np.uint16, lambda p: parts.append(p.copy()))
    assert same(np.concatenate(parts), truth.array)
    assert written.clipped == truth.clipped


def test_a_map_without_a_number_somewhere_has_the_range_of_its_numbers() -> None:
    """A part that is NaN throughout does not bring a 0 into it."""
    picture = np.full((4, 5), 9.0)
    picture[:2] = np.nan
    response = Response(prepare(picture, [[1.0]]))
    assert RangeSink.joined([response.range(slice(0, 2)), response.range(slice(2, 4))]).low.tolist() == [[9.0]]
    assert response.range(slice(0, 2)).low.tolist() == [[0.0]]


@pytest.mark.parametrize("rows", [slice(3, 3), slice(0, 7), slice(-1, 2), slice(0, 4, 2)])
def test_rows_that_are_not_there_are_refused(rows: slice) -> None:
    """With the rows there are."""
    correlation = prepare(np.ones((6, 5)), [[1.0]])
    with pytest.raises(GeometryError, match="rows 0 to 6"):
        correlation.run(RangeSink(), rows)


@pytest.mark.parametrize(("shape", "dtype"), [((0, 4), "u1"), ((3,), "u1"), ((2, 2), "c8"), ((2, 2, 4), "u1")])
def test_rows_are_refused_as_pictures_are(shape: tuple[int, ...], dtype: str) -> None:
    """The same words."""
    picture = np.ones(shape, dtype)
    with pytest.raises(GeometryError) as whole:
        prepare(picture, [[1.0]], Options.of(channels="gray"))
    with pytest.raises(GeometryError) as streamed:
        prepare_rows(ReadOnlyRows(picture), [[1.0]], Options.of(channels="gray"))
    assert str(streamed.value) == str(whole.value)


def test_wide_integers_are_measured_block_by_block() -> None:
    """The ends of the whole picture decide whether 64 bits hold every response."""
    picture = np.zeros((3000, 400), np.int64)
    picture[2999, 7], picture[1200, 3] = 2**61, -(2**60)
    source = ReadOnlyRows(picture, 2700)
    streamed = prepare_rows(source, [[1.0, 2.0]])
    assert streamed.problem.ends == prepare(picture, [[1.0, 2.0]]).problem.ends == (-(2**60), 2**61)
