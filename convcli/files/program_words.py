"""What became of a command, in words that follow its name."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from collections.abc import Sequence

from convcli.errors import FileError, Setting, printable
from convcli.files.reasons import system_words

QUOTED_LINES, QUOTED_LETTERS = 3, 240
READ = 4096  # bytes of what it said last
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")


class ProgramError(FileError):
    """Raised when a command cannot be run, fails, gives nothing, or goes beyond a limit.

    Attributes:
        problem: what it did, without its name.
        said: what it said itself, on stderr.
        started: whether it ran at all; limited: whether it went beyond a limit.
        code: its exit code, where it ended by itself.
    """

    def __init__(
        self,
        program: str,
        *problem: str | Setting,
        started: bool = True,
        limited: bool = False,
        code: int = 0,
        said: str = "",
    ) -> None:
        super().__init__(program, *problem, *((f"\nit said: {said}",) if said else ()))
        self.problem, self.said = problem, said
        self.started, self.limited, self.code = started, limited, code


def code_words(code: int) -> str:
    """How it ended, by its exit code; a negative one is a signal's number.

    >>> code_words(2), code_words(-11)
    ('it ended with exit code 2', 'it was ended by SIGSEGV')
    """
    if code > 0:
        return f"it ended with exit code {code}"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"


def start_words(words: Sequence[str], error: OSError | ValueError) -> str:
    """Why it cannot be started."""
    name = words[0]
    if isinstance(error, FileNotFoundError):
        if " " in name.strip() and len(words) == 1:
            return "there is no such command; give its words one by one, without quotes around them all: no shell runs"
        if os.sep in name and os.path.exists(name):
            return "it cannot be run: what its first line names is not there"
        return "there is no such command"
    if isinstance(error, PermissionError):
        return "this is a folder, not a command" if os.path.isdir(name) else "it is not executable"
    return f"it cannot be run: {system_words(error) if isinstance(error, OSError) else error}"


def last_words(folder: str, wanted: str | None) -> str:
    """The last lines that it said, safe to print: on stderr, or else on stdout where no picture was expected there.

    Args:
        folder: where the files "stderr" and "said" are.
        wanted: the file that stdout went to in place of "said".
    """
    for name in ("stderr", *(() if wanted else ("said",))):
        with contextlib.suppress(OSError), open(os.path.join(folder, name), "rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - READ))
            text = _ESCAPES.sub("", stream.read().decode("utf-8", "replace"))
            if lines := [line.strip() for line in text.splitlines() if line.strip()]:
                quoted = " / ".join(lines[-QUOTED_LINES:])
                return printable(quoted if len(quoted) <= QUOTED_LETTERS else f"...{quoted[-QUOTED_LETTERS:]}", 300)
    return ""
