"""The laws of convolution hold for the core, and each check sees an implementation that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import signal

from convcli.core.border import border as the_border
from convcli.core.correlation.correlate import correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws import defining_sum
from convcli.core.laws.checks import Check, check_laws
from convcli.core.laws.contrast import contrast
from convcli.core.laws.inequality import young
from convcli.core.laws.laws import LAWS
from convcli.core.laws.sides import Bench
from convcli.errors import GeometryError, KernelError, UnknownNameError
from tests.oracles import correlate_plane, floats, same_padding

Array = NDArray[Any]
BORDERS = ["edge", "zero", "symmetric", "reflect", "wrap"]
SECOND = Kernel("g", [[1, 2, 0], [0, -1, 3]])


def picture(shape: tuple[int, ...] = (9, 11), seed: int = 3) -> NDArray[np.uint8]:
    """Noise, which no flip leaves alone."""
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def broken(checks: list[Check]) -> set[str]:
    """Names of the laws that do not hold."""
    return {check.name for check in checks if not check.holds}


# The second routes, held to the nested loop and to SciPy.


def bare(plane: Any) -> defining_sum.Surroundings:
    """The plane with nothing round it."""
    return defining_sum.surround(plane, the_border("edge"), (0, 0, 0, 0))


@pytest.mark.parametrize("shape", [(2, 3), (1, 5), (4, 1), (9, 9)])
def test_sweep_stamp_and_product_are_scipys_convolution(shape: tuple[int, int]) -> None:
    """Three ways to convolve agree with scipy.signal.convolve2d, kernels larger than the plane included."""
    rng = np.random.default_rng(1)
    plane, weights = rng.normal(size=(6, 7)), rng.normal(size=shape)
    full = signal.convolve2d(plane, weights)
    assert np.allclose(defining_sum.stamp(plane, weights), full, atol=1e-12)
    assert np.allclose(defining_sum.product(plane, weights)[0], full, atol=1e-12)
    if shape[0] <= 6 and shape[1] <= 7:
        swept = defining_sum.sweep(bare(plane), weights, np.float64)
        assert np.allclose(swept, signal.convolve2d(plane, weights, "valid"), atol=1e-12)


def test_bands_and_threads_change_nothing() -> None:
    """A plane of many bands, stretches and tiles, swept, stamped and transformed, is what SciPy computes, to the last
    integer; in each dtype of the sums.
    """
    plane, weights = picture((700, 833)), np.arange(-7.0, 8.0).reshape(5, 3)
    full = np.rint(signal.fftconvolve(plane.astype(float), weights))
    for dtype in (np.float32, np.float64, np.int64):
        assert np.array_equal(defining_sum.stamp(plane, weights, dtype), full)
        assert np.array_equal(defining_sum.sweep(bare(plane), weights, dtype), full[4:-4, 2:-2])
    assert np.array_equal(np.rint(defining_sum.product(plane, weights)[0]), full)


@pytest.mark.parametrize("border", BORDERS)
def test_fold_is_the_transpose_of_surround(border: str) -> None:
    """<surround x, z> = <x, fold z> for every border, also where it repeats the plane twice over."""
    rng = np.random.default_rng(2)
    plane, sides = rng.integers(-9, 9, (3, 4)).astype(float), (7, 2, 1, 9)
    padded = defining_sum.surround(plane, the_border(border), sides).band(0, 12, np.float64)
    other = rng.integers(-9, 9, padded.shape).astype(float)
    assert (padded * other).sum() == (plane * defining_sum.fold(other, the_border(border), (3, 4), (7, 1))).sum()


def test_the_bound_of_the_transforms_is_above_their_error() -> None:
    """The proved bound holds, and is not so wide that it proves nothing."""
    weights = np.arange(1.0, 50.0).reshape(7, 7)
    for shape in ((60, 50), (700, 600)):  # in one piece, and in tiles
        plane = picture(shape).astype(float)
        exact = defining_sum.stamp(plane, weights)
        transformed, bound = defining_sum.product(plane, weights)
        assert 0 < np.abs(transformed - exact).max() <= bound < 1e-5 * exact.max()


@pytest.mark.parametrize("n", [1, 2, 7, 13, 101, 1031, 4099])
def test_smooth_lengths_are_the_least_of_their_kind(n: int) -> None:
    """No shorter length of at least n has only the factors 2, 3 and 5."""

    def smooth(m: int) -> bool:
        for factor in (2, 3, 5):
            while m % factor == 0:
                m //= factor
        return m == 1

    assert defining_sum.smooth_length(n) == next(m for m in range(n, 2 * n + 1) if smooth(m))


# The laws hold.


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    shape=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    kernel=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    border=st.sampled_from([*BORDERS, "constant:5"]),
    seed=st.integers(0, 99),
)
def test_integer_laws_hold_exactly(shape: tuple[int, int], kernel: tuple[int, int], border: str, seed: int) -> None:
    """Whole numbers: the error is 0 and 0 is what is allowed, for any shapes, even-sized and oversized ones too."""
    weights = np.random.default_rng(seed).integers(-9, 10, kernel)
    checks = check_laws(picture(shape, seed), Kernel("k", weights), SECOND, rule=border)
    assert [(c.name, c.max_error, c.tolerance, c.holds) for c in checks] == [(n, 0, 0, True) for n in LAWS.names()]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    shape=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    kernel=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    border=st.sampled_from([*BORDERS, "constant:0.5"]),
    dtype=st.sampled_from([np.float32, np.float64, np.int16, np.int64]),
    seed=st.integers(0, 99),
)
def test_laws_hold_within_rounding(
    shape: tuple[int, int], kernel: tuple[int, int], border: str, dtype: Any, seed: int
) -> None:
    """Real weights: every error is within its tolerance, and that is below 1e-9 of the numbers added up."""
    rng = np.random.default_rng(seed)
    plane = (rng.normal(size=shape) * 100).astype(dtype)
    for check in check_laws(plane, Kernel("k", rng.normal(size=kernel)), SECOND, rule=border):
        assert check.holds, check
        assert check.tolerance <= 1e-9 * check.magnitude or check.magnitude == 0


def test_whole_numbers_too_large_to_be_exact_hold_within_rounding() -> None:
    """int64 samples near 2**60 are checked as floats: with a tolerance, and its reason."""
    plane = picture().astype(np.int64) << 52
    checks = check_laws(plane, Kernel("k", [[1, -2], [3, 5]]), SECOND)
    assert not broken(checks)
    assert all(check.tolerance > 0 and "rounding" in check.reason for check in checks)


def test_every_channel_is_checked_and_the_worst_is_reported() -> None:
    """A fault in one channel of three is found there."""
    colour = picture((6, 7, 3))

    def third_is_wrong(plane: Array, kernel: Kernel, **options: Any) -> Array:
        response = correlate(plane, kernel, **options)
        if np.array_equal(plane, colour[:, :, 2]):
            response[4, 1] += 5
        return response

    (check,) = check_laws(colour, Kernel("k", [[1, 2, -4]]), SECOND, only=["flip"], correlate=third_is_wrong)
    assert (check.max_error, check.at, check.holds) == (5, (4, 1, 2), False)
    assert not broken(check_laws(colour, Kernel("k", [[1, 2, -4]]), SECOND))


# The checks see what is wrong.


def one_axis(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Flips rows only where both axes are flipped, as a well-known library did."""
    return correlate(plane, Kernel("k", kernel.weights[:, ::-1]), **options)


