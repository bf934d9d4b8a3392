"""What Click refuses, said as everything else is: by the option, with the rule, the choices, the nearest name."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from convcli.cli.root import root
from convcli.cli.types import Names
from tests.command_line import convcli


def commands() -> Iterator[click.Command]:
    """Every command there is."""
    context = click.Context(root)
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        yield command


def parameters(kind: type[click.Parameter]) -> list[tuple[click.Command, click.Parameter]]:
    """Every option, or argument, of every command."""
    return [(command, each) for command in commands() for each in command.params if isinstance(each, kind)]


CLICKS_OWN = (
    "Invalid value",
    "No such option",
    "Missing argument",
    "Missing option",
    "Got unexpected",
    "is not one of",
    "requires an argument",
)


def said(words: tuple[str, ...], *expected: str) -> None:
    """The command line is refused with these words and none of Click's own."""
    done = convcli(*words)
    assert done.refused(2, *expected)
    assert not any(own in done.err for own in CLICKS_OWN), done.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("apply", "x", "--display", "sigend"), "--display: sigend is not allowed; did you mean signed? the"),
        (("apply", "x", "--display", "pink"), "--display: pink is not allowed; choose from auto, clip"),
        (("apply", "x", "--size", ""), "--size: an empty text is not allowed; choose from same, valid, full"),
        (("apply", "x", "--dispay", "clip"), "apply has no option --dispay; did you mean --display or --dpi?"),
        (("apply", "x", "-z"), "apply has no option -z"),
        (("-q",), "options follow a command:\n  convcli apply sample:camera -k sobel-x -q"),
        (("apply", "x", "-k"), "-k needs a value, KERNEL. A name (sobel-x"),
        (("apply", "x", "--pool"), "--pool needs a value, KIND:N. Pool the maps: max:2"),
        (("apply", "x", "--size"), "--size needs a value, same, valid, full."),
        (("apply", "x", "--json=3"), "--json is a switch and takes no value"),
        (("params",), "params needs SHAPE, as in: convcli params 1000x1000"),
        (("learn", "before.png"), 'learn needs AFTER, as in: convcli learn "1 1 0 0 1'),
        (("completion",), "completion needs SHELL; choose from bash, zsh, fish"),
        (("completion", "bsh"), "SHELL: bsh is not allowed; did you mean"),
        (("params", "28x28", "3"), "params takes SHAPE and nothing more; 3 is left over"),
        (("matrix", "3x3", "1", "2", "-k", "1"), "matrix takes SHAPE and nothing more; 1 and 2 are left over"),
        (("learn", "a", "b", "c", "--kernel-size", "3"), "takes BEFORE and AFTER and nothing more; c is left over"),
        (("apply", "x", "--jobs", "0"), "--jobs: 0 is not allowed; give a whole number from 1 to 1024"),
        (("apply", "x", "--jobs", "two"), "--jobs: two is not allowed; give a whole number from 1 to 1024"),
        (("params", "1_000"), "1_000 is not allowed; give a whole number of at least 1, in the digits 0 to 9 only"),
        (("apply", "1 2; 3 4", "-k", "1", "--pool", "2"), "--pool: 2 is not allowed; give max or avg with its window"),
        (("apply", "1 2", "-k", "1 2 3", "--size", "valid"), "spans 3 positions and the input has only 2; use"),
        (("apply", "1 2", "-k", "1 2 3 4 5", "--padding", "1"), "has only 4, padded by 1 before and 1 after"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named_with_its_rule(words: tuple[str, ...], expected: str) -> None:
    """Wrong words, values that are missing or too many, options that there are not."""
    said(words, expected)


def test_every_choice_is_refused_alike() -> None:
    """A word that is none of an option's choices: the option, the word, the choices; each option of each command."""
    walked = 0
    for command, parameter in [*parameters(click.Option), *parameters(click.Argument)]:
        if not isinstance(parameter.type, click.Choice):
            continue
        assert isinstance(parameter.type, Names), f"{command.name} {parameter.opts}: a choice is types.choice(...)"
        given = ("none-such",) if isinstance(parameter, click.Argument) else (parameter.opts[-1], "none-such")
        said((str(command.name), *given), "none-such is not allowed; ", str(parameter.type.choices[-1]))
        walked += 1
    assert walked > 20


def test_every_option_without_its_value_says_what_it_takes() -> None:
    """The last word of a line, each option of each command by each of its names."""
    for command, option in parameters(click.Option):
        assert isinstance(option, click.Option)
        for name in () if option.is_flag else option.opts:
            said((str(command.name), name), f"{name} needs a value, ", f"see 'convcli {command.name} --help'")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("apply", "1 2", "-k", "1", "-o", "a.pgn"), ".pgn is no suffix that is written (did you mean .pnm, .png or"),
        (("apply", "1 2", "-k", "1", "-o", "a.doc"), ".doc is no suffix that is written: end it with .png"),
        (("show", "sample:coffee", "-o", "sheet"), "-o: sheet is not allowed; it has no suffix: end it with .png"),
        (("kernels", "box", "-o", "a.pdg"), ".pdg is no suffix that is written"),
        (("flip", "box", "-o", "a.npz"), ".npz is no suffix that is written (did you mean .npy?): end it with .txt"),
        (("learn", "1 2", "1 2", "--kernel-size", "1", "-o", "k.jsn"), ".jsn is no suffix that is written"),
        (("matrix", "3x3", "-k", "1", "-o", "m.nyp"), "did you mean .npy"),
        (("params", "3x3", "--kernel", "1", "-o", "layer"), "it has no suffix: end it with"),
        (("explain", "1 2", "-k", "1", "--at", "0,0", "-o", "walk.gfi"), ".gfi is no suffix that is written"),
        (("equivariance", "-k", "box", "--dx", "1", "-o", "panel.pn"), ".pn is no suffix that is written"),
    ],
)  # fmt: skip
def test_a_wrong_suffix_is_called_one(words: tuple[str, ...], expected: str) -> None:
    """Wherever -o takes files of some kinds only: what is wrong with it, and what there is."""
    said(words, expected)
