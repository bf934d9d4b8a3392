"""Pixels say how many of them were clipped: band by band, in every layout, against SciPy's responses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from convcli import kernels
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.response import Response
from convcli.core.display import mapping as mapping_module
from convcli.core.display.clipped import Clipped
from convcli.core.display.mapping import mapping
from convcli.core.pooling import Pool
from convcli.core.problem.options import Options

NAMES = ["sharpen", "sobel-x", "unsharp", "emboss", "log", "gabor:sigma=2", "bank:random:count=3"]


def noise(channels: int, dtype: str = "u1", height: int = 211) -> np.ndarray:
    shape = (height, 57, channels)[: 2 + (channels > 1)]
    return np.random.default_rng(channels).integers(0, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)


def expected(picture: np.ndarray, name: str, top: int) -> Clipped:
    """Of SciPy's responses, in float64."""
    planes = picture.reshape(*picture.shape[:2], -1)
    made = np.array(
        [
            ndimage.correlate(planes[..., c].astype(float), kernel.weights, mode="nearest")
            for kernel in kernels.kernels_from(name)
            for c in range(planes.shape[2])
        ]
    )
    # SciPy's own rounding: no response here is within 1e-6 of a half but for exact ones, which sums of integers are.
    made = np.rint(np.round(made, 6))
    return Clipped(int((made < 0).sum()), int((made > top).sum()), made.size)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", NAMES)
def test_clipped_responses_are_counted(name: str, channels: int, jobs: int) -> None:
    """Grey and colour, with a spare byte and without, one thread and two: the same number."""
    picture = noise(channels)
    stack = kernels.kernels_from(name)
    response = Response(prepare(picture, stack if len(stack) > 1 else stack[0], Options(jobs=jobs)))
    for spare in (False, True):
        made = response.pixels([mapping("clip", np.uint8)] * len(stack), np.uint8, spare=spare)
        assert made.clipped.black + made.clipped.white > 1000
        wanted = expected(picture, name, 255)
        assert made.clipped.total == wanted.total
        assert abs(made.clipped.black - wanted.black) <= 1  # float32 responses beside a half
        assert abs(made.clipped.white - wanted.white) <= 1


def test_sixteen_bits_have_a_white_of_their_own() -> None:
    """Beyond 65535."""
    picture = noise(1, "u2")
    made = Response(prepare(picture, kernels.kernel("sharpen"))).pixels([mapping("clip", np.uint16)], np.uint16)
    assert made.clipped == expected(picture, "sharpen", 65535)


@pytest.mark.parametrize(
    "name", ["identity", "box", "gaussian:sigma=2", "binomial", "disk", "motion:length=5,angle=30"]
)
def test_means_of_bytes_are_not_even_looked_at(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that are not negative and sum to 1 leave no range: that is known before a sample is read."""

    def counted(values: np.ndarray, top: int, *, below: bool = True) -> Clipped:
        raise AssertionError("counted")

    monkeypatch.setattr(mapping_module, "count_beyond", counted)
    picture = noise(3)
    made = Response(prepare(picture, kernels.kernel(name))).pixels([mapping("clip", np.uint8)], np.uint8, spare=True)
    assert made.clipped == (0, 0, picture.size)


def test_what_follows_a_response_is_counted_after_it() -> None:
    """ReLU leaves no black; pooling counts the pooled maps; a maximum of two is rarely black."""
    picture = noise(1)
    relu = Response(prepare(picture, kernels.kernel("sharpen")), relu=True)
    plain = expected(picture, "sharpen", 255)
    assert relu.pixels([mapping("clip", np.uint8)], np.uint8).clipped == (0, plain.white, plain.total)
    pooled = Response(prepare(picture, kernels.kernel("sharpen")), pool=Pool("max", (2, 2), (2, 2)))
    responses = ndimage.correlate(picture.astype(int), kernels.kernel("sharpen").weights.astype(int), mode="nearest")
    blocks = responses[:210, :56].reshape(105, 2, 28, 2).max(axis=(1, 3))
    counts = (int((blocks < 0).sum()), int((blocks > 255).sum()), blocks.size)
    assert pooled.pixels([mapping("clip", np.uint8)], np.uint8).clipped == counts


@pytest.mark.parametrize("size", [(2, 3), (5, 4), (7, 6), (9, 9), (15, 14)])
def test_a_bias_is_added_whichever_engine_sums(size: tuple[int, int]) -> None:
    """Whole kernels of full rank, from plain sums to whole responses in float32: the integers, to the pixel."""
    picture = noise(1) // 16
    weights = np.random.default_rng(9).integers(-5, 6, size)
    made = Response(prepare(picture, weights, Options.of(bias=20))).pixels([mapping("clip", np.uint8)], np.uint8)
    exact = ndimage.correlate(picture.astype(np.int64), weights, mode="nearest") + 20
    assert np.array_equal(made.array.reshape(exact.shape), np.clip(exact, 0, 255))
