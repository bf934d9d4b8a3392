"""Separable floats: every way across, on every kind of machine, is the nested loop in exact fractions."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from convcli.core.arithmetic.factors import Term
from convcli.core.arithmetic.machine import PACKED, UNPACKED, Kind
from convcli.core.correlation.bands import Sink, run_bands
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.relay import Relay
from convcli.core.correlation.response import Response
from convcli.core.correlation.row_source import ArrayRows
from convcli.core.correlation.sinks import KeepSink, PixelSink, RangeSink, SpareByteSink
from convcli.core.display.mapping import mapping
from convcli.core.engines import separable_float
from convcli.core.engines.separable_float import FloatRunner
from convcli.core.engines.separable_ways import ways
from convcli.core.problem.options import Options
from convcli.core.problem.problem import Problem
from tests.oracles import correlate_plane, floats, same_padding

RNG = np.random.default_rng(17)
COLUMN, ROW = np.array([0.3, -0.2, 0.6, 0.1]), np.array([0.5, 1.0, -0.7, 0.2, 0.1])
BORDERS = ["edge", "zero", "symmetric", "reflect", "wrap", "constant:3"]
ALL_WAYS = ["rows", "gaps", "turned"]


@pytest.fixture(params=[UNPACKED, PACKED], ids=["unpacked", "packed"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A kind of machine, and tiles so small that tiny pictures have several."""
    monkeypatch.setattr(separable_float, "kind", lambda: request.param)
    monkeypatch.setattr(separable_float, "TILE_BYTES", 256)
    monkeypatch.setattr(separable_float, "TILE_ROWS", 1)
    kind: Kind = request.param
    return kind


def send(picture: Any, terms: list[list[Term]], way: str, to: type[Sink] | Sink = KeepSink, **options: Any) -> Any:
    """The problem of these terms, and what its runner sends to a sink by this way."""
    kernels = np.stack([sum(np.outer(term.column, term.row) for term in each) for each in terms])
    problem = prepare(picture, kernels, Options.of(**options)).problem
    runner = FloatRunner(problem, problem.float_dtype, terms, local=True, way=way)  # type: ignore[arg-type]
    sink = KeepSink(problem.response_shape, problem.result_dtype) if to is KeepSink else to
    run_bands(problem, Relay(problem, runner, []), ArrayRows(picture), sink, 1)  # type: ignore[arg-type]
    return problem, sink


def by_fractions(picture: Any, kernel: Any, **options: Any) -> Any:
    """(rows, columns, channels), exactly."""
    planes = picture.reshape(*picture.shape[:2], -1)
    name, _, fill = options.pop("border", "edge").partition(":")
    exact = [
        correlate_plane(planes[:, :, c], kernel, border="zero" if fill else name, fill=float(fill or 0), **options)
        for c in range(planes.shape[2])
    ]
    return np.moveaxis(np.array(exact, dtype=object), 0, -1)


def assert_near(problem: Problem, response: Any, exact: Any, picture: Any) -> None:
    """Within the stated bound: 1e-5 (float32) or 1e-12 of sum |k| * max |x|."""
    share = 1e-5 if problem.result_dtype == np.float32 else 1e-12
    largest = max(float(np.abs(picture.astype(np.float64)).max()), abs(problem.border.fill))
    assert response.dtype == problem.result_dtype
    assert response.shape == exact.shape
    assert float(np.abs(response - floats(exact)).max()) <= share * problem.gain * largest


PICTURES = {
    "grey": ((7, 45), np.uint8),
    "colour": ((11, 37, 3), np.uint8),
    "alpha-16": ((5, 33, 4), np.uint16),
    "float": ((6, 40, 3), np.float32),
    "tiny": ((3, 2, 3), np.uint8),
}


@cache
def bordered(name: str, border: str) -> tuple[Any, Any]:
    """A picture and its exact response; once for all ways and machines, since fractions are slow."""
    shape, dtype = PICTURES[name]
    picture = (np.random.default_rng(len(name)).random(shape) * 255).astype(dtype)
    padding = same_padding(len(COLUMN), len(ROW))
    return picture, by_fractions(picture, np.outer(COLUMN, ROW), border=border, padding=padding)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("name", PICTURES)
def test_every_way_is_the_definition(machine: Kind, border: str, name: str) -> None:
    """Pictures of several tiles and of one, smaller than the kernel too; taps without symmetry."""
    picture, exact = bordered(name, border)
    for way in ALL_WAYS:
        problem, sink = send(picture, [[Term(COLUMN, ROW)]], way, border=border)
        assert_near(problem, sink.response[:, :, 0], exact, picture)


@pytest.mark.parametrize(
    ("way", "stride", "dilation"),
    [("turned", (2, 3), (1, 2)), ("turned", (1, 2), (3, 1)), ("gaps", (2, 1), (2, 3)), ("rows", (3, 1), (1, 2))],
)
def test_strides_and_dilations_are_the_definition(machine: Kind, way: str, stride: Any, dilation: Any) -> None:
    """Down and across by different steps."""
    picture = RNG.integers(0, 256, (19, 41, 3), dtype=np.uint8)
    problem, sink = send(picture, [[Term(COLUMN, ROW)]], way, stride=stride, dilation=dilation, size="valid")
    exact = by_fractions(picture, np.outer(COLUMN, ROW), stride=stride, dilation=dilation, padding=(0, 0, 0, 0))
    assert_near(problem, sink.response[:, :, 0], exact, picture)


