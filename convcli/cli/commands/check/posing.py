"""Posing: from the words behind -- to a question, by the commands' own options."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import Any

import click

from convcli.cli.commands.check.asked import CheckOptions
from convcli.cli.commands.check.question import Question
from convcli.cli.help.groups import GROUPS
from convcli.cli.root import root
from convcli.cli.usage import spelling_of
from convcli.errors import UsageError, advice, printable
from convcli.lazy import load

HERE = "convcli.cli.commands.check"
POSERS = {
    "apply": f"{HERE}.correlations:posed_apply",
    "explain": f"{HERE}.correlations:posed_explain",
    "flip": f"{HERE}.layers:posed_flip",
    "matrix": f"{HERE}.layers:posed_matrix",
    "params": f"{HERE}.layers:posed_params",
}
EXAMPLE = """convcli check "3 2; 1 0" -- flip "0 1; 2 3\""""
# What says where a result goes, or how it looks: of an exercise only the answer counts.
LOOKS = {*GROUPS["Output"], "outputs", "sheet_scale", "columns", "as_json", "verbose", "quiet", "formulas", "frames",
         "recursive", "from_file", "by_nul"}  # fmt: skip


def posed(words: Sequence[str], options: CheckOptions) -> tuple[Question, str]:
    """The question, and its line of the shell.

    Raises:
        UsageError: no exercise, none of these commands, or options that have no place in one.
    """
    if not words:
        raise UsageError(f"check needs the exercise behind --, as in: {EXAMPLE}")
    name, *arguments = (word.strip() for word in words)
    if name not in POSERS:
        raise UsageError(f"{printable(name)} sets no exercise behind --; {advice(name, POSERS)}")
    outer = click.get_current_context().find_root()
    command = root.get_command(outer, name)
    assert command is not None
    root.running = command  # messages speak of its options from here on
    context = command.make_context(name, list(arguments), parent=outer)
    _check_plain(context)
    poser: Callable[[dict[str, Any], CheckOptions], Question] = load(POSERS[name])
    with context.scope(cleanup=False):
        question = poser(context.params, options)
    root.running = click.get_current_context().command
    return question, shlex.join(["convcli", name, *arguments])


def _check_plain(context: click.Context) -> None:
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if parameter.name in LOOKS and source is click.core.ParameterSource.COMMANDLINE:
            raise UsageError(f"{spelling_of(parameter)} has no place in an exercise: only what it computes is compared")
