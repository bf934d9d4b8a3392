"""Kernels of one or a few weights, and zeros between: what hides the weights, and what other weights do as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convcli.core.identify.choosing import Tally, compare
from convcli.core.identify.identifying import identify, order
from convcli.core.identify.locating import Box
from convcli.core.identify.model import Axis, Edges, Model
from convcli.core.identify.prediction import Values
from convcli.core.identify.readings import Reading
from tests.core.identify.hidden import Hidden, answers_of
from tests.core.identify.hidden_kinds import random_filter
from tests.core.identify.hidden_truth import judged
from tests.core.identify.hidden_weights import some_weights

ONE_WEIGHT = Reading(Box(0, 0, 0, 0), (1, 1), gamma="srgb")
MODEL = Model(np.array([[0.8742]]), None, 1, Axis(1, 0, -1, 1), Axis(1, 0, -1, 1), Edges("none"), gamma="srgb")


def sparse(shape: tuple[int, int], *weights: tuple[tuple[int, int], float]) -> np.ndarray:
    kernel = np.zeros(shape)
    for place, weight in weights:
        kernel[place] = weight
    return kernel


def test_an_echo_far_from_the_kernel_is_found() -> None:
    """Rings around a kernel end at zeros; what its weights leave of the answers goes along with noise further off."""
    kernel = sparse((1, 21), ((0, 0), 0.98), ((0, 20), 0.02))
    verdict = identify(answers_of(Hidden(kernel, 0, (0, 10), ("edge", "edge"), stride=(3, 3))))
    np.testing.assert_allclose(verdict.kernel.value, kernel, atol=1e-4)
    assert (verdict.anchor.value, verdict.border.value, verdict.differing) == ((0, 10), "edge", 0)


def test_a_zero_between_floats_is_no_speck_that_makes_sums_negative() -> None:
    """-1e-6 in a zero's place, and 0 rounded down is -1, which wraps to white: rounding toward zero alone would do."""
    kernel = sparse((2, 3), ((0, 0), 0.06445901), ((1, 2), 1.2931059))
    hidden = Hidden(kernel, 0, (1, 1), ("zero", "zero"), rounding="toward zero", overflow="wrap")
    verdict = identify(answers_of(hidden))
    assert set(verdict.rounding.alternatives) == {"down", "toward zero"}
    found = np.array(verdict.kernel.value)
    assert np.array_equal(found != 0, kernel != 0)
    assert np.abs(found - kernel).max() <= verdict.kernel_error < 1e-4


def test_one_weight_under_a_gamma_is_open_for_all_roundings_that_brute_force_names() -> None:
    """(6/8)^(1/2.2) of 16 bits, toward zero, by strides of 3: as well rounded up, less 1."""
    rng = np.random.default_rng([2801, 90])
    assert judged(random_filter(rng), rng).wrong == []


def test_no_offset_is_better_than_a_little_light() -> None:
    """Under sRGB 0.8742 rounded down is nearly 0.8742 rounded to the nearest, less 0.03 of light."""
    down = ONE_WEIGHT, [(replace(MODEL, rounding="down"), Tally(0, 0.0, 280_784))]
    nearest = ONE_WEIGHT, [(replace(MODEL, rounding="half up", offset=-0.03), Tally(0, 0.0, 280_784))]
    further = ONE_WEIGHT, [(replace(MODEL, rounding="down"), Tally(9, 1.0, 280_784))]
    assert min(nearest, down, key=order) is down
    assert min(further, nearest, key=order) is nearest


def test_answers_near_black_may_be_many_levels_off_where_light_is_not() -> None:
    """A 16-bit level near black is little light by a gamma of 2.35: 20 of them are 6e-9 of white, 300 are 3e-6."""
    model = replace(MODEL, gamma=2.35, rounding="up", dtype="uint16", white=65_535.0)
    answer = np.array([0, 0, 0, 40_000, 40_003], np.uint16)
    found = compare(Values(np.array([20.0, 1.0, 300.0, 40_000.0, 40_000.0]), 0), model, answer)
    assert (found.differing, found.largest) == (4, 300.0)
    assert (found.beyond_one, found.farthest) == (2, 300.0)
    near = compare(Values(np.array([20.0, 1.0, 0.0, 40_000.0, 40_003.0]), 0), model, answer)
    assert (near.differing, near.largest, near.beyond_one, near.farthest) == (2, 20.0, 0, 1.0)


@pytest.mark.long
def test_pixels_that_stay_as_they_are_may_be_a_float_off_as_light_and_back() -> None:
    """The mean of two by edge is the first column itself; by a gamma of 0.6 it is that but for rounding of floats."""
    hidden = Hidden(np.array([[1, 1]]), 2, (0, 1), ("edge", "edge"), gamma=0.6, depth="float")
    alike = set(identify(answers_of(hidden), depth="float").border_indistinguishable)
    assert alike == {"edge", "symmetric", "renormalised", "copied"}


def test_linear_programs_confirm_other_weights_and_none_that_do_not_do() -> None:
    """2 x to white's half: 2.007 to the nearest and 2.014 rounded down are the same, and 2.007 rounded up is not."""
    hidden = Hidden(np.array([[2.00706]]), 0, (0, 0), ("edge", "edge"), rounding="half even")
    answers = answers_of(hidden)
    assert some_weights(hidden, answers, "half even", 0.0)
    assert some_weights(hidden, answers, "down", 0.0)
    assert not some_weights(hidden, answers, "up", 0.0)
    assert not some_weights(hidden, answers, "down", 0.0, "wrap")
    assert not some_weights(hidden, answers, "half up", 1.0)
