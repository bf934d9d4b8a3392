"""Lines of a terminal's width, broken between words: what a terminal breaks itself, it breaks anywhere."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

USUAL = 80  # columns where a terminal does not say
NARROWEST = 20  # columns; below it nothing helps
INDENT = "  "  # of what goes on in a further line
_COLUMN = r"(?<=\S) {2,}(?=\S)"
_GAP = r"(?<=\S) {2,}(?=[a-z])"
_EAST = "\u2e80-\u9fff\uff00-\uffef"  # Chinese and its signs, which take no blanks: a line ends behind any of them
_WORD = rf"[（「『]*(?:[{_EAST}]|[^\s{_EAST}]+)[，。；：、？！）」』]* *"
_COMMAND = r" +(convcli|find|\|) "
_TOKEN = r"""(?:[^\s"']|"[^"]*"|'[^']*')+"""
# An option with its value, a stage of a pipe with its first word; quotes stay whole.
_ARGUMENT = rf"(?:-\S+ (?!-[a-zA-Z-]|\|)|\| \S+ )?{_TOKEN}(?: +|$)"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Where a line is too wide and no sooner: compiling all of them takes milliseconds of every start."""
    return re.compile(pattern)


def terminal_width(stream: IO[str] | None) -> int | None:
    """Columns of the terminal that a stream writes to; None for a pipe or a file, which has room for everything."""
    if stream is None or not stream.isatty():
        return None
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told) > 0:
        return int(told)
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL
    except (OSError, ValueError):  # it says that it is one and has no size
        return USUAL


def cells(text: str) -> int:
    """Columns that a text takes: two for each wide letter, none for a combining mark.

    >>> cells("kernel"), cells("核")
    (6, 2)
    """
    if text.isascii():
        return len(text)
    import unicodedata

    wide = (2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)
    return sum(wide)


def wrapped(text: str, width: int | None, indent: str = INDENT) -> str:
    """A line over several, broken at blanks only; a word that is longer than a line stays whole.

    Args:
        width: columns; None for one line.
        indent: what stands before all lines but the first.

    >>> wrapped("read as 64 maps: add --layout chw", 20)
    'read as 64 maps: add\\n  --layout chw'
    """
    if width is None or width < NARROWEST or cells(text) <= width:
        return text
    return "\n".join(_lines(text, width, indent, ""))


def _lines(text: str, width: int, indent: str, end: str = "", pieces: str = _WORD) -> Iterator[str]:
    """As `wrapped`, line by line.

    Args:
        end: what closes every line but the last.
        pieces: what stays whole, with the blanks behind it.
    """
    bare = text.lstrip(" ")
    line = text[: len(text) - len(bare)]
    fresh, room = True, width - cells(end)
    for piece in _compiled(pieces).findall(bare):
        wide = cells(piece.rstrip(" "))
        if (
            not fresh
            and cells(line) + wide > room
            and (cells(indent) + wide <= room or cells(indent) < cells(line) // 2)
        ):
            yield line.rstrip(" ") + end
            line = indent
        line, fresh = line + piece, False
    yield line.rstrip(" ")


def shortened(text: str, width: int) -> str:
    """The words that fit into so many columns, and an ellipsis for the others.

    >>> shortened("positive where brightness rises to the right", 30), shortened("a bar", 30)
    ('positive where brightness…', 'a bar')
    """
    if cells(text) <= width:
        return text
    first, *others = text.split(" ")
    for word in others:
        if cells(first) + 1 + cells(word) + 1 > width:
            break
        first += f" {word}"
    return first.rstrip(",;:") + "…"


def flowed(text: str, width: int | None) -> str:
    """A page of prose, tables and commands in a terminal's width.

    Lines that begin at the margin are prose: those of a paragraph are filled anew where one is too long.  Of
    indented lines, a command goes on behind a backslash, as a shell reads it, and a row of a table under its last
    column.

    Args:
        width: columns; None leaves the page as it is.
    """
    if width is None or width < NARROWEST or all(cells(line) <= width for line in text.split("\n")):
        return text
    out: list[str] = []
    paragraph: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line and not line[0].isspace():
            paragraph.append(line)
            continue
        out += _filled(paragraph, width)
        paragraph = []
        out += _row(line, width)
    return "\n".join(out[:-1])


def _filled(paragraph: list[str], width: int) -> list[str]:
    if all(cells(line) <= width for line in paragraph):
        return paragraph
    joined = re.sub(rf"(?<=[{_EAST}])\n|\n(?=[{_EAST}])", "", "\n".join(paragraph))
    return list(_lines(joined.replace("\n", " "), width, "", ""))


def _row(line: str, width: int) -> list[str]:
    if cells(line) <= width:
        return [line]
    own = " " * (len(line) - len(line.lstrip(" ")))
    if _compiled(_COMMAND).match(line):
        return _command(line, own + INDENT, width)
    under = max((found.end() for found in _compiled(_COLUMN).finditer(line)), default=0)
    indent = " " * under if 0 < under <= width // 2 else own if len(own) > len(INDENT) else own + INDENT
    return list(_lines(line, width, indent))


def _command(line: str, margin: str, width: int) -> list[str]:
    """A command over several lines; what is said of it, behind a gap, stands below it."""
    command, remark = line.rstrip(), ""
    if gap := _compiled(_GAP).search(command):
        command, remark = command[: gap.start()], command[gap.end() :]
    goes_on = command.endswith(" \\")
    lines = list(_lines(command.removesuffix(" \\"), width, margin, " \\", _ARGUMENT))
    lines[-1] += " \\" * goes_on
    return [*lines, *(_lines(margin + remark, width, margin) if remark else ())]
