"""The console sessions of README: parsed, run as a reader would run them, and written anew.

A fenced block `console` is a session: lines that begin with "$ " are commands (a
line that ends with a backslash goes on in the next), what follows is what the
terminal shows, stdout and stderr as they come.  A line "..." stands for any lines.
Blocks `sh` are run by a shell.  The page is followed from top to bottom by one reader,
who begins in an empty folder with the tool installed, and goes where the page says:
sessions for a terminal of 100 columns without colours.  A picture that the page shows
from sample_images/gallery is the file of that name which a session made.

    python -m tests.readme_sessions        writes outputs and pictures anew
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image, ImageSequence

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
    return blocks(text, "console", "sh", "pycon")


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


class Reader:
    """Somebody who types what a page says, from top to bottom.

    Attributes:
        here: the folder that the page has led to.
        missing: tools that a block needs and this machine lacks; such a block is passed over.
    """

    def __init__(self, folder: Path) -> None:
        self.here = folder
        self.missing: list[str] = []
        tools = folder / ".venv" / "bin"
        tools.mkdir(parents=True)
        (tools / "activate").write_text(f"PATH={shlex.quote(str(tools))}:$PATH\n")
        launcher = tools / "convcli"
        launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m convcli "$@"\n')
        launcher.chmod(0o755)
        path = os.pathsep.join([str(tools), os.environ["PATH"]])
        self.environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(folder)}

    def follow(self, text: str) -> Iterator[tuple[Step, list[str]]]:
        """Run the page; every step of its sessions with what a terminal shows after it.

        Raises:
            AssertionError: a shell block did not end with exit code 0, or said that something went wrong.
        """
        for block in blocks(text, "console", "sh"):
            if block.language == "sh":
                self._run(block.text)
                continue
            for step in steps(block.text):
                yield step, trimmed(seen_on_terminal(step.command, self.here))

    def _run(self, script: str) -> None:
        if "pytest" in script:  # the tests' own command; .ci/run runs it as it stands
            return
        lacking = [tool for tool in ("jq",) if f"| {tool} " in script and shutil.which(tool) is None]
        if lacking:
            self.missing += lacking
            return
        whereabouts = self.here / ".pwd"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f'{_installed(script)}\npwd > "{whereabouts}"\n'],
            cwd=self.here,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        said = f"{script}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, said
        assert "Error" not in done.stderr, said
        self.here = Path(whereabouts.read_text().strip())
        whereabouts.unlink()


def _installed(script: str) -> str:
    """The script without what makes the environment, which is there: .ci/run does that as it stands."""
    parts = script.split(" && ")
    return " && ".join(part for part in parts if not part.startswith(("python3 -m venv", ".venv/bin/pip")))


def rewritten(text: str, reader: Reader) -> str:
    """The page with what its sessions show now; "..." stays between as many first and last lines."""
    outcome = reader.follow(text)
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
        reader = Reader(Path(name))
        page = rewritten(page_text(ENGLISH), reader)
        (ROOT / ENGLISH).write_text(page, encoding="utf-8")
        (ROOT / CHINESE).write_text(translated(page_text(CHINESE), page), encoding="utf-8")
        GALLERY.mkdir(exist_ok=True)
        for stray in {path.name for path in GALLERY.iterdir()} - pictures(page):
            (GALLERY / stray).unlink()
        for shown in sorted(pictures(page)):
            made = reader.here / shown
            if not alike(GALLERY / shown, made):
                shutil.copyfile(made, GALLERY / shown)


def frames(path: Path) -> list[np.ndarray]:
    """The frames of a picture, in colour."""
    with Image.open(path) as picture:
        return [np.asarray(frame.convert("RGB"), dtype=int) for frame in ImageSequence.Iterator(picture)]


def alike(shown: Path, made: Path) -> bool:
    """Whether both are there and the same, frame by frame, but for one sample of a hundred.

    Letters may be smoothed otherwise by another FreeType.
    """
    if not shown.exists():
        return False
    before, after = frames(shown), frames(made)
    if [frame.shape for frame in before] != [frame.shape for frame in after]:
        return False
    return all(bool(np.mean(one != other) < 0.01) for one, other in zip(before, after, strict=True))


if __name__ == "__main__":
    main()
