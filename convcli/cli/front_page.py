"""The front page: what `convcli` says of itself, the list of commands and its version.

It is what people see first, so it loads no command, and Click neither: importing Click takes longer than all of it.
The root group shows this page where a line asks for it in another way.
"""

from __future__ import annotations

import os
import sys

from convcli import __version__
from convcli.cli.command_folder import about, command_names

TYPE_CHECKING = False
if TYPE_CHECKING:  # every start goes through here: what only types need is not imported
    from convcli.cli.about import About

HELP_OPTIONS = ("-h", "--help")
USAGE = "COMMAND [ARGUMENTS]... [OPTIONS]..."  # a command comes first
SUBJECT = "Slide kernels over real pictures, and see what convolution is."
BEGIN = (  # lines that run in an empty folder
    "convcli apply sample:camera -k sobel-x -o edges.png",
    "convcli explain sample:camera",
    "convcli summary lenet-5",
)
MORE = "Each command has --help, with examples first; 'convcli help' lists topics."
VERSION = f"convcli {__version__}"
WIDEST, NARROWEST = 98, 50  # columns, as of each command's help


def answer(arguments: list[str]) -> str | None:
    """What is printed for a line that asks for this page or the version and for nothing else; None of other lines."""
    if not arguments or (len(arguments) == 1 and arguments[0] in HELP_OPTIONS):
        return front_page(columns())
    return VERSION if arguments == ["--version"] else None


def front_page(width: int) -> str:
    """The page in so many columns: with two prompts it fits a screen of 24 lines of 80.

    The commands stand by what they are for; each purpose is said once.
    """
    rows = by_purpose({name: about(name) for name in command_names()})
    wide, widest = max(len(purpose) for purpose, _, _ in rows), max(len(name) for _, name, _ in rows)
    lines = [f"Usage: convcli {USAGE}", "", *_broken(f"{SUBJECT} Examples:", "  ", width)]
    lines += [*(f"    {line}" for line in BEGIN), ""]
    for purpose, name, line in rows:
        start = f"{purpose:<{wide}}  {name:<{widest}}  "
        first, *others = _broken(line, "", max(width - len(start) - 2, 10)) or [""]
        lines += [f"  {start}{first}".rstrip(), *(f"  {' ' * len(start)}{other}" for other in others)]
    return "\n".join([*lines, "", *_broken(MORE, "  ", width)])


def by_purpose(known: dict[str, About]) -> list[tuple[str, str, str]]:
    """Purpose, name and line of each command: purposes in order, a new one before the last; each said once."""
    rows, before = [], ""
    for name in sorted(known, key=lambda name: (known[name].place, known[name].purpose, name)):
        purpose = known[name].purpose
        rows.append((purpose if purpose != before else "", name, known[name].line))
        before = purpose
    return rows


def columns() -> int:
    """Columns of help, as Click has them: those of the terminal, or of COLUMNS, without two, within limits."""
    try:
        told = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        told = 0
    return max(min(told if told > 0 else _terminal(), WIDEST + 2) - 2, NARROWEST)


def _terminal() -> int:
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):  # closed, or no terminal
        return 80


def _broken(text: str, indent: str, width: int) -> list[str]:
    """Lines of a paragraph, broken between words."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(indent + word)
    return lines
