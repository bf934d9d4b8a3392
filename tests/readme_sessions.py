"""The console sessions of README: parsed, run as a reader would run them, and written anew.

A fenced block `console` is a session: lines that begin with "$ " are commands (a
line that ends with a backslash goes on in the next), what follows is what the
terminal shows, stdout and stderr as they come.  A line "..." stands for any lines.
All sessions of the page run in one folder, in order, for a terminal of 100 columns
without colours.  A picture that the page shows from sample_images/gallery is the
file of that name which a session made.

    python -m tests.readme_sessions        writes outputs and pictures anew
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from convcli.cli.app import run

ROOT = Path(__file__).parent.parent
GALLERY = ROOT / "sample_images" / "gallery"
ENGLISH, CHINESE = PAGES = "README.md", "README.zh-CN.md"
TERMINAL = {"COLUMNS": "100", "LINES": "40", "TERM": "xterm-256color", "NO_COLOR": "1"}

_FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_BOLD = re.compile(r"\x1b\[[0-9;]*m")  # headings are bold without colours, too
_PICTURE = re.compile(r"sample_images/gallery/([\w.-]+)")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and where the text stands in the page."""

    language: str
    text: str
    start: int


@dataclass(frozen=True)
class Step:
    """One command of a session, as typed, and the lines that are said to follow it."""

    command: str
    shown: list[str]


def page_text(page: str) -> str:
    """A page of the repository."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str, *languages: str) -> list[Block]:
    """The fenced blocks in these languages."""
    found = (Block(match[1], match[2], match.start(2)) for match in _FENCE.finditer(text))
    return [block for block in found if block.language in languages]


def runnable(text: str) -> list[Block]:
    """The blocks that are run: they are the same in every language."""
    return blocks(text, "console", "sh", "makefile", "pycon")


def pictures(text: str) -> set[str]:
    """Names of the gallery's pictures that a page shows."""
    return set(_PICTURE.findall(text))


def steps(session: str) -> list[Step]:
    """The commands of a session with what follows each.

    >>> steps("$ convcli flip \\\\\\n    '1 2'\\n2 1\\n")
    [Step(command="convcli flip \\\\\\n    '1 2'", shown=['2 1'])]
    """
    found: list[Step] = []
    lines = iter(session.splitlines())
    for line in lines:
        if line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\"):
                command += "\n" + next(lines)
            found.append(Step(command, []))
        else:
            found[-1].shown.append(line)
    return found


def stages(command: str) -> list[list[str]]:
    """The words of each program of a pipeline.

    >>> stages("convcli flip '0 1; 2 3' | convcli flip @-")
    [['convcli', 'flip', '0 1; 2 3'], ['convcli', 'flip', '@-']]
    """
    lexer = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars="|;&<>")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    for word in lexer:
        if word == "|":
            found.append([])
        else:
            found[-1].append(word)
    return found


def shows(shown: list[str], seen: list[str]) -> bool:
    """Whether the shown lines are what was seen, where "..." stands for any lines.

    How wide a table's gaps are depends on the version of rich, so gaps of two blanks or
    more are as good as each other.

    >>> shows(["1", "...", "4"], ["1", "2", "3", "4"]), shows(["1", "2"], ["1", "3"])
    (True, False)
    >>> shows(["a  1"], ["a   1"]), shows(["a 1"], ["a1"])
    (True, False)
    """
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(_narrowed(line) + "\n") for line in shown)
    return re.fullmatch(pattern, "".join(_narrowed(line) + "\n" for line in seen)) is not None


def _narrowed(line: str) -> str:
    return re.sub("  +", "  ", re.sub("─+", "─", line))


class _Kept(io.BytesIO):
    """Bytes that can be read after the stream that wrote them was closed."""

    def close(self) -> None:
        """Stay open: stdout and stderr share these bytes, and each closes what it wraps."""


def _stream(content: io.BytesIO, *, terminal: bool = False) -> io.TextIOWrapper:
    text = io.TextIOWrapper(content, encoding="utf-8", write_through=True)
    text.isatty = lambda: terminal  # type: ignore[method-assign]
    return text


def seen_on_terminal(command: str, folder: Path) -> list[str]:
    """Run a pipeline of convcli's in a folder; the lines a terminal would show."""
    screen, given = _Kept(), _Kept()
    before, handler = os.getcwd(), signal.getsignal(signal.SIGTERM)
    pipeline = stages(command)
    try:
        os.chdir(folder)
        for position, (program, *arguments) in enumerate(pipeline, start=1):
            assert program == "convcli", f"a session runs convcli only: {command}"
            last = position == len(pipeline)
            out = screen if last else _Kept()
            streams = {"stdin": _stream(given), "stdout": _stream(out, terminal=last), "stderr": _stream(screen)}
            with mock.patch.multiple(sys, **streams), mock.patch.dict(os.environ, TERMINAL):
                run(arguments)
            given = _Kept(out.getvalue())
    finally:
        os.chdir(before)
        signal.signal(signal.SIGTERM, handler)
    return [line.rstrip() for line in _BOLD.sub("", screen.getvalue().decode()).splitlines()]


def trimmed(lines: list[str]) -> list[str]:
    """The lines without empty ones at both ends, which a page does not show."""
    filled = [index for index, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def run_page(text: str, folder: Path) -> Iterator[tuple[Step, list[str]]]:
    """Every step of a page with what a terminal shows after it."""
    for session in blocks(text, "console"):
        for step in steps(session.text):
            yield step, trimmed(seen_on_terminal(step.command, folder))


def rewritten(text: str, folder: Path) -> str:
    """The page with what its sessions show now; "..." stays between as many first and last lines."""
    outcome = run_page(text, folder)
    for session in blocks(text, "console"):
        lines: list[str] = []
        for step in steps(session.text):
            _, seen = next(outcome)
            kept = trimmed(step.shown)
            blank = [""] * (step.shown[-1:] == [""])
            lines += [f"$ {step.command}", *(kept if shows(kept, seen) else _cut(kept, seen)), *blank]
        text = text.replace(f"```console\n{session.text}```", "```console\n" + "\n".join(lines) + "\n```", 1)
    return text


def _cut(shown: list[str], seen: list[str]) -> list[str]:
    if "..." not in shown:
        return seen
    head = shown.index("...")
    tail = len(shown) - head - 1
    return [*seen[:head], "...", *(seen[-tail:] if tail else [])]


def translated(text: str, source: str) -> str:
    """A page with the blocks of the page it translates, one for one."""
    for mine, theirs in reversed(list(zip(runnable(text), runnable(source), strict=True))):
        text = text[: mine.start] + theirs.text + text[mine.start + len(mine.text) :]
    return text


def main() -> None:
    """Write the outputs of all pages and the pictures of the gallery anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = rewritten(page_text(ENGLISH), folder)
        (ROOT / ENGLISH).write_text(page, encoding="utf-8")
        (ROOT / CHINESE).write_text(translated(page_text(CHINESE), page), encoding="utf-8")
        shutil.rmtree(GALLERY, ignore_errors=True)
        GALLERY.mkdir()
        for shown in sorted(pictures(page)):
            shutil.copyfile(folder / shown, GALLERY / shown)


if __name__ == "__main__":
    main()
