"""Every engine against the definition as nested loops in exact fractions, over every option it accepts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from convcli.core.correlation.correlate import prepare
from convcli.core.engines import ENGINES, whole_windows
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Options
from convcli.errors import GeometryError, UnknownNameError
from tests.oracles import correlate_plane, floats, same_padding

Array = NDArray[Any]
NAMES = ENGINES.names()
BORDERS = ["edge", "zero", "symmetric", "reflect", "wrap", "constant:3", "constant:-2"]
DTYPES = [np.uint8, np.int16, np.uint16, np.int64, np.float32, np.float64]
KINDS = ["whole", "float", "rank 1 whole", "rank 1 float", "rank 2", "ninths"]


def make_kernel(kind: str, height: int, width: int, rng: np.random.Generator) -> Array:
    """Weights without symmetry, of the kinds that engines treat in their own ways."""
    if kind == "whole":
        return rng.integers(-4, 5, (height, width)).astype(np.float64)
    if kind == "float":
        return rng.normal(size=(height, width))
    if kind == "rank 1 whole":
        return np.outer(rng.integers(-3, 4, height), rng.integers(-3, 4, width)).astype(np.float64)
    if kind == "ninths":
        return np.outer(rng.integers(0, 4, height), rng.integers(0, 4, width)) / 9
    first = np.outer(rng.normal(size=height), rng.normal(size=width))
    return first if kind == "rank 1 float" else first + np.outer(rng.normal(size=height), rng.normal(size=width))


def make_picture(shape: tuple[int, ...], dtype: Any, rng: np.random.Generator) -> Array:
    """Samples over the dtype's range, or about 1 for floats."""
    if np.dtype(dtype).kind == "f":
        return rng.normal(size=shape).astype(dtype)
    limits = np.iinfo(dtype)
    return rng.integers(max(limits.min, -(10**6)), min(limits.max, 10**6), shape, endpoint=True).astype(dtype)


def definition(picture: Array, weights: Array, mixing: bool, bias: Array, **options: Any) -> Array:
    """(rows, columns, F, channels) of exact fractions; weights (F, D, h, w)."""
    planes = [picture[:, :, c] for c in range(picture.shape[2])]
    responses = []
    for kernel, offset in zip(weights, bias.tolist(), strict=True):
        if mixing:
            parts = [correlate_plane(p, k, **options) for p, k in zip(planes, kernel, strict=True)]
            responses.append(
                [sum(parts[1:], parts[0]) + correlate_plane(planes[0], kernel[0] * 0, bias=offset, **options)]
            )
        else:
            responses.append([correlate_plane(p, kernel[0], bias=offset, **options) for p in planes])
    return np.moveaxis(np.array(responses, dtype=object), (0, 1), (2, 3))


def assert_equals_definition(response: Array, exact: Array, correlation: Any, picture: Array) -> None:
    """Whole numbers exactly; floats within 1e-5 (float32) or 1e-12 of sum|k| * max|x| + |bias|."""
    problem = correlation.problem
    response = response.reshape(problem.response_shape)
    assert response.shape == exact.shape
    assert response.dtype == problem.result_dtype
    if problem.exact:
        assert response.tolist() == exact.tolist()
        return
    largest = max(float(np.abs(picture.astype(np.float64)).max()), abs(problem.border.fill))
    share = 1e-5 if problem.result_dtype == np.float32 else 1e-12
    bound = share * (problem.gain * largest + float(np.abs(problem.bias).max()))
    assert float(np.abs(response - floats(exact)).max()) <= bound


@st.composite
def cases(draw: st.DrawFn, kinds: list[str], modes: list[str], smallest: int, biases: list[float]) -> dict[str, Any]:
    """One correlation with options drawn from all that there are, or from some."""
    return {
        "shape": draw(st.tuples(st.integers(1, 8), st.integers(1, 9), st.integers(1, 3))),
        "kernel": draw(st.tuples(st.integers(smallest, 9), st.integers(smallest, 9))),
        "filters": draw(st.integers(1, 2)),
        "dtype": draw(st.sampled_from(DTYPES)),
        "kind": draw(st.sampled_from(kinds)),
        "mode": draw(st.sampled_from(modes)),
        "border": draw(st.sampled_from(BORDERS)),
        "size": draw(st.sampled_from(["same", "valid", "full", "padded"])),
        "stride": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "dilation": draw(st.tuples(st.integers(1, 3), st.integers(1, 3))),
        "bias": draw(st.sampled_from(biases)),
        "seed": draw(st.integers(0, 2**20)),
    }


