"""A command is one file, a kernel one entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from convcli.cli import commands
from convcli.kernels.catalogue import families
from convcli.kernels.catalogue.recipe import Recipe
from tests.adding.completion import completed
from tests.command_line import convcli


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


def test_a_command_says_in_its_own_file_what_it_is_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a purpose of its own before the help, and suggested for a word that people may call it."""
    (tmp_path / "tally.py").write_text(
        "import click\n"
        "from convcli.cli import options\n"
        "from convcli.cli.about import About\n"
        "@click.command(cls=options.LiteralCommand, about=About('Play', 'The sum of a kernel.', ('accrue',)))\n"
        "def command():\n"
        "    pass\n"
    )
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    lines = convcli("--help").text.splitlines()
    (place,) = (number for number, line in enumerate(lines) if line.split()[:2] == ["Play", "tally"])
    assert lines[place].endswith("  The sum of a kernel.")
    assert lines[place + 1].split()[:2] == ["Help", "completion"]
    assert convcli("accrue").refused(2, "tally")


def test_a_kernel_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listed, completed, shown, applied and found again by `learn`, in the family that it stands in."""
    entry = Recipe("stairs", about="positive on stairs", rows=((0, 1, 2), (1, 2, 7)), source="made up")
    shelf = {**families.FAMILIES, "smoothing": (*families.FAMILIES["smoothing"], entry)}
    monkeypatch.setattr(families, "FAMILIES", shelf)
    assert completed("apply", "-k", "stai") == ["stairs"]
    (record,) = convcli("kernels", "stairs", "--json").records
    assert (record["kernel"], record["about"]) == ([[0, 1, 2], [1, 2, 7]], "positive on stairs")
    assert convcli("apply", "0 0 0; 0 1 0; 0 0 0", "-k", "stairs", "--size", "valid").text == "2\n1\n"
    assert convcli("apply", "1", "-k", "stair").refused(2, "stairs")
