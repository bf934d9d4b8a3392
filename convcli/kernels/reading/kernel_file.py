"""Kernels from files and stdin: text, CSV, JSON, .npy, libvips' matrix, told apart by content; tensors by name."""

from __future__ import annotations

import math
import re
from itertools import repeat
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.kernel.axes import FILTERS_FIRST, filters_first
from convcli.core.kernel.kernel import RULE, Kernel, rounded_weight
from convcli.core.text.matrices import parse_matrix
from convcli.errors import InputError, KernelError
from convcli.files import read_whole, text_of
from convcli.files.npy import MAGIC
from convcli.files.whole_file import PIECE
from convcli.kernels.reading import json_text, magick, npy, vips_matrix
from convcli.kernels.reading.json_text import Anchors

LARGEST_TEXT = 16 * 2**20
LARGEST_ARRAY = 256 * 2**20
MOST_NUMBERS = 2**20  # in text: the catalogue's largest kernel, 1001x1001, has fewer
MOST_WEIGHTS, MOST_KERNELS = 2**24, 2**16  # of an array; the layers of known networks have fewer
MOST_KEYS = 1000  # of a JSON object with a kernel
OF_KERNELS, OF_BIASES = range(2, 5), range(1, 2)  # axes of a tensor
HEADER = 1 << 14  # bytes that hold the header of any .npy
RULE_OF_SIZE = "a kernel in text has at most that many; save a layer's weights as .npy, with numpy.save"
_ZIP = b"PK\x03\x04"


class Numbers(NamedTuple):
    """What a file holds, before anybody knows what it means.

    Attributes:
        anchors: of each kernel, or nothing.
        name: the file's, or the tensor's; where: what messages call it.
    """

    weights: Array
    anchors: Anchors
    name: str
    where: str


def read_kernels(path: str, stdin: BinaryIO | None = None, layout: str = FILTERS_FIRST) -> tuple[Kernel, ...]:
    """The kernels of a file, or of stdin for `-`.

    Args:
        path: .txt or .csv (rows of numbers), .json (nested lists, or what `--json` prints)
            or .npy holding (h, w), (F, h, w) or (F, C, h, w); or libvips' .mat (see `vips_matrix`);
            or a tensor of a weight file, as `model.safetensors:NAME` or `model.npz:NAME`.
        stdin: what "-" reads.
        layout: of the weights' axes: "fchw", or "hwcf" for (h, w, F) and (h, w, C, F).

    Returns:
        One kernel, or F of them; named after the file.

    Raises:
        InputError: the file cannot be read, or holds no kernel.
        KernelTextError: its text does not parse (exit 3).
    """
    found = read_numbers(path, stdin)
    if found.weights.ndim not in (3, 4) or layout == FILTERS_FIRST:
        return as_named(*found)
    return as_named(*found._replace(weights=filters_first(found.weights, layout)))


def read_numbers(path: str, stdin: BinaryIO | None = None, axes: range = OF_KERNELS) -> Numbers:
    """The numbers of a file, of a tensor in one, or of stdin.

    Args:
        axes: how many a tensor of a weight file may have.

    Raises:
        InputError, KernelTextError: as of `read_kernels`.
    """
    from convcli.kernels.reading import tensor_name

    named = tensor_name.split(path)
    if named is not None:
        tensor = tensor_name.find(*named, axes, _check_size)
        return Numbers(tensor.numbers, (), tensor.name, f"{named[0]}, {tensor.name}")
    where = "stdin" if path == "-" else path
    weights, anchors = _weights(_content(path, stdin, where), where)
    return Numbers(weights, anchors, "kernel" if path == "-" else Path(path).stem, where)


