"""The man page, made from the commands' own help: nothing is written down twice.

Troff reads lines that begin with a dot or an apostrophe as requests, and a
backslash as an escape; every text is protected against both.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from convcli import __version__
from convcli.cli.help.groups import GroupedCommand
from convcli.cli.help.topics import TOPICS


def man_page(root: click.Context) -> str:
    """The page convcli(1) in troff: commands with their options, and every topic of `convcli help`."""
    group = root.command
    assert isinstance(group, click.Group)
    about = " ".join((group.help or "").split()).rstrip(".")
    lines = [
        f'.TH CONVCLI 1 "" "convcli {__version__}" "User Commands"',
        ".SH NAME",
        f"convcli \\- {_text(about[0].lower() + about[1:])}",
        ".SH SYNOPSIS",
        ".B convcli",
        "COMMAND [OPTIONS] [ARGUMENTS]...",
        ".SH COMMANDS",
    ]
    for name in group.list_commands(root):
        lines += _command(name, group, root)
    for topic, text in TOPICS.items():
        lines += [f".SH {_text(topic.upper())}", _text(text.__doc__ or ""), *_verbatim(text().splitlines())]
    return "\n".join(lines) + "\n"


def _command(name: str, group: click.Group, root: click.Context) -> Iterator[str]:
    command = group.get_command(root, name)
    assert isinstance(command, GroupedCommand)
    context = click.Context(command, info_name=name, parent=root)
    yield f".SS {_text(' '.join([name, *command.collect_usage_pieces(context)]))}"
    for paragraph in inspect.cleandoc(command.text()).split("\n\n"):
        yield ".PP"
        yield from _paragraph(paragraph.splitlines())
    for heading, records in command.option_groups(context).items():
        yield from (".PP", f".I {_text(heading)}")
        for option, meaning in records:
            yield from (".TP", f".B {_choices(option)}", _text(" ".join(meaning.split())))


def _choices(option: str) -> str:
    """An option's spelling, which may be broken between two of its choices."""
    return _text(option).replace("|", "|\\:")


def _paragraph(lines: list[str]) -> Iterator[str]:
    if lines[0] == "\b":  # Click's mark of lines that stay as they are
        yield from _verbatim(lines[1:])
    else:
        yield _text(" ".join(line.strip() for line in lines))


def _verbatim(lines: list[str]) -> list[str]:
    return [".nf", *map(_text, lines), ".fi"]


def _text(line: str) -> str:
    protected = line.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", protected)
