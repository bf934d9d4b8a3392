"""Weighted correlation against exact fractions, astropy, and what weights must not change."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.correlation.bands import Sink
from convcli.core.correlation.correlate import correlate
from convcli.core.correlation.ratio_sink import centres
from convcli.core.correlation.response import Response
from convcli.core.correlation.stacking import Weights
from convcli.core.correlation.weighted import WeightedCorrelation, prepare_weighted, prepare_weighted_rows
from convcli.core.engines import ENGINES
from convcli.core.engines.engine import ALL_COLUMNS
from convcli.core.problem.options import Options
from convcli.errors import UnknownNameError
from tests.core.correlation.test_by_rows import ReadOnlyRows, by_rows
from tests.oracles import correlate_plane, same_padding

Array = NDArray[Any]
SKEW = np.array([[1, 2, 0], [3, 1, 2.0]])
SHARP = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0.0]])
SLOPE = np.array([[-1, 0, 2.0, -1]])
BORDERS = ["edge", "zero", "constant:7", "symmetric", "reflect", "wrap"]


def noise(*shape: int, seed: int = 0, dtype: Any = np.uint8) -> Array:
    """Asymmetric samples."""
    return np.random.default_rng(seed).integers(0, 200, shape).astype(dtype)


def by_hand(plane: Array, weights: Array, kernel: Array, border: str, full: int, **window: Any) -> tuple[Array, Array]:
    """sum(k) * corr(w * x, k) / corr(w, k) as fractions, None where nothing is held; and corr(w, |k|)."""
    fill = int(border.partition(":")[2] or 0)
    name = border.partition(":")[0].replace("constant", "zero")
    height, width = kernel.shape
    window = {"padding": same_padding(height, width, window.get("dilation", 1)), "border": name, **window}
    products = correlate_plane(plane.astype(int) * weights, kernel, fill=fill * full, **window)
    counts = correlate_plane(weights, kernel, fill=full, **window)
    cover = correlate_plane(weights, np.abs(kernel), fill=full, **window)
    total = sum(Fraction(k) for k in kernel.ravel().tolist())
    ratio = np.array([total * p / c if c else None for p, c in zip(products.flat, counts.flat, strict=True)], object)
    return ratio.reshape(products.shape), cover


def agree(found: Array, expected: Array) -> bool:
    """Whether floats equal fractions, None being NaN."""
    truth = np.array([np.nan if value is None else float(value) for value in expected.flat]).reshape(expected.shape)
    # Where the weights of both signs nearly cancel, their sum is small and the ratio large.
    return bool(np.allclose(found, truth, rtol=1e-9, atol=1e-9, equal_nan=True))


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("kernel", [SKEW, SKEW / 9, SHARP, np.full((3, 3), 1 / 9), -SKEW], ids=repr)
def test_the_response_is_the_ratio_of_two_sums_times_the_kernels_own(kernel: Array, border: str) -> None:
    """Every border, a constant counting in full; kernels of either sign, in float64 to 1e-9."""
    plane, weights = noise(9, 8, dtype=np.int64), noise(9, 8, seed=1) // 40
    found = prepare_weighted(plane, kernel, Weights(weights, 5.0), Options.of(border=border)).response()
    assert agree(found, by_hand(plane, weights.astype(int), kernel, border, 5)[0])


@pytest.mark.parametrize("name", ENGINES.names())
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("border", ["edge", "constant:7"])
def test_every_engine_and_dtype_gives_it(name: str, dtype: Any, border: str) -> None:
    """Integers of 8 and 16 bits are float32, the others float64; holes in between."""
    plane, there = noise(13, 11, dtype=dtype), noise(13, 11, seed=2) > 70
    kernel = np.outer([1, 2, 1], [1, 3, 2.0]) / 7
    try:
        weighted = prepare_weighted(plane, kernel, Weights(there), Options.of(border=border, engine=name))
    except UnknownNameError:
        pytest.skip(f"{name} makes no offer")
    expected, _ = by_hand(plane, there.astype(int), kernel, border, 1)
    truth = np.array([np.nan if v is None else float(v) for v in expected.flat]).reshape(expected.shape)
    response = weighted.response()
    assert response.dtype == (np.float32 if np.dtype(dtype).itemsize <= 2 or dtype == np.float32 else np.float64)
    assert np.allclose(response, truth, rtol=1e-6 if response.dtype == np.float32 else 1e-10, equal_nan=True)


@pytest.mark.parametrize(
    "window", [{"stride": 2}, {"dilation": 2}, {"size": "valid"}, {"size": "full"}, {"padding": (0, 3, 2, 1)}], ids=str
)
def test_weights_follow_the_window(window: dict[str, Any]) -> None:
    """Stride, dilation and sizes, with a border that repeats."""
    plane, weights = noise(11, 10, dtype=np.int64), noise(11, 10, seed=4) // 60
    sides = {"valid": (0, 0, 0, 0), "full": (1, 1, 2, 2)}
    given = {key: value for key, value in window.items() if key != "size"}
    if "size" in window:
        given["padding"] = sides[window["size"]]
    found = prepare_weighted(plane, SKEW, Weights(weights, 3.0), Options.of(border="wrap", **window)).response()
    assert agree(found, by_hand(plane, weights.astype(int), SKEW, "wrap", 3, **given)[0])


@pytest.mark.parametrize(
    ("border", "theirs", "fill"), [("edge", "extend", 0), ("zero", "fill", 0), ("constant:50", "fill", 50),
                                   ("wrap", "wrap", 0)],
)  # fmt: skip
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_missing_samples_are_filled_in_as_astropy_does(border: str, theirs: str, fill: float, seed: int) -> None:
    """`convolve` with nan_treatment='interpolate', of a kernel without symmetry, to 1e-9."""
    convolution = pytest.importorskip("astropy.convolution")
    rng = np.random.default_rng(seed)
    plane, kernel = rng.normal(size=(31, 27)) * 100, rng.random((5, 7))
    plane[rng.random(plane.shape) < 0.4] = np.nan
    expected = kernel.sum() * convolution.convolve(
        plane, kernel[::-1, ::-1], boundary=theirs, fill_value=fill, nan_treatment="interpolate", normalize_kernel=True
    )
    found = prepare_weighted(plane, kernel, Weights(~np.isnan(plane)), Options.of(border=border)).response()
    assert np.abs(found - expected).max() <= 1e-9


@pytest.mark.parametrize("least", [0.25, 0.5, 13 / 18, 1.0])
@pytest.mark.parametrize("kernel", [SKEW, SHARP], ids=repr)
def test_a_response_is_missing_where_less_than_the_share_is_there(kernel: Array, least: float) -> None:
    """The share of |kernel| on samples that are there, compared exactly; and how many are missing is counted."""
    plane, there = noise(12, 13, dtype=np.float64), noise(12, 13, seed=6) > 60
    weighted = prepare_weighted(plane, kernel, Weights(there, least=least), Options.of(border="edge"))
    ratio, cover = by_hand(plane, there.astype(int), kernel, "edge", 1)
    size = Fraction(np.abs(kernel).sum())
    bound = Fraction(least).limit_denominator(1000) * size
    missing = np.array([c < bound or v is None for c, v in zip(cover.flat, ratio.flat, strict=True)])
    response = weighted.response()
    assert np.array_equal(np.isnan(response).ravel(), missing)
    assert weighted.absent == [missing.sum()]
    assert 0 < missing.sum() < missing.size


def test_a_window_without_weight_responds_to_its_centre_alone() -> None:
    """sum(k) times the sample under the anchor, of an even kernel with stride and padding; hand-placed."""
    plane = np.arange(30.0).reshape(5, 6)
    nothing = Weights(np.zeros((5, 6)), alone=True)
    options = Options.of(padding=(1, 0, 1, 0), stride=2, bias=0.5)
    weighted = prepare_weighted(plane, [[1, 1], [1, 1]], nothing, options)
    assert weighted.response().tolist() == (4 * plane[::2, ::2] + 0.5).tolist()
    assert [axis.tolist() for axis in centres(weighted.problem)] == [[0, 2, 4], [0, 2, 4]]


def test_what_has_no_weight_may_be_anything() -> None:
    """NaN and infinity where nothing counts change no bit, nor do other colours."""
    plane, weights = noise(20, 21, dtype=np.float64), noise(20, 21, seed=8) // 40
    spoilt = plane.copy()
    spoilt[weights == 0] = np.nan
    spoilt[(weights == 0) & (plane > 100)] = np.inf
    clean, dirty = (prepare_weighted(x, SKEW, Weights(weights, 4.0)).response() for x in (plane, spoilt))
    assert clean.tobytes() == dirty.tobytes()


@pytest.mark.parametrize("channels", ["each", "gray", "sum"])
@pytest.mark.parametrize("kernel", [SKEW, SHARP, SLOPE], ids=repr)
@pytest.mark.parametrize("border", ["edge", "constant:9"])
def test_equal_weights_are_no_weights(channels: str, kernel: Array, border: str) -> None:
    """Of several kernels, among them one that sums to zero: the plain correlation, whatever the weight."""
    picture, kernels = noise(14, 15, 3), [kernel, SLOPE[:, ::-1] if kernel is SLOPE else kernel[::-1]]
    options = Options.of(border=border, channels=channels, bias=[1.5, -2])
    plain = prepare_weighted(picture, np.array(kernels), Weights(np.full((14, 15), 3), 3.0), options).response()
    expected = correlate(picture, np.array(kernels), border=border, channels=channels, bias=[1.5, -2])
    assert np.allclose(plain, expected, rtol=1e-5, atol=1e-3)


def test_kernels_that_sum_to_zero_are_plain_beside_those_that_do_not() -> None:
    """One of each, weights of any kind: each response is what it is by itself."""
    picture, weights = noise(14, 15, 3), noise(14, 15, seed=3)
    both = np.stack([np.pad(SKEW, ((1, 0), (0, 1))), np.pad(SLOPE, ((1, 1), (0, 0)))])
    together = prepare_weighted(picture, both, Weights(weights, 255.0), Options.of(border="constant:9")).response()
    alone = prepare_weighted(picture, both[0], Weights(weights, 255.0), Options.of(border="constant:9")).response()
    plain = correlate(picture, both[1], border="constant:9")
    assert np.allclose(together, np.concatenate([alone, plain], axis=2), atol=1e-3)


def test_channels_that_are_added_are_one_window() -> None:
    """Weights per channel of kernel and sample: one ratio over all three planes, with cover, as in fractions."""
    rng = np.random.default_rng(4)
    picture, kernels = noise(7, 6, 3, dtype=np.int64), rng.integers(-2, 5, (2, 3, 2, 3)).astype(float)
    there = noise(7, 6, 3, seed=5) > 100
    options = Options.of(border="constant:4")
    found = prepare_weighted(picture, kernels, Weights(there, least=0.5), options).response()
    for f, kernel in enumerate(kernels):
        parts = [[correlate_plane(plane, k, fill=fill, border="zero", padding=same_padding(2, 3))
                  for plane, k in zip(np.moveaxis(planes, 2, 0), weights, strict=True)]
                 for planes, fill, weights in ((picture * there, 4, kernel), (there.astype(int), 1, kernel),
                                               (there.astype(int), 1, np.abs(kernel)))]  # fmt: skip
        products, counts, cover = (np.sum(part, axis=0) for part in parts)
        held = (cover >= np.abs(kernel).sum() / 2) & (counts != 0)
        truth = np.where(held, products / np.where(counts == 0, 1, counts) * int(kernel.sum()), np.nan).astype(float)
        assert np.allclose(found[:, :, f], truth, rtol=1e-9, equal_nan=True)
        assert 0 < held.sum() < held.size


def test_bands_and_threads_change_no_bit_and_inputs_stay() -> None:
    """A picture of many bands equals its parts; one thread equals three; nothing given is written to."""
    picture, weights = noise(900, 130, 3, seed=1), noise(900, 130, seed=2)
    kept = picture.copy(), weights.copy()
    kernel = np.random.default_rng(0).random((5, 3))

    def of(rows: slice, jobs: int) -> WeightedCorrelation:
        given = Weights(weights[rows], 255.0, alone=True)
        return prepare_weighted(picture[rows], kernel, given, Options.of(jobs=jobs, engine="banded"))

    whole = of(slice(None), 3).response()
    assert whole.tobytes() == of(slice(None), 1).response().tobytes()
    assert np.array_equal(whole[2:300], of(slice(0, 302), 1).response()[2:300])
    assert np.array_equal(picture, kept[0])
    assert np.array_equal(weights, kept[1])


def test_each_run_counts_for_itself() -> None:
    """Two passes, as a display makes that needs the range first, count the same missing responses twice."""

    class Nowhere(Sink):
        divides = False
        in_pieces = False

        def target(self, rows: slice) -> None: ...

        def stop(self) -> None:
            return None

        def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = ALL_COLUMNS) -> None: ...

    there = np.ones((6, 6), bool)
    there[:, 3:] = False
    weighted = prepare_weighted(np.ones((6, 6)), np.ones((1, 3)), Weights(there))
    for _ in range(2):
        weighted.run(Nowhere())
    assert weighted.absent == [12, 12]


@pytest.mark.parametrize("channels", ["each", "gray", "sum"])
@pytest.mark.parametrize("border", ["edge", "constant:7", "wrap"])
def test_samples_and_weights_that_are_read_by_rows_give_the_same_bytes(border: str, channels: str) -> None:
    """Of one weight a pixel and of one a sample, with an axis of kernels, some of which sum to zero."""
    rng = np.random.default_rng(4)
    picture = rng.integers(0, 256, (41, 23, 3), np.uint8)
    kernels = np.stack([rng.random((4, 5)), rng.random((4, 5)) - 0.5])
    kernels[1] -= kernels[1].mean()
    for values in (
        rng.integers(0, 2, picture.shape).astype(bool),
        rng.integers(0, 4, picture.shape[:2], np.uint8) // 3,
    ):
        weights = Weights(values, 1.0, least=0.4, alone=channels == "each")
        options = Options.of(border=border, channels=channels, stride=(2, 1))
        truth = prepare_weighted(picture, kernels, weights, options).response()
        streamed = replace(weights, values=ReadOnlyRows(values))
        found = prepare_weighted_rows(ReadOnlyRows(picture), kernels, streamed, options)
        assert found.response().tobytes() == truth.tobytes()
        assert by_rows(Response(found), slice(3, 17)).tobytes() == truth[3:17].tobytes()