def as_named(weights: Array, anchors: Anchors, name: str, where: str) -> tuple[Kernel, ...]:
    """Kernels from weights (h, w), (F, h, w) or (F, C, h, w), with numbered names where F is given.

    Args:
        anchors: one for each, or nothing.
    """
    if weights.ndim not in (2, 3, 4) or weights.size == 0:
        raise InputError(where, f"its shape is {weights.shape}; kernels are (h, w), (F, h, w) or (F, C, h, w)")
    _check_size(weights.shape, where)
    if not np.isfinite(weights).all():
        raise InputError(where, "it holds NaN or infinity; every weight must be finite")
    if (lost := rounded_weight(weights, np.asarray(weights, np.float64))) is not None:
        raise InputError(where, f"it holds {lost}; {RULE}")
    several = weights if weights.ndim > 2 else weights[np.newaxis]
    names = [f"{name}-{number}" for number in range(len(several))] if weights.ndim > 2 else [name]
    try:
        return tuple(map(Kernel, names, several, anchors or repeat(None)))
    except KernelError as error:  # of an anchor: the rest has been looked at
        raise InputError(where, str(error)) from error


def _check_size(shape: tuple[int, ...], where: str) -> None:
    """Refuse what is no kernel any more, from its shape alone."""
    for what, count, most in (
        ("weights", math.prod(shape), MOST_WEIGHTS),
        ("weights in a plane", math.prod(shape[-2:]), MOST_NUMBERS),
        ("kernels", shape[0] if len(shape) > 2 else 1, MOST_KERNELS),
    ):
        if count > most:
            raise InputError(
                where, f"its shape is {shape}: {count:,} {what}, more than {most:,}; no kernel is that large"
            )


def _weights(content: bytes, where: str) -> tuple[Array, Anchors]:
    if content.startswith(MAGIC):
        return npy.parse(content, where), ()
    if content.startswith(_ZIP):
        raise InputError(where, "it is an archive (.npz?), of which a file is read: @FILE.npz:NAME")
    text = text_of(content, where, "it is neither text (UTF-8) nor .npy")
    _refuse_many(content, where)
    if text.lstrip()[:1] in ("[", "{"):
        return json_text.parse(text, where)
    if magick.looks_like(text):
        weights, anchor = magick.parse(text, where, from_file=True)
        return weights, (anchor,)
    if vips_matrix.looks_like(text, where):
        return vips_matrix.parse(text, where), ()
    return parse_matrix(text, where, from_file=True, most=MOST_NUMBERS), ()


def _refuse_many(content: bytes, where: str) -> None:
    """Refuse what surely holds more numbers than a kernel in text has, before it is read."""
    if len(content) <= 2 * MOST_NUMBERS:
        return
    beginning = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if beginning == b"{" and content.count(b":") > MOST_KEYS:
        raise InputError(where, f"an object of more than {MOST_KEYS:,} keys is no kernel")
    if beginning in (b"[", b"{"):
        words = content.count(b",") // (2 if beginning == b"{" else 1)  # an object may hold a kernel and its flip
    else:
        words = _words(re.sub(rb"#[^\r\n]*", b"", content) if b"#" in content else content)
    if words > MOST_NUMBERS:
        raise InputError(where, f"more than {MOST_NUMBERS:,} numbers; {RULE_OF_SIZE}")


def _words(content: bytes) -> int:
    """How many pieces between blanks, commas and semicolons there are."""
    letters = np.frombuffer(content, np.uint8)
    inside = (letters > ord(" ")) & (letters != ord(",")) & (letters != ord(";"))
    return int(np.count_nonzero(inside[1:] & ~inside[:-1])) + int(inside[:1].any())


def _content(path: str, stdin: BinaryIO | None, where: str) -> bytes:
    if not path:
        raise InputError("@", "no file is named; write @PATH, or @- for stdin")

    def check(content: bytearray) -> None:
        if content.startswith(MAGIC):
            limit, kind = LARGEST_ARRAY, ".npy"
            if HEADER <= len(content) < HEADER + PIECE:  # once, before the rest is read
                _check_size(npy.announced_shape(bytes(content[:HEADER]), where), where)
        else:
            limit, kind = LARGEST_TEXT, "text"
        if len(content) > limit:
            raise InputError(where, f"{kind} of more than {limit >> 20} MiB is refused; no kernel is that large")

    return read_whole(path, check=check, stdin=stdin, missing="there is no such file")
