"""Numbers that differ much in size: every engine keeps the bound of each output's own window, or hands over."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import prepare
from convcli.core.engines import ENGINES
from convcli.core.engines.evenness import Measure
from convcli.core.problem.options import Options
from convcli.errors import UnknownNameError
from tests.oracles import correlate_plane

NAMES = ENGINES.names()
SPIKES = [1e4, 1e6, 1e8, 1e12, 1e15, 1e20, 1e30]
# Of sum |k| |x| over a window:
SHARE = {np.dtype(t): s for t, s in ((np.float32, 1e-3), (np.float64, 1e-9), (np.int32, 0), (np.int64, 0))}


def disc(size: int) -> Any:
    """1 inside a circle, 0 in the corners: of several separable terms, which cancel there."""
    rows, columns = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    return (rows**2 + columns**2 <= 1.02).astype(float) * (1.5 + rows + columns * rows)


KERNELS = {
    "full rank": np.random.default_rng(1).normal(size=(15, 15)),
    "rank 1": np.outer(np.hanning(17)[1:-1], np.hamming(15)),
    "disc": disc(15),
}


def by_windows(plane: Any, kernel: Any) -> tuple[Any, Any]:
    """sum k x and sum |k| |x| of every valid window, tap by tap in long double."""
    (height, width), (h, w) = plane.shape, kernel.shape
    sums = np.zeros((2, height - h + 1, width - w + 1), np.longdouble)
    wide = plane.astype(np.longdouble)
    for i, j in itertools.product(range(h), range(w)):
        product = np.longdouble(kernel[i, j]) * wide[i : i + height - h + 1, j : j + width - w + 1]
        sums += product, np.abs(product)
    return sums[0], sums[1]


def responses(picture: Any, kernel: Any, **options: Any) -> Any:
    """(engine's name, response) of every engine that offers to run it."""
    for name in NAMES:
        try:
            correlation = prepare(picture, kernel, Options.of(engine=name, **options))
        except UnknownNameError:
            continue
        yield name, correlation.response()


def assert_kept(picture: Any, kernel: Any, share: float | None = None) -> None:
    """Every engine's response is within a share of sum |k| |x| of the truth, at every output."""
    truth, sizes = by_windows(picture, kernel)
    ran = []
    for name, response in responses(picture, kernel, size="valid"):
        allowed = (SHARE[response.dtype] if share is None else share) * sizes
        floats = np.finfo(response.dtype) if response.dtype.kind == "f" else np.finfo(np.float64)
        inside = np.abs(truth) < float(floats.max) / 2
        assert np.isfinite(response[inside]).all(), name
        error = np.abs(response.astype(np.longdouble) - truth)[inside]
        assert (error <= np.maximum(allowed, floats.tiny)[inside]).all(), (name, (error / sizes[inside]).max())
        ran.append(name)
    # Whole numbers that need 64 bits are the direct engine's alone.
    assert {"direct"} | ({"patches"} if np.asarray(picture).dtype.kind == "f" else set()) <= set(ran)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KERNELS)
@pytest.mark.parametrize("spike", SPIKES)
def test_one_huge_pixel_leaves_the_others_alone(spike: float, kind: str, dtype: Any) -> None:
    """Noise in 0..1 and one pixel: of every engine, every output is as right as its own window lets it be."""
    picture = np.random.default_rng(7).random((90, 117)).astype(dtype)
    picture[40, 71] = spike
    assert_kept(picture, KERNELS[kind])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("large", [1e4, 1e8, 1e14, 1e25])
def test_a_bright_half_leaves_the_dark_one_alone(large: float, dtype: Any) -> None:
    """Columns to the right are so many times brighter; a strip holds both."""
    picture = np.random.default_rng(8).random((70, 96)).astype(dtype)
    picture[:, 60:] *= large
    assert_kept(picture, KERNELS["full rank"])
    assert_kept(picture[:, ::-1].copy(), KERNELS["disc"])


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("fill", [1e5, 1e9, 1e15, -1e20, 1e30])
def test_a_huge_fill_moves_nothing_inside(fill: float, dtype: Any) -> None:
    """Where the window does not reach the border, the response is that of size "valid"."""
    picture = np.random.default_rng(9).integers(1, 200, (61, 77)).astype(dtype)
    for kernel in KERNELS.values():
        truth, sizes = by_windows(picture, kernel)
        for name, response in responses(picture, kernel, border=f"constant:{fill}", size="same"):
            inside = response[7:-7, 7:-7]
            share = 1e-5 if inside.dtype == np.float64 and picture.dtype.kind != "f" else SHARE[inside.dtype]
            assert (np.abs(inside - truth) <= share * sizes).all(), name
            assert np.isfinite(response).all(), name


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("large", [1e4, 1e8, 1e15, 1e30])
def test_one_huge_weight_leaves_windows_alone_where_it_meets_zero(large: float, dtype: Any) -> None:
    """Pixels of 0 under it: the other weights' products are all there is."""
    rng = np.random.default_rng(10)
    picture = rng.integers(0, 3, (60, 71)).astype(dtype)
    for kernel in (rng.normal(size=(15, 15)), np.ones((15, 13)), KERNELS["disc"].copy()):
        kernel[7, 6] = large
        assert_kept(picture, kernel)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("weights", "pixels"), [(1e30, 1e10), (1e30, 1e-10), (1e-30, 1e35), (1e35, 1e35), (1e-38, 1.0), (1e-44, 1e30)]
)
def test_what_is_finite_comes_out_finite(weights: float, pixels: float, dtype: Any) -> None:
    """Products that leave the dtype and cancel, weights that leave it: right wherever the true value is in it."""
    rng = np.random.default_rng(11)
    picture = (rng.random((24, 29)) * pixels).astype(dtype)
    picture[:, 12:20] = pixels  # where the second kernel's products cancel
    for kernel in (rng.normal(size=(5, 4)) * weights, np.array([[1.0, -1.0], [-1.0, 1.0]]) * weights):
        assert_kept(picture, kernel)