@pytest.mark.parametrize("way", ALL_WAYS)
def test_two_terms_and_two_kernels_add_up(machine: Kind, way: str) -> None:
    """A kernel of rank 2 beside one of rank 1, whose memory the tiles share."""
    picture = RNG.integers(0, 256, (5, 40, 3), dtype=np.uint8)
    terms = [[Term(COLUMN, ROW), Term(COLUMN[::-1], ROW[::-1] * 2)], [Term(COLUMN * 3, ROW)]]
    problem, sink = send(picture, terms, way)
    for f, each in enumerate(terms):
        kernel = sum(np.outer(term.column, term.row) for term in each)
        exact = by_fractions(picture, kernel, padding=same_padding(len(COLUMN), len(ROW)))
        assert_near(problem, sink.response[:, :, f], exact, picture)


@pytest.mark.parametrize("way", ALL_WAYS)
@pytest.mark.parametrize("spare", [False, True])
def test_bytes_are_exact_to_the_last_half(machine: Kind, way: str, spare: bool) -> None:
    """Taps of eighths: sums are exact, every eighth pixel is a half, and halves go to the even neighbour."""
    picture = RNG.integers(0, 256, (12, 50, 3), dtype=np.uint8)
    term = Term(np.array([0.25, 0.75]), np.array([0.125, 0.25, 0.625]))
    shape = (*picture.shape[:2], 1, 3)
    bounded = mapping("clip", np.uint8).knowing(0, 255)
    memory = np.zeros((*picture.shape[:2], 4), np.uint8)
    sink = SpareByteSink(memory, bounded) if spare else PixelSink(np.empty(shape, np.uint8), [bounded])
    send(picture, [[term]], way, sink)
    pixels = memory[..., :3] if spare else sink.pixels[:, :, 0]
    exact = by_fractions(picture, np.outer(term.column, term.row), padding=same_padding(2, 3))
    halves = sum(value % 1 == 0.5 for value in exact.ravel())
    assert halves > 50
    assert pixels.tolist() == [[[round(value) for value in pixel] for pixel in row] for row in exact]


@pytest.mark.parametrize("way", ALL_WAYS)
def test_what_leaves_the_range_is_clamped_and_counted(machine: Kind, way: str) -> None:
    """Tile by tile as in one piece: counts and range are those of the exact response."""
    picture = RNG.integers(0, 256, (12, 50, 3), dtype=np.uint8)
    term = Term(np.array([0.5, 0.5]), np.array([-1.0, 0.25, 1.75]))
    exact = floats(by_fractions(picture, np.outer(term.column, term.row), padding=same_padding(2, 3)))
    sink = PixelSink(np.empty((12, 50, 1, 3), np.uint8), [mapping("clip", np.uint8)])
    send(picture, [[term]], way, sink)
    assert np.array_equal(sink.pixels[:, :, 0], np.clip(np.rint(exact), 0, 255))
    assert sink.clipped[:2] == (int((np.rint(exact) < 0).sum()), int((np.rint(exact) > 255).sum()))
    ranges = RangeSink()
    send(picture, [[term]], way, ranges)
    assert (float(ranges.low.min()), float(ranges.high.max())) == (float(exact.min()), float(exact.max()))


@pytest.mark.parametrize("taps", [3, 9, 31])
def test_pixels_of_a_gaussian_are_those_of_exact_sums(taps: int) -> None:
    """As planned here, in whole tiles: a pixel differs only where the exact response is within float32 of a half."""
    row = np.exp(-((np.arange(taps) - taps // 2) ** 2) / (2 * (taps / 6) ** 2))
    row /= row.sum()
    picture = RNG.integers(0, 256, (70, 90, 3), dtype=np.uint8)
    pixels = Response(prepare(picture, np.outer(row, row), Options.of(engine="separable"))).pixels(
        [mapping("clip", np.uint8)], np.uint8
    )
    padded = np.pad(picture, ((taps // 2,) * 2, (taps // 2,) * 2, (0, 0)), "edge").astype(np.float64)
    down = sum(row[i] * padded[i : i + 70] for i in range(taps))
    exact = sum(row[j] * down[:, j : j + 90] for j in range(taps))
    near = np.abs(exact % 1 - 0.5) < 255 * 1e-6
    assert np.array_equal(pixels.array[:, :, 0][~near], np.rint(exact)[~near])
    assert int(near.sum()) < 100


def test_each_kind_of_machine_has_ways_for_what_it_can_do() -> None:
    """Turning needs colours; bands with gaps none or no stride; shifted rows no stride. Few taps want rows or gaps."""
    colour, grey = np.zeros((40, 50, 3), np.uint8), np.zeros((40, 50), np.uint8)

    def named(picture: Any, taps: int, kind: Kind, stride: int = 1) -> list[str]:
        weights = np.outer(np.hanning(taps + 2)[1:-1], np.hanning(taps + 2)[1:-1])
        return [way.name for way in ways(prepare(picture, weights, Options.of(stride=stride)).problem, kind)]

    for kind in (UNPACKED, PACKED):
        assert sorted(named(colour, 5, kind)) == ["gaps", "rows", "turned"]
        assert named(colour, 5, kind, stride=2) == ["turned"]
        assert named(grey, 5, kind, stride=2) == ["gaps"]
        assert named(colour, 41, kind)[0] == "turned"
        assert named(colour, 3, kind)[0] == "rows"
