"""The header of an .npy file: what it says of its array, read without pickle and without trusting it."""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Collection
from typing import IO, Any, NamedTuple

import numpy as np

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000
MOST_AXES = 64  # of an array in NumPy
KNOWN = {(1, 0): ("<H", "latin-1"), (2, 0): ("<I", "latin-1"), (3, 0): ("<I", "utf-8")}  # its length, its text
PLAIN = ((1, 0), (2, 0))  # 3.0 is for structures whose fields have names beyond Latin-1
_KEYS = {"descr", "fortran_order", "shape"}
_BLANKS = " \t\n"
_LONG = re.compile(r"(?<=[0-9])L\b")  # 3L is how Python 2 wrote a long 3


class HeaderError(ValueError):
    """Raised when there is no header of the format; says what stands there instead."""


class StartError(HeaderError):
    """Raised when a file does not start as .npy files of a known version do: magic, version, length.

    Attributes:
        version: major and minor, if that is what is unknown.
    """

    def __init__(self, problem: str, version: tuple[int, int] | None = None) -> None:
        super().__init__(problem)
        self.version = version


class LengthError(HeaderError):
    """Raised when a header is longer than headers are, or than the file.

    Attributes:
        claimed: its bytes, as the file has it.
    """

    def __init__(self, problem: str, claimed: int) -> None:
        super().__init__(problem)
        self.claimed = claimed


class Header(NamedTuple):
    """What an .npy file says of its array.

    Attributes:
        descr: the type as the file spells it: "<f4", or a list of fields.
        shape: at most 64 whole numbers of 64 bits, which may be negative.
    """

    descr: object
    fortran_order: bool
    shape: tuple[int, ...]

    def dtype(self) -> np.dtype[Any]:
        """The type; objects and structures too.

        Raises:
            HeaderError: NumPy knows no such type.
        """
        descr: Any = self.descr
        try:
            return np.lib.format.descr_to_dtype(descr)
        except Exception as error:  # whatever a description of any shape meets inside NumPy
            raise HeaderError(f"descr is not a valid dtype descriptor: {self.descr!r}") from error


def read_header(stream: IO[bytes], known: Collection[tuple[int, int]] = KNOWN.keys()) -> Header:
    """Read the header; the stream then stands at the array's first byte.

    Python and NumPy may warn about odd headers: silencing them is the caller's, who knows
    whether other threads read at the same time.

    Args:
        known: the versions that are read.

    Raises:
        StartError, LengthError, HeaderError: no header of a known version.
    """
    start = _bytes(stream, 8)
    if len(start) < 8:
        raise StartError(_cut("magic string", 8, len(start)))
    if not start.startswith(MAGIC):
        raise StartError(f"the magic string is not correct; expected {MAGIC!r}, got {start[:6]!r}")
    version = start[6], start[7]
    if version not in known:
        said = " and ".join(f"{major}.{minor}" for major, minor in known)
        raise StartError(f"version {version[0]}.{version[1]}; {said} are known", version)
    form, encoding = KNOWN[version]
    content = _content(stream, form)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise HeaderError(f"Cannot parse header: {content!r}") from error
    return _header(text)


def _content(stream: IO[bytes], form: str) -> bytes:
    """The header's text, which a length goes before."""
    size = struct.calcsize(form)
    field = _bytes(stream, size)
    if len(field) < size:
        raise StartError(_cut("array header length", size, len(field)))
    (length,) = struct.unpack(form, field)
    content = _bytes(stream, min(length, LONGEST_HEADER + 1))
    if len(content) > LONGEST_HEADER:
        raise LengthError(f"array header of {length} bytes; at most {LONGEST_HEADER} are read", length)
    if len(content) < length:
        raise LengthError(_cut("array header", length, len(content)), length)
    return content


def _header(text: str) -> Header:
    fields = _literal(text)
    if not isinstance(fields, dict):
        raise HeaderError(f"Header is not a dictionary: {fields!r}")
    if fields.keys() != _KEYS:
        raise HeaderError(f"Header does not contain the correct keys: {sorted(map(str, fields))}")
    shape, fortran = fields["shape"], fields["fortran_order"]
    if not isinstance(shape, tuple) or len(shape) > MOST_AXES or not all(map(_is_length, shape)):
        raise HeaderError(f"shape is not valid: {shape!r}")
    if not isinstance(fortran, bool):
        raise HeaderError(f"fortran_order is not a valid bool: {fortran!r}")
    return Header(fields["descr"], fortran, shape)


def _is_length(value: object) -> bool:
    """Whether 64 bits hold it, as they hold every array's; a negative one is for the caller to refuse."""
    return isinstance(value, int) and abs(value) < 2**63


def _literal(text: str) -> object:
    stripped = text.strip(_BLANKS)
    for candidate in (stripped, _LONG.sub("", stripped)):
        try:
            fields: object = ast.literal_eval(candidate)
            repr(fields)  # a hexadecimal number may have more digits than Python writes
            return fields
        except SyntaxError:
            continue
        except (ValueError, TypeError, MemoryError, RecursionError):  # code, a NUL, brackets without end
            break
    raise HeaderError(f"Cannot parse header: {text!r}")


def _bytes(stream: IO[bytes], size: int) -> bytes:
    """As many bytes as there are, at most `size`; a raw pipe may give less at a time."""
    content = b""
    while len(content) < size and (piece := stream.read(size - len(content))):
        content += piece
    return content


def _cut(what: str, expected: int, held: int) -> str:
    return f"EOF: reading {what}, expected {expected} bytes got {held}"