def transposed(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Takes rows for columns (square kernels only)."""
    return correlate(plane, Kernel("k", kernel.weights.T), **options)


def unflipped(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Convolves where it should correlate."""
    return correlate(plane, kernel.flipped(), **options)


def off_by_one(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Anchors the kernel one column too far to the left."""
    return np.roll(correlate(plane, kernel, **options), 1, axis=1)


def wrong_border(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Repeats the edge's own sample where it should not."""
    return correlate(plane, kernel, **{**options, "border": "symmetric"})


def clamped(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Clamps responses to 0..255."""
    return np.clip(correlate(plane, kernel, **options), 0, 255)


def cropped(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Loses the last row."""
    return correlate(plane, kernel, **options)[:-1]


def not_a_number(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Leaves one sample undefined."""
    response = correlate(plane, kernel, **options).astype(np.float64)
    response[-1, -1] = np.nan
    return response


ALL = {law.name for law in LAWS if not law.at_most}  # an inequality sees only what makes responses larger
FAULTS = [
    (one_axis, ALL),
    (transposed, ALL),
    (unflipped, ALL),
    (off_by_one, ALL),
    (wrong_border, ALL),
    (clamped, ALL),
    (not_a_number, ALL),
]


@pytest.mark.parametrize(("fault", "laws"), FAULTS, ids=[fault.__name__ for fault, _ in FAULTS])
def test_each_law_sees_a_planted_fault(fault: Callable[..., Array], laws: set[str]) -> None:
    """Wrong flips, anchors, borders and clamping break every law's check, on an asymmetric picture and kernel."""
    kernel = Kernel("k", [[1, -2, 7], [0, 3, 5], [-4, 0, 2]])
    found = broken(check_laws(picture(), kernel, SECOND, rule="reflect", correlate=fault))
    assert found >= laws


def test_a_response_of_another_size_breaks_a_law() -> None:
    """A lost row is an infinite error, not a crash."""
    checks = check_laws(picture(), Kernel("k", [[1, -2]]), SECOND, only=["flip", "commutativity"], correlate=cropped)
    assert [(check.holds, check.max_error) for check in checks] == [(False, np.inf)] * 2


def test_faults_are_seen_within_rounding_too() -> None:
    """With real weights a flip along one axis is far outside the tolerance."""
    kernel = Kernel("k", np.random.default_rng(5).normal(size=(4, 3)))
    assert broken(check_laws(picture(), kernel, SECOND, correlate=one_axis)) == ALL


def test_a_kernel_that_flips_one_axis_only_breaks_the_flip(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Kernel.flipped` itself is on trial: turned upside down only, nothing is a convolution any more."""
    monkeypatch.setattr(Kernel, "flipped", lambda self: Kernel("k", self.weights[::-1]))
    kernel = Kernel("k", [[1, -2, 7], [0, 3, 5]])
    assert broken(check_laws(picture(), kernel, SECOND)) == ALL - {"adjoint"}


def doubled(plane: Array, kernel: Kernel, **options: Any) -> Array:
    """Adds every product twice."""
    return 2 * correlate(plane, kernel, **options)


def test_youngs_inequality_sees_responses_that_are_too_large() -> None:
    """Nothing below 0: both sides are equal, 90 x 6 by hand, and twice as much is above by that; NaN does not hold."""
    plane, kernel = np.array([[10, 20], [0, 60]]), Kernel("k", [[1, 2, 3]])
    (held,), (above,), (undefined,) = (
        check_laws(plane, kernel, SECOND, only=["young"], correlate=c) for c in (correlate, doubled, not_a_number)
    )
    assert (held.holds, held.max_error) == (True, 0)
    assert (above.holds, above.max_error) == (False, 540)
    assert not undefined.holds


@pytest.mark.parametrize("seed", range(6))
def test_youngs_sides_are_the_nested_loops(seed: int) -> None:
    """The sums of magnitudes of SciPy's convolution, and of picture and kernel; signs make the left one smaller."""
    random = np.random.default_rng(seed)
    plane, weights = random.normal(size=(6, 9)), random.normal(size=(2, 5))
    bench = Bench(plane, Kernel("k", weights), SECOND, the_border("edge"), correlate)
    left, right, *_ = young(bench)
    assert left[0] == pytest.approx(np.abs(signal.convolve2d(plane, weights)).sum(), rel=1e-12)
    assert right[0] == pytest.approx(np.abs(plane).sum() * np.abs(weights).sum(), rel=1e-12)
    assert left[0] < 0.9 * right[0]


# What is refused, and the contrast.


def test_what_no_law_is_about_is_refused_by_name() -> None:
    """Unknown laws, weights per channel, NaN, and numbers that would overflow."""
    kernel = Kernel("k", [[1, 2]])
    with pytest.raises(UnknownNameError, match="no law is called 'flop'; did you mean flip"):
        check_laws(picture(), kernel, SECOND, only=["flop"])
    with pytest.raises(KernelError, match="weights for 2 channels; the picture has 1"):
        check_laws(picture(), Kernel("deep", np.ones((2, 3, 3))), SECOND)
    with pytest.raises(KernelError, match="'deep' has weights per channel"):
        check_laws(picture(), kernel, Kernel("deep", np.ones((1, 3, 3))))
    with pytest.raises(GeometryError, match="NaN or infinity"):
        check_laws([[1.0, np.nan]], kernel, SECOND)
    with pytest.raises(GeometryError, match="too large"):
        check_laws([[1e300, 1.0]], kernel, SECOND)


@pytest.mark.parametrize("border", BORDERS)
def test_the_contrast_is_the_difference_of_two_nested_loops(border: str) -> None:
    """Largest difference, its place and the count, against the definition with the kernel and with its flip."""
    plane, weights = picture((6, 7)), np.array([[1, -2], [3, 5], [0, 2]])
    sides = same_padding(3, 2)
    straight = floats(correlate_plane(plane, weights, border=border, padding=sides))
    flipped = floats(correlate_plane(plane, weights[::-1, ::-1], border=border, padding=sides))
    found = contrast(plane, Kernel("k", weights), border)
    gap = np.abs(straight - flipped)
    assert np.array_equal(found.correlation, straight)
    assert np.array_equal(found.convolution, flipped)
    assert np.array_equal(found.difference, straight - flipped)
    assert (found.max_difference, found.differing) == (gap.max(), np.count_nonzero(gap))
    assert found.at is not None
    assert gap[found.at] == gap.max()
    assert found.share == np.count_nonzero(gap) / 42
    assert not found.symmetric
    assert not found.antisymmetric


def test_the_contrast_knows_symmetric_and_antisymmetric_kernels() -> None:
    """A symmetric kernel leaves no difference beyond rounding; an antisymmetric one changes the sign."""
    soft = Kernel("soft", np.outer([0.1, 0.7, 0.1], [0.3, 0.3 + 1e-17, 0.3]))
    found = contrast(picture(), soft)
    assert (found.symmetric, found.at, found.differing) == (True, None, 0)
    edge = contrast(picture(), Kernel("edge", [[-1, 0, 1]]), "wrap")
    assert edge.antisymmetric
    assert np.array_equal(edge.correlation, -edge.convolution)
    flat = contrast(np.full((4, 5), 7), Kernel("k", [[1, 2]]))
    assert (flat.symmetric, flat.at) == (False, None)
