"""A border's letters alone say where what lies beyond an edge comes from, and a sixth border is verified like five."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convcli.core.border import BORDERS, Border, border
from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.checks import check_laws
from convcli.core.laws.laws import LAWS
from convcli.core.laws.pattern import NOWHERE, positions
from convcli.errors import OptionError
from tests.oracles import source

KERNEL, SECOND = Kernel("k", [[1, -2, 7], [0, 3, 5], [-4, 0, 2]]), Kernel("g", [[1, 2, 0], [0, -1, 3]])
WIDE = Kernel("wide", np.arange(25).reshape(5, 5) - 9)  # reaches two samples beyond: one is the same under wrap
BY_BORDER = {"flip", "linearity", "adjoint"}  # the laws that look beyond the edge


def far_end(p: Any, n: int) -> Any:
    """Beyond the first sample the last one, beyond the last sample the first one."""
    return p * (p >= 0) * (p < n) + (n - 1) * (p < 0)


FAR = Border("far", "d d d | a b c d | a a a", (), far_end)
BEFORE_AND_AFTER = Border("back-and-round", "c b a | a b c d | a b c", (),
                          lambda p, n: ((-1 - p) * (p < 0) + p * (p >= 0)) % n)  # fmt: skip


@pytest.mark.parametrize("name", ["edge", "zero", "symmetric", "reflect", "wrap"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6])
def test_positions_are_where_a_walk_along_the_pattern_ends(name: str, n: int) -> None:
    """Far beyond both ends, every position is the one that stepping there one by one gives."""
    expected = [source(p, n, name) for p in range(-29, n + 31)]
    assert positions(border(name), n, 29, 31) == [NOWHERE if p is None else p for p in expected]


def test_the_name_and_the_rule_are_never_asked() -> None:
    """The letters of symmetric under another name, with a rule that fails whoever calls it: its places still."""

    def rule(p: Any, n: int) -> Any:
        raise AssertionError("the second route asked the first")

    row = Border("unheard-of", border("symmetric").pattern, (), rule)
    assert positions(row, 3, 5, 4) == [1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("d d d | a b c d | a a a", [3, 3, 3, 3, 3, 0, 1, 2, 3, 0, 0, 0, 0, 0]),
        ("0 0 0 | a b c d | d c b", [None] * 5 + [0, 1, 2, 3, 3, 2, 1, 0, None]),
        ("c b a | a b c d | d d d", [3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 3, 3, 3, 3]),
        ("d c b | a b c d | a b c", [1, 0, 3, 2, 1, 0, 1, 2, 3, 0, 1, 2, 3, 0]),
        ("b b b | a b c d | b c d", [1, 1, 1, 1, 1, 0, 1, 2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_letters_that_no_border_here_has_are_followed_too(pattern: str, expected: list[int | None]) -> None:
    """Five places beyond both ends of four samples, by hand; one end's walk may leave the row by the other."""
    places = positions(Border("x", pattern, (), far_end), 4, 5, 5)
    assert [None if place == NOWHERE else place for place in places] == expected


def test_an_axis_of_one_sample_has_only_itself() -> None:
    """Whatever the letters, but for a constant."""
    assert positions(FAR, 1, 2, 3) == [0] * 6
    assert positions(replace(FAR, pattern="0 0 0 | a b c d | d c b"), 1, 2, 2) == [NOWHERE, NOWHERE, 0, 0, 0]


@pytest.mark.parametrize(
    "pattern",
    ["x y z | a b c d | x y z", "c b a | a b c | c b a", "a a | a b c d | d d", "a c a | a b c d | d d d",
     "0 0 a | a b c d | d d d", "a b d | a b c d | d d d", "a a a | d c b a | d d d", "a a a a b c d d d d", ""],
)  # fmt: skip
def test_a_pattern_that_cannot_be_read_is_refused_by_name(pattern: str) -> None:
    """Other letters, other lengths, leaps: never taken for another border; laws without a border are checked still."""
    with BORDERS.having(replace(FAR, pattern=pattern)):
        with pytest.raises(OptionError, match=r"border: far is not allowed; its pattern .* cannot be read"):
            check_laws(np.arange(12).reshape(3, 4), KERNEL, SECOND, rule="far")
        (check,) = check_laws(np.arange(12).reshape(3, 4), KERNEL, SECOND, rule="far", only=["commutativity"])
        assert check.holds


@pytest.mark.parametrize("row", [FAR, BEFORE_AND_AFTER], ids=lambda row: row.name)
@pytest.mark.parametrize("shape", [(9, 11), (1, 5), (2, 2), (40, 3)])
@pytest.mark.parametrize(
    "weights", [KERNEL.weights, np.arange(1, 36).reshape(5, 7), np.full((3, 3), 2), [[0.5, -1.25]]]
)
def test_every_law_holds_for_a_border_more(row: Border, shape: tuple[int, int], weights: Any) -> None:
    """A row whose rule does what its letters show is all it takes: even oversized kernels, whichever engine runs."""
    picture = np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)
    with BORDERS.having(row):
        checks = check_laws(picture, Kernel("k", weights), SECOND, rule=row.name)
    assert [(check.name, check.holds) for check in checks] == [(name, True) for name in LAWS.names()]


@pytest.mark.parametrize("other", ["edge", "symmetric", "reflect", "wrap"])
def test_a_rule_that_does_not_do_what_its_letters_show_breaks_the_laws(other: str) -> None:
    """The letters of far with another border's rule: every law that looks beyond the edge says no, the others hold."""
    picture = np.random.default_rng(5).integers(0, 256, (9, 11), dtype=np.uint8)
    with BORDERS.having(replace(FAR, rule=border(other).rule)):
        checks = check_laws(picture, WIDE, SECOND, rule="far")
    assert {check.name for check in checks if not check.holds} == BY_BORDER
