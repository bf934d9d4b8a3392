"""Matrices as text: rows by line or `;`, numbers by blanks or commas."""

from __future__ import annotations

import re
from functools import partial
from typing import BinaryIO

from convcli.core.text.matrices import format_matrix, parse_matrix
from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.picture import Picture
from convcli.images.pillow import decoding

MAX_BYTES = 1 << 26
FIRST = re.compile(r"\S")
BEGINNINGS = frozenset("0123456789+-.;,#")


def decode(source: Source, reading: Reading) -> Picture:
    """Read a matrix: int64 or uint64 if every number is whole and fits, else float64; shape (rows, columns).

    Raises:
        InputError: text that is no matrix at all, or not UTF-8.
        KernelTextError: a matrix with a mistake, by line and column.
    """
    try:
        text = source.read_all(MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(source.name, f"byte {error.start} is not UTF-8 text") from error
    first = FIRST.search(text)
    if first and first[0] not in BEGINNINGS:
        raise InputError(source.name, "this is neither a picture that convcli reads nor a matrix of numbers")
    notes: list[str] = []
    pixels = parse_matrix(text, source.name, from_file=True, rounded=notes)
    decoding.check_size(source.name, pixels.shape[1], pixels.shape[0], reading)
    return Picture(pixels, None, source.name, "text", "text", notes=tuple(notes))


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(rows, columns, 1)."""
    picture = decode(source, reading)
    return picture.height, picture.width, 1


def refusal(picture: Picture) -> str | None:
    """Text holds one matrix."""
    if picture.channels != 1:
        return f"text holds one channel, not {picture.channels}; use .npy"
    return None


def encode(picture: Picture, stream: BinaryIO, writing: Writing, *, separator: str = " ") -> tuple[str, ...]:
    """Write one line a row, in the shortest digits that read back to the same values."""
    matrix = picture.pixels.reshape(picture.height, picture.width)
    for row in range(picture.height):
        stream.write(format_matrix(matrix[row : row + 1], separator=separator).encode() + b"\n")
    return ("alpha is not in the text",) if picture.alpha is not None else ()


CODEC = Codec(decode, shape, encode, refusal)
CSV = Codec(decode, shape, partial(encode, separator=","), refusal)
