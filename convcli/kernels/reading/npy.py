"""Kernels as NumPy's .npy: an array of real numbers."""

from __future__ import annotations

import io
import math
import re
import warnings
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import InputError, printable
from convcli.files.npy import Header, HeaderError, LengthError, StartError, read_header

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
    stream = io.BytesIO(content)
    header = _header(stream, where)
    dtype, shape = _dtype(header.descr, where), _shape(header, where)
    needed, held = math.prod(shape) * dtype.itemsize, len(content) - stream.tell()
    if needed != held:
        raise InputError(where, f"its .npy header promises {needed:,} bytes, the file holds {held:,}")
    flat = np.frombuffer(content, dtype=dtype, offset=stream.tell())
    ordered = flat.reshape(shape, order="F" if header.fortran_order else "C")
    return np.ascontiguousarray(ordered, dtype=dtype.newbyteorder("="))


def announced_shape(beginning: bytes, where: str) -> tuple[int, ...]:
    """The shape that a file's first bytes announce, its header among them; errors as of `parse`."""
    header = _header(io.BytesIO(beginning), where)
    _dtype(header.descr, where)
    return _shape(header, where)


def _shape(header: Header, where: str) -> tuple[int, ...]:
    shape = header.shape
    if not all(type(length) is int and length >= 0 for length in shape):
        raise InputError(where, "its .npy header is broken; save it again with numpy.save")
    if 0 in shape or not shape:
        raise InputError(where, f"the array is {'empty' if shape else '0-d'}, shape {shape}; a kernel needs rows")
    return shape


def _header(stream: io.BytesIO, where: str) -> Header:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "1or 2" is warned about before it is refused
            return read_header(stream)
    except StartError as error:
        raise InputError(where, "its .npy version is unknown or the file is cut short") from error
    except LengthError as error:
        claimed = f"its .npy header claims {error.claimed:,} bytes; the file is cut short or broken"
        raise InputError(where, claimed) from error
    except HeaderError as error:
        raise InputError(where, "its .npy header is broken; save it again with numpy.save") from error


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
