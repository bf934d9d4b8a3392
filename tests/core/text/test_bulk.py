"""Long text is read in bulk to the very numbers, and refused with the very words, of the patient reader."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.text import matrices
from convcli.core.text.bulk import bulk_rows
from convcli.core.text.matrices import parse_matrix
from convcli.errors import KernelTextError


def written(values: np.ndarray, separator: str, end: str) -> str:
    return end.join(separator.join(map(str, row)) for row in values.tolist()) + end


@pytest.mark.parametrize("separator", [" ", ",", ", ", "\t", "   "])
@pytest.mark.parametrize("end", ["\n", ";", "; ", "\r\n", "\n\n"])
def test_integers_of_one_to_eighteen_digits_come_out_as_they_are(separator: str, end: str) -> None:
    """Rows of 7 of both signs: long texts in any spelling of rows and numbers."""
    rng = np.random.default_rng(3)
    digits = rng.integers(0, 19, (900, 7))
    values = (rng.random((900, 7)) * 10.0**digits).astype(np.int64) * rng.choice([-1, 1], (900, 7))
    matrix = parse_matrix(written(values, separator, end), "text")
    assert matrix.dtype == np.int64
    assert np.array_equal(matrix, values)


def test_floats_and_integers_of_a_long_text_are_one_matrix() -> None:
    """Whole numbers in the first stretch, fractions and exponents far behind it."""
    whole = np.arange(60_000).reshape(-1, 3)
    text = written(whole, " ", "\n") + "1/4 -2.5e-3 +7\n.5 5. 1E2\n" * 9_000
    matrix = parse_matrix(text, "text")
    assert matrix.dtype == np.float64
    assert np.array_equal(matrix[:20_000], whole)
    assert matrix[-2:].tolist() == [[0.25, -0.0025, 7], [0.5, 5, 100]]


def test_a_row_longer_than_a_stretch_is_read_in_parts() -> None:
    """A million numbers in one row, by blanks and by commas."""
    values = np.random.default_rng(4).integers(-99, 100, (1, 1_000_000))
    for separator in (" ", ",", ", "):
        assert np.array_equal(parse_matrix(written(values, separator, "\n"), "text"), values)
    for wrong in ("1,,", ",1", "1,"):
        with pytest.raises(KernelTextError, match="missing beside this comma"):
            parse_matrix("12,34," * 400_000 + wrong, "text")


@pytest.mark.parametrize(
    "wrong",
    ["1", "1 2 3", "1 x", "1,,2", "1,", ",1 2", "- 1", "1-2 3", "1 2-", "--1 2", "1 nan", "1 2_0", "1 ٣", "1 2 #"],
)
def test_a_mistake_far_down_is_named_as_if_the_text_were_short(wrong: str) -> None:
    """Line, column and words are those of the same line in a short text; a comment is no mistake."""
    lines = 30_000
    long = "1 2\n" * lines + wrong + "\n1 2\n"
    if wrong.endswith("#"):
        assert parse_matrix(long, "text").shape == (lines + 2, 2)
        return
    with pytest.raises(KernelTextError) as short_error:
        parse_matrix(f"1 2\n{wrong}\n", "text")
    with pytest.raises(KernelTextError) as long_error:
        parse_matrix(long, "text")
    expected = str(short_error.value).replace("line 2", f"line {lines + 1}").replace("row 2 ", f"row {lines + 1} ")
    assert str(long_error.value) == expected


def test_a_mistake_behind_many_rows_of_one_line_has_its_column() -> None:
    """Rows by semicolons: the column counts from the line's beginning."""
    with pytest.raises(KernelTextError, match=f"line 1, column {5 * 100_000 + 3}: 'x'"):
        parse_matrix("1 2; " * 100_000 + "1 x", "text")
    with pytest.raises(KernelTextError, match="line 2, column 3: 'x'"):
        parse_matrix("1 2; " * 100_000 + "\n1 x", "text")


def test_comments_hide_rows_in_long_text_too() -> None:
    """What stands behind # is no row, semicolons and all."""
    assert parse_matrix("1 2 # 3; 4 5; x\n" * 30_000, "text").shape == (30_000, 2)


@pytest.mark.parametrize(
    "text", ["1_0 2\n", "1 2\n3\n", "1,,2\n", "١ 2\n", "1 2 # x\n", "1/2 1\n", "9999999999999999999 1\n"]
)
def test_whatever_needs_patience_is_left_to_it(text: str) -> None:
    """Fractions, comments, ragged rows, foreign digits and 19 of them are not read in bulk."""
    assert bulk_rows(text) is None


def test_whole_numbers_are_int64_then_uint64_then_float64() -> None:
    """The dtype follows the least and the largest number; what float64 rounds is refused or remarked."""
    assert parse_matrix("9223372036854775807 -9223372036854775808", "t").dtype == np.int64
    assert parse_matrix("18446744073709551615 0", "t").tolist() == [[2**64 - 1, 0]]
    assert parse_matrix("18446744073709551616 -1", "t").tolist() == [[2.0**64, -1]]
    for text, number in (("9007199254740993 .5", 2**53 + 1), ("18446744073709551615 -1", 2**64 - 1)):
        with pytest.raises(KernelTextError, match=f"{number} is beyond"):
            parse_matrix(text, "t")
        remarks: list[str] = []
        assert parse_matrix(text, "t", rounded=remarks).dtype == np.float64
        assert [str(number) in remark for remark in remarks] == [True]


def test_more_numbers_than_are_taken_are_refused_on_the_way() -> None:
    """The bound is on numbers, in bulk and row by row."""
    assert parse_matrix("1 2\n" * 8, "t", most=16).size == 16
    for text in ("1 2\n" * 9, "1 2\n" * 9_000, "1 .5\n" * 9, "1 1/2\n" * 9_000):
        with pytest.raises(KernelTextError, match="more than 16 numbers"):
            parse_matrix(text, "t", most=16)
    assert matrices.LONG < 9_000 * 4
