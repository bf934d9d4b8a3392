"""Networks written down in a file or piped in: short UTF-8 texts."""

from __future__ import annotations

import sys
from typing import BinaryIO

from convcli.errors import InputError

MOST_BYTES = 1 << 20


def read_network_text(path: str, *, stdin: BinaryIO | None = None) -> str:
    """The text of a network's file; "-" is stdin.

    Raises:
        InputError: missing, unreadable, larger than 1 MiB, or not UTF-8.
    """
    try:
        if path == "-":
            content = (stdin or sys.stdin.buffer).read(MOST_BYTES + 1)
        else:
            with open(path, "rb") as file:
                content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(path, (error.strerror or str(error)).lower()) from error
    if len(content) > MOST_BYTES:
        raise InputError(path, "too long for a network's text; at most 1 MiB")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(path, "not a network's text (no UTF-8); weights are .safetensors or .npz") from error
