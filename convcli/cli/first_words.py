"""First words: lines that are no command yet, and the line that they were probably meant to be.

What is suggested keeps every word that was typed, quoted for the shell, and runs as it stands.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import click

from convcli.cli.command_folder import about
from convcli.errors import ConvcliError, UnknownNameError, UsageError, listed, nearest, printable

LONGEST = 380  # characters of a line that a message shows whole
SAMPLE = "sample:camera"
_ROWS = re.compile(r"[-+0-9.eE/,\s]+([,;\s][-+0-9.eE/,;\s]+)", re.ASCII)  # numbers, more than one
KERNEL = "sobel-x"  # what is taken where none was named: its picture, its sign and its flip all say something


class IncompleteError(UsageError):
    """Raised when a line lacks something; the message ends with the line that has it.

    Args:
        words: the message.
        added: what the line has to be continued with to run.
    """

    def __init__(self, words: str, *added: str) -> None:
        super().__init__(words)
        self.added = added


def completed(message: str, error: ConvcliError, typed: Sequence[str]) -> str:
    """The message of an error; where the line lacked something, with the whole line behind it."""
    if not isinstance(error, IncompleteError):
        return message
    return _with_line(f"{message}; for instance", [*typed, *error.added])


def no_command(typed: Sequence[str], group: click.Group, context: click.Context) -> ConvcliError:
    """Why the first word is no command, and the line that was meant."""
    word, names = typed[0], group.list_commands(context)
    what, line = _meant(typed, group, context)
    if line:
        return UsageError(_with_line(f"no command is called {printable(word)!r}; {what}", line))
    near = nearest(word, names) or _that_do(word, group, context)
    if near:
        return UsageError(f"no command is called {printable(word)!r}; did you mean {listed(near, 'or')}?")
    return UnknownNameError("command", word, names)


def no_option(typed: Sequence[str], group: click.Group, context: click.Context) -> ConvcliError | None:
    """Why an option cannot come first, and the line that was meant; None for an option that no command has."""
    name = next((name for name in _by_options(typed, group, context)), None)
    if name is None:
        return None
    line = _filtering(typed, group, context) if name == "apply" else [name, *typed]
    return UsageError(_with_line("options follow a command", line))


def _with_line(message: str, words: Sequence[str]) -> str:
    line = shlex.join(["convcli", *words])
    return f"{message}:\n  {line}" if len(line) <= LONGEST and line.isprintable() else message


def _meant(typed: Sequence[str], group: click.Group, context: click.Context) -> tuple[str, list[str]]:
    """What the first word is, and the words after `convcli`; no words where nothing is known of it."""
    from convcli.cli.help.topics import TOPICS
    from convcli.core.network.zoo import NETWORKS
    from convcli.core.text.whole_numbers import looks_like_shape
    from convcli.kernels.catalogue.no_kernels import NO_KERNELS

    word = typed[0]
    if _is_input(word):
        return "it is an input", _filtering(typed, group, context)
    if word.lower() in NETWORKS.names() or word.lower().endswith((".safetensors", ".npz", ".onnx")):
        return "it is a network", ["summary", *typed]
    if looks_like_shape(word):
        return "it is a shape", ["params" if len(typed) == 1 or typed[1].startswith("-") else "summary", *typed]
    if _is_kernel(word):
        line = _filtering(typed, group, context)
        return "it is a kernel", line if len(typed) > 1 else ["kernels", word]
    row = NO_KERNELS.get(word.lower())
    if row is not None and row.instead:
        line = _filtering([*shlex.split(row.instead[0].options), *typed[1:]], group, context)
        return (f"it {row.does}; nearest" if row.does else "a kernel does that"), line
    return ("it is a topic of help", ["help", *typed]) if word in TOPICS else ("", [])


def _filtering(typed: Sequence[str], group: click.Group, context: click.Context) -> list[str]:
    """The line for the command that filters, or for another one that has the options: an input, and a kernel."""
    name = next(_by_options(typed, group, context), "apply")
    words, rest = list(typed), _parsed(name, typed, group, context)
    inputs = [text for value in (rest.get("inputs"), rest.get("source")) for text in _texts(value)]
    named = next((text for text in inputs if _is_kernel(text) and not _is_input(text)), None)
    if named is not None:
        words.remove(named)
        inputs.remove(named)
    found = next((word for word in words if word.strip() in (text.strip() for text in inputs)), None)
    if found is not None:
        words.remove(found)
    kernel = ["-k", named] if named is not None else [] if rest.get("kernel_texts") else ["-k", KERNEL]
    output = [] if name != "apply" or rest.get("output") else _output(found, as_json=bool(rest.get("as_json")))
    return [name, SAMPLE if found is None else found, *kernel, *words, *output]


def _output(source: str | None, *, as_json: bool) -> list[str]:
    """The -o that `apply` cannot do without."""
    if source is not None and os.path.isdir(source):
        return ["-o", "out/"]
    return ["-o", "out.png"] if as_json else []


def _parsed(name: str, typed: Sequence[str], group: click.Group, context: click.Context) -> dict[str, Any]:
    command = group.get_command(context, name)
    assert command is not None
    return command.make_context(name, list(typed), parent=context, resilient_parsing=True).params


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []


def _by_options(typed: Sequence[str], group: click.Group, context: click.Context) -> Iterator[str]:
    """Names of the commands that have every option of the line; the one that filters first."""
    long = {word.partition("=")[0] for word in typed if word.startswith("--")}
    short = {word[:2] for word in typed if word[:1] == "-" and word[1:2].isalpha()}
    for name in sorted(group.list_commands(context), key=lambda name: name != "apply"):
        command = group.get_command(context, name)
        assert command is not None
        known = {spelling for param in command.params for spelling in (*param.opts, *param.secondary_opts)}
        if long | short <= known:
            yield name


def _is_input(word: str) -> bool:
    """Whether a word is an input: a file that is there or by its suffix would be, a sample, numbers."""
    from convcli.files.source import is_source
    from convcli.images.formats import input_suffixes

    by_suffix = word.lower().endswith(input_suffixes()) and not word.startswith("@")
    return is_source(word) or by_suffix or _ROWS.fullmatch(word) is not None


def _is_kernel(word: str) -> bool:
    from convcli.kernels.catalogue.families import accepted

    start = word.lower()
    name = start if start.startswith("bank:") and start.count(":") == 1 else start.rpartition(":")[0] or start
    return word.startswith("@") or start in accepted() or name in accepted()


def _that_do(word: str, group: click.Group, context: click.Context) -> list[str]:
    """Commands that say that they do what the word says."""
    return [name for name in group.list_commands(context) if word.lower() in about(name).words]
