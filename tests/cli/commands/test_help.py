"""Help: examples first, one screen at the root, the same option with the same words everywhere."""

from __future__ import annotations

import doctest
import re
import shlex
from collections import defaultdict
from pathlib import Path

import click
import pytest

from convcli.cli.about import About
from convcli.cli.command_folder import about
from convcli.cli.front_page import BEGIN, by_purpose
from convcli.cli.help.groups import GroupedCommand
from convcli.cli.root import root
from convcli.core.border import BORDERS
from convcli.core.display.displays import DISPLAYS
from tests.command_line import convcli
from tests.readme_sessions import stages

CONTEXT = click.Context(root)
NAMES = root.list_commands(CONTEXT)


def command(name: str) -> click.Command:
    """A subcommand by its name."""
    found = root.get_command(CONTEXT, name)
    assert found is not None
    return found


def test_the_root_help_fits_one_screen_and_lists_every_command() -> None:
    """Nine lines beside one a command, of at most 80 characters; no arguments ask for it, too."""
    lines = convcli("--help").text.splitlines()
    assert convcli().text.splitlines() == lines
    assert len(lines) <= 9 + len(NAMES)
    assert max(map(len, lines)) <= 80
    for name in NAMES:
        assert any(name in line.split()[:2] for line in lines), name


def test_the_root_help_says_what_each_command_is_for() -> None:
    """Under one word of its own, said once; a command that says a new one stands before the help, without a list."""
    lines = convcli("--help").text.splitlines()
    found = [
        line.split()[0] for line in lines if line[:2] == "  " and line[2:3].isupper() and len(line.split("  ")) > 3
    ]
    assert found == ["Filter", "Look", "Count", "Prove", "Find", "Help"]
    new = {"total": About("Play", "A sum."), "plain": About("More", "")}
    rows = by_purpose(new | {name: about(name) for name in NAMES})
    assert [row[:2] for row in rows if row[1] in ("identify", "plain", "total", "completion")] == [
        ("Find", "identify"),
        ("More", "plain"),
        ("Play", "total"),
        ("Help", "completion"),
    ]


def test_lines_to_begin_with_run_in_an_empty_folder(tmp_path: Path) -> None:
    """The three of the root's help, as they stand."""
    assert len(BEGIN) == 3
    for line in BEGIN:
        assert f"    {line}\n" in convcli("--help").text
        done = convcli(*shlex.split(line)[1:], cwd=tmp_path)
        assert done.code == 0, (line, done.err)
    assert (tmp_path / "edges.png").is_file()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "completion"])
def test_the_first_example_of_a_command_runs_in_an_empty_folder(name: str, tmp_path: Path) -> None:
    """Messages about what is missing show it; those of equivariance may say that it does not hold."""
    text = convcli(name, "--help").text
    first = re.search(r"^    (convcli .*)$", text, flags=re.MULTILINE)
    assert first is not None
    done = convcli(*shlex.split(first[1])[1:], cwd=tmp_path)
    assert done.code == 0, (first[1], done.err)


@pytest.mark.parametrize("name", NAMES)
def test_every_commands_help_begins_with_examples_of_itself(name: str) -> None:
    """Two to four examples stand before anything else, and each is a command line Click can parse."""
    text = convcli(name, "--help").text
    examples = re.findall(r"^    (convcli .*)$", text.split("Examples:")[1].split("\n\n")[0], flags=re.MULTILINE)
    assert text.index("Examples:") < 120
    assert len(examples) >= 2
    assert any(f"convcli {name}" in example for example in examples)
    for example in examples:
        for words in stages(example):
            if words[0] == "convcli":
                assert words[1] in NAMES, example


@pytest.mark.parametrize("name", NAMES)
def test_every_command_groups_its_options_and_says_what_each_does(name: str) -> None:
    """Every option has a help text, once help was asked for, and -h works."""
    assert convcli(name, "-h").text == convcli(name, "--help").text
    assert isinstance(command(name), GroupedCommand)
    for parameter in command(name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, (name, parameter.name)


def test_the_same_option_means_the_same_in_every_command() -> None:
    """One spelling has one type and one flag-or-value in all commands that have it."""
    meanings: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    for name in NAMES:
        for parameter in command(name).params:
            if isinstance(parameter, click.Option):
                for spelling in parameter.opts:
                    meanings[spelling].add((type(parameter.type).__name__, parameter.is_flag))
    different = {spelling for spelling, meaning in meanings.items() if len({flag for _, flag in meaning}) > 1}
    # learn --border includes the border's pixels; params --bias/--no-bias counts biases as frameworks have them.
    assert different <= {"--border", "--bias"}, different


@pytest.mark.parametrize("name", [n for n in NAMES if n not in ("completion", "help")])
def test_every_command_can_be_quiet_and_speak_json(name: str) -> None:
    """-q and --json exist everywhere."""
    spellings = {spelling for parameter in command(name).params for spelling in parameter.opts}
    assert {"--json", "-q", "--quiet"} <= spellings


def test_topics_are_made_from_the_registries() -> None:
    """Every border with its pattern and aliases, every display."""
    text = convcli("help", "borders").text
    for row in BORDERS:
        assert f"{row.name:<10} {row.pattern}" in text
        assert ", ".join(row.aliases) in text
    shown = convcli("help", "display").text
    for display in DISPLAYS:
        assert f"  {display.name:<9} {display.formula:<24} {display.about}".rstrip() + "\n" in shown


@pytest.mark.parametrize("topic", ["borders", "kernels", "display", "pipes", "sizes", "frames", "python", "exit-codes"])
def test_a_topic_is_short_enough_to_read(topic: str) -> None:
    """It is listed, and fits a screen of 40 lines and 115 columns."""
    assert topic in convcli("help").text
    lines = convcli("help", topic).text.splitlines()
    assert 5 <= len(lines) <= 40
    assert max(map(len, lines)) <= 115


def test_what_the_topic_on_python_shows_is_what_python_says() -> None:
    """Line by line."""
    found = doctest.DocTestParser().get_doctest(convcli("help", "python").text, {}, "python", None, 0)
    assert len(found.examples) >= 6
    assert doctest.DocTestRunner(verbose=False).run(found).failed == 0


def test_help_shows_a_commands_help_and_suggests_names() -> None:
    """`help apply` is `apply --help`; a typing error gets the nearest topic."""
    assert convcli("help", "apply").text == convcli("apply", "--help").text
    assert convcli("help", "border").refused(2, "borders")
    assert convcli("aply").refused(2, "aply", "apply")


def test_the_version_is_the_packages() -> None:
    """`convcli --version` prints name and version."""
    import convcli as package

    assert convcli("--version").text == f"convcli {package.__version__}\n"
