"""A PNG without some of its chunks, so that what is damaged in them cannot make its picture unreadable."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO, cast


class _Without(io.RawIOBase):
    """The bytes of a stream but for those of some stretches."""

    def __init__(self, stream: BinaryIO, hidden: Iterable[tuple[int, int]]) -> None:
        self._stream = stream
        self._shown: list[tuple[int, int, int]] = []  # where it is here, where it is there, how long
        here = there = 0
        size = stream.seek(0, io.SEEK_END)
        for start, end in (*hidden, (size, size)):
            if start > there:
                self._shown.append((here, there, start - there))
                here += start - there
            there = end
        self._size, self._at = here, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        for here, there, length in self._shown:
            if here <= self._at < here + length:
                self._stream.seek(there + self._at - here)
                content = self._stream.read(min(len(view), here + length - self._at))
                view[: len(content)] = content
                self._at += len(content)
                return len(content)
        return 0


def without(stream: BinaryIO, hidden: list[tuple[int, int]]) -> BinaryIO:
    """The stream itself, or a view of it without the hidden stretches, which are in order."""
    return cast(BinaryIO, io.BufferedReader(_Without(stream, hidden), 1 << 16)) if hidden else stream