def sides(case: dict[str, Any]) -> tuple[int, int, int, int]:
    """top, bottom, left, right of the case's size, by hand."""
    (h, w), (down, across) = case["kernel"], case["dilation"]
    if case["size"] == "same":
        return same_padding(h, w, case["dilation"])
    if case["size"] == "full":
        return down * (h - 1), down * (h - 1), across * (w - 1), across * (w - 1)
    return (0, 0, 0, 0) if case["size"] == "valid" else (3, 1, 0, 4)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(cases(KINDS, ["each", "each", "sum", "own"], 1, [0, 5, -2.5]))
def test_every_engine_equals_the_definition(case: dict[str, Any]) -> None:
    """Whatever the border, size, stride, dilation, bank, channel mode, dtype and kind of kernel."""
    check(case)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(cases(["rank 1 whole", "ninths", "rank 2", "rank 1 float"], ["each"], 2, [0, 5]))
def test_kernels_of_low_rank_equal_the_definition(case: dict[str, Any]) -> None:
    """The same where kernels can be taken apart, so that all ways of doing so are met."""
    check(case)


def check(case: dict[str, Any]) -> None:
    """Compare every engine that offers to run a case with the definition."""
    rng = np.random.default_rng(case["seed"])
    picture = make_picture(case["shape"], case["dtype"], rng)
    depth = picture.shape[2] if case["mode"] == "own" else 1
    (height, width), kind = case["kernel"], case["kind"]
    stack = [[make_kernel(kind, height, width, rng) for _ in range(depth)] for _ in range(case["filters"])]
    weights: Array = np.array(stack)
    bias = np.array([case["bias"] * (f + 1) for f in range(case["filters"])])
    size = {"padding": (3, 1, 0, 4)} if case["size"] == "padded" else {"size": case["size"]}
    options = {"border": case["border"], "stride": case["stride"], "dilation": case["dilation"], **size}
    given_weights = weights if case["mode"] == "own" else weights[:, 0]
    mode = "sum" if case["mode"] == "sum" else "each"
    exact, ran = None, []
    for name in NAMES:
        try:
            correlation = prepare(
                picture, given_weights, Options.of(bias=bias.tolist(), channels=mode, engine=name, **options)
            )
        except UnknownNameError:
            continue  # the engine does not offer to run this one
        except GeometryError:
            assert any(
                n + before + after < d * (k - 1) + 1
                for n, k, d, before, after in zip(
                    picture.shape[:2],
                    case["kernel"],
                    case["dilation"],
                    sides(case)[::2],
                    sides(case)[1::2],
                    strict=True,
                )
            )
            return
        if exact is None:
            exact = by_definition(case, picture, weights, bias)
        assert_equals_definition(correlation.response(), exact, correlation, picture)
        ran.append(name)
    assert {"direct", "patches"} <= set(ran)  # they offer to run whatever is drawn here


def by_definition(case: dict[str, Any], picture: Array, weights: Array, bias: Array) -> Array:
    """The exact response of a drawn case."""
    mixing = case["mode"] != "each"
    kernels = np.repeat(weights, picture.shape[2], axis=1) if case["mode"] == "sum" else weights
    name, _, fill = case["border"].partition(":")
    return definition(
        picture,
        kernels,
        mixing,
        bias,
        border="zero" if fill else name,
        fill=float(fill or 0),
        padding=sides(case),
        stride=case["stride"],
        dilation=case["dilation"],
    )


def offered(picture: Array, kernels: Any, **options: Any) -> list[Any]:
    """The correlation as every engine that offers to run it would run it: at least two."""
    found = []
    for name in NAMES:
        try:
            found.append(prepare(picture, kernels, Options.of(engine=name, **options)))
        except UnknownNameError:
            continue
    assert len(found) >= 2
    return found


