"""Filters whose every step is known: no statement about them may be wrong, and none left open that can be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convcli.core.identify.choosing import Tally, best_of
from convcli.core.identify.identifying import identify
from convcli.core.identify.model import Axis, Edges, Model
from convcli.core.identify.prediction import predict
from convcli.core.identify.probes import probes
from tests.core.identify.hidden import Hidden, answers_of, unseen_picture
from tests.core.identify.hidden_kinds import random_filter
from tests.core.identify.hidden_truth import judged

LOPSIDED = np.array([[1, 2, 3], [0, 4, 0], [1, 1, 0]])
WIDE = np.array([[1, 0, 2, 0, 3], [0, 1, 4, 0, 0], [1, 0, 5, 2, 0], [0, 0, 1, 0, 0], [2, 1, 0, 0, 1]])

LONG = pytest.mark.long


@pytest.mark.parametrize(
    ("seed", "index"),
    [
        (21, 1),
        (21, 11),
        (101, 55),
        (901, 124),
        (2601, 187),
        *(
            pytest.param(*place, marks=LONG)
            for place in (
                (21, 26),
                (101, 54),
                (101, 124),
                (101, 142),
                (3, 85),
                (3, 99),
                (2701, 85),
                (3001, 74),
                (3001, 166),
            )
        ),
    ],
)
def test_no_statement_about_a_random_hidden_filter_is_wrong(seed: int, index: int) -> None:
    """Floats, a gamma, a border per axis, renormalised; what is left open is confirmed by brute force.

    Weights that bounds hold within a millionth; a gamma that flat windows hold from one side; nearly equal weights that
    are taken for 1/25, less 1, rounded up; constants beyond the ends of floats under a curve.
    """
    rng = np.random.default_rng([seed, index])
    assert judged(random_filter(rng), rng).wrong == []


@pytest.mark.parametrize(
    ("rows", "stride", "border"),
    [
        ([[-4, 1, 0, 2, 2], [-1, 0, -2, 2, 0], [-1, -1, -1, 2, 2], [0, 1, 0, -2, 0]], (2, 3), ("edge", "edge")),
        ([[0, 2, 0], [1, 1, -4]], (2, 1), ("constant", "constant")),
        ([[0, -1], [2, 0], [2, -2], [-2, 1]], (3, 2), ("zero", "zero")),
        ([[-9, 2], [1, 2], [2, 0], [2, -1], [-1, 0], [0, 2]], (1, 2), ("edge", "edge")),
    ],
)
def test_strides_hide_no_weights_behind_magnitudes(rows: list, stride: tuple, border: tuple) -> None:
    """An impulse shows one weight in so many, or a zero alone; the magnitude leaves the sign of all of them open."""
    kernel = np.array(rows)
    anchor = (kernel.shape[0] // 2, kernel.shape[1] // 2)
    hidden = Hidden(kernel, 1, anchor, border, value=23, stride=stride, absolute=True)
    verdict = identify(answers_of(hidden))
    found, denominator = np.array(verdict.fractions.value[0]), verdict.fractions.value[1]
    trimmed = found[:, : kernel.shape[1] - (not kernel[:, -1].any())]
    assert denominator == 1
    assert any(np.array_equal(sign * trimmed, kernel[:, : trimmed.shape[1]]) for sign in (1, -1))
    assert (verdict.anchor.value, verdict.stride.value, verdict.differing) == (anchor, stride, 0)


def test_weights_beside_a_half_are_not_called_halves() -> None:
    """0.5002 and 0.4998, rounded down, by stride 3: halves would be rounded otherwise in a quarter of the answers."""
    kernel = np.array([[0.50020129, 0.49979871]])
    verdict = identify(answers_of(Hidden(kernel, 0, (0, 1), ("zero", "zero"), size="full", stride=(3, 3),
                                         rounding="down")))  # fmt: skip
    assert verdict.fractions.value is None or verdict.freedom >= 2.1e-4
    assert np.abs(np.array(verdict.kernel.value) - kernel).max() <= max(verdict.kernel_error, verdict.freedom) < 0.05


def test_less_than_1_rounded_down_and_1_less_1_are_both_named() -> None:
    """0.99998 toward zero takes 1 off every level but 0: so does 1, less 1, clamped."""
    verdict = identify(answers_of(Hidden(np.array([[0.99998307]]), 0, (0, 0), ("zero", "zero"), stride=(2, 3),
                                         rounding="toward zero")))  # fmt: skip
    assert set(verdict.offset.alternatives) == {-1.0, 0.0}
    assert set(verdict.overflow.alternatives) == {"clamp", "wrap"}


def test_one_weight_by_every_rounding_that_gives_the_same_is_open() -> None:
    """2.007 to the nearest and 2.014 rounded down are 2 x up to 70 and 1 more from 71 on; white hides what follows."""
    verdict = identify(answers_of(Hidden(np.array([[2.00706]]), 0, (0, 0), ("edge", "edge"), rounding="half even")))
    assert {"half even", "half up", "down", "toward zero"} <= set(verdict.rounding.alternatives)
    assert "weights a little apart" in verdict.rounding.evidence
    assert abs(verdict.kernel.value[0][0] - 2.00706) <= verdict.kernel_error < 0.02


def test_a_weight_is_told_behind_four_levels_and_not_behind_two() -> None:
    """A hundredth: 0, 1, 2 and 3, of which least squares makes half a level too much; 1/32 less 7 is 0 or 1."""
    verdict = identify(answers_of(Hidden(np.array([[1]]), 100, (0, 0), ("edge", "edge"), rounding="half up",
                                         stride=(2, 1))))  # fmt: skip
    assert (verdict.linear.value, verdict.differing) == (True, 0)
    assert abs(verdict.kernel.value[0][0] - 0.01) <= max(verdict.kernel_error, verdict.freedom) < 1e-4
    hidden = Hidden(np.array([[1]]), 32, (0, 0), ("edge", "edge"), offset=-7, rounding="half up", stride=(2, 1))
    assert identify(answers_of(hidden)).reason == "few-levels"
    dark = Hidden(np.array([[-1, 5, 4]]), 255, (0, 1), ("edge", "edge"), rounding="half even", gamma=0.687)
    assert identify(answers_of(dark)).reason == "few-levels"


def test_a_fraction_that_many_would_fit_is_none() -> None:
    """8/997 twice is 3/374 as well, and any such: two equal weights prove a denominator no better than one."""
    verdict = identify(answers_of(Hidden(np.array([[8, 8]]), 997, (0, 1), ("zero", "zero"), offset=40,
                                         rounding="half up")))  # fmt: skip
    assert verdict.fractions.value is None
    assert np.abs(np.array(verdict.kernel.value) - 8 / 997).max() <= verdict.kernel_error < 1e-4
    assert set(verdict.rounding.alternatives) == {"half up", "half even", "half away", "half down"}


def test_a_magnitude_of_weights_that_do_not_sum_to_0_is_told() -> None:
    """Over grey its sums are mostly of one sign, and an impulse down gives less."""
    kernel = np.array([[0.31, -0.22, 0.05], [-0.4, 0.7, 0.13]])
    verdict = identify(answers_of(Hidden(kernel, 0, (1, 1), ("reflect", "reflect"), absolute=True)))
    assert verdict.identified
    assert verdict.linear.value is False
    assert abs(np.abs(np.array(verdict.kernel.value)) - np.abs(kernel)).max() <= verdict.kernel_error


@LONG
def test_large_weights_whose_every_answer_wraps_are_read_from_impulses() -> None:
    """Their answers to the calmest noise lie all around the range, so that nothing else goes together with them."""
    kernel = np.array([[5, 1, -2, 0, 2, 0, 1, 1], [-2, -1, 1, 0, 2, 0, 1, 1], [-1, 2, 0, -1, 2, -2, -2, 0],
                       [1, 2, 1, 1, -2, 0, 0, 2], [2, 2, -1, -2, -1, -1, 0, -2], [0, -2, -1, -2, 2, 1, -2, 2],
                       [-2, 1, -2, -2, 2, -1, -2, -2]])  # fmt: skip
    verdict = identify(answers_of(Hidden(kernel, 1, (6, 3), ("reflect", "reflect"), overflow="wrap")))
    assert verdict.fractions.value == (tuple(map(tuple, kernel.tolist())), 1)
    assert (verdict.overflow.value, verdict.border.value, verdict.differing) == ("wrap", "reflect", 0)


def test_halves_that_floats_decide_are_not_byte_for_byte() -> None:
    """Tenths as floats: what is half-way goes up or down as the sum of errors has it, and no model tells which."""
    tenths = np.array([1, 1, 2, 2, 2, 1, 1]) / 10

    def by_floats(plane):
        padded = np.pad(plane.astype(float), ((0, 0), (3, 3)), mode="edge")
        sums = sum(tenths[j] * padded[:, j : j + plane.shape[1]] for j in range(7))
        return np.rint(sums).astype(np.uint8)

    verdict = identify({probe.name: by_floats(probe.pixels) for probe in probes(extras=False)})
    assert verdict.identified
    assert "byte for byte" not in verdict.sentence
    off = sum(
        np.count_nonzero(predict(verdict, probe.pixels) != by_floats(probe.pixels)) for probe in probes(extras=False)
    )
    assert off == verdict.differing > 0


@LONG
def test_a_constant_behind_clamped_answers_is_told_by_the_few_that_are_not() -> None:
    """White at the border whether 234 or 249 stands beyond it, but for three answers of the probes."""
    kernel = np.array([[-1, 7, -1, 7, -2], [4, 0, -1, 5, 4], [7, -1, 0, 2, -2]])
    hidden = Hidden(kernel, 4, (2, 2), ("constant", "constant"), value=249, rounding="up", gamma=2.2)
    assert identify(answers_of(hidden)).border_value == 249


def test_a_row_that_no_picture_changes_may_be_blank_though_another_corner_is_clamped() -> None:
    """Twice the row below, and 128: beyond the last row stands 0, or its answers are 128 by themselves."""
    hidden = Hidden(np.array([[0], [2]]), 1, (0, 0), ("zero", "zero"), offset=128)
    assert set(identify(answers_of(hidden)).border_indistinguishable) == {"zero", "blank", "renormalised"}


def test_of_constants_that_which_misses_fewer_answers_is_told() -> None:
    """Rounding down with a gamma makes 1 nearly as dark as 0; weights are floats, so that either misses a few."""
    kernel = LOPSIDED / 13
    zero = Model(kernel, None, 1, Axis(1, 1, -1, 3), Axis(1, 1, -1, 3), Edges("constant"), rounding="down", gamma=1.8)
    one = replace(zero, edges=Edges("constant", 1.0))
    pairs = [(zero, Tally(3, 1.0, 51_158)), (one, Tally(6, 1.0, 51_158))]
    assert best_of(pairs) == pairs[:1]
    assert best_of([pairs[0], (one, pairs[0][1])]) == [pairs[0], (one, pairs[0][1])]
    floats = replace(zero, rounding=None, dtype="float32")
    tiny = replace(floats, edges=Edges("constant", 4e-9))
    lost = [(tiny, Tally(0, 4.1e-4, 51_158)), (floats, Tally(0, 4.9e-4, 51_158))]
    assert best_of(lost) == lost[1:]


def test_halves_to_even_leave_the_weights_no_room_and_are_told() -> None:
    """Thirty-seconds: of answers half-way some are rounded up, others down, and only these very weights give both."""
    verdict = identify(answers_of(Hidden(WIDE, 32, (2, 2), ("edge", "edge"), rounding="half even")))
    assert verdict.fractions.value == (tuple(map(tuple, WIDE.tolist())), 32)
    assert (verdict.rounding.value, verdict.gamma.value, verdict.differing) == ("half even", 1.0, 0)
    assert verdict.freedom < 1e-4


def test_a_gamma_of_no_list_is_a_number_with_its_error() -> None:
    """2.35, by the bounds of rounding; with the kernel's own fractions."""
    verdict = identify(answers_of(Hidden(LOPSIDED, 13, (1, 1), ("edge", "edge"), gamma=2.35)))
    assert verdict.gamma.value == 2.35
    assert 0 < verdict.gamma_error < 0.01
    assert verdict.fractions.value == (tuple(map(tuple, LOPSIDED.tolist())), 13)


