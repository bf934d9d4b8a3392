"""Learning: kernels found again, held to lstsq on windows gathered by loops, SciPy and OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, signal

from convcli.core.border import border
from convcli.core.learning.lesson import Lesson, learn
from convcli.core.learning.match import match
from convcli.core.learning.pairing import prepare
from convcli.errors import GeometryError, UnknownNameError

KERNEL = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])  # no symmetry: a flip or transpose shows


def noise(*shape, seed=0, dtype=np.float64, high=256):
    """Asymmetric samples."""
    return np.random.default_rng(seed).integers(0, high, shape).astype(dtype)


def windows_of(plane, size):
    """The windows fully inside, row by row, gathered one value at a time."""
    rows, columns = plane.shape[0] - size[0] + 1, plane.shape[1] - size[1] + 1
    return np.array(
        [
            [plane[r + i, c + j] for i in range(size[0]) for j in range(size[1])]
            for r in range(rows)
            for c in range(columns)
        ],
        dtype=np.float64,
    )


def least_squares(plane, after, size):
    """numpy.linalg.lstsq with a column of ones: (kernel, bias, rank)."""
    windows = windows_of(plane, size)
    unknowns = np.hstack([windows, np.ones((len(windows), 1))])
    answer, _, rank, _ = np.linalg.lstsq(unknowns, np.asarray(after, np.float64).ravel(), rcond=None)
    return answer[:-1].reshape(size), answer[-1], rank


def test_a_step_and_its_response_give_the_kernel_1_minus_1():
    """The textbook's picture: ones with columns 2..5 zero, and 0 1 0 0 0 -1 0 in every row."""
    before = np.ones((6, 8))
    before[:, 2:6] = 0
    after = np.tile([0, 1, 0, 0, 0, -1, 0], (6, 1))
    found = learn(before, after, (1, 2))[0]
    np.testing.assert_allclose(found.kernel, [[1, -1]], atol=1e-12)
    assert abs(found.bias) < 1e-12
    assert (found.rank, found.unknowns, found.identifiable, found.pixels) == (3, 3, True, 42)
    assert found.residual_max < 1e-12


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 9), st.floats(-50, 50), st.sampled_from(["same", "valid"]))
def test_any_kernel_and_bias_are_found_again(h, w, seed, bias, size):
    """From SciPy's own correlation, of BEFORE's size or the valid one."""
    before = noise(17, 23, seed=seed)
    kernel = np.random.default_rng(seed + 1).normal(size=(h, w))
    mode = {"same": "same", "valid": "valid"}[size]
    after = (
        signal.correlate(before, kernel, mode="valid")
        if mode == "valid"
        else ndimage.correlate(before, kernel, mode="constant")
    ) + bias
    found = learn(before, after, (h, w))[0]
    np.testing.assert_allclose(found.kernel, kernel, atol=1e-10)
    assert found.bias == pytest.approx(bias, abs=1e-8)
    assert found.identifiable


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 99), st.booleans())
def test_without_a_perfect_kernel_it_is_the_least_squares_answer(h, w, seed, offset):
    """BEFORE and AFTER that have nothing to do with each other: lstsq's kernel, bias and residual."""
    before = noise(9, 11, seed=seed) + (1e5 if offset else 0)
    after = noise(10 - h, 12 - w, seed=seed + 1)
    found = learn(before, after, (h, w))[0]
    kernel, bias, rank = least_squares(before, after, (h, w))
    np.testing.assert_allclose(found.kernel, kernel, atol=1e-9)
    assert found.bias == pytest.approx(bias, rel=1e-6, abs=1e-6)
    assert found.rank == rank
    left = after.ravel() - windows_of(before, (h, w)) @ kernel.ravel() - bias
    assert found.residual_rms == pytest.approx(np.sqrt(np.mean(left**2)), rel=1e-9)
    assert found.residual_max == pytest.approx(np.abs(left).max(), rel=1e-6)


