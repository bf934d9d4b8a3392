"""Strict readers: what a command line may say, and what is a typing error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from convcli.cli import types, values
from convcli.errors import OptionError, UnknownNameError


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.read_whole, "12", 12),
        (values.read_whole, " -3", -3),
        (values.read_whole, "1" * 40, int("1" * 40)),
        (values.read_number, "1/4", 0.25),
        (values.read_number, "-.5e1", -5.0),
        (values.read_numbers, "1,2.5,-3", (1.0, 2.5, -3.0)),
        (values.read_padding, "2", (2, 2, 2, 2)),
        (values.read_padding, "1,2,3,4", (1, 2, 3, 4)),
        (values.read_position, "2,3", (2, 3)),
    ],
)
def test_readers_understand_what_they_promise(read: Callable[[str, str], Any], text: str, value: object) -> None:
    """Text becomes the value it says."""
    assert read(text, "--x") == value


@pytest.mark.parametrize(
    ("read", "text"),
    [(values.read_whole, t) for t in ("", "3.5", "1_000", "３", "0x10", "1e3", "--1", "ten")]
    + [(values.read_number, t) for t in ("", "nan", "inf", "1_0", "1/0", "1e400", "1/2/3", "٣", "0,5")]
    + [(values.read_padding, t) for t in ("-1", "1,2", "1,2,3", "1,2,3,4,5", "a")]
    + [(values.read_position, t) for t in ("1", "1,2,3", "-1,0", "a,b")],
)  # fmt: skip
def test_typing_errors_are_refused_with_option_and_value(read: Callable[[str, str], Any], text: str) -> None:
    """The message carries the option, the value and the rule."""
    with pytest.raises(OptionError, match="--x: "):
        read(text, "--x")


def test_limits_are_part_of_the_rule() -> None:
    """Below and above both say what is allowed."""
    with pytest.raises(OptionError, match="from 1 to 9"):
        values.read_whole("0", "--n", at_least=1, at_most=9)
    with pytest.raises(OptionError, match="from 1 to 9"):
        values.read_whole("10", "--n", at_least=1, at_most=9)


def test_a_border_is_read_with_its_aliases() -> None:
    """The reader gives the border itself, or suggestions."""
    assert types.BORDER.convert("mirror", None, None).name == "reflect"
    with pytest.raises(UnknownNameError, match="wrap"):
        types.BORDER.convert("warp", None, None)


def test_pairs_are_rows_by_columns() -> None:
    """HxW, or one number for both; anything else is refused."""
    assert types.PAIR.convert("5x7", None, None) == (5, 7)
    assert types.PAIR.convert("5", None, None) == (5, 5)
    for bad in ("0", "5x", "x5", "3x3x3", "-1x2"):
        with pytest.raises(OptionError, match="at least 1"):
            types.PAIR.convert(bad, None, None)