def on_threads(jobs: int, correlation: Any) -> Any:
    """The same on so many threads, however little there is to share."""
    return replace(correlation, plan=replace(correlation.plan, jobs=jobs))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("shape", "kernel"), [((571, 125, 3), (5, 4)), ((901, 183, 1), (12, 17)), ((140, 550, 3), (3, 3))]
)
def test_blocks_and_tiles_meet_without_a_seam(
    kind: str, shape: tuple[int, ...], kernel: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures of many bands, blocks and tiles, whose sizes divide nothing, equal SciPy's correlate."""
    from scipy import ndimage

    monkeypatch.setattr(whole_windows, "WINDOWS_BYTES", 1 << 20)
    rng = np.random.default_rng(sum(shape))
    picture, weights = make_picture(shape, np.uint8, rng), make_kernel(kind, *kernel, rng)
    truth = ndimage.correlate(picture.astype(np.float64), weights[:, :, np.newaxis], mode="mirror")
    for correlation in offered(picture, weights, border="reflect"):
        assert correlation.plan.engine == "fourier" or correlation.plan.runner.band_rows <= shape[0] / 2
        error = np.abs(on_threads(2, correlation).response() - truth).max()
        assert error <= (0 if correlation.problem.exact else 1e-5 * np.abs(weights).sum() * 255), correlation.plan


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("kind", ["whole", "float", "rank 1 float"])
def test_the_number_of_threads_changes_no_bit(dtype: Any, kind: str) -> None:
    """Bands depend on the problem alone."""
    rng = np.random.default_rng(5)
    picture, weights = make_picture((901, 127, 3), dtype, rng), make_kernel(kind, 5, 7, rng)
    for correlation in offered(picture, weights):
        alone, shared = on_threads(1, correlation).response(), on_threads(3, correlation).response()
        assert alone.tobytes() == shared.tobytes(), correlation.plan.engine


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", ["float", "rank 1 float", "rank 2"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_no_number_stays_in_its_windows(bad: float, kind: str, dtype: Any) -> None:
    """Of every engine: 5 x 4 responses around the sample, all others as if it were not there."""
    rng = np.random.default_rng(8)
    picture, weights = make_picture((37, 29), dtype, rng), make_kernel(kind, 5, 4, rng)
    spoilt = picture.copy()
    spoilt[20, 9] = bad
    touched = np.zeros(picture.shape, bool)
    touched[20 - 2 : 20 + 3, 9 - 1 : 9 + 3] = True  # row r reads r-2 .. r+2, column c reads c-2 .. c+1
    for clean, dirty in zip(offered(picture, weights), offered(spoilt, weights), strict=True):
        before, after = clean.response(), dirty.response()
        assert not np.isfinite(after[touched]).any(), clean.plan.engine
        share = 2e-5 if dtype == np.float32 else 1e-12
        bound = share * np.abs(weights).sum() * np.abs(picture).max()
        assert np.abs(after[~touched] - before[~touched]).max() <= bound, clean.plan.engine


HOLLOW = {
    "a slope": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1.0]]),
    "a ring": np.array([[1, 1, 1, 0], [1, 0, 0, 1], [0, 1, 2, 1.0]]),
    "a point": np.array([[0, 0, 0], [0, 0, 0], [0.5, 0, 0]]),
    "a checkerboard": np.indices((5, 4)).sum(axis=0) % 2 * 0.3,
    "ninths": np.array([[1, 0, 2], [0, 0, 3]]) / 9,
}


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("kernel", HOLLOW.values(), ids=HOLLOW.keys())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("window", [{}, {"stride": 2}, {"dilation": 3}, {"border": "wrap"}], ids=str)
def test_a_weight_of_zero_reads_nothing(bad: float, kernel: Array, dtype: Any, window: dict[str, Any]) -> None:
    """Of every engine: what is no number reaches the responses that have a weight for it, and no other."""
    picture = make_picture((19, 17), dtype, np.random.default_rng(3))
    spoilt = picture.copy()
    spoilt[9, 8] = bad
    h, w = kernel.shape
    where = {"border": "edge", "padding": same_padding(h, w, window.get("dilation", 1)), **window}
    touched = correlate_plane((spoilt == picture).astype(int) * -1 + 1, (kernel != 0).astype(int), **where) != 0
    for correlation in offered(spoilt, kernel, **window):
        assert np.array_equal(~np.isfinite(correlation.response()), touched), correlation.plan.engine


