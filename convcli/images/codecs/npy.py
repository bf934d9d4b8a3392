"""NumPy's .npy: arrays as they are, without pickle."""

from __future__ import annotations

import math
from typing import Any, BinaryIO, cast

import numpy as np

from convcli.errors import InputError
from convcli.files import npy
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.picture import Array, Picture
from convcli.images.pillow import decoding, opening

BLOCK = 1 << 20
RULE = "a .npy picture is 2-D or 3-D, not empty, of real numbers"


def decode(source: Source, reading: Reading) -> Picture:
    """Read an array of shape (H, W) or (H, W, C); with layout "chw", (C, H, W).

    Fortran order and big-endian bytes give the same array as C order and
    little-endian; bool becomes uint8 (0 and 1), float16 float32.

    Raises:
        InputError: objects, structures, complex numbers, other ranks, empty, too large, cut short.
    """
    shape, fortran, dtype = header_of(source)
    stored, _ = check_shape(source, shape, dtype, reading)
    _check_length(source, stored, dtype, reading)
    values = _samples(source, math.prod(shape), dtype, reading)
    array = values.reshape(shape, order="F" if fortran else "C")
    if len(shape) == 3 and reading.layout == "chw":
        array = np.moveaxis(array, 0, -1)
    return Picture(native(array), None, source.name, "array", "npy", boolean=dtype.kind == "b")


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    shape, _, dtype = header_of(source)
    return check_shape(source, shape, dtype, reading)[1]


def header_of(source: Source) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, Fortran order and dtype; nothing of the array is read, nothing unpickled."""
    try:
        with opening.quiet():
            header = npy.read_header(source.stream, npy.PLAIN)
            return header.shape, header.fortran_order, header.dtype()
    except (npy.HeaderError, OSError) as error:
        version = error.version if isinstance(error, npy.StartError) else None
        holds_structures = version and f".npy version {version[0]}.{version[1]} holds structures; {RULE}"
        raise InputError(source.name, holds_structures or "the .npy header is damaged") from error


def check_shape(
    source: Source, shape: tuple[int, ...], dtype: np.dtype[Any], reading: Reading
) -> tuple[tuple[int, ...], tuple[int, int, int]]:
    """The shape, and (height, width, channels), of what is a picture; anything else is refused."""
    if dtype.hasobject or dtype.kind not in "biuf":
        raise InputError(source.name, f"it holds {dtype}; {RULE}")
    whole = all(type(length) is int and length > 0 for length in shape)
    if len(shape) not in (2, 3) or not whole:
        one = "; of several, save one: array[0]" if len(shape) == 4 else ""
        raise InputError(source.name, f"its shape is {shape}; {RULE}{one}")
    upright = (*shape[1:], shape[0]) if len(shape) == 3 and reading.layout == "chw" else shape
    decoding.check_size(source.name, upright[1], upright[0], reading)
    return shape, (upright[0], upright[1], upright[2] if len(upright) == 3 else 1)


def _check_length(source: Source, shape: tuple[int, ...], dtype: np.dtype[Any], reading: Reading) -> None:
    if source.size is None:
        return
    claimed, there = math.prod(shape) * dtype.itemsize, source.size - source.stream.tell()
    if claimed > there and not (reading.allow_truncated and claimed <= 2 * there):
        raise InputError(source.name, f"the header claims {claimed:,} bytes of samples, the file holds {there:,}")


def _samples(source: Source, count: int, dtype: np.dtype[Any], reading: Reading) -> Array:
    try:
        values = np.zeros(count, dtype)  # the system gives zeroed memory when it is first touched
    except (MemoryError, ValueError) as error:
        raise InputError(source.name, f"there is not enough memory for {count:,} samples of {dtype}") from error
    view, filled = memoryview(cast(Any, values.view(np.uint8))), 0
    while filled < len(view):
        chunk = source.stream.read(min(len(view) - filled, BLOCK))
        if not chunk:
            if not reading.allow_truncated:
                raise InputError(source.name, f"{filled:,} of {len(view):,} bytes of samples are there")
            break
        view[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    return values


def native(array: Array) -> Array:
    """C order, native bytes, and no half floats or bools, which arithmetic would surprise with."""
    kind: Any = array.dtype.newbyteorder("=")
    if array.dtype.kind == "b":
        return np.ascontiguousarray(array).view(np.uint8)
    if array.dtype.kind == "f" and array.dtype.itemsize not in (4, 8):
        kind = np.float32 if array.dtype.itemsize == 2 else np.float64
    return np.ascontiguousarray(array, kind)


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write the array as it is; with layout "chw", the channels first."""
    array = picture.pixels
    if array.ndim == 3 and writing.layout == "chw":
        array = np.moveaxis(array, -1, 0)
    write_header(stream, array.dtype, array.shape)
    rows = max(1, BLOCK // max(1, array[0].nbytes))
    for first in range(0, len(array), rows):
        stream.write(array[first : first + rows].tobytes())
    return ("alpha is not in the array",) if picture.alpha is not None else ()


def write_header(stream: BinaryIO, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    """The header of an array in C order, of format 1.0; its samples come next."""
    header = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)


CODEC = Codec(decode, shape, encode)
