"""Borders: index rules against a walk from the edge, one step at a time."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.border import BORDERS, OUTSIDE, border
from convcli.errors import OptionError, UnknownNameError
from tests.oracles import source


@pytest.mark.parametrize("name", ["edge", "zero", "symmetric", "reflect", "wrap"])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_every_position_however_far_outside_repeats_the_right_one(name: str, n: int) -> None:
    """The rule agrees with walking outward and turning round, up to four picture lengths away."""
    expected = [source(p, n, name) for p in range(-4 * n, 5 * n)]
    index = border(name).index(n, 4 * n, 4 * n)
    assert [None if i == OUTSIDE else i for i in index.tolist()] == expected


@pytest.mark.parametrize("name", [row.name for row in BORDERS])
def test_the_letter_pattern_shows_what_the_rule_does(name: str) -> None:
    """Applied to a b c d, the rule gives the letters of its own pattern."""
    row = border(name)
    letters = np.array(list("abcd"))
    shown = ["0" if i == OUTSIDE else letters[i] for i in row.index(4, 3, 3).tolist()]
    assert shown == row.pattern.replace("|", "").split()


@pytest.mark.parametrize(
    ("given", "canonical"),
    [("nearest", "edge"), ("Replicate", "edge"), ("black", "zero"), ("scipy:reflect", "symmetric"),
     ("cv:reflect", "symmetric"), ("reflect101", "reflect"), ("scipy:mirror", "reflect"), ("tile", "wrap")],
)  # fmt: skip
def test_names_of_other_tools_are_understood(given: str, canonical: str) -> None:
    """An alias stands for the border that the other tool means by it."""
    assert border(given).name == canonical


def test_bare_reflect_does_not_repeat_the_edge_pixel() -> None:
    """`reflect` is NumPy's, `scipy:reflect` is SciPy's: they differ by the repeated edge."""
    assert border("reflect").index(3, 1, 0).tolist() == [1, 0, 1, 2]
    assert border("scipy:reflect").index(3, 1, 0).tolist() == [0, 0, 1, 2]


def test_constant_fills_with_its_value() -> None:
    """constant:V carries V and says so in its label."""
    assert border("constant:-2.5").fill == -2.5
    assert border("constant:128").label == "constant:128"
    assert border("zero").label == "zero"


@pytest.mark.parametrize("text", ["constant:", "constant:x", "constant:nan", "constant:inf", "constant:1_0"])
def test_a_constant_that_is_no_finite_number_is_refused(text: str) -> None:
    """The message names the option, the value and the rule."""
    with pytest.raises(OptionError, match="finite number"):
        border(text)


def test_an_unknown_border_gets_suggestions() -> None:
    """A typing error names the border that was meant."""
    with pytest.raises(UnknownNameError, match=r"'refelct'.*reflect"):
        border("refelct")
    assert {"edge", "mirror", "cv:reflect"} <= set(BORDERS.accepted())
