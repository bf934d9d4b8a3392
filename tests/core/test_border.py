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


def looked_up(samples: np.ndarray, row: int, column: int, name: str, fill: float) -> np.ndarray:
    """One sample by walking to it, along the rows and then along the columns."""
    r, c = source(row, samples.shape[0], name), source(column, samples.shape[1], name)
    return np.full(samples.shape[2:], fill) if r is None or c is None else samples[r, c]


@pytest.mark.parametrize("columns", [[-3, -2, -1, 0, 1, 2, 5, 6], [[2, -4], [9, 0]], [7], []], ids=str)
@pytest.mark.parametrize("name", ["edge", "zero", "symmetric", "reflect", "wrap"])
@pytest.mark.parametrize("channels", [(), (2,)])
def test_samples_are_taken_from_where_a_walk_finds_them(
    name: str, columns: list[int], channels: tuple[int, ...]
) -> None:
    """Every row with every column, whatever the shape of either, and none at all where there are no positions."""
    samples = np.random.default_rng(1).integers(0, 256, (3, 5, *channels), dtype=np.uint8)
    rows, across = np.array([[-2, 4], [1, 0]]), np.array(columns, dtype=np.intp)
    taken = border(name).take(samples, rows, across)
    assert taken.dtype == np.uint8
    expected = [looked_up(samples, r, c, name, 0) for r in rows.ravel() for c in across.ravel()]
    assert taken.shape == (*rows.shape, *across.shape, *channels)
    assert taken.reshape(-1, *channels).tolist() == [value.tolist() for value in expected]


def test_more_rows_than_a_band_holds_are_taken_whole() -> None:
    """200 rows, three bands and a part of one, some beyond both ends."""
    samples = np.arange(150 * 4).reshape(150, 4)
    taken = border("reflect").take(samples, np.arange(-20, 180), np.arange(-1, 5))
    assert taken.tolist() == np.pad(samples, ((20, 30), (1, 1)), mode="reflect").tolist()


@pytest.mark.parametrize(("fill", "dtype"), [(200, np.uint8), (-1, np.float64), (0.5, np.float64)])
def test_samples_keep_their_dtype_where_it_holds_the_fill(fill: float, dtype: type) -> None:
    """200 is a byte; -1 and a half are none."""
    samples = np.array([[1, 2], [3, 4]], dtype=np.uint8)
    taken = border(f"constant:{fill}").take(samples, np.array([0]), np.array([-1, 1]))
    assert (taken.dtype, taken.tolist()) == (dtype, [[fill, 2]])
    assert border("zero").take(samples, np.array([0]), np.array([0]), np.float32).dtype == np.float32


def test_each_row_is_taken_with_its_own_column() -> None:
    """Positions in pairs, and a constant where either is outside."""
    samples = np.arange(12.0).reshape(3, 4)
    rows, columns = np.array([0, 2, -1, 1]), np.array([3, -2, 1, 4])
    expected = [float(looked_up(samples, r, c, "symmetric", 0)) for r, c in zip(rows, columns, strict=True)]
    for name, values in (("constant:7", [3, 7, 7, 7]), ("symmetric", expected)):
        rule = border(name)
        taken = rule.take_sources(samples, rule.sources(rows, 3), rule.sources(columns, 4))
        assert taken.tolist() == values
