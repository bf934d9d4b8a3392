"""Small files read whole: up to what the reader takes, from a path or from stdin."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import BinaryIO

from convcli.errors import InputError
from convcli.files.reasons import no_such_file, reason

PIECE = 1 << 20
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def read_whole(
    path: str, *, check: Callable[[bytearray], None], stdin: BinaryIO | None = None, missing: str = ""
) -> bytes:
    """All the bytes of a file, or of stdin for "-".

    Args:
        check: sees what has come so far, after each piece of at most 1 MiB; raises where it is
            more than the reader takes, so that an endless input ends.
        stdin: what "-" reads; the process's standard input where not given.
        missing: said of a file that is not there, with the nearest names, in place of "there is no such file".

    Raises:
        InputError: it cannot be read; and whatever `check` raises.
    """
    try:
        if path == "-":
            return _pieces(stdin if stdin is not None else sys.stdin.buffer, check)
        with open(path, "rb") as stream:
            return _pieces(stream, check)
    except FileNotFoundError as error:
        raise InputError(path, no_such_file(path, missing or reason(error))) from error
    except OSError as error:
        raise InputError(path, reason(error)) from error
    except ValueError as error:  # a NUL in the path, or a closed stdin
        raise InputError(path, "no file's name has a NUL in it" if "\0" in path else str(error)) from error


def _pieces(stream: BinaryIO, check: Callable[[bytearray], None]) -> bytes:
    content = bytearray()
    while piece := stream.read(PIECE):
        content += piece
        check(content)
    return bytes(content)


def text_of(content: bytes, where: str, refusal: str) -> str:
    r"""The text that bytes stand for: UTF-8, or UTF-16 behind a byte-order mark.

    Raises:
        InputError: `refusal`, of `where`: the bytes are no text, or hold a NUL.

    >>> text_of(b"\xff\xfe3\x00", "kernel.txt", "no text")
    '3'
    """
    mark = next((mark for mark in _BYTE_ORDER_MARKS if content.startswith(mark)), b"")
    try:
        text = content[len(mark) :].decode(_BYTE_ORDER_MARKS.get(mark, "utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(where, refusal) from error
    if "\0" in text:
        raise InputError(where, refusal)
    return text
