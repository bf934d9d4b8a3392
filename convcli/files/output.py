"""Outputs that are never half-written.

A file is written under a short temporary name in the target's own folder,
flushed to the disk, and renamed over the target in one step.  Devices, pipes
and stdout are written straight through.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import select
import stat
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from convcli.errors import OutputError, OutputExistsError, Setting
from convcli.files.windows_names import WINDOWS, refusal

MAX_LINKS = 40  # as many as Linux follows
WORKING_FOLDER_GONE = "the working folder has been deleted; give a path that begins with /"
BINARY = getattr(os, "O_BINARY", 0)  # on Windows files are text without it
BRIEFLY = 0.01  # seconds
MAX_WAIT = 0.2  # seconds for a file system that is slow to make a file
_OWN_DESCRIPTOR = re.compile(r"/dev/(?:std(in|out|err)|fd/(\d+))|/proc/(?:self|\d+)/fd/(\d+)")
_DESCRIPTOR = re.compile(r"std(in|out|err)|\d+")  # the last part of such a name
_unfinished: set[str] = set()
_beginning = threading.Lock()  # held while a temporary file comes into being
_STANDARD = {"in": 0, "out": 1, "err": 2}


@contextlib.contextmanager
def safe_output(target: str, *, force: bool = False) -> Iterator[BinaryIO]:
    """A stream whose content becomes the target when the block ends without an exception.

    Any exception, KeyboardInterrupt included, removes the temporary file and
    leaves the target as it was.  A file's stream is seekable; a pipe's is not.

    Args:
        target: a path or "-"; links are followed, so that the file behind them is replaced.
        force: replace an existing file (its mode is kept).

    Raises:
        OutputExistsError: the file exists and `force` is not given.
        OutputError: no such folder, no permission, no space ...
    """
    check_target(target, force=force)
    try:
        path = resolve(target)
        if target == "-" or is_passed_through(path):
            with _straight(target, path) as stream:
                yield stream
        else:
            with _replacing(path, target, force) as stream:
                yield stream
    except BrokenPipeError:
        if target == "-":
            raise  # the reader of stdout has gone: not an error of the output
        raise OutputError(target, "the reader closed the pipe") from None
    except OSError as error:
        raise OutputError(target, f"cannot be written: {error.strerror or error}") from error


def write_bytes(target: str, content: bytes, *, force: bool = False) -> None:
    """Write a whole file, or to "-"; see `safe_output`."""
    with safe_output(target, force=force) as stream:
        stream.write(content)


def discard_unfinished() -> None:
    """Remove every temporary file that is being written, for a process that is about to end.

    No file is begun after this: a thread that tries waits for the end of the process.
    """
    _beginning.acquire(timeout=MAX_WAIT)
    for temporary in tuple(_unfinished):
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def check_target(target: str, *, force: bool = False, source: str | None = None) -> None:
    """Find out before the work whether a target could be written.

    Args:
        source: the input; a message says so if the target is the same file under any name.

    Raises:
        OutputExistsError, OutputError: as `safe_output`.
    """
    if target == "-":
        return
    if not target or "\0" in target:
        raise OutputError(target, "this is no file name")
    if WINDOWS and (problem := refusal(target)) is not None:
        raise OutputError(target, problem)
    try:
        path = resolve(target)
        status = os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        status = None
    except OSError as error:  # a name of more than 255 bytes, a folder that may not be entered
        raise OutputError(target, f"cannot be written: {error.strerror or error}") from error
    if status is None:
        _check_folder(target, os.path.dirname(path) or ".")
    elif stat.S_ISDIR(status.st_mode):
        raise OutputError(target, "this is a folder; end it with / to put pictures into it, or give a file name")
    elif stat.S_ISREG(status.st_mode) and not is_passed_through(path):
        _check_existing(target, path, force, source)


def _check_existing(target: str, path: str, force: bool, source: str | None) -> None:
    if not force:
        if source is not None and os.path.exists(source) and os.path.samefile(source, path):
            raise OutputError(target, "the output is the input itself; use ", Setting("force"), " to replace it")
        raise OutputExistsError(target)
    if not os.access(path, os.W_OK):
        raise OutputError(target, "the file is write-protected")
    _check_folder(target, os.path.dirname(path) or ".")


def _check_folder(target: str, folder: str) -> None:
    if not os.path.isabs(absolute(folder)):
        raise OutputError(target, WORKING_FOLDER_GONE)
    if not os.path.isdir(folder):
        raise OutputError(target, f"the folder {folder} does not exist")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(target, f"the folder {folder} cannot be written to")


def resolve(target: str) -> str:
    """The path behind links; stops at a name of one of our own descriptors, such as /dev/stdout."""
    path = target
    for _ in range(MAX_LINKS):
        if _own_descriptor(path) or not os.path.islink(path):
            return path
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    raise OutputError(target, "too many links, perhaps in a circle")


def absolute(path: str) -> str:
    """The path from the root; as it is where the working folder has been deleted, and nothing stands in it."""
    try:
        return os.path.abspath(path)
    except FileNotFoundError:
        return path


def _own_descriptor(path: str) -> re.Match[str] | None:
    name = os.path.basename(path)
    if name not in ("", ".", "..") and not _DESCRIPTOR.fullmatch(name):  # most are asked about several times
        return None
    return _OWN_DESCRIPTOR.fullmatch(absolute(path))


def is_passed_through(path: str) -> bool:
    """Whether a path is a device, a pipe, a socket or one of our own descriptors."""
    if _own_descriptor(path):
        return True
    return os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode)


class _Looping(io.RawIOBase):
    """Writes everything: an unbuffered stdout may take less than it is given."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        rest = memoryview(content).cast("B")
        length = len(rest)
        while rest:
            try:
                written = self._stream.write(rest)
            except BlockingIOError as full:
                written = full.characters_written or None
            if written is None:
                _wait_for(self._stream)
            else:
                rest = rest[written:]
        return length

    def flush(self) -> None:
        if not self._stream.closed:
            self._stream.flush()