def test_standard_errors_and_condition_are_the_textbook_ones():
    """sigma^2 (X'X)^-1 of the centred windows, and the ratio of their singular values."""
    before, after = noise(12, 14, seed=3), noise(11, 12, seed=4)
    found = learn(before, after, (2, 3))[0]
    windows = windows_of(before, (2, 3))
    centred = windows - windows.mean(axis=0)
    left = after.ravel() - windows @ found.kernel.ravel() - found.bias
    sigma = left @ left / (len(windows) - 7)
    np.testing.assert_allclose(found.noise.ravel() ** 2, np.diag(sigma * np.linalg.inv(centred.T @ centred)), rtol=1e-8)
    with_ones = np.hstack([windows, np.ones((len(windows), 1))])
    assert found.bias_noise**2 == pytest.approx(sigma * np.linalg.inv(with_ones.T @ with_ones)[-1, -1], rel=1e-6)
    singular = np.linalg.svd(centred, compute_uv=False)
    assert found.condition == pytest.approx(singular[0] / singular[-1], rel=1e-8)


@pytest.mark.parametrize(
    ("before", "size", "rank"),
    [
        (np.full((6, 7), 100.0), (3, 3), 1),
        (np.full((6, 7), 0.1), (2, 3), 1),
        (np.zeros((6, 7)), (2, 3), 1),
        (np.tile([1.0, 1, 0, 0, 0, 0, 1, 1], (6, 1)), (3, 3), 4),
        (np.add.outer(np.arange(7.0), 10 * np.arange(8.0)), (2, 2), 2),
    ],
)
def test_what_a_picture_cannot_tell_is_said_and_the_smallest_answer_given(before, size, rank):
    """Constant, striped and slanting pictures: lstsq's rank and minimum-norm kernel and bias."""
    shape = before.shape[0] - size[0] + 1, before.shape[1] - size[1] + 1
    kernel = np.arange(1.0, 1 + size[0] * size[1]).reshape(size)
    after = signal.correlate(before, kernel, mode="valid").reshape(shape) + 7
    found = learn(before, after, size)[0]
    expected, bias, expected_rank = least_squares(before, after, size)
    assert found.rank == expected_rank == rank
    assert not found.identifiable
    np.testing.assert_allclose(found.kernel, expected, atol=1e-9)
    assert found.bias == pytest.approx(bias, abs=1e-8)
    assert found.undetermined.all()


def test_only_the_entries_that_no_pixel_tells_are_undetermined():
    """A picture whose first two columns differ only off the windows' first column leaves that column open."""
    before = np.zeros((8, 4))
    before[:, 1:] = noise(8, 3, seed=5)
    after = signal.correlate(before, KERNEL[:, :2], mode="valid")[:, :1]
    found = learn(before[:, :2], after, (2, 2))[0]
    assert found.undetermined.tolist() == [[True, False], [True, False]]
    assert not found.bias_undetermined
    np.testing.assert_allclose(found.kernel[:, 1], KERNEL[:, 1], atol=1e-10)
    np.testing.assert_allclose(found.kernel[:, 0], 0, atol=1e-12)


def test_the_kernel_of_a_convolution_is_the_flip():
    """SciPy's convolution is learned as its own kernel by mode convolve, as the flip by correlate."""
    before = noise(20, 21)
    after = signal.convolve(before, KERNEL, mode="valid") + 7
    convolved, correlated = (learn(before, after, (2, 3), mode=mode)[0] for mode in ("convolve", "correlate"))
    np.testing.assert_allclose(convolved.kernel, KERNEL, atol=1e-10)
    np.testing.assert_allclose(correlated.kernel, KERNEL[::-1, ::-1], atol=1e-10)
    assert convolved.bias == pytest.approx(7, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "flag"),
    [("symmetric", cv2.BORDER_REFLECT), ("reflect", cv2.BORDER_REFLECT_101), ("edge", cv2.BORDER_REPLICATE)],
)
@pytest.mark.parametrize("size", [(3, 5), (4, 2)])
def test_what_opencv_filtered_is_found_with_and_without_its_border(name, flag, size):
    """Pixels at the border are left out, whatever was there; with the right border they take part."""
    before, kernel = noise(15, 18, seed=2), np.random.default_rng(8).normal(size=size)
    after = cv2.filter2D(before, cv2.CV_64F, kernel, borderType=flag)
    inside = learn(before, after, size)[0]
    whole = learn(before, after, size, border=border(name))[0]
    wrong = learn(before, after, size, border=border("wrap"))[0]
    for found in (inside, whole):
        np.testing.assert_allclose(found.kernel, kernel, atol=1e-10)
    assert inside.pixels == (16 - size[0]) * (19 - size[1])
    assert whole.pixels == 15 * 18
    assert wrong.residual_rms > 1


