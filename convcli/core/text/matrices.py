"""Matrices as text: rows by `;` or line, numbers by blanks or commas.

Kernels and literal pictures are both written this way, so the messages speak
of rows and numbers only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

from convcli.core.text.bulk import bulk_rows
from convcli.core.text.row_stack import Place, Stack
from convcli.errors import printable

if TYPE_CHECKING:
    from convcli.core.arrays import Array

NUMBER_CHARACTERS = frozenset("0123456789+-.eE/")
LONGEST_NUMBER = 1000  # no float64 needs more characters, and hostile text has millions
_SHOWN = 40  # characters of a bad number that a message repeats
_ONE_BLANK = str.maketrans("\t\v\f\u00a0", "    ")  # spreadsheets paste no-break spaces
_ODD, _SEPARATOR = re.compile(r"[^0-9+\-.eE/,\s]"), re.compile(r"[,\s]")
_INTEGER_CHARACTERS = frozenset("0123456789+-, ")
LONG, STRETCH = 1 << 14, 1 << 18  # characters of a text that is read in bulk, and of a piece of it


def parse_matrix(
    text: str, where: str, *, from_file: bool = False, most: int | None = None, rounded: list[str] | None = None
) -> Array:
    """Read a matrix: `"0 1; 2 3"`, `"1/9, 1/9"`, or the lines of a file.

    Rows end at `;` or at the end of a line; numbers are separated by blanks,
    tabs or one comma.  Fractions, signs and exponents are understood; `#`
    begins a comment; blank rows, a byte-order mark and CRLF are skipped.  The
    time is linear in the length of the text.

    Args:
        text: the matrix.
        where: what messages call its origin: a file, "stdin", an option.
        from_file: whether bad text is a bad input (exit 3) and not a bad option (exit 2).
        most: numbers that are read; more are refused.
        rounded: takes a remark on whole numbers that float64 rounds; without it they are refused.

    Returns:
        Shape (rows, columns), each at least 1: int64 or uint64 if every number is a
        plain whole number that fits, else float64; always finite.

    Raises:
        KernelTextError: with line and column, for text that is empty, ragged or holds anything but numbers.

    >>> parse_matrix("0 1; 2 3", "-k").tolist()
    [[0, 1], [2, 3]]
    >>> parse_matrix("1/4, .5", "-k").tolist()
    [[0.25, 0.5]]
    """
    unified = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    stack = Stack(where, from_file, most)
    for stretch, line, start in _stretches(unified) if len(unified) > LONG else ((unified, 1, 0),):
        rows = bulk_rows(stretch) if len(unified) > LONG else None
        if rows is None or not stack.takes(rows):
            for place, row in _rows(stretch, Place(where, line, start, from_file)):
                stack.add(parse_numbers(row, place), place, row)
    return stack.array(rounded)


def _stretches(text: str) -> Iterator[tuple[str, int, int]]:
    """The text cut at ends of lines, or else of rows, into pieces that are read at once; line and column of each."""
    start, line, line_start, commented = 0, 1, 0, "#" in text
    while start < len(text):
        stop = text.find("\n", start + STRETCH) + 1 or len(text)
        if not commented and (row_end := text.find(";", start + STRETCH, stop) + 1):
            stop = row_end
        yield text[start:stop], line, start - line_start
        line += text.count("\n", start, stop)
        line_start = max(line_start, text.rfind("\n", start, stop) + 1)
        start = stop


def parse_numbers(row: str, place: Place) -> list[int | float]:
    """The numbers of one row that is not blank, separated by blanks or one comma."""
    if len(row) > LONG and (odd := _ODD.search(row)):
        end = _SEPARATOR.search(row, odd.end())
        _explain_first_bad(row[: end.start() if end else len(row)], place)
    tokens = row.replace(",", " ").split()
    try:
        numbers = _plain_integers(row, tokens) or [_number(token) for token in tokens]
    except ValueError:
        _explain_first_bad(row, place)
    if "," in row:
        _refuse_missing(row, place)
    return numbers


def format_matrix(array: Array, *, separator: str = " ") -> str:
    """The shortest text that `parse_matrix` reads back to the same values.

    Args:
        array: shape (rows, columns); a float is written with as few digits as
            identify it in its own dtype, a whole number without ".0".
        separator: between the numbers of a row.

    Returns:
        One line a row, without a final newline.

    >>> import numpy as np
    >>> print(format_matrix(np.array([[0.5, -1.0], [1 / 3, 1e-9]])))
    0.5 -1
    0.3333333333333333 1e-09
    """
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        return "\n".join(separator.join(_trimmed(str(number)) for number in row) for row in array)
    if array.dtype.kind == "b":
        array = array.astype("uint8")
    return "\n".join(separator.join(_trimmed(repr(number)) for number in row) for row in array.tolist())


def _trimmed(text: str) -> str:
    # "-0.0" keeps its point: as a whole number it would lose its sign
    return text[:-2] if text.endswith(".0") and text != "-0.0" else text


def _rows(text: str, first: Place) -> Iterator[tuple[Place, str]]:
    """The rows that are not blank, and where they begin."""
    where, line, start, from_file = first
    for content in text.translate(_ONE_BLANK).split("\n"):
        for row in content.partition("#")[0].split(";"):
            if row and not row.isspace():
                yield Place(where, line, start, from_file), row
            start += len(row) + 1
        line, start = line + 1, 0


def _plain_integers(row: str, tokens: list[str]) -> list[int | float]:
    """The tokens as ints where that is quick and safe (literal pictures are long); else empty."""
    if len(row) > 20 * len(tokens) or not _INTEGER_CHARACTERS.issuperset(row):
        return []
    return [int(token) for token in tokens]


def _number(token: str) -> int | float:
    """The value of one token; ValueError for anything but a finite decimal number or fraction."""
    if len(token) > LONGEST_NUMBER or not NUMBER_CHARACTERS.issuperset(token):
        raise ValueError(token)
    if "/" in token:
        above, _, below = token.partition("/")
        divisor = float(below)
        value = float(above) / divisor if divisor else math.nan
    else:
        value = float(token)
    if not math.isfinite(value):
        raise ValueError(token)
    return int(token) if token.lstrip("+-").isdigit() else value


def _explain_first_bad(row: str, place: Place) -> NoReturn:
    column = 0
    for token in row.replace(",", " ").split():
        column = row.index(token, column)
        try:
            _number(token)
        except ValueError:
            place.refuse(_why_bad(token), column)
        column += len(token)
    raise AssertionError("a number was refused and then accepted")


def _why_bad(token: str) -> str:
    shown = repr(printable(token, _SHOWN))
    if len(token) > LONGEST_NUMBER:
        return f"{shown} has {len(token)} characters; a number has at most {LONGEST_NUMBER}"
    if token.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return f"{shown} is not allowed; every number must be finite"
    if "_" in token or any(c.isdigit() and not c.isascii() for c in token):
        return f"{shown} is not a number; use the digits 0-9 only, as in 10 or 0.5"
    if not NUMBER_CHARACTERS.issuperset(token):
        return f"{shown} is not a number; write 2, -0.5, 1e-3 or 1/9"
    return _why_bad_value(token, shown)


def _why_bad_value(token: str, shown: str) -> str:
    try:
        values = [float(part) for part in token.split("/")]
    except ValueError:
        return f"{shown} is not a number; write 2, -0.5, 1e-3 or 1/9"
    if len(values) == 2 and values[1] == 0:
        return f"{shown} divides by zero"
    if len(values) > 2:
        return f"{shown} is not a number; a fraction has one stroke, as in 1/9"
    return f"{shown} is too large; numbers go up to 1.8e308"


def _refuse_missing(row: str, place: Place) -> None:
    column = 0
    for cell in row.split(","):
        if not cell.strip():
            place.refuse("a number is missing beside this comma", max(column - 1, 0))
        column += len(cell) + 1
