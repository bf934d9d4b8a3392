"""A child process that knows less than Linux does, in which command lines run one after the other.

    python -m tests.reliability.elsewhere < asked.json

writes a JSON list of [exit code, stdout, stderr], a pair of latin-1 texts that stand for the bytes, for each console
that was asked for, to the file named by the environment variable ANSWERS.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

MODULES = ("fcntl", "resource", "termios", "pwd", "grp", "tty", "pty", "syslog", "readline", "posix_ipc")
OF_POSIX = (
    "sched_getaffinity", "sched_setaffinity", "mkfifo", "mknod", "fchmod", "fchown", "fork", "register_at_fork",
    "getuid", "geteuid", "getgid", "chown", "lchown", "statvfs", "sysconf", "getloadavg", "posix_fadvise",
    "posix_fallocate", "sendfile", "openpty", "ttyname", "nice", "killpg", "setsid", "O_NOFOLLOW", "O_DIRECTORY",
    "O_NONBLOCK", "O_CLOEXEC", "EX_OK",
)  # fmt: skip
SIGNALS = ("SIGPIPE", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGKILL", "SIGCHLD", "SIGWINCH", "SIGTSTP")


def hide() -> None:
    """Take away what only POSIX has, before anything of ours or of the libraries is imported."""
    for module in MODULES:
        sys.modules[module] = None  # type: ignore[assignment]  # so that importing it fails
    for holder, names in ((os, OF_POSIX), (signal, SIGNALS)):
        for name in names:
            vars(holder).pop(name, None)


class _Stream(io.TextIOWrapper):
    """A captured stream with an encoding and line ends of its own, whose bytes outlive it."""

    def __init__(self, encoding: str, newline: str, errors: str) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, errors=errors, newline=newline, write_through=True)


def answers(lines: list[list[str]], encoding: str, newline: str) -> list[list[Any]]:
    """What each command line leaves behind."""
    from convcli.cli.app import run

    found: list[list[Any]] = []
    own = sys.stdin, sys.stdout, sys.stderr
    for line in lines:
        out, err = _Stream(encoding, newline, "strict"), _Stream(encoding, newline, "backslashreplace")
        sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(b"")), out, err
        try:
            code = run(line)
        finally:
            sys.stdin, sys.stdout, sys.stderr = own
        found.append([code, out.bytes.getvalue().decode("latin-1"), err.bytes.getvalue().decode("latin-1")])
    return found


if __name__ == "__main__":
    asked = json.loads(sys.stdin.read())
    if asked["hidden"]:
        hide()
    told = {name: answers(**console) for name, console in asked["consoles"].items()}
    Path(os.environ["ANSWERS"]).write_text(json.dumps(told), encoding="ascii")
