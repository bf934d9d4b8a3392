"""A border is one row: whatever lists, reads, computes or shows borders knows it, or says by name what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from convcli.core.border import BORDERS, Border
from tests.adding.completion import completed
from tests.command_line import convcli


@pytest.fixture
def far() -> Iterator[Border]:
    """A sixth border: beyond each end stands the sample of the other end."""
    row = Border(
        "far",
        "d d d | a b c d | a a a",
        aliases=("opposite",),
        rule=lambda p, n: p * (p >= 0) * (p < n) + (n - 1) * (p < 0),
        elsewhere={"numpy": "no such mode"},
    )
    with BORDERS.having(row):
        yield row


def test_a_border_is_one_row_for_help_completion_and_options(far: Border) -> None:
    """The topic shows its letters; Tab, the option's help, and messages name it."""
    assert "far        d d d | a b c d | a a a   opposite" in convcli("help", "borders").text
    for command in ("apply", "verify", "kernels", "explain", "learn", "matrix", "equivariance"):
        assert "wrap, far" in " ".join(convcli(command, "--help").text.split()), command
    assert "far" in completed("apply", "--border", "f")
    assert convcli("apply", "1 2", "-k", "1", "--border", "fra").refused(2, "far")


def test_a_border_is_one_row_for_what_is_computed(far: Border) -> None:
    """1 2 4 with 4 before and 1 after: by hand, in `apply`, `explain`, `matrix` and by its alias."""
    assert convcli("apply", "1 2 4", "-k", "1 10 100", "--border", "far").text == "214 421 142\n"
    assert convcli("apply", "1 2 4", "-k", "1 10 100", "--border", "opposite").text == "214 421 142\n"
    step = convcli("explain", "1 2 4", "-k", "1 10 100", "--at", "0,0", "--border", "far", "--json").records[0]
    assert (step["window"], step["value"], step["border"]) == ([[4, 1, 2]], 214, "far")
    made = convcli("matrix", "1x3", "-k", "1 10 100", "--border", "far", "--json")
    assert (made.code, made.records[0]["matrix"]) == (0, [[10, 100, 1], [1, 10, 100], [100, 1, 10]])


def test_a_border_is_one_row_for_json_sweeps_and_learning(far: Border, tmp_path: Path) -> None:
    """Records say its name, a sweep over all borders runs it, and a kernel is learned through it."""
    done = convcli("apply", "1 2 4", "-k", "1 1", "--border", "far", "--json", "-o", "out.npy", cwd=tmp_path)
    assert done.records[0]["border"] == "far"
    swept = convcli("equivariance", "1 2 4 9 7", "-k", "1 2 5", "--sweep", "border=all", "--json").records
    assert [record["sweep"]["border"] for record in swept][-1] == "far"
    convcli("apply", "sample:shapes", "-k", "3 -1 2", "--border", "far", "-o", "after.npy", cwd=tmp_path)
    learned = convcli(
        "learn", "sample:shapes", "after.npy", "--kernel-size", "1x3", "--border", "far", "--json", cwd=tmp_path
    )
    assert learned.records[0]["kernel"][0] == pytest.approx([3, -1, 2], abs=1e-9)


@pytest.mark.parametrize("tool", ["scipy", "opencv", "torch", "magick", "vips"])
def test_a_tool_without_such_a_border_is_named(far: Border, tool: str) -> None:
    """`--emit` says what the tool has instead, never a KeyError."""
    refused = convcli("kernels", "sobel-x", "--emit", tool, "--border", "far")
    assert refused.refused(2, "has no border far (d d d | a b c d | a a a)", "edge")


def test_the_laws_hold_with_a_border_that_is_one_row(far: Border) -> None:
    """`verify` reads the row's letters for its second route, and finds both routes equal."""
    done = convcli("verify", "1 2 4; 3 9 7", "-k", "1 2; 5 3", "--border", "far", "--json")
    assert done.code == 0, done
    assert done.records[0]["holds"]
    assert done.records[0]["border"] == "far"
