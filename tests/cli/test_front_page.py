"""The front page: the list of commands is there at once, and is what Click would print."""

from __future__ import annotations

import subprocess
import sys
from functools import cache

import click
import pytest

from convcli.cli import command_folder, front_page
from convcli.cli.about import PURPOSES
from convcli.cli.root import call, root
from tests.command_line import convcli

# What of the standard library takes longest to import, and is not there when the interpreter begins.
SLOW = {"contextlib", "dataclasses", "difflib", "enum", "functools", "importlib.util", "inspect", "logging",
        "pathlib", "pkgutil", "re", "shutil", "signal", "textwrap", "threading", "typing", "warnings"}  # fmt: skip
LOADED = (
    "import sys; before = set(sys.modules);"
    "from convcli.cli.app import run; code = run(sys.argv[1:]);"
    "print(code, *sorted(set(sys.modules) - before))"
)


def loaded(*words: str) -> set[str]:
    """What a line imports, in a process of its own that has imported nothing yet."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _with_path(LOADED), *words], capture_output=True, text=True
    )
    code, *names = done.stdout.splitlines()[-1].split()
    assert code == "0", done.stderr
    return set(names)


@cache
def of_click() -> set[str]:
    """What Click loads by itself to write help: before 8.2 a few more."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _with_path("import click; click.HelpFormatter(); print(*sys.modules)")],
        capture_output=True,
        text=True,
    )
    return set(done.stdout.split())


def _with_path(code: str) -> str:
    return f"import sys; sys.path[:] = {sys.path!r}; {code}"


@pytest.mark.parametrize("words", [(), ("-h",), ("--help",), ("--version",)])
def test_the_front_page_loads_neither_click_nor_a_command(words: tuple[str, ...]) -> None:
    """Nor what takes long of the standard library, nor the options that commands share."""
    names = loaded(*words)
    assert "convcli.cli.front_page" in names
    assert not {"click", "convcli.cli.root", "convcli.cli.options", "convcli.cli.types"} & names
    assert not [name for name in names if name.endswith(".command_line")]
    assert not SLOW & names


@pytest.mark.parametrize("words", [("params", "8x8", "--kernel", "3"), ("params", "--help"), ("help", "words")])
def test_a_line_loads_the_command_that_it_names_and_no_other(words: tuple[str, ...]) -> None:
    """One of eighteen; and not what finds a picture that is decoded ahead."""
    names = loaded(*words)
    found = [name for name in names if name.endswith(".command_line")]
    assert found == [f"convcli.cli.commands.{words[0]}.command_line"]
    assert not ({"pathlib", "shutil", "logging"} - of_click()) & names


def test_tab_names_commands_and_loads_none() -> None:
    """All eighteen and what each says of itself, as Click would list them."""
    code = _with_path(
        "import sys; from tests.adding.completion import completed; found = completed('');"
        "print(sorted(name for name in sys.modules if name.endswith('.command_line'))); print(*found)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    none, names = done.stdout.splitlines()
    assert none == "[]"
    assert names.split() == command_folder.command_names()
    # With its own words for help: a command keeps the option that the first context asks it for.
    context = click.Context(root, info_name="convcli", **root.context_settings)
    for begun in ("", "e", "-", "zz"):
        ours, clicks = (
            [(item.value, item.type, item.help) for item in complete(context, begun)]
            for complete in (root.shell_complete, super(type(root), root).shell_complete)
        )
        assert ours == clicks
        assert bool(ours) == (begun != "zz")


@pytest.mark.parametrize("width", range(front_page.NARROWEST, front_page.WIDEST + 1))
def test_the_page_is_what_click_makes_of_its_rows(width: int) -> None:
    """Broken at the same places in every width."""
    commands = {name: command_folder.command(name) for name in command_folder.command_names()}
    rows = front_page.by_purpose({name: command_folder.about(name) for name in commands})
    formatter = click.HelpFormatter(width=width)
    formatter.write_usage("convcli", front_page.USAGE)
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(f"{front_page.SUBJECT} Examples:")
        formatter.write("".join(f"    {line}\n" for line in front_page.BEGIN))
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_dl(
            [(f"{purpose:<7} {name}", commands[name].get_short_help_str(limit=100)) for purpose, name, _ in rows]
        )
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(front_page.MORE)
    assert f"{front_page.front_page(width)}\n" == formatter.getvalue()


@pytest.mark.parametrize("told", ["", "0", "-4", "20", "52", "79", "80", "99", "100", "101", "400", "x"])
def test_columns_are_those_that_click_takes(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS, the terminal or 80, without two, within limits."""
    monkeypatch.setenv("COLUMNS", told)
    assert front_page.columns() == click.HelpFormatter(max_width=front_page.WIDEST + 2).width


def test_a_line_that_is_click_s_to_read_is_answered_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Behind other words, and where Click is asked itself."""
    for words in (["--help"], ["-h"], ["--help", "apply"], []):
        assert call(words) == 0
        assert capsys.readouterr().out == convcli("--help").text
    for words in (["--version"], ["--version", "--help"]):
        assert call(words) == 0
        assert capsys.readouterr().out == convcli("--version").text == f"{front_page.VERSION}\n"


def test_every_folder_says_what_its_command_is_for() -> None:
    """Before the command is loaded, in the words that the command has."""
    names = command_folder.command_names()
    assert len(names) == 18
    for name in names:
        stated, command = command_folder.about(name), command_folder.command(name)
        assert stated.purpose in PURPOSES
        assert command.short_help == stated.line
        assert command.name == name
        assert getattr(command, "about", None) is stated
