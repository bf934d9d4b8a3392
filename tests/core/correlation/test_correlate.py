"""correlate and convolve: agreement with SciPy and OpenCV, shapes, dtypes, and errors that say what is allowed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, signal

from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.kernel.kernel import Kernel
from convcli.errors import GeometryError, KernelError, OptionError, UnknownNameError

RNG = np.random.default_rng(20)
PICTURE = RNG.integers(0, 256, (13, 11))
SCIPY_MODES = {"edge": "nearest", "zero": "constant", "symmetric": "reflect", "reflect": "mirror", "wrap": "wrap"}
CV_MODES = {"edge": 1, "zero": 0, "symmetric": 2, "reflect": 4}
SHAPES = [(1, 1), (3, 3), (2, 3), (4, 4), (5, 2), (1, 6)]


@pytest.mark.parametrize("border", SCIPY_MODES)
@pytest.mark.parametrize("shape", SHAPES)
def test_same_size_is_scipys_ndimage(border: str, shape: tuple[int, int]) -> None:
    """Every border, odd and even sizes: the anchor is k // 2."""
    kernel = RNG.integers(-5, 6, shape)
    assert np.array_equal(
        correlate(PICTURE, kernel, border=border), ndimage.correlate(PICTURE, kernel, mode=SCIPY_MODES[border])
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", ["same", "valid", "full"])
def test_zero_border_is_scipys_signal(shape: tuple[int, int], size: str) -> None:
    """correlate agrees with signal.correlate; convolve with signal.convolve2d."""
    kernel = RNG.integers(-5, 6, shape)
    assert np.array_equal(
        correlate(PICTURE, kernel, border="zero", size=size), signal.correlate(PICTURE, kernel, mode=size)
    )
    if size != "same" or not (shape[0] % 2 == 0 or shape[1] % 2 == 0):
        assert np.array_equal(
            convolve(PICTURE, kernel, border="zero", size=size), signal.convolve2d(PICTURE, kernel, mode=size)
        )


@pytest.mark.parametrize("border", CV_MODES)
@pytest.mark.parametrize("shape", SHAPES)
def test_same_size_is_opencvs_filter2d(border: str, shape: tuple[int, int]) -> None:
    """On float32, to the last bits."""
    plane, kernel = RNG.normal(size=(17, 12)).astype(np.float32), RNG.normal(size=shape).astype(np.float32)
    theirs = cv2.filter2D(plane, -1, kernel, borderType=CV_MODES[border])
    ours = correlate(plane, kernel, border=border)
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-5


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6), st.sampled_from(["same", "valid", "full"]))
def test_convolution_is_correlation_with_the_flipped_kernel(seed: int, h: int, w: int, size: str) -> None:
    """Bit for bit, even sizes included."""
    rng = np.random.default_rng(seed)
    picture, kernel = rng.normal(size=(9, 8)), rng.normal(size=(h, w))
    assert convolve(picture, kernel, size=size).tobytes() == correlate(picture, kernel[::-1, ::-1], size=size).tobytes()


def test_convolving_an_impulse_stamps_the_kernel() -> None:
    """And correlating it stamps the kernel flipped."""
    impulse = np.zeros((5, 5), int)
    impulse[2, 2] = 1
    kernel = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    assert np.array_equal(convolve(impulse, kernel)[1:4, 1:4], kernel)
    assert np.array_equal(correlate(impulse, kernel)[1:4, 1:4], kernel[::-1, ::-1])


def test_shapes_say_how_many_kernels_and_channels() -> None:
    """One kernel keeps the picture's axes; a stack adds kernel-by-kernel maps; sums have one map a kernel."""
    grey, colour = np.ones((6, 7)), np.ones((6, 7, 3))
    one, stack, layer = np.ones((3, 3)), np.ones((4, 3, 3)), np.ones((4, 3, 3, 3))
    assert correlate(grey, one).shape == (6, 7)
    assert correlate(colour, one).shape == (6, 7, 3)
    assert correlate(grey, stack).shape == (6, 7, 4)
    assert correlate(colour, stack).shape == (6, 7, 12)
    assert correlate(colour, layer).shape == (6, 7, 4)
    assert correlate(colour, one, channels="sum").shape == (6, 7)
    assert correlate(colour, one, channels="gray").shape == (6, 7)
    assert correlate(colour, [Kernel("a", one)], channels="sum").shape == (6, 7, 1)


def test_maps_of_a_colour_picture_come_kernel_by_kernel() -> None:
    """Channel f * C + c is kernel f on channel c."""
    colour = RNG.integers(0, 9, (5, 6, 3))
    stack = RNG.integers(-3, 4, (2, 3, 2))
    maps = correlate(colour, stack)
    for f in range(2):
        for c in range(3):
            assert np.array_equal(maps[:, :, 3 * f + c], correlate(colour[:, :, c], stack[f]))