def test_a_constant_border_is_part_of_the_windows():
    """constant:9 beyond the edge, from SciPy's cval."""
    before = noise(9, 10, seed=6)
    after = ndimage.correlate(before, KERNEL, mode="constant", cval=9)
    found = learn(before, after, (2, 3), border=border("constant:9"))[0]
    np.testing.assert_allclose(found.kernel, KERNEL, atol=1e-10)
    assert found.pixels == 90


def test_rounding_to_8_bits_costs_no_more_than_rounding():
    """A smoothed and rounded picture gives the kernel within five standard errors, and an rms of 0.29."""
    before = noise(120, 130, dtype=np.uint8)
    kernel = np.outer([1, 2, 1], [1, 4, 6, 4, 1]) / 64.0
    after = np.rint(ndimage.correlate(before.astype(float), kernel)).astype(np.uint8)
    found = learn(before, after, (3, 5))[0]
    assert (np.abs(found.kernel - kernel) < 5 * found.noise).all()
    assert found.noise.max() < 1e-4
    assert found.residual_rms == pytest.approx(1 / np.sqrt(12), rel=0.02)
    assert found.residual_max < 0.55


def test_clamped_pixels_are_left_out_and_counted():
    """A contrast-raising kernel drives pixels to 0 and 255; with them the kernel would come out too weak."""
    before = noise(90, 100, dtype=np.uint8)
    kernel = np.array([[0, -1, 0], [-1, 4, -0.5], [0, 0, 0]])
    exact = ndimage.correlate(before.astype(float), kernel)
    after = np.clip(np.rint(exact), 0, 255).astype(np.uint8)
    at_the_ends = int(np.isin(after[1:-1, 1:-1], (0, 255)).sum())
    found = learn(before, after, (3, 3))[0]
    assert (found.clamped, found.pixels) == (at_the_ends, 88 * 98 - at_the_ends)
    assert (np.abs(found.kernel - kernel) < 0.05).all()
    kept = learn(before, after, (3, 3), keep_clamped=True)[0]
    assert (kept.clamped, kept.pixels) == (0, 88 * 98)
    assert np.abs(kept.kernel - kernel).max() > 0.5
    signed = learn(before, after.astype(np.int64), (3, 3))[0]  # a signed response is never clamped at 0
    assert (signed.clamped, signed.pixels) == (0, 88 * 98)


def test_clamped_pixels_are_counted_once():
    """Over a picture of many tiles, and a border that takes part."""
    before = noise(300, 310, dtype=np.uint8)
    found = learn(before, before, (1, 1))[0]
    assert found.clamped == int(np.isin(before, (0, 255)).sum())
    assert found.pixels == before.size - found.clamped
    whole = learn(before, before, (3, 3), border=border("edge"))[0]
    assert (whole.clamped, whole.pixels) == (found.clamped, found.pixels)


def test_pixels_that_are_not_finite_are_left_out_and_counted():
    """NaN in BEFORE spoils every window that holds it, infinity in AFTER one pixel."""
    before = noise(12, 13, seed=7)
    after = signal.correlate(before, KERNEL, mode="valid")
    before[5, 6], before[0, 0] = np.nan, np.inf
    after[9, 9] = -np.inf
    found = learn(before, after, (2, 3))[0]
    np.testing.assert_allclose(found.kernel, KERNEL, atol=1e-10)
    assert found.not_finite == 6 + 1 + 1
    assert found.pixels == 11 * 11 - 8


