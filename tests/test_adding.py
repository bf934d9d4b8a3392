"""What README says of adding things: one row, or one file, and everything that lists, reads or shows knows it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from convcli.cli import commands
from convcli.core.border import BORDERS, Border
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


def completed(*words: str) -> list[str]:
    """What Tab offers for the last of the words."""
    from click.shell_completion import ShellComplete

    from convcli.cli.app import root

    found = ShellComplete(root, {}, "convcli", "_CONVCLI_COMPLETE").get_completions(list(words[:-1]), words[-1])
    return [item.value for item in found]


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


def test_a_command_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with a `command`, which nothing else names: in the list, in Tab, in the manual, and it runs."""
    (tmp_path / "total.py").write_text(
        "import click\n"
        "from convcli.cli import options\n"
        "@click.command(cls=options.LiteralCommand, help='Add up.', short_help='The sum of a kernel.')\n"
        "@click.argument('kernel')\n"
        "@options.json_option\n"
        "def command(kernel, as_json):\n"
        "    from convcli.kernels import kernel as named\n"
        "    click.echo(named(kernel).sum)\n"
    )
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    assert "total" in convcli("--help").text
    assert convcli("total", "-1 3; 5 2").text == "9.0\n"
    assert "--json" in convcli("total", "--help").text
    assert completed("tot") == ["total"]
    assert "--json" in completed("total", "--j")
    assert ".SS total" in convcli("help", "--man").text
    assert convcli("totl").refused(2, "total")
    assert convcli("total", "no-such-kernel").refused(2, "no-such-kernel")


def test_a_kernel_is_one_entry() -> None:
    """What README shows of an entry is the entry that `kernels` prints."""
    record = json.loads(convcli("kernels", "sobel-x", "--json").text)
    assert record["kernel"] == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert record["source"] == "Sobel & Feldman, 1968"
