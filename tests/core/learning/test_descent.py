"""Descent: held to the definition of gradient descent on windows gathered one by one."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage, signal

from convcli.core.learning.descent import descend, frame_steps, largest_eigenvalue
from convcli.core.learning.lesson import Lesson, prepare
from convcli.errors import OptionError

KERNEL = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5]])


def picture(*shape, seed=0):
    """Asymmetric samples."""
    return np.random.default_rng(seed).integers(0, 256, shape).astype(float)


def plain_descent(before, after, start, bias, rate, steps):
    """k -= rate * gradient / 2 of the mean square, on windows with mean 0 and variance 1, written out."""
    h, w = start.shape
    rows, columns = after.shape
    windows = np.array([before[r : r + h, c : c + w].ravel() for r in range(rows) for c in range(columns)])
    mean = windows.mean(axis=0)
    spread = np.sqrt(((windows - mean) ** 2).mean())
    inputs = (windows - mean) / spread
    weights, bias = start.ravel() * spread, bias + start.ravel() @ mean
    losses = []
    for _ in range(steps + 1):
        left = after.ravel() - inputs @ weights - bias
        losses.append(np.mean(left**2))
        weights = weights + rate * (inputs.T @ left) / len(left)
        bias = bias + rate * left.mean()
    return np.array(losses)


def test_every_step_is_that_of_plain_gradient_descent():
    """The losses of the first steps equal those of a descent on the windows themselves."""
    before = picture(11, 12)
    after = signal.correlate(before, KERNEL, mode="valid") + 7
    after += picture(10, 10, seed=1) / 10  # no kernel explains all of it
    _, course = descend(Lesson(prepare(before, after, (2, 3))), seed=4, steps=25, rate=0.3)
    start = course.frames[0][1][0]
    expected = plain_descent(before, after, start, 0.0, 0.3, 25)
    np.testing.assert_allclose(course.losses, expected, rtol=1e-8)
    assert (np.diff(course.losses) < 0).all()
    drawn = np.random.default_rng(4).normal(0, 6**-0.5, (2, 3))
    np.testing.assert_allclose(start, drawn, atol=1e-12)


@pytest.mark.parametrize("mode", ["correlate", "convolve"])
def test_it_arrives_where_least_squares_does(mode):
    """White noise as a picture: kernel and bias to nine digits, from any beginning, for either mode."""
    before = picture(30, 31)
    after = (signal.correlate if mode == "correlate" else signal.convolve)(before, KERNEL, mode="valid") + 7
    for seed in (0, 1):
        found, course = descend(Lesson(prepare(before, after, (2, 3)), mode), seed=seed)
        np.testing.assert_allclose(found[0].kernel, KERNEL, atol=1e-9)
        assert found[0].bias == pytest.approx(7, abs=1e-6)
        assert course.settled
        np.testing.assert_allclose(course.frames[-1][1][0], found[0].kernel)
        assert course.frames[-1][0] == len(course.losses) - 1


def test_the_same_seed_gives_the_same_descent_and_another_another():
    """Seeds decide the beginning and nothing else."""
    before = picture(12, 12)
    after = ndimage.correlate(before, KERNEL)
    courses = [descend(Lesson(prepare(before, after, (2, 3))), seed=seed, steps=5)[1] for seed in (3, 3, 4)]
    assert (courses[0].losses == courses[1].losses).all()
    assert courses[0].losses[0] != courses[2].losses[0]


def test_what_the_picture_cannot_tell_keeps_its_random_beginning():
    """On vertical stripes the kernel's columns learn their sums, and the differences within them stay."""
    before = np.tile(picture(1, 20), (9, 1))
    after = signal.correlate(before, KERNEL, mode="valid")
    found, course = descend(Lesson(prepare(before, after, (2, 3))), seed=2)
    start = course.frames[0][1][0]
    np.testing.assert_allclose(found[0].kernel.sum(axis=0), KERNEL.sum(axis=0), atol=1e-6)
    np.testing.assert_allclose(np.diff(found[0].kernel, axis=0), np.diff(start, axis=0), atol=1e-9)
    assert found[0].rank == 4


def test_a_constant_picture_teaches_the_bias_alone():
    """The kernel stays as it was drawn; bias and kernel together give AFTER."""
    found, course = descend(Lesson(prepare(np.full((6, 6), 10.0), np.full((6, 6), 25.0), (2, 2))))
    np.testing.assert_allclose(found[0].kernel, course.frames[0][1][0])
    assert 10 * found[0].kernel.sum() + found[0].bias == pytest.approx(25)


def test_rates_below_the_limit_converge_and_above_it_diverge():
    """2 / L is the limit, with L from numpy's eigenvalues; divergence is reported with the limit."""
    before = picture(14, 15)
    after = signal.correlate(before, KERNEL, mode="valid")
    lesson = Lesson(prepare(before, after, (2, 3)))
    _, course = descend(lesson)
    windows = np.lib.stride_tricks.sliding_window_view(before, (2, 3)).reshape(-1, 6)
    covariance = np.cov(windows.T, bias=True)
    largest = np.linalg.eigvalsh(covariance)[-1] / (np.trace(covariance) / 6)
    assert course.limit == pytest.approx(2 / largest, rel=0.02)
    assert course.rate == pytest.approx(course.limit / 2)
    assert descend(lesson, rate=0.95 * course.limit)[1].losses[-1] < 1e-9 * course.losses[0]
    with pytest.raises(
        OptionError, match=r"rate: .* the descent diverged: by step \d+ the loss had grown .* Rates below"
    ):
        descend(lesson, rate=1.5 * course.limit)
    with pytest.raises(OptionError, match="diverged: by step 2 "):
        descend(lesson, rate=3 * course.limit, steps=2)


def test_several_kernels_descend_side_by_side():
    """One for each channel; frames hold them all."""
    before = picture(16, 15, 2)
    kernels = np.random.default_rng(5).normal(size=(2, 2, 2))
    after = np.dstack([signal.correlate(before[:, :, c], kernels[c], mode="valid") for c in range(2)])
    found, course = descend(Lesson(prepare(before, after, (2, 2), channels="each")))
    for one, kernel in zip(found, kernels, strict=True):
        np.testing.assert_allclose(one.kernel, kernel, atol=1e-6)
    assert course.frames[0][1].shape == (2, 2, 2)


def test_the_largest_eigenvalue_is_bounded_from_above():
    """Never below the true one (a step of its inverse is safe), nor far above it."""
    for seed in range(5):
        root = np.random.default_rng(seed).normal(size=(9, 6)) * np.arange(1, 7)
        true = np.linalg.eigvalsh(root.T @ root)[-1]
        assert true <= largest_eigenvalue(root.T @ root) <= 1.011 * true


def test_frames_come_ever_more_seldom():
    """The first steps one by one, the last included, and never more than a moving picture bears."""
    steps = sorted(frame_steps(20_000))
    assert steps[:4] == [0, 1, 2, 3]
    assert steps[-1] == 20_000
    assert len(steps) <= 50
    assert (np.diff(np.diff(steps)) >= -1).all()