def _wait_for(stream: Any) -> None:
    """Until a stream that is full takes more; Windows waits for sockets alone."""
    if WINDOWS:
        time.sleep(BRIEFLY)
    else:
        select.select([], [stream], [])


@contextlib.contextmanager
def _straight(target: str, path: str) -> Iterator[BinaryIO]:
    if target == "-":
        if sys.stdout is None:
            raise OutputError("stdout", "standard output is closed")
        sys.stdout.flush()
        stream = _Looping(sys.stdout.buffer)
        yield cast(BinaryIO, stream)
        stream.flush()
        return
    with os.fdopen(_descriptor(path), "wb") as file:
        yield cast(BinaryIO, _Looping(file))


def _descriptor(path: str) -> int:
    own = _own_descriptor(path)
    if own:  # opening /dev/stdout anew would start at the beginning of the file it was sent to
        name, *numbers = own.groups()
        return os.dup(_STANDARD[name] if name else int(next(n for n in numbers if n)))
    return os.open(path, os.O_WRONLY | BINARY)


@contextlib.contextmanager
def _replacing(path: str, target: str, force: bool) -> Iterator[BinaryIO]:
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, f".convcli-{os.urandom(4).hex()}")
    done = False
    _unfinished.add(temporary)
    try:
        with _beginning:
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | BINARY, 0o666)
        with os.fdopen(descriptor, "w+b") as stream:
            yield stream
            stream.flush()
            if os.path.exists(path):
                os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode))
            os.fsync(stream.fileno())
        _rename(temporary, path, target, force)
        done = True
    finally:
        if not done:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
        _unfinished.discard(temporary)


def _rename(temporary: str, path: str, target: str, force: bool) -> None:
    if force:
        os.replace(temporary, path)
        return
    try:
        os.link(temporary, path)  # unlike a rename, fails if somebody made the file meanwhile
    except FileExistsError:
        raise OutputExistsError(target) from None
    except OSError:  # a file system without hard links
        os.replace(temporary, path)
    else:
        os.unlink(temporary)