@pytest.mark.parametrize("count", [1, 2, 4, 5, 6, 8, 40])
@pytest.mark.parametrize("mixing", [False, True])
def test_beside_any_kernels_a_kernel_reads_what_it_reads_alone(count: int, mixing: bool) -> None:
    """NaN spreads no further in a stack of many kernels, of sizes that are made one by zeros around them."""
    sizes = [np.ones((1 + 2 * (n % 3), 1 + 2 * (n % 2))) for n in range(1, count)]
    kernels = [Kernel(str(n), weights) for n, weights in enumerate([HOLLOW["a slope"], *sizes])]
    picture = np.ones((14, 13, 2))
    picture[5, 6, 1] = np.nan
    channels = "sum" if mixing else "each"
    for correlation in offered(picture, kernels, channels=channels):
        maps = correlation.response().reshape(14, 13, count, -1)
        for f, kernel in enumerate(kernels):
            alone = prepare(picture, kernel, Options.of(channels=channels)).response().reshape(14, 13, -1)
            assert np.array_equal(np.isnan(maps[:, :, f]), np.isnan(alone)), correlation.plan.engine
            assert np.isnan(alone).sum() == np.count_nonzero(kernel.weights)


def test_layouts_and_byte_orders_are_the_same_picture() -> None:
    """Fortran order, negative strides, every second column, big-endian, read-only: equal, and left as they were."""
    rng = np.random.default_rng(9)
    picture = rng.integers(0, 60000, (21, 17, 3), dtype=np.uint16)
    weights = make_kernel("whole", 4, 3, rng)
    wide = np.repeat(picture, 2, axis=1)
    frozen = picture.copy()
    frozen.flags.writeable = False
    variants = [
        np.asfortranarray(picture),
        picture[::-1, ::-1][::-1, ::-1],
        wide[:, ::2],
        picture.astype(">u2"),
        frozen,
    ]
    for name in ("direct", "banded"):
        plain = prepare(picture, weights, Options.of(engine=name)).response()
        for variant in variants:
            kept = variant.copy()
            assert np.array_equal(prepare(variant, weights, Options.of(engine=name)).response(), plain)
            assert np.array_equal(variant, kept)


def test_a_bitmap_counts_as_zeros_and_ones() -> None:
    """bool in, exact integers out: the number of set neighbours."""
    bitmap = np.array([[True, False, True], [False, True, True]])
    for correlation in offered(bitmap, np.ones((1, 2)), size="valid"):
        assert correlation.response().tolist() == [[1, 1], [1, 2]]


@pytest.mark.parametrize("largest", [2**24 - 1, 2**24 + 1, 2**31 - 1, 2**31 + 1, 2**53 - 1])
def test_whole_numbers_stay_exact_at_the_limits_of_each_arithmetic(largest: int) -> None:
    """The last digit survives just below and above what float32, int32 and float64 hold."""
    picture = np.array([[largest, 0, 0, 1], [0, largest - 1, 0, 0], [3, 0, 0, 0]])
    for kernel in (np.array([[1.0]]), np.array([[1.0, 0.0], [0.0, -0.0]]), np.array([[0.0, 1.0], [0.0, 0.0]])):
        for correlation in offered(picture, kernel, size="valid"):
            h, w = kernel.shape
            row, column = np.argwhere(kernel == 1)[0]
            expected = picture[row : row + 4 - h, column : column + 5 - w]
            assert correlation.response().tolist() == expected.tolist(), correlation.plan.engine


def test_integers_beyond_float64_come_out_to_its_precision() -> None:
    """Samples near 2^62 times 3 fit no exact arithmetic: float64, to 1e-12 of the result."""
    picture = np.array([[2**62 - 1, -(2**62), 5], [7, 2**61, -(2**60)]])
    for correlation in offered(picture, np.array([[3.0, -1.0]]), size="valid"):
        response = correlation.response()
        expected = [[3 * (2**62 - 1) + 2**62, -3 * 2**62 - 5], [21 - 2**61, 3 * 2**61 + 2**60]]
        assert response.dtype == np.float64
        assert response == pytest.approx(np.array(expected, float), rel=1e-12)


def test_partial_sums_may_wrap_where_the_response_fits() -> None:
    """128 times 255 does not overflow sixteen bits on its way to 255 * (128 - 1), with taps in any order."""
    picture = np.full((3, 5), 255, np.uint8)
    for taps in ([128, -1], [-1, 128], [127, 1, -128], [-128, 1, 127], [100, 29], [-100, -29], [129], [-129]):
        for correlation in offered(picture, np.array([taps, taps], float)[:1], size="valid"):
            assert (correlation.response() == 255 * sum(taps)).all(), correlation.plan.engine