def test_channels_share_a_kernel_or_have_their_own():
    """Each of three channels with its own kernel; one kernel for all; grey values by luma."""
    before = noise(14, 15, 3, seed=9)
    kernels = np.random.default_rng(1).normal(size=(3, 2, 3))
    own = np.dstack([signal.correlate(before[:, :, c], kernels[c], mode="valid") + c for c in range(3)])
    found = learn(before, own, (2, 3), channels="each")
    for c, one in enumerate(found):
        np.testing.assert_allclose(one.kernel, kernels[c], atol=1e-10)
        assert one.bias == pytest.approx(c, abs=1e-9)
    shared = np.dstack([signal.correlate(before[:, :, c], KERNEL, mode="valid") for c in range(3)])
    one = learn(before, shared, (2, 3))[0]
    np.testing.assert_allclose(one.kernel, KERNEL, atol=1e-10)
    assert one.pixels == 3 * 13 * 13
    grey = before @ [0.299, 0.587, 0.114]
    after = signal.correlate(grey, KERNEL, mode="valid")
    np.testing.assert_allclose(learn(before, after, (2, 3), channels="gray")[0].kernel, KERNEL, atol=1e-10)


def test_a_layers_weights_are_found_from_its_maps():
    """Two filters over three channels whose responses are added, and their biases."""
    before = noise(13, 12, 3, seed=10)
    weights = np.random.default_rng(2).normal(size=(2, 3, 2, 2))
    after = np.dstack(
        [
            sum(signal.correlate(before[:, :, c], w[c], mode="valid") for c in range(3)) + 5 * f
            for f, w in enumerate(weights)
        ]
    )
    found = learn(before, after, (2, 2), channels="sum")
    for f, one in enumerate(found):
        np.testing.assert_allclose(one.kernel, weights[f], atol=1e-9)
        assert one.bias == pytest.approx(5 * f, abs=1e-8)
        assert one.unknowns == 13


def test_the_result_does_not_depend_on_the_number_of_threads():
    """Bit for bit; and the inputs stay as they are."""
    before, after = noise(150, 70, dtype=np.uint8), noise(150, 70, seed=1, dtype=np.uint8)
    kept = before.copy(), after.copy()
    first, second = (learn(before, after, (3, 3), jobs=jobs)[0] for jobs in (1, 3))
    assert (first.kernel == second.kernel).all()
    assert (first.bias, first.residual_rms) == (second.bias, second.residual_rms)
    assert (before == kept[0]).all()
    assert (after == kept[1]).all()


def test_bytes_are_summed_as_exactly_as_wider_samples():
    """8-bit pictures go through float32, in pieces that are exact: the same sums, bit for bit."""
    before, after = noise(210, 190, dtype=np.uint8), noise(210, 190, seed=1, dtype=np.uint8)
    before[:40], after[:60] = 255, 1  # the largest products, thousands of them
    narrow, wide = prepare(before, after, (3, 5)), prepare(before.astype(np.uint16), after, (3, 5))
    assert narrow.narrow
    assert not wide.narrow
    sums = [Lesson(pairs).moments[0] for pairs in (narrow, wide)]
    assert (sums[0].products == sums[1].products).all()
    assert sums[0].clamped == sums[1].clamped > 0


def test_wide_pictures_are_taken_tile_by_tile():
    """More columns than a tile has, and the residual map is what the kernel misses, NaN where not compared."""
    before = noise(5, 9001, seed=11)
    after = ndimage.correlate(before, KERNEL, mode="nearest")
    after[2, 5000] += 1000
    left = np.empty((5, 9001, 1), np.float32)
    found = learn(before, after, (2, 3), residual_map=left)[0]
    expected = after - ndimage.correlate(before, found.kernel, mode="nearest") - found.bias
    np.testing.assert_allclose(left[1:, 1:-1, 0], expected[1:, 1:-1], atol=1e-3)
    assert np.isnan(left[0]).all()
    assert np.isnan(left[:, [0, -1]]).all()
    assert np.unravel_index(np.nanargmax(left[:, :, 0]), (5, 9001)) == (2, 5000)


def test_an_ill_conditioned_picture_costs_few_digits():
    """A smooth picture, condition above 100,000, squared in the equations: the refinement keeps nine digits."""
    before = ndimage.gaussian_filter(noise(80, 90, seed=12), 2.5)
    kernel = np.random.default_rng(3).normal(size=(5, 5))
    found = learn(before, signal.correlate(before, kernel, mode="valid"), (5, 5))[0]
    assert found.condition > 1e5
    np.testing.assert_allclose(found.kernel, kernel, atol=1e-9)


def test_units_do_not_matter():
    """Samples of 1e-200 or 1e200 are learned from as well as those of 1."""
    before = noise(9, 9, seed=13)
    after = signal.correlate(before, KERNEL, mode="valid")
    for unit in (1e-200, 1e200):
        np.testing.assert_allclose(learn(before * unit, after, (2, 3))[0].kernel * unit, KERNEL, atol=1e-10)


