"""Grids of numbers for a terminal: aligned by the point, rounded to what is known, cut with a count where wide.

A pipe gets `core.text.matrices.format_matrix` instead, which is exact.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from convcli.core.quantities import EXACT, SMALL, plain
from convcli.errors import many

DIGITS = 6  # significant digits of the largest number; no more of the others' decimals are known better
MOST_ROWS = 64
GOES_ON = " ..."
NOTHING = "."  # where there is no number
_POINTED = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def number_words(rows: Sequence[Sequence[Any]], digits: int = DIGITS) -> list[list[str]]:
    """Numbers in words of as many decimals as the largest one leaves, without zeros at their end.

    What is not 0 is never shown as 0.

    >>> number_words([[1 / 3, 100.0], [-0.5, 1e-9]])
    [['0.333', '100'], ['-0.5', '1e-9']]
    """
    finite = [abs(float(value)) for row in rows for value in row if math.isfinite(value)]
    largest = max(finite, default=0.0)
    if not SMALL <= largest < EXACT:
        return [[plain(value) for value in row] for row in rows]
    decimals = max(0, digits - 1 - math.floor(math.log10(largest)))
    return [[_rounded(value, decimals) for value in row] for row in rows]


def _rounded(value: Any, decimals: int) -> str:
    if isinstance(value, int) or not math.isfinite(value):
        return str(value)
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return (plain(float(f"{value:.1g}")) if value else "0") if text in ("0", "-0") else text


def aligned(
    words: Sequence[Sequence[str]],
    width: int | None = None,
    *,
    most_rows: int | None = None,
    most_columns: int | None = None,
) -> list[str]:
    """Rows of words, their points below each other; what is left out is counted in a last line.

    Args:
        words: numbers in words, as many in each row.
        width: columns that there are; None for any number.
        most_rows, most_columns: rows and columns that are shown at most; None for all.

    >>> aligned([["-1", "0.5"], ["10", "2"]])
    ['-1     0.5', '10     2']
    >>> aligned([["1"] * 9] * 3, 12, most_rows=2)
    ['1 1 1 1 ...', '1 1 1 1 ...', '... 5 more columns, 1 more row']
    """
    rows = words if most_rows is None else words[:most_rows]
    pointed = [word for row in rows for word in row if _POINTED.fullmatch(word)]
    others = max((len(word) for row in rows for word in row), default=0)
    after = max((len(word) - len(word.partition(".")[0]) for word in pointed), default=0)
    before = max((len(word.partition(".")[0]) for word in pointed), default=0)
    before = max(before, others - after)
    padded = [[_placed(word, before, after) for word in row] for row in rows]
    return cut(padded, "  " if after else " ", width, rows_left=len(words) - len(rows), most=most_columns)


def _placed(word: str, before: int, after: int) -> str:
    if word == NOTHING:
        return word.rjust(before).ljust(before + after)
    if not _POINTED.fullmatch(word):  # nan, 1/9, 1e-9 have no point to stand by
        return word.rjust(before + after)
    whole, point, decimals = word.partition(".")
    return f"{whole:>{before}}{point}{decimals}".ljust(before + after)


def cut(
    cells: Sequence[Sequence[str]], gap: str, width: int | None, *, rows_left: int = 0, most: int | None = None
) -> list[str]:
    """Rows of padded cells in that width; a last line counts the columns and rows that are left out.

    Args:
        cells: of one width in each column.
        rows_left: rows that were left out already.
        most: columns that are shown at most.
    """
    shown = len(cells[0]) if most is None else min(most, len(cells[0]))
    whole = max(len(gap.join(row).rstrip()) for row in cells)
    if width is not None and (whole > width or shown < len(cells[0])):
        ends = [len(gap.join(cells[0][: count + 1])) for count in range(shown)]
        shown = max(1, sum(end + len(GOES_ON) <= width for end in ends))
    goes_on = GOES_ON if shown < len(cells[0]) else ""
    lines = [gap.join(row[:shown]) + goes_on if goes_on else gap.join(row).rstrip() for row in cells]
    left = [many(len(cells[0]) - shown, "more column"), many(rows_left, "more row")]
    left = [words for words, count in zip(left, (len(cells[0]) - shown, rows_left), strict=True) if count]
    return [*lines, f"... {', '.join(left)}"] if left else lines


def number_lines(rows: Sequence[Sequence[Any]], width: int | None = None, *, digits: int = DIGITS) -> list[str]:
    """A matrix for a terminal: rounded, aligned, cut."""
    return aligned(number_words(rows, digits), width, most_rows=MOST_ROWS)
