"""Completion: every option and argument offers something, and three real shells write it on the line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import CompletionItem

from convcli.cli.help.line import read_line
from convcli.cli.root import root
from convcli.core.border import BORDERS
from tests.adding.completion import completed
from tests.cli.help.pressing_tab import BIN, Shell, missing
from tests.command_line import convcli

CONTEXT = click.Context(root)
NUMBERS = "numbers of which every one is allowed"
SIZES = "a size, of which every one is allowed"
PLACES = "a place in the picture"
# What has nothing to offer, and why: by the option, whichever command has it.
NOTHING = {
    "--anchor": PLACES,
    "--args": "arguments as Python has them",
    "--at": PLACES,
    "--weight": "a place in the kernel",
    "--batch": NUMBERS,
    "--bias": NUMBERS,
    "--blurpool": NUMBERS,
    "--columns": NUMBERS,
    "--crop": PLACES,
    "--dilation": SIZES,
    "--dpi": NUMBERS,
    "--dx": NUMBERS,
    "--dy": NUMBERS,
    "--filter": NUMBERS,
    "--filters": NUMBERS,
    "--groups": NUMBERS,
    "--hidden": NUMBERS,
    "--input-scale": NUMBERS,
    "--input-size": SIZES,
    "--jobs": NUMBERS,
    "--layer NAME": "names that are the network's own; its table lists them",
    "--kernel HxW": SIZES,  # of params; -k/--kernel of the others has names
    "--kernel-size": SIZES,
    "--max-pixels": NUMBERS,
    "--mean": NUMBERS,
    "--memory": NUMBERS,
    "--min-valid": NUMBERS,
    "--level": NUMBERS,
    "--most-maps": NUMBERS,
    "--padding": SIZES,
    "--png-level": NUMBERS,
    "--python": "functions of whatever is installed",
    "--quality": NUMBERS,
    "--range": NUMBERS,
    "--region": PLACES,
    "--noise": NUMBERS,
    "--rate": NUMBERS,
    "--scale": NUMBERS,
    "--seed": NUMBERS,
    "--std": NUMBERS,
    "--steps": NUMBERS,
    "--stride": SIZES,
    "--tile": NUMBERS,
    "--timeout": NUMBERS,
    "--top": NUMBERS,
}


# Options that are another thing in other commands.
ELSEWHERE = {("--layer", "NAME"), ("--kernel", "HxW"), ("--groups", "N|depthwise")}


def parameters() -> Iterator[tuple[click.Context, click.Parameter]]:
    """Every argument, and every option that takes a value, of every command."""
    for name in root.list_commands(CONTEXT):
        command = root.get_command(CONTEXT, name)
        assert command is not None
        context = click.Context(command, parent=CONTEXT, info_name=name)
        for parameter in command.params:
            if isinstance(parameter, click.Argument) or not (parameter.is_flag or parameter.count):  # type: ignore[attr-defined]
                yield context, parameter


def spelling(parameter: click.Parameter) -> str:
    """The option's longest name; of an option that is another thing in other commands with its form."""
    name = max(parameter.opts, key=len)
    return f"{name} {parameter.metavar}" if (name, parameter.metavar) in ELSEWHERE else name


@pytest.mark.parametrize(
    ("context", "parameter"), list(parameters()), ids=lambda value: getattr(value, "info_name", None) or value.name
)
def test_every_argument_and_option_offers_something_or_has_a_reason_not_to(
    context: click.Context, parameter: click.Parameter
) -> None:
    """Names, or files; every choice offers all its choices; what has nothing to offer stands in the list above."""
    offered = parameter.shell_complete(context, "")
    assert bool(offered) != (spelling(parameter) in NOTHING), spelling(parameter)
    assert all(isinstance(item, CompletionItem) for item in offered)
    if isinstance(parameter.type, click.Choice):
        assert [item.value for item in offered] == [str(choice) for choice in parameter.type.choices]


def test_the_list_of_what_offers_nothing_names_nothing_that_is_not_there() -> None:
    """Options that went away leave no reason behind."""
    assert set(NOTHING) <= {spelling(parameter) for _, parameter in parameters()}


@pytest.mark.parametrize("name", sorted(root.list_commands(CONTEXT)))
def test_whatever_is_written_to_or_read_from_completes_files(name: str) -> None:
    """-o and --residual of every command; sources, too."""
    written = {"output", "outputs", "residual", "from_file", "source", "inputs", "before", "after", "stack", "network"}
    for context, parameter in parameters():
        if context.info_name == name and parameter.name in written:
            assert "file" in [item.type for item in parameter.shell_complete(context, "a")], parameter.name


def test_names_are_offered_as_the_registries_have_them() -> None:
    """Borders wherever one is meant, and constant with its colon; moves that take a number end at theirs."""
    names = [*BORDERS.names(), "constant:"]
    for words in (["apply", "--border"], ["learn", "a", "b", "--border"], ["equivariance", "--fill"]):
        assert completed(*words, "") == names
    assert completed("equivariance", "--transform", "r") == ["rotate90", "rotate180", "rotate270", "rotate:"]
    assert completed("equivariance", "--sweep", "dx=0..3,border=r") == ["dx=0..3,border=reflect"]
    assert completed("equivariance", "--sweep", "border=edge,w") == ["border=edge,wrap"]
    assert completed("equivariance", "--sweep", "border=edge,s") == [
        f"border=edge,{name}" for name in ("symmetric", "stride=", "seed=", "size=")
    ]
    assert completed("help", "exp") == ["explain", "explore"]
    assert completed("help", "di") == ["display"]
    assert completed("apply", "--pool", "max:3,") == ["max:3,stride="]