@pytest.mark.parametrize("pair", [("edge", "wrap"), ("renormalised", "renormalised")])
def test_a_border_for_each_axis_and_a_renormalised_one_are_told_by_name(pair: tuple[str, str]) -> None:
    """Columns that wrap round, as on a globe; weights beyond the ends left out."""
    verdict = identify(answers_of(Hidden(WIDE, int(WIDE.sum()), (2, 2), pair)))
    assert verdict.border.value == (pair[0] if pair[0] == pair[1] else "rows edge, columns wrap")
    assert verdict.border_indistinguishable == ()


@pytest.mark.parametrize("flip", [False, True])
def test_a_kernel_is_told_from_its_flip(flip: bool) -> None:
    """Correlation with K and convolution with K differ for a lopsided K."""
    turned = LOPSIDED[::-1, ::-1] if flip else LOPSIDED
    verdict = identify(answers_of(Hidden(turned, 13, (1, 1), ("reflect", "reflect"))), LOPSIDED)
    assert verdict.flipped.value is flip
    assert verdict.fractions.value == (tuple(map(tuple, turned.tolist())), 13)
    assert verdict.scale.value == pytest.approx(1 / 13)
    assert verdict.border.value == "reflect"


@pytest.mark.parametrize(("rounding", "others"), [("half even", ()), ("half up", ("half away",)), ("up", ())])
def test_a_rounding_is_told_from_others_where_halves_occur(rounding: str, others: tuple[str, ...]) -> None:
    """Sixteenths give halves; half up and half away differ below zero alone, and that is clamped."""
    hidden = Hidden(np.outer([1, 2, 1], [1, 2, 1]), 16, (1, 1), ("wrap", "wrap"), rounding=rounding)
    point = identify(answers_of(hidden)).rounding
    assert {point.value, *point.alternatives} - {None} == {rounding, *others}


