"""Kernels from files and stdin: text, CSV, JSON or .npy, told apart by content."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from convcli.core.arrays import Array
from convcli.core.kernel.kernel import RULE, Kernel, rounded_weight
from convcli.core.text.matrices import parse_matrix
from convcli.errors import InputError
from convcli.files import read_whole, text_of
from convcli.files.npy import MAGIC
from convcli.kernels.reading import json_text, magick, npy

LARGEST_TEXT = 16 * 2**20
LARGEST_ARRAY = 256 * 2**20
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
    content = _content(path, stdin, where)
    return as_named(_weights(content, where), "kernel" if path == "-" else Path(path).stem, where)


def as_named(weights: Array, name: str, where: str) -> tuple[Kernel, ...]:
    """Kernels from weights (h, w), (F, h, w) or (F, C, h, w), with numbered names where F is given."""
    if weights.ndim not in (2, 3, 4) or weights.size == 0:
        raise InputError(where, f"its shape is {weights.shape}; kernels are (h, w), (F, h, w) or (F, C, h, w)")
    if not np.isfinite(weights).all():
        raise InputError(where, "it holds NaN or infinity; every weight must be finite")
    if (lost := rounded_weight(weights, np.asarray(weights, np.float64))) is not None:
        raise InputError(where, f"it holds {lost}; {RULE}")
    if weights.ndim == 2:
        return (Kernel(name, weights),)
    return tuple(Kernel(f"{name}-{number}", each) for number, each in enumerate(weights))


def _weights(content: bytes, where: str) -> Array:
    if content.startswith(MAGIC):
        return npy.parse(content, where)
    if content.startswith(_ZIP):
        raise InputError(where, "it is an archive (.npz?); save the one array by itself, with numpy.save")
    text = text_of(content, where, "it is neither text (UTF-8) nor .npy")
    if text.lstrip()[:1] in ("[", "{"):
        return json_text.parse(text, where)
    if magick.looks_like(text):
        return magick.parse(text, where, from_file=True)
    return parse_matrix(text, where, from_file=True)


def _content(path: str, stdin: BinaryIO | None, where: str) -> bytes:
    if not path:
        raise InputError("@", "no file is named; write @PATH, or @- for stdin")

    def check(content: bytearray) -> None:
        limit, kind = (LARGEST_ARRAY, ".npy") if content.startswith(MAGIC) else (LARGEST_TEXT, "text")
        if len(content) > limit:
            raise InputError(where, f"{kind} of more than {limit >> 20} MiB is refused; no kernel is that large")

    return read_whole(path, check=check, stdin=stdin, missing="no such file")
