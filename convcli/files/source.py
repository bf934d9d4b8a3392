"""Sources: where bytes come from, before anybody knows what they are."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from convcli.errors import InputError
from convcli.files.reasons import reason

HEAD_BYTES = 4096
MAX_STREAM_BYTES = 1 << 30  # a pipe may never end


@dataclass(frozen=True, eq=False)
class Source:
    """Bytes of one input.

    Attributes:
        name: what messages call it.
        head: its first bytes, to recognise the format by.
        stream: all its bytes, from the first; seekable only if `size` is known.
        size: in bytes; None for a pipe or a device.
    """

    name: str
    head: bytes
    stream: BinaryIO
    size: int | None

    def seekable(self, limit: int = MAX_STREAM_BYTES) -> BinaryIO:
        """All the bytes as a stream that can be read again; a pipe is read into memory.

        Raises:
            InputError: a pipe holds more than `limit` bytes.
        """
        if self.size is not None:
            self.stream.seek(0)
            return self.stream
        return io.BytesIO(self.read_all(limit))

    def read_all(self, limit: int) -> bytes:
        """All the bytes, at most `limit`."""
        content = self.stream.read(limit + 1) if self.size is None or self.size <= limit else b""
        if len(content) > limit or (self.size or 0) > limit:
            raise InputError(self.name, f"the input is larger than {limit >> 20} MiB, the most that is read")
        return content


class _Rejoined(io.RawIOBase):
    """A pipe whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if not self._head:
            return _readinto(self._rest, view)
        part = self._head[: len(view)]
        view[: len(part)] = part
        self._head = self._head[len(part) :]
        return len(part)


def _readinto(stream: BinaryIO, view: memoryview) -> int:
    chunk = stream.read(min(len(view), 1 << 20))
    view[: len(chunk)] = chunk
    return len(chunk)


@contextlib.contextmanager
def open_source(text: str, stdin: BinaryIO | None = None) -> Iterator[Source]:
    """The bytes behind "-", `sample:NAME` or an existing path.

    Raises:
        InputError: a folder, a socket, a link to nowhere, no permission ...
        UnknownNameError: no such sample.
    """
    name = "stdin" if text == "-" else text
    with contextlib.ExitStack() as stack:
        try:
            piped = (stdin or _stdin()) if text == "-" else None
            stream = piped or cast(BinaryIO, stack.enter_context(open(_path(text), "rb")))
            source = _probe(name, stream, is_pipe=text == "-")
        except OSError as error:
            raise InputError(name, reason(error)) from error
        yield source


def is_source(text: str) -> bool:
    """Whether text names an input: stdin, a sample, or a path where something is (even a broken link)."""
    if text == "-" or text.startswith("sample:"):
        return True
    return "\0" not in text and os.path.lexists(text)


def _path(text: str) -> str:
    if os.path.lexists(text):
        if stat.S_ISSOCK(os.stat(text).st_mode):
            raise InputError(text, "this is a socket, not a file")
        return text
    if text.startswith("sample:"):
        from convcli.files.bundled import sample_path

        return str(sample_path(text.removeprefix("sample:")))
    return text


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise InputError("stdin", "standard input is closed")
    return sys.stdin.buffer


def _probe(name: str, stream: BinaryIO, *, is_pipe: bool) -> Source:
    if not is_pipe:
        status = os.fstat(stream.fileno())
        if stat.S_ISREG(status.st_mode) and (status.st_size or not stream.read(1)):
            stream.seek(0)
            head = stream.read(HEAD_BYTES)
            stream.seek(0)
            return Source(name, head, stream, status.st_size)
    head = _head(stream)
    return Source(name, head, cast(BinaryIO, io.BufferedReader(_Rejoined(head, stream))), None)


def _head(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES:  # a raw pipe may give less than was asked for
        chunk = stream.read(HEAD_BYTES - len(head))
        if not chunk:
            break
        head += chunk
    return head