@pytest.mark.parametrize(
    ("before", "after", "size", "options", "message"),
    [
        (
            (6, 8),
            (4, 5),
            (1, 2),
            {},
            r"AFTER has 4 × 5 pixels but BEFORE has 6 × 8; .*6 × 8 \(same\), or 6 × 7 \(valid\)",
        ),
        ((2, 8), (2, 8), (3, 3), {}, "a 3x3 kernel does not fit into a picture of 2 × 8"),
        ((5, 5), (5, 5), (3, 3), {}, "10 unknowns, but only 9 pixels"),
        ((60, 60), (60, 60), (51, 51), {}, "2,601 weights are more than can be learned at once; at most 2,500"),
        ((9, 9, 3), (9, 9), (2, 2), {}, "BEFORE has 3 channels and AFTER 1 channel; channels sum"),
        ((9, 9), (8, 8), (2, 2), {"border": border("edge")}, "leave border out"),
    ],
)
def test_pictures_that_do_not_fit_are_refused_with_both_sizes(before, after, size, options, message):
    """Sizes, channels, and unknowns against pixels."""
    with pytest.raises(GeometryError, match=message):
        learn(np.ones(before), np.ones(after), size, **options)


def test_too_few_pixels_left_are_counted_by_reason():
    """A black-and-white AFTER is clamped everywhere."""
    before = noise(6, 6, dtype=np.uint8)
    with pytest.raises(GeometryError, match=r"0 pixels are left for 5 unknowns: 25 are clamped \(.*keep_clamped"):
        learn(before, np.full((6, 6), 255, np.uint8), (2, 2))
    with pytest.raises(GeometryError, match="0 pixels are left for 5 unknowns: 25 are not finite"):
        learn(before, np.full((6, 6), np.nan), (2, 2))


def test_unknown_modes_are_named():
    """Modes and channel modes by name."""
    with pytest.raises(UnknownNameError, match="no mode is called 'flip'"):
        learn(np.eye(5), np.eye(5), (2, 2), mode="flip")
    with pytest.raises(UnknownNameError, match="no channel mode is called 'all'"):
        learn(np.eye(5), np.eye(5), (2, 2), channels="all")


def test_the_nearest_kernel_comes_with_its_factor():
    """An exact multiple is the same; another is near; a positive factor goes first; what does not fit is left out."""
    sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    named = [("box", np.ones((3, 3)) / 9), ("minus", -sobel), ("sobel", sobel), ("large", np.ones((5, 5)))]
    found = match(0.125 * sobel, np.zeros((3, 3)), named)
    assert found is not None
    assert (found.name, found.factor, found.same) == ("sobel", 0.125, True)
    off = match(sobel + np.eye(3), np.zeros((3, 3)), named)
    assert off is not None
    assert (off.name, off.same) == ("sobel", False)
    # |e - (e.s/s.s) s|^2 = e.e - (e.s)^2 / s.s with e = sobel + identity
    assert off.factor == pytest.approx(((sobel + np.eye(3)) * sobel).sum() / 12)
    assert match(sobel + np.eye(3), np.full((3, 3), 0.3), named).same  # within five standard errors of 0.3


def test_a_smaller_kernel_is_matched_on_its_anchor():
    """A 1x3 difference inside a learned 3x5, where k // 2 of both lie on each other; elsewhere it is another kernel.

    In a 2x4, whose anchor is (1, 2), the difference lies in the second row and ends at the right.
    """
    even = np.array([[0.0, 0, 0, 0], [0, -1, 0, 1]])
    assert match(even, np.zeros((2, 4)), [("difference", np.array([[-1.0, 0, 1]]))]).same
    difference = np.array([[-1.0, 0, 1]])
    learned = np.zeros((3, 5))
    learned[1, 1:4] = difference
    assert match(learned, np.zeros((3, 5)), [("difference", difference)]).same
    assert match(np.roll(learned, 1, axis=1), np.zeros((3, 5)), [("difference", difference)]) is None
    assert match(np.zeros((3, 5)), np.zeros((3, 5)), [("difference", difference)]) is None
