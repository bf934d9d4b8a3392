"""Numbers as people read them: worked by hand."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convcli.core.quantities import duration, plain, short, spoken
from convcli.errors import many


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.18, "180 ms"), (0.00012, "0.12 ms"), (0.9996, "1 s"), (0.9994, "999 ms"), (3.05, "3.05 s"),
        (12.345, "12.3 s"),
        (119, "119 s"), (125, "2 min 5 s"), (3600 * 20, "1,200 min 0 s"), (0, "0 ms"), (1e-9, "0 ms"),
        (0.0032449, "3.24 ms"),
    ],
)  # fmt: skip
def test_times_have_units_and_no_powers(seconds: float, text: str) -> None:
    """Milliseconds below a second, minutes from two on."""
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3050.0, "3,050"), (180.0, "180"), (1e5, "100,000"), (0.5, "0.5"), (999.6, "1,000"), (0.000123456, "0.000123"),
        (3.64e-15, "3.64e-15"), (-1234.5, "-1,234"), (1e20, "1e20"), (math.inf, "inf"), (0.0, "0"), (9.996, "10"),
    ],
)  # fmt: skip
def test_measurements_have_three_digits(value: float, text: str) -> None:
    """Digits before the point all stand; powers only for what is tiny or beyond float64's exact range."""
    assert short(value) == text


@given(st.floats(1e-4, 9e14, allow_nan=False) | st.floats(-9e14, -1e-4))
def test_no_number_of_a_size_people_know_has_a_power_of_ten(value: float) -> None:
    """From 0.0001 to a thousand billions: digits, thousands apart; and it reads back within its rounding."""
    for text, within in ((spoken(value), 1e-5), (short(value), 6e-3), (short(value, 2), 6e-2)):
        assert re.fullmatch(r"-?\d{1,3}(,\d{3})*(\.\d+)?", text), text
        assert float(text.replace(",", "")) == pytest.approx(value, rel=within)
    assert float(plain(value)) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(
    ("count", "nouns", "text"),
    [
        (1, ("weight",), "1 weight"), (0, ("row",), "0 rows"), (2000, ("pixel",), "2,000 pixels"),
        (1, ("entry", "entries"), "1 entry"), (3, ("entry", "entries"), "3 entries"),
    ],
)  # fmt: skip
def test_one_is_not_plural(count: int, nouns: tuple[str, ...], text: str) -> None:
    """1 weight, 0 rows, 2,000 pixels."""
    assert many(count, *nouns) == text