def test_weights_that_floats_lose_make_no_kernel_wider_and_no_other_border() -> None:
    """Four rows of nearly a quarter: the rows below that stay 0 are as many as the kernel reaches over."""
    kernel = np.array([[0.24984588], [0.24967626], [0.25019398], [0.25051565]])
    hidden = Hidden(kernel, 0, (0, 0), ("blank", "blank"), offset=1, depth="float")
    verdict = identify(answers_of(hidden), depth="float")
    assert (np.shape(verdict.kernel.value), verdict.border.value, verdict.border_value) == ((4, 1), "blank", 0.0)


def test_floats_that_are_black_hide_what_is_below() -> None:
    """Under a gamma of 0.6 most answers are dark, and half are black for light below 0: no line goes through those."""
    kernel = np.array([[-3, 4]])
    verdict = identify(
        answers_of(Hidden(kernel, 13, (0, 0), ("edge", "edge"), gamma=0.6, depth="float")), depth="float"
    )
    assert verdict.gamma.value == pytest.approx(0.6, abs=1e-5)
    np.testing.assert_allclose(verdict.kernel.value, kernel / 13, atol=1e-4)


def test_a_16_bit_or_float_filter_is_identified_by_probes_of_its_depth() -> None:
    """The kernel is read from floats nearly exactly, and from 16 bit with its own white."""
    kernel = np.array([[0.2, -0.4, 0.2], [0.4, 0.6, -0.2]])  # fifths: no halves, which floats round either way

    def by_loops(plane, dtype):
        padded = np.pad(plane.astype(float), ((1, 0), (1, 1)), mode="edge")
        out = sum(
            kernel[i, j] * padded[i : i + plane.shape[0], j : j + plane.shape[1]] for i in range(2) for j in range(3)
        )
        return out.astype(dtype) if dtype == "float32" else np.clip(np.floor(out + 0.5), 0, 65535).astype(dtype)

    for depth, dtype in (("float", "float32"), (16, "uint16")):
        verdict = identify({p.name: by_loops(p.pixels, dtype) for p in probes(depth, extras=False)}, depth=depth)
        assert verdict.identified
        np.testing.assert_allclose(verdict.kernel.value, kernel, atol=1e-5)
        assert verdict.anchor.value == (1, 1)
        picture = unseen_picture(np.random.default_rng(3)).astype(np.float32 if depth == "float" else np.uint16)
        np.testing.assert_allclose(predict(verdict, picture), by_loops(picture, dtype), atol=1e-3)


def test_probes_are_always_the_same_and_uneven() -> None:
    """A set that a device answers in another year; H differs from W, and sizes have every remainder by 2 and 3."""
    first, second = probes(), probes()
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first, second, strict=True))
    assert int(first[14].pixels.astype(np.int64).sum()) == int(first[12].pixels.astype(np.int64).sum())
    shapes = {probe.pixels.shape[:2] for probe in first}
    assert all(height != width for height, width in shapes)
    for axis in (0, 1):
        assert {shape[axis] % 2 for shape in shapes} == {0, 1}
        assert {shape[axis] % 3 for shape in shapes} == {0, 1, 2}
