"""The .npy format, read without pickle and without trusting its header."""

from __future__ import annotations

import ast
import math
import re
import struct
import warnings
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import InputError, printable

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000
_REAL = re.compile(r"[<>|=]?[biuf][0-9]{1,2}", re.ASCII)
_KINDS = {"O": "objects", "c": "complex numbers", "U": "strings", "S": "strings", "a": "strings", "V": "raw bytes"}
_KINDS |= {"M": "dates", "m": "durations"}


def parse(content: bytes, where: str) -> Array:
    """The array in the bytes of an .npy file, in C order and the machine's byte order.

    The header is checked against the number of bytes before anything is allocated.

    Returns:
        Real numbers of any shape, at least one.

    Raises:
        InputError: a broken header; objects, strings, complex or structured values; an
            empty or 0-d array; too few or too many bytes.
    """
    fields, start = _header(content, where)
    dtype, shape, fortran = _dtype(fields.get("descr"), where), fields.get("shape"), fields.get("fortran_order")
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape) or type(fortran) is not bool:
        raise InputError(where, "its .npy header is broken; save it again with numpy.save")
    if 0 in shape or not shape:
        raise InputError(where, f"the array is {'empty' if shape else '0-d'}, shape {shape}; a kernel needs rows")
    needed, held = math.prod(shape) * dtype.itemsize, len(content) - start
    if needed != held:
        raise InputError(where, f"its .npy header promises {needed:,} bytes, the file holds {held:,}")
    flat = np.frombuffer(content, dtype=dtype, offset=start)
    ordered = flat.reshape(shape, order="F" if fortran else "C")
    return np.ascontiguousarray(ordered, dtype=dtype.newbyteorder("="))


def _header(content: bytes, where: str) -> tuple[dict[str, Any], int]:
    """The header's fields and where the numbers begin."""
    length_format = "<H" if content[6:7] == b"\x01" else "<I"
    begin = 8 + struct.calcsize(length_format)
    if content[6:7] not in (b"\x01", b"\x02", b"\x03") or len(content) < begin:
        raise InputError(where, "its .npy version is unknown or the file is cut short")
    (length,) = struct.unpack(length_format, content[8:begin])
    if length > _LONGEST_HEADER or begin + length > len(content):
        raise InputError(where, f"its .npy header claims {length:,} bytes; the file is cut short or broken")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "1or 2" is warned about before it is refused
            fields = ast.literal_eval(content[begin : begin + length].decode("latin-1").strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise InputError(where, "its .npy header is broken; save it again with numpy.save") from error
    if not isinstance(fields, dict):
        raise InputError(where, "its .npy header is broken; save it again with numpy.save")
    return fields, begin + length


def _dtype(descr: object, where: str) -> np.dtype[Any]:
    if isinstance(descr, list):
        raise InputError(where, "it holds structured records; a kernel needs plain real numbers")
    if not isinstance(descr, str) or not _REAL.fullmatch(descr):
        kind = _KINDS.get(descr.lstrip("<>|=")[:1]) if isinstance(descr, str) else None
        shown = kind or f"values of type {printable(str(descr), 40)}"
        raise InputError(where, f"it holds {shown}; a kernel needs real numbers")
    try:
        return np.dtype(descr)
    except TypeError as error:
        raise InputError(where, f"it holds values of type {descr}; a kernel needs real numbers") from error
