"""Quotients of whole numbers: Python's exact fractions, rounded half to even, decide."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli.core.arithmetic.quotient import divide, whole_divisor


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.int64])
@pytest.mark.parametrize("divisor", [2, 3, 4, 9, 16, 25, 256, 273, 1001, 8192])
def test_every_quotient_is_rounded_half_to_even(dtype: Any, divisor: int) -> None:
    """All whole numbers around many multiples and halves, of either sign, as `round` of a fraction has them."""
    numbers = np.arange(-3 * divisor - 2, 3 * divisor + 3)[-20_000:].astype(dtype)
    expected = [round(Fraction(int(number), divisor)) for number in numbers]
    values = numbers.copy()
    divide(values, divisor, np.empty_like(values))
    assert values.tolist() == expected
    positive = numbers[numbers >= 0].copy()
    divide(positive, divisor, np.empty_like(positive), nonnegative=True)
    assert positive.tolist() == expected[-len(positive) :]


def test_the_largest_numbers_do_not_wrap() -> None:
    """Up to the dtype's end less half the divisor."""
    for divisor in (9, 16):
        values = np.array([2**15 - 1 - divisor // 2], np.int16)
        expected = round(Fraction(int(values[0]), divisor))
        divide(values, divisor, np.empty_like(values), nonnegative=True)
        assert values.tolist() == [expected]


@pytest.mark.parametrize(
    ("factor", "divisor"),
    [(1 / 3, 3), (1 / 9, 9), (1 / 16, 16), (1 / 273, 273), (0.5, 2), (0.1, 1), (1 / 6, 1), (0.3, 1), (1.0, 1)],
)
def test_only_odd_numbers_and_powers_of_two_divide(factor: float, divisor: int) -> None:
    """An even number that is no power of two has halves that no shift tells apart; 0.3 is no 1/d."""
    assert whole_divisor(factor) == divisor
