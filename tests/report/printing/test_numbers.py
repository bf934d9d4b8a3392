"""Numbers as people read them: hand-written expectations."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.report.printing.numbers import grouped, human_bytes, plain, ratio


@pytest.mark.parametrize(
    ("n", "text"),
    [(0, "0"), (999, "999"), (-1000, "-1,000"), (10**12, "1,000,000,000,000"), (np.int64(4096), "4,096")],
)
def test_grouped_sets_thousands_apart(n: int, text: str) -> None:
    """A comma every three digits, at any size."""
    assert grouped(n) == text


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB (1,000 B)"),
        (1024, "1.02 kB (1 KiB)"),
        (999_999, "1 MB (977 KiB)"),
        (4_000_000, "4 MB (3.81 MiB)"),
        (1024**2 - 1, "1.05 MB (1 MiB)"),
        (3_070_000_000, "3.07 GB (2.86 GiB)"),
        (4 * 10**12, "4 TB (3.64 TiB)"),
        (4 * 10**34, "40,000 QB (31,554 QiB)"),
    ],
)
def test_bytes_are_given_in_both_kinds_of_units(n: int, text: str) -> None:
    """Powers of 1000 first, of 1024 in brackets, three digits, rolled over to the next unit when they round up."""
    assert human_bytes(n) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (-2.5, "-2.5"),
        (1 / 9, "0.111111"),
        (0.1 + 0.2, "0.3"),
        (1e-5, "1e-5"),
        (-1.25e-12, "-1.25e-12"),
        (123456.75, "123457"),
        (1234567.25, "1234567"),
        (999999999999999.0, "999999999999999"),
        (1e20, "1e20"),
        (12345.678, "12345.7"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (np.float32(0.1), "0.1"),
        (np.uint8(200), "200"),
        (2**70, str(2**70)),
    ],
)
def test_plain_is_short_and_does_not_lie(value: float, text: str) -> None:
    """Whole numbers are bare, others have six digits, exponents have no padding."""
    assert plain(value) == text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (10**12, 10**8, "10,000 times smaller"),
        (10**12, 100, "10,000,000,000 times smaller"),
        (100, 250, "2.5 times larger"),
        (3, 1, "3 times smaller"),
        (1_000_003, 1000, "about 1,000 times smaller"),
        (10, 7, "about 1.43 times smaller"),
        (5, 5, "the same"),
        (5, 0, "down to none"),
        (0, 5, "up from none"),
    ],
)
def test_ratios_are_said_in_words(before: int, after: int, text: str) -> None:
    """Exact ratios plainly, rounded ones with "about"."""
    assert ratio(before, after) == text
