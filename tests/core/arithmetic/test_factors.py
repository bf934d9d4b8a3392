"""Separable terms, ladders of whole factors, and shift and add: products and sums that give the kernel back."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from convcli.core.arithmetic import shift_add
from convcli.core.arithmetic.calls import run_steps
from convcli.core.arithmetic.factors import float_terms, whole_term
from convcli.core.arithmetic.ladder import LONGEST, ladder, passes
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arithmetic.shift_add import operations, shift_and_add, tap_groups

ROWS = st.lists(st.integers(-9, 9), min_size=1, max_size=12).map(tuple)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(ROWS)
def test_a_ladder_multiplies_out_to_the_row(row: tuple[int, ...]) -> None:
    """By NumPy's convolution of all factors, and never in more passes than the row itself takes."""
    factors = ladder(row)
    assert tuple(np.atleast_1d(functools.reduce(np.convolve, factors, np.array([1]))).tolist()) == row
    assert passes(factors) <= passes((row,))


@pytest.mark.parametrize(
    ("row", "additions"),
    [
        ((1, 2, 1), 2),
        ((1, 4, 6, 4, 1), 4),
        ((1,) * 8, 3),
        ((1,) * 9, 4),
        ((-1, 0, 1), 1),
        ((1,), 0),
        ((-1, -2, 0, 2, 1), 3),
    ],
)
def test_well_known_rows_take_few_passes(row: tuple[int, ...], additions: int) -> None:
    """Binomials one a tap less one, boxes the logarithm, differences one."""
    assert passes(ladder(row)) == additions


def test_rows_too_long_to_search_stay_whole() -> None:
    """The search is bounded."""
    row = (1,) * (LONGEST + 1)
    assert ladder(row) == (row,)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(ROWS, ROWS)
def test_whole_terms_multiply_out_exactly(column: tuple[int, ...], row: tuple[int, ...]) -> None:
    """Any outer product of whole numbers is found, in whole numbers."""
    weights = np.outer(column, row).astype(np.float64)
    term = whole_term(weights)
    assert term is not None
    assert np.array_equal(np.outer(term.column, term.row), weights)
    assert np.array_equal(term.row, np.rint(term.row))
    assert np.array_equal(term.column, np.rint(term.column))


def test_rank_two_has_no_whole_term() -> None:
    """The Laplacian is no outer product."""
    assert whole_term(np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])) is None


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_float_terms_add_up_to_the_kernel(rank: int) -> None:
    """As many as the rank, their sum the kernel to 1e-14 of the sum of its magnitudes."""
    rng = np.random.default_rng(rank)
    weights = sum(np.outer(rng.normal(size=11), rng.normal(size=9)) for _ in range(rank))
    terms = float_terms(weights, 1e-14)
    assert terms is not None
    assert len(terms) == rank
    total = sum(np.outer(term.column, term.row) for term in terms)
    assert np.abs(total - weights).sum() <= 1e-13 * np.abs(weights).sum()
    assert all(np.abs(term.row).max() == 1 for term in terms)


def test_full_rank_does_not_pay() -> None:
    """Terms that would take as many multiplications as the kernel are not offered."""
    assert float_terms(np.random.default_rng(1).normal(size=(7, 7)), 1e-7) is None
    assert float_terms(np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]), 1e-7) is None


def test_symmetric_rows_keep_their_symmetry() -> None:
    """Equal taps stay equal bit for bit, so that they can be added first and multiplied once."""
    taps = np.exp(-(np.arange(-4, 5) ** 2) / 7.3)
    (term,) = float_terms(np.outer(taps, taps) / np.outer(taps, taps).sum(), 1e-7) or []
    assert np.array_equal(term.row, term.row[::-1])
    assert operations(tap_groups(term.row[np.newaxis, np.newaxis])) == 4 * 2 + 3 + 1


def run(weights: Any, plane: Any, dtype: Any) -> Any:
    """Valid correlation of a plane by shift and add."""
    height, width = weights.shape
    rows, columns = plane.shape[0] - height + 1, plane.shape[1] - width + 1
    source = plane.astype(dtype)
    total = np.empty((rows, columns), dtype)
    groups = tap_groups(np.asarray(weights, float)[np.newaxis])
    steps = shift_and_add(
        groups, lambda t: source[t.row : t.row + rows, t.column : t.column + columns], total, Scratch()
    )
    for _ in range(2):  # steps can be run again
        run_steps(steps)
    return total


def test_sums_that_wrap_come_back() -> None:
    """300 * 200 - 299 * 200 = 200 in sixteen bits, though neither product fits."""
    assert run(np.array([[300, -299]]), np.full((1, 2), 200), np.int16).tolist() == [[200]]
    assert run(np.array([[-299, 300]]), np.full((1, 2), 200), np.int16).tolist() == [[200]]
    assert run(np.array([[70000, -69999]]), np.full((1, 2), 5), np.int16).tolist() == [[5]]


@pytest.mark.parametrize(
    ("weights", "expected"), [([[0, 0]], 0), ([[-1, -1]], -7), ([[-2, -2]], -14), ([[2, -2]], -2), ([[-3, 0]], -9)]
)
def test_groups_of_every_sign(weights: list[list[int]], expected: int) -> None:
    """No tap, ones, and pairs that begin with a negative tap, on the samples 3 and 4."""
    assert run(np.array(weights), np.array([[3, 4]]), np.int16).tolist() == [[expected]]


def test_operations_count_the_passes() -> None:
    """Laplacian: one multiplication, four additions; Sobel: a subtraction and a multiplication, four additions."""
    assert operations(tap_groups(np.array([[[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]]))) == 5
    assert operations(tap_groups(np.array([[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]))) == 2 + 4
    assert operations([]) == 0


@given(hnp.arrays(np.float64, (1, 3, 4), elements=st.sampled_from([0.0, 1.0, -1.0, 2.0, -2.0, 0.5])))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_passes_are_counted_without_building_the_taps(weights: Any) -> None:
    """The count is that of the taps themselves."""
    assert shift_add.passes(weights) == operations(tap_groups(weights))
