"""Kernels from files and stdin: text, CSV, JSON or .npy, told apart by content."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np

from convcli.core.arrays import Array
from convcli.core.kernel.kernel import Kernel
from convcli.core.text.matrices import parse_matrix
from convcli.errors import InputError, nearest
from convcli.files import npy
from convcli.kernels.reading import json_text, magick

LARGEST_TEXT = 16 * 2**20
LARGEST_ARRAY = 256 * 2**20
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_ZIP = b"PK\x03\x04"


def read_kernels(path: str, stdin: BinaryIO | None = None) -> tuple[Kernel, ...]:
    """The kernels of a file, or of stdin for `-`.

    Args:
        path: .txt or .csv (rows of numbers), .json (nested lists, or what `--json` prints)
            or .npy holding (h, w), (F, h, w) or (F, C, h, w).
        stdin: what "-" reads.

    Returns:
        One kernel, or F of them; named after the file.

    Raises:
        InputError: the file cannot be read, or holds no kernel.
        KernelTextError: its text does not parse (exit 3).
    """
    where = "stdin" if path == "-" else path
    content = _content(path, stdin)
    return as_named(_weights(content, where), "kernel" if path == "-" else Path(path).stem, where)


def as_named(weights: Array, name: str, where: str) -> tuple[Kernel, ...]:
    """Kernels from weights (h, w), (F, h, w) or (F, C, h, w), with numbered names where F is given."""
    if weights.ndim not in (2, 3, 4) or weights.size == 0:
        raise InputError(where, f"its shape is {weights.shape}; kernels are (h, w), (F, h, w) or (F, C, h, w)")
    if not np.isfinite(weights).all():
        raise InputError(where, "it holds NaN or infinity; every weight must be finite")
    if weights.ndim == 2:
        return (Kernel(name, weights),)
    return tuple(Kernel(f"{name}-{number}", each) for number, each in enumerate(weights))


def _weights(content: bytes, where: str) -> Array:
    if content.startswith(npy.MAGIC):
        return npy.parse(content, where)
    if content.startswith(_ZIP):
        raise InputError(where, "it is an archive (.npz?); save the one array by itself, with numpy.save")
    text = _text(content, where)
    if text.lstrip()[:1] in ("[", "{"):
        return json_text.parse(text, where)
    if magick.looks_like(text):
        return magick.parse(text, where, from_file=True)
    return parse_matrix(text, where, from_file=True)


def _content(path: str, stdin: BinaryIO | None) -> bytes:
    try:
        if path == "-":
            return _read(stdin if stdin is not None else sys.stdin.buffer, "stdin")
        with open(path, "rb") as stream:
            return _read(stream, path)
    except FileNotFoundError as error:
        raise InputError(path or "@", _no_such_file(path)) from error
    except OSError as error:
        raise InputError(path, (error.strerror or str(error)).lower()) from error
    except ValueError as error:  # a NUL in the path, or a closed stdin
        raise InputError(path, str(error)) from error


def _read(stream: BinaryIO, where: str) -> bytes:
    """All of a stream, in pieces, up to what a kernel of its kind may have."""
    content = bytearray()
    while piece := stream.read(2**20):
        content += piece
        limit = LARGEST_ARRAY if content.startswith(npy.MAGIC) else LARGEST_TEXT
        if len(content) > limit:
            kind = ".npy" if limit == LARGEST_ARRAY else "text"
            raise InputError(where, f"{kind} of more than {limit >> 20} MiB is refused; no kernel is that large")
    return bytes(content)


def _no_such_file(path: str) -> str:
    if not path:
        return "no file is named; write @PATH, or @- for stdin"
    folder, name = os.path.split(path)
    try:
        near = nearest(name, os.listdir(folder or "."))
    except OSError:
        near = []
    return "no such file" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _text(content: bytes, where: str) -> str:
    mark = next((mark for mark in _BYTE_ORDER_MARKS if content.startswith(mark)), b"")
    encoding = _BYTE_ORDER_MARKS.get(mark, "utf-8")
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(where, "it is neither text (UTF-8) nor .npy") from error
    if "\0" in text:
        raise InputError(where, "it is neither text (UTF-8) nor .npy")
    return text
