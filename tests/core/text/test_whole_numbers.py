"""Numbers on the command line: plain ASCII digits or a refusal that names the rule."""

from __future__ import annotations

import pytest

from convcli.core.text.whole_numbers import dimensions, looks_like_shape, pair, whole_number
from convcli.errors import OptionError


@pytest.mark.parametrize("text", ["0", "-1", "3.5", "1_000", "1,000", "１０", "٣", "²", "1e3", "", "+4", "0x10"])
def test_anything_but_plain_positive_digits_is_refused(text: str) -> None:
    """Python's int() takes some of these; a count does not."""
    with pytest.raises(OptionError, match=r"hidden: .*whole number of at least 1"):
        whole_number(text, "hidden")


def test_large_numbers_are_exact_and_absurd_ones_refused() -> None:
    """100 digits are read to the last; a thousand are refused by their number."""
    assert whole_number("9" * 100, "N") == 10**100 - 1
    with pytest.raises(OptionError, match=r"a number of 1000 digits .* at most 100"):
        whole_number("9" * 1000, "N")


def test_shapes_keep_their_order() -> None:
    """Rows, then columns, then channels; x in either case."""
    assert dimensions("3x5X2", "SHAPE", "HxWxC, HxW or N") == (3, 5, 2)
    assert dimensions("7", "SHAPE", "HxWxC, HxW or N") == (7,)
    assert pair("3x5", "kernel") == (3, 5)
    assert pair("0x5", "padding", least=0) == (0, 5)


@pytest.mark.parametrize("text", ["3x", "x3", "3xx5", "3x5x2x1", "3x0", "3x1_0", "3x５"])
def test_bad_shapes_are_refused_with_the_forms(text: str) -> None:
    """The message holds the text and what would be right."""
    with pytest.raises(OptionError, match=r"SHAPE: .* give HxWxC, HxW or N, each a whole number"):
        dimensions(text, "SHAPE", "HxWxC, HxW or N")


def test_what_looks_like_a_shape_is_never_a_file() -> None:
    """Digits and what stands between them make a shape, right or wrong; letters make a name."""
    assert all(map(looks_like_shape, ["28x28", "3.5", "1_000", "-3x5", "１０x10", "10*10"]))
    assert not any(map(looks_like_shape, ["photo.png", "sample:coffee", "", "x"]))