def test_kernels_of_several_sizes_keep_their_own_anchors() -> None:
    """A stack of 3x3, 2x5 and 4x1 gives what each gives alone."""
    kernels = [Kernel(f"k{i}", RNG.integers(-3, 4, shape)) for i, shape in enumerate([(3, 3), (2, 5), (4, 1)])]
    maps = correlate(PICTURE, kernels)
    for f, kernel in enumerate(kernels):
        assert np.array_equal(maps[:, :, f], correlate(PICTURE, kernel))


@pytest.mark.parametrize(
    ("dtype", "kernel", "precision", "expected"),
    [
        (np.uint8, [[1, 2]], "auto", np.int32),
        (np.uint8, [[0.5, 1]], "auto", np.float32),
        (np.uint8, [[1, 2]], "float64", np.float64),
        (np.uint16, [[40000, 40000]], "auto", np.int64),
        (np.uint16, [[0.1, 0.2]], "auto", np.float32),
        (np.int64, [[0.1, 0.2]], "auto", np.float64),
        (np.float16, [[1, 2]], "auto", np.float32),
        (np.float32, [[1, 2]], "auto", np.float32),
        (np.float32, [[1, 2]], "float64", np.float64),
        (np.float64, [[1, 2]], "auto", np.float64),
        (np.uint8, [[1e37, 1e37]], "auto", np.float64),  # float32 would overflow
    ],
)
def test_the_result_has_the_dtype_that_is_promised(dtype: Any, kernel: Any, precision: str, expected: Any) -> None:
    """Exact integers, float32 for narrow samples, float64 where asked for or needed."""
    assert correlate(np.full((3, 4), 200).astype(dtype), kernel, precision=precision).dtype == expected


def test_options_change_the_result_as_the_formula_says() -> None:
    """out[r, c] = bias + sum k[i, j] in[r*s + i*d - top, c*s + j*d - left], by hand on a row."""
    row = [[1, 10, 100, 1000, 10000]]
    assert correlate(row, [[1, 2]], size="valid").tolist() == [[21, 210, 2100, 21000]]
    assert correlate(row, [[1, 2]], size="valid", stride=2).tolist() == [[21, 2100]]
    assert correlate(row, [[1, 2]], size="valid", dilation=3).tolist() == [[2001, 20010]]
    assert correlate(row, [[1, 2]], size="valid", bias=7).tolist() == [[28, 217, 2107, 21007]]
    assert correlate(row, [[1, 2]], border="constant:5", padding=(0, 0, 1, 0)).tolist() == [[7, 21, 210, 2100, 21000]]
    assert correlate(row, [[[1, 2]], [[2, 1]]], size="valid", bias=[0, 0.5])[0, 0].tolist() == [21, 12.5]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"border": "mirrored"}, UnknownNameError, "mirror"),
        ({"size": "all"}, UnknownNameError, "valid"),
        ({"channels": "rgb"}, UnknownNameError, "each, gray, sum"),
        ({"precision": "half"}, UnknownNameError, "float64"),
        ({"stride": 0}, OptionError, "at least 1"),
        ({"dilation": 1.5}, OptionError, "whole number"),
        ({"padding": -1}, OptionError, "at least 0"),
        ({"bias": [1, 2]}, OptionError, "2 numbers is not allowed; give one number$"),
        ({"bias": float("nan")}, OptionError, "finite"),
        ({"engine": "magic"}, UnknownNameError, "direct"),
        ({"size": "valid", "dilation": 9}, GeometryError, "spans 19"),
    ],
)
def test_errors_give_the_value_the_rule_and_the_choices(options: dict[str, Any], error: Any, words: str) -> None:
    """Each on a picture and kernel that are fine."""
    with pytest.raises(error, match=words):
        correlate(PICTURE, np.ones((3, 3)), **options)


@pytest.mark.parametrize(
    "picture", [np.zeros((0, 3)), np.zeros(4), np.zeros((2, 2, 2, 2)), [[1], [2, 3]], [["a"]], [[1j]]]
)
def test_what_is_no_picture_is_refused(picture: Any) -> None:
    """Empty, of the wrong number of axes, ragged, text, complex."""
    with pytest.raises(GeometryError, match="picture"):
        correlate(picture, [[1]])


def test_weights_must_match_the_channels() -> None:
    """Weights for four channels do not fit a picture of three; nor do mixed stacks."""
    with pytest.raises(KernelError, match="4 channels; the picture has 3"):
        correlate(np.ones((5, 5, 3)), np.ones((2, 4, 3, 3)))
    with pytest.raises(KernelError, match="per channel"):
        correlate(np.ones((5, 5, 3)), [Kernel("a", np.ones((3, 3))), Kernel("b", np.ones((3, 3, 3)))])
