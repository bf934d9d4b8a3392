"""Matrices as text are read exactly, and refused by place and rule."""

import contextlib
import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from convcli.core.text.matrices import format_matrix, parse_matrix
from convcli.errors import ConvcliError, KernelTextError

BOUNDED = settings(derandomize=True, deadline=None, max_examples=300)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 1; 2 3", [[0, 1], [2, 3]]),
        ("0,1\n2,3\n", [[0, 1], [2, 3]]),
        ("\ufeff1\t2\r\n\r\n# note; 9 9\r\n3 , 4 # end\r\n", [[1, 2], [3, 4]]),
        ("1 2;3 4;", [[1, 2], [3, 4]]),
        ("-1 +2 -0", [[-1, 2, 0]]),
        ("1\r2", [[1], [2]]),
        ("9223372036854775807 -9223372036854775808", [[2**63 - 1, -(2**63)]]),
    ],
)
def test_whole_numbers_stay_whole(text, expected):
    """Plain whole numbers become int64, whatever separates the rows and numbers."""
    matrix = parse_matrix(text, "-k")
    assert matrix.dtype == np.int64
    assert matrix.tolist() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/4 -1/8", [[0.25, -0.125]]),
        (".5 5. 1e-3 -2E2", [[0.5, 5.0, 0.001, -200.0]]),
        ("1.5/3", [[0.5]]),
        ("1 2; 3 4.0", [[1.0, 2.0], [3.0, 4.0]]),
        ("36893488147419103232 -.5", [[2.0**65, -0.5]]),
        ("1/9", [[float(Fraction(1, 9))]]),
        ("0.1 5e-324 1.7976931348623157e308", [[0.1, 5e-324, 1.7976931348623157e308]]),
    ],
)
def test_other_numbers_are_the_nearest_floats(text, expected):
    """Fractions, points, exponents and integers too large for int64 become the nearest float64."""
    matrix = parse_matrix(text, "-k")
    assert matrix.dtype == np.float64
    assert matrix.tolist() == expected


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "f", "no numbers"),
        ("# only a note\n ; \n", "f", "no numbers"),
        ("0 1 2\n3 4\n", "f, line 2, column 1", "row 2 has 2 numbers, the rows before have 3"),
        ("0 1; 5", "f, line 1, column 6", "row 2 has 1 number, the rows before have 2"),
        ("1 2; 0,5 0", "f, line 1, column 6", "one half as 0.5"),
        ("1 a", "f, line 1, column 3", "'a' is not a number"),
        ("1 2\n3 1_0", "f, line 2, column 3", "digits 0-9"),
        ("1 ２", "f, line 1, column 3", "digits 0-9"),
        ("1 2;  1e400 2", "f, line 1, column 7", "too large"),
        ("nan 1", "f, line 1, column 1", "finite"),
        ("1 -inf", "f, line 1, column 3", "finite"),
        ("1/0", "f, line 1, column 1", "divides by zero"),
        ("0/0 1", "f, line 1, column 1", "divides by zero"),
        ("1/2/3", "f, line 1, column 1", "one stroke"),
        ("1,,2", "f, line 1, column 2", "missing"),
        ("1,2,", "f, line 1, column 4", "missing"),
        (",1", "f, line 1, column 1", "missing"),
        ("1 - 2", "f, line 1, column 3", "not a number"),
        ("1 " + "9" * 2000, "f, line 1, column 3", "at most 1000"),
        ("0x10", "f, line 1, column 1", "not a number"),
        ("11 1x1 1y", "f, line 1, column 4", "'1x1'"),
    ],
)
def test_what_is_no_matrix_is_refused_by_place(text, place, words):
    """A bad text is refused with its line, column, value and rule."""
    with pytest.raises(KernelTextError) as refused:
        parse_matrix(text, "f")
    assert str(refused.value).startswith(f"{place}: ")
    assert words in str(refused.value)


def test_bad_text_in_a_file_is_a_bad_input():
    """The exit code is 2 for a literal and 3 for a file's content."""
    for from_file, code in ((False, 2), (True, 3)):
        with pytest.raises(KernelTextError) as refused:
            parse_matrix("x", "f", from_file=from_file)
        assert refused.value.exit_code == code


@pytest.mark.parametrize("part", ["1 ", "-", ";", "1/", "1;"])
def test_long_text_takes_linear_time(part: str) -> None:
    """Ten times the text, numbers or nonsense, takes at most about ten times the calls: no backtracking."""
    counts = [_calls(part * repeats) for repeats in (2_000, 20_000)]
    assert counts[1] <= 11 * counts[0]


def _calls(text: str) -> int:
    """Python and C calls made while the text is read or refused."""
    count = 0

    def tally(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tally)
    try:
        with contextlib.suppress(KernelTextError):
            parse_matrix(text, "f")
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (np.array([[3, 2], [1, 0]]), "3 2\n1 0"),
        (np.array([[0.5, -1.0, 1e-9, 1e22]]), "0.5 -1 1e-09 1e+22"),
        (np.array([[0.1]], dtype=np.float32), "0.1"),
        (np.array([[True, False]]), "1 0"),
        (np.array([[200]], dtype=np.uint8), "200"),
    ],
)
def test_written_numbers_are_the_shortest(matrix, expected):
    """A matrix is written with no more digits than tell its numbers apart in their own dtype."""
    assert format_matrix(matrix) == expected


def test_the_separator_is_between_numbers():
    """A comma as the separator makes CSV."""
    assert format_matrix(np.array([[1, 2], [3, 4]]), separator=",") == "1,2\n3,4"


@BOUNDED
@given(
    arrays.arrays(
        np.float64,
        arrays.array_shapes(min_dims=2, max_dims=2, max_side=4),
        elements=st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_floats_survive_the_round_trip(matrix):
    """Every finite float64, the smallest and -0 included, reads back as itself."""
    back = parse_matrix(format_matrix(matrix), "f")
    assert back.shape == matrix.shape
    assert all(
        a == b and math.copysign(1, a) == math.copysign(1, b)
        for a, b in zip(back.ravel().tolist(), matrix.ravel().tolist(), strict=True)
    )


@BOUNDED
@given(st.text(alphabet="0123456789+-.eE/,; \t\n#xn_٣", max_size=40))
def test_only_our_own_error_comes_out(text):
    """Any text is either a finite matrix or refused with our own error."""
    try:
        matrix = parse_matrix(text, "f")
    except ConvcliError:
        return
    assert matrix.ndim == 2
    assert matrix.size
    assert np.isfinite(matrix).all()