def test_arguments_that_are_given_are_not_offered_again() -> None:
    """Of kernels, banks, and layers of a network."""
    assert completed("flip", "gaussian:sigma=2,") == ["gaussian:sigma=2,size="]
    assert completed("kernels", "bank:gabor:o") == ["bank:gabor:orientations="]
    assert completed("summary", "28x28x1 conv:6,5,pad=2,pa") == []
    assert completed("summary", "28x28x1", "conv:6,5,str") == ["conv:6,5,stride="]
    assert completed("summary", "28x28x1 conv:6,5 flat") == ["28x28x1 conv:6,5 flatten"]


@pytest.mark.parametrize("channel", completed("explain", "x", "--channel", ""))
def test_channels_that_are_offered_are_understood(channel: str) -> None:
    """Of a colour picture."""
    assert convcli("explain", "sample:coffee", "-k", "1", "--at", "3,4", "--channel", channel).code == 0


def test_nothing_that_tab_asks_for_loads_numpy() -> None:
    """Every parameter of every command is asked in a process of its own, behind options that have a value."""
    code = (
        "import sys\n"
        "from tests.adding.completion import completed\n"
        "from tests.cli.help.test_completion import parameters\n"
        "for context, parameter in parameters():\n"
        "    before = [context.info_name, 'x', '--frames', 'first', '--border', 'edge']\n"
        "    completed(*before, *parameter.opts[-1:], '')\n"
        "    parameter.shell_complete(context, '')\n"
        "heavy = {'numpy', 'PIL', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_line_is_taken_apart_as_a_shell_does() -> None:
    """Quotes, escapes, blanks at the end, quotes that are open, and what bash completes of it."""
    line = read_line(r"""convcli apply my\ pic.png "a \"b\" c"'d e' -o '~/x y""")
    assert (line.words, line.word) == (["convcli", "apply", "my pic.png", 'a "b" cd e', "-o"], "~/x y")
    assert (line.quote, line.raw[line.begin :]) == ("'", "~/x y")
    assert read_line("convcli apply ").words == ["convcli", "apply"]
    assert read_line("convcli apply x\\ ").word == "x "
    assert read_line("convcli apply ''").words == ["convcli", "apply"]
    for text, rest in {"a:b=c": "c", "me@ho": "@ho", r"a\:b": r"a\:b", "'a:b'c": "'a:b'c", "@x:y": "y"}.items():
        line = read_line(f"convcli {text}", "@:=")
        assert line.raw[line.begin :] == rest, text


TYPED = {
    "convcli apply x.png -k gaussian:sig": "convcli apply x.png -k gaussian:sigma=",
    "convcli apply x.png -k bank:ki": "convcli apply x.png -k bank:kirsch ",
    'convcli flip "@wei': 'convcli flip "@weights.npy" ',
    "convcli apply sample:sh": "convcli apply sample:shapes ",
    r"convcli apply my\ ph": r"convcli apply my\ photo.png ",
    'convcli learn x "my ph': 'convcli learn x "my photo.png" ',
    "convcli apply x -o ~/she": "convcli apply x -o ~/sheet.png ",
    "convcli apply x --output=she": "convcli apply x --output=sheet.png ",
    "convcli apply pho": "convcli apply photos/",
    'convcli summary "28x28x1 conv:6,5 flat': 'convcli summary "28x28x1 conv:6,5 flatten" ',
}


@pytest.mark.parametrize("shell", ["bash", pytest.param("zsh", marks=pytest.mark.long), "fish"])
def test_pressing_tab_writes_the_rest_of_the_word(shell: str, tmp_path: Path) -> None:
    """Names that hold colons and equals signs, files with blanks, in quotes and out of them, behind ~, @ and =."""
    if missing(shell):
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "photos").mkdir()
    for name in ("weights.npy", "my photo.png", "sheet.png", "photos/one.png", "dollar$x.png"):
        (tmp_path / name).touch()
    running = Shell(shell, tmp_path)
    try:
        assert {typed: running.tab(typed) for typed in TYPED} == TYPED
    finally:
        running.close()


def test_bash_is_answered_with_the_part_that_it_replaces(tmp_path: Path) -> None:
    """What follows the last break of words; all of the word for those who took ':' and '=' out of the breaks."""
    (tmp_path / "a b.npy").touch()

    def answer(line: str, breaks: str) -> list[str]:
        environment = {**os.environ, "_CONVCLI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_BREAKS": breaks}
        done = subprocess.run([BIN / "convcli"], env=environment, cwd=tmp_path, capture_output=True, text=True)
        return done.stdout.splitlines()

    assert answer("convcli apply x -k gaussian:si", ":=") == ["open,sigma=", "open,size="]
    assert answer("convcli apply x -k gaussian:sigm", "") == ["open,gaussian:sigma="]
    assert answer("convcli apply x -k @a", "@:=") == [r"plain,@a\ b.npy"]
    assert answer("convcli apply x -o a", ":=") == ["file,"]
    assert answer("convcli apply x --output=a", "") == [r"plain,--output=a\ b.npy"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_it_can_parse(shell: str, tmp_path: Path) -> None:
    """The script names the command and passes the shell's own syntax check."""
    done = convcli("completion", shell)
    assert done.code == 0
    assert "convcli" in done.text
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(done.text)
    assert subprocess.run([program, "-n", str(tmp_path / "script")], capture_output=True).returncode == 0