@pytest.mark.parametrize("jobs", [1, 2])
def test_sums_beyond_float64_come_back_where_they_cancel(jobs: int) -> None:
    """1e308 of either sign, times 1e3, summed to 0 or to little: exact fractions, and no NaN but where there is one."""
    picture = np.random.default_rng(12).integers(-5, 6, (9, 11)).astype(float)
    picture[2, 3:6], picture[5, 2], picture[7, 9] = 1.5e308, -1.5e308, np.nan
    kernel = np.array([[1e3, -1e3], [0.5, 2e-3]])
    clean = np.where(np.isnan(picture), 0, picture)
    exact = correlate_plane(clean, kernel, border="edge", padding=(0, 0, 0, 0))
    sizes = correlate_plane(np.abs(clean), np.abs(kernel), border="edge", padding=(0, 0, 0, 0))
    for name, response in responses(picture, kernel, size="valid", jobs=jobs):
        for place in np.ndindex(response.shape):
            value, truth = float(response[place]), exact[place]
            window = picture[place[0] : place[0] + 2, place[1] : place[1] + 2]
            if np.isnan(window).any():
                assert math.isnan(value), (name, place)
            elif abs(truth) < Fraction(2) ** 1023:
                assert abs(Fraction(value) - truth) <= sizes[place] / 2**50, (name, place)
            else:
                assert value == (math.inf if truth > 0 else -math.inf), (name, place)


def test_bytes_with_weights_beyond_float64() -> None:
    """Whole pixels under weights of 1e308: finite where the products cancel, infinite where they do not."""
    picture = np.array([[200, 200, 200, 3, 0]], np.uint8)
    for name, response in responses(picture, np.array([[1e308, -1e308]]), size="valid"):
        assert response.tolist() == [[0, 0, math.inf, math.inf]], name


def test_a_bias_brings_back_what_left_the_dtype() -> None:
    """3e38 + 3e38 - 4e38 is in float32, though the sum of the products is not."""
    picture = np.full((4, 5), 3e38, np.float32)
    for name, response in responses(picture, np.array([[0.5, 1.0]]), bias=-2e38, size="valid"):
        assert response == pytest.approx(np.full((4, 4), 2.5e38, np.float32)), name


def test_the_faintest_block_is_of_one_channel_and_no_zeros() -> None:
    """By a loop over blocks of 32 rows, the last 32 where they do not come out even, every eighth of them, and of any 8
    columns.
    """
    rng = np.random.default_rng(13)
    pixels = rng.normal(size=(75, 21, 3)) * 10.0 ** rng.integers(-6, 3, (75, 1, 1))
    pixels[32:64, 8:16, 1] = 0
    found = [
        np.abs(pixels[first : first + 32 : 8, left : left + 8, channel]).max()
        for first in (0, 32, 43)
        for left in range(21 - 7)
        for channel in range(3)
    ]
    measure = Measure(pixels.reshape(75, -1), 3)
    assert measure.faintest == min(value for value in found if value > 0)
    assert measure.largest == np.abs(pixels).max()
    assert measure.root == pytest.approx(math.sqrt((pixels**2).sum()))
    assert Measure(np.array([[3.0], [0.1], [0.2], [0.3], [-4.0]]), 1).faintest == 3
    assert Measure(np.zeros((40, 6)), 2).faintest == math.inf


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_photographs_stay_with_the_engine_that_was_planned(dtype: Any) -> None:
    """8-bit tones as floats, black areas, dark stretches of 1/255 and white ones beside them, in colour."""
    rng = np.random.default_rng(14)
    ramp = np.add.outer(np.linspace(0, 200, 400), np.linspace(0, 55, 300))
    tones = np.rint(ramp[:, :, np.newaxis] * [1, 0.7, 0.4] + rng.normal(0, 2, (400, 300, 3))).clip(0, 255)
    tones[50:120, 40:200] = 0
    tones[130:200, 40:200] = rng.integers(0, 2, (70, 160, 1))
    tones[205:260, 40:200] = 255
    for kernel in (KERNELS["full rank"], disc(31)):
        for name in ("fourier", "separable"):
            try:
                relay = prepare((tones / 255).astype(dtype), kernel, Options.of(engine=name)).plan.relay
            except UnknownNameError:
                continue
            strip = np.ascontiguousarray(tones.reshape(400, -1) / 255, dtype)
            assert relay.taker(strip) is relay.first, name
