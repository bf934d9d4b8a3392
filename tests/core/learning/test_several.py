"""Learning from several pairs is learning from one sum over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from convcli.core.learning.lesson import Lesson, learn
from convcli.core.learning.pairing import prepare
from convcli.core.learning.pairs import Pairs
from convcli.core.learning.several import Several, Shape, survey

KERNEL = np.array([[0.5, -1.0, 0.0], [0.0, 2.0, 0.25]])


def lesson(pairs: list[Pairs]) -> Lesson:
    def over(work: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
        return (work(each, *arguments, 1) for each in pairs)

    return Lesson(Several(Shape.of(pairs[0]), tuple(map(survey, pairs)), over))


def response(before: np.ndarray) -> np.ndarray:
    """Every window's sum, by a loop over the kernel."""
    h, w = KERNEL.shape
    rows, columns = before.shape[0] - h + 1, before.shape[1] - w + 1
    return sum(KERNEL[i, j] * before[i : i + rows, j : j + columns] for i in range(h) for j in range(w)) + 3.0


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_one_pair_among_several_is_that_pair_bit_for_bit(dtype: str) -> None:
    """Kernel, bias, and what is left."""
    before = np.random.default_rng(1).integers(0, 256, (30, 20)).astype(dtype)
    after = np.clip(np.rint(response(before.astype(float))), 0, 255).astype(dtype)
    (alone,) = learn(before, after, (2, 3))
    (found,) = lesson([prepare(before, after, (2, 3), among_others=True)]).learn()
    np.testing.assert_array_equal(found.kernel, alone.kernel)
    assert (found.bias, found.residual_rms, found.pixels) == (alone.bias, alone.residual_rms, alone.pixels)


def test_halves_of_a_picture_teach_what_the_whole_does() -> None:
    """Cut so that each window lies in one half: the same windows, and bytes have exact sums."""
    before = np.random.default_rng(2).integers(0, 256, (21, 16), dtype=np.uint8)
    after = response(before.astype(float)) + np.random.default_rng(3).normal(size=(20, 14))
    before[0, 0], before[-1, -1] = 0, 255
    (whole,) = learn(before, after, (2, 3))
    halves = [prepare(before[:12], after[:11], (2, 3)), prepare(before[11:], after[11:], (2, 3))]
    (found,) = lesson(halves).learn()
    np.testing.assert_allclose(found.kernel, whole.kernel, rtol=1e-12, atol=1e-13)
    assert found.pixels == whole.pixels == 280
    np.testing.assert_allclose(found.residual_rms, whole.residual_rms, rtol=1e-12)
    # And as the textbook has it: least squares over a row for each window.
    rows = [[*before[r : r + 2, c : c + 3].ravel(), 1.0] for r in range(20) for c in range(14)]
    by_hand = np.linalg.lstsq(np.array(rows, float), after.ravel(), rcond=None)[0]
    np.testing.assert_allclose([*found.kernel.ravel(), found.bias], by_hand, rtol=1e-9, atol=1e-9)


def test_pairs_that_are_too_small_by_themselves_are_enough_together() -> None:
    """Seven unknowns, and three pictures that tell of three pixels each."""
    random = np.random.default_rng(4)
    pictures = [random.integers(0, 256, (2, 5)).astype(float) for _ in range(3)]
    found = lesson([prepare(each, response(each), (2, 3), among_others=True) for each in pictures]).learn()[0]
    np.testing.assert_allclose(found.kernel, KERNEL, atol=1e-9)
    assert (round(found.bias, 6), found.identifiable) == (3.0, True)


def test_values_lie_on_the_grid_that_all_pictures_share() -> None:
    """Whole numbers beside tenths: tenths; beside what lies on no grid: none."""
    zero = np.zeros((2, 3))
    surveys = [survey(prepare(zero, zero + value, (1, 1), among_others=True)) for value in (2.0, 0.3, 0.1234567)]
    steps = [
        Several(Shape((1, 1), 1, 1, 1), tuple(some), iter).grid.step for some in (surveys[:1], surveys[:2], surveys)
    ]
    assert steps == [1.0, 0.1, 0.0]
