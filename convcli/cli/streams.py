"""The standard streams, which may be closed, full, or unable to hold every character."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys

from convcli.errors import InputError, OutputError

TYPE_CHECKING = False
if TYPE_CHECKING:  # every start goes through here: what only types need is not imported
    from typing import NoReturn, TextIO

CANNOT_WRITE = tuple(
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO", "EBADF") if hasattr(errno, name)
)

ESCAPED = "convcli.escaped"


class ClosedStdout(io.TextIOBase):
    """Stands for a stdout that was closed before the start: the first result that goes there is an error."""

    encoding = "utf-8"

    def write(self, text: str) -> NoReturn:
        raise OutputError("stdout", "standard output is closed")

    @property
    def buffer(self) -> NoReturn:
        raise OutputError("stdout", "standard output is closed")


class ClosedStdin(io.TextIOBase):
    """Stands for a stdin that was closed before the start."""

    @property
    def buffer(self) -> NoReturn:
        raise InputError("stdin", "standard input is closed")


def settle_streams() -> None:
    """Make the three streams safe to use, whatever they were when the process began.

    A descriptor that is closed would be given to the next file that is opened, and
    what a library prints would end up in it.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
    if sys.stdin is None:
        sys.stdin = ClosedStdin()
    if sys.stdout is None:
        sys.stdout = ClosedStdout()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it lasts as long as the process
    # Lines end alike on every system: what one command prints, another reads.
    if isinstance(sys.stdout, io.TextIOWrapper):
        codecs.register_error(ESCAPED, _escaped)  # for a locale without the signs of mathematics
        sys.stdout.reconfigure(errors=ESCAPED, newline="\n")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(newline="\n")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Characters that a stream has not, as \uXXXX: unlike Python's own \xXX that is JSON, too."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n]:02x}{units[n + 1]:02x}" for n in range(0, len(units), 2)), error.end


def has_no_reader(error: OSError) -> bool:
    """Whether the error is that of a pipe whose reader has gone: EPIPE, and on Windows EINVAL of a stream."""
    return isinstance(error, BrokenPipeError) or (
        os.name == "nt" and error.errno == errno.EINVAL and error.filename is None
    )


def is_full(error: OSError) -> bool:
    """Whether the error is a stream's that cannot be written (and not a file's, which names itself)."""
    return error.filename is None and error.errno in CANNOT_WRITE


def abandon(stream: TextIO) -> None:
    """Keep the interpreter from flushing into a stream that is closed or full when it ends."""
    import contextlib

    with contextlib.suppress(OSError):  # a stream without a descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
