"""Grids of numbers on a terminal: points below each other, rounded, and what is left out counted."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.report.printing.aligned import aligned, number_lines, number_words


@pytest.mark.parametrize("width", [12, 20, 40, 60, 79, 80, 1000])
@pytest.mark.parametrize("columns", [1, 2, 7, 30])
def test_columns_that_do_not_fit_are_counted(columns: int, width: int) -> None:
    """Shown and counted columns are all there are, the grid fits, and the shown numbers are whole."""
    rows = (np.arange(2 * columns).reshape(2, columns) * 37 - 50).tolist()
    lines = number_lines(rows, width)
    numbers = [line.removesuffix(" ...").split() for line in lines[:2]]
    left = int(lines[2].split()[1]) if len(lines) == 3 else 0
    assert len(numbers[0]) + left == columns
    assert numbers == [[str(value) for value in row[: len(numbers[0])]] for row in rows]
    assert all(len(line) <= width for line in lines[:2])
    assert lines[2:] == ([f"... {left} more column{'s' * (left > 1)}"] if left else [])


def test_points_stand_below_each_other() -> None:
    """Of every column the points are at one place; whole numbers end before it."""
    lines = number_lines([[-1.5, 0.25, 3], [10, -0.125, 4.5]])
    assert lines == ["-1.5     0.25    3", "10      -0.125   4.5"]


def test_numbers_are_rounded_to_the_largest_ones_digits() -> None:
    """Six digits of the largest; what is not 0 does not become 0."""
    assert number_words([[1 / 3, 1234.5678], [1e-9, 0.0]]) == [["0.33", "1234.57"], ["1e-9", "0"]]
    assert number_words([[float("nan"), float("inf"), 0.1]]) == [["nan", "inf", "0.1"]]
    assert number_words([[2**70, 3]]) == [["1180591620717411303424", "3"]]


def test_rows_are_counted_too() -> None:
    """One row more is one row."""
    assert aligned([["1"], ["2"], ["3"]], most_rows=2) == ["1", "2", "... 1 more row"]
