"""Tensors of an ONNX file: checked against what the file holds of them, read on use."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING, Any

from convcli.core.forward.dtypes import TYPES
from convcli.core.forward.graph import MOST_ELEMENTS, Constant
from convcli.errors import InputError, printable
from convcli.files.onnx_model.wire import name_of

if TYPE_CHECKING:
    from convcli.core.arrays import Array

BFLOAT16, EXTERNAL = 16, 1
# Where numbers stand that are written one by one, by their type (onnx.proto, TensorProto).
_LISTED = {
    "float32": "float_data", "float64": "double_data", "int64": "int64_data", "uint32": "uint64_data",
    "uint64": "uint64_data",
    **dict.fromkeys(("uint8", "int8", "uint16", "int16", "int32", "bool", "float16", "bfloat16"), "int32_data"),
}  # fmt: skip


def constant_of(tensor: Any, path: str) -> Constant:
    """The tensor of a model, its numbers counted but not read.

    Args:
        tensor: an onnx.TensorProto.
        path: of the model's file, beside which external numbers lie.

    Raises:
        InputError: a shape that its numbers contradict, a type that is not read, external numbers that are not there.
    """

    def lying(problem: str) -> InputError:
        return InputError(path, f"tensor {printable(name_of(tensor.name), 60)!r} {problem}")

    shape = tuple(tensor.dims)
    dtype = "bfloat16" if tensor.data_type == BFLOAT16 else TYPES.get(tensor.data_type)
    if dtype is None:
        raise lying(f"has numbers of type {tensor.data_type}; read are {', '.join(TYPES.values())} and bfloat16")
    if min(shape, default=0) < 0 or len(shape) > 32 or prod(shape) > MOST_ELEMENTS:
        raise lying(f"has shape {shape[:8]}; at most 2^28 numbers along at most 32 axes are read")
    count, size = prod(shape), _bytes(dtype)
    if tensor.data_location == EXTERNAL:
        read = _external(tensor, path, count * size, lying)
    elif tensor.HasField("raw_data"):
        held = len(tensor.raw_data)
        if held != count * size:
            raise lying(f"of shape {shape} needs {count * size} bytes and has {held}")
        read = lambda: tensor.raw_data  # noqa: E731
    else:
        listed = getattr(tensor, _LISTED[dtype])
        if len(listed) != count:
            raise lying(f"of shape {shape} needs {count} numbers and has {len(listed)}")
        return Constant(shape, _seen(dtype), lambda: _from_list(listed, dtype, shape))
    return Constant(shape, _seen(dtype), lambda: _from_bytes(read(), dtype, shape))


def _bytes(dtype: str) -> int:
    sizes = {"bool": 1, "bfloat16": 2}
    return sizes.get(dtype) or int("".join(filter(str.isdigit, dtype))) // 8


def _seen(dtype: str) -> str:
    """NumPy has no bfloat16: its numbers are float32's with the lower half cut off."""
    return "float32" if dtype == "bfloat16" else dtype


def _from_bytes(content: bytes, dtype: str, shape: tuple[int, ...]) -> Array:
    import numpy as np

    if dtype == "bfloat16":
        return (np.frombuffer(content, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
    return np.frombuffer(content, np.dtype(dtype).newbyteorder("<")).astype(dtype, copy=False).reshape(shape)


def _from_list(listed: Any, dtype: str, shape: tuple[int, ...]) -> Array:
    import numpy as np

    if dtype == "bfloat16":
        return (np.array(listed, np.int64).astype(np.uint32) << 16).view(np.float32).reshape(shape)
    if dtype == "float16":  # as their bits
        return np.array(listed, np.int64).astype(np.uint16).view(np.float16).reshape(shape)
    return np.array(listed).astype(dtype).reshape(shape)


def _external(tensor: Any, path: str, needed: int, lying: Callable[[str], InputError]) -> Callable[[], bytes]:
    """Numbers in a file beside the model; a path that leaves the model's folder is refused."""
    entries = {name_of(entry.key): name_of(entry.value) for entry in tensor.external_data}
    location = entries.get("location", "")
    offset, length = (_whole(entries.get(key, ""), otherwise) for key, otherwise in (("offset", 0), ("length", needed)))
    parts = location.replace("\\", "/").split("/")
    if not location or "\0" in location or ":" in location or parts[0] == "" or ".." in parts:
        raise lying(f"lies in {printable(location, 60)!r}; numbers are read from files below the model's folder alone")
    if path == "-":
        raise lying("lies in a file of its own, and the model came from stdin; give the model's path")
    folder = os.path.realpath(os.path.dirname(path) or ".")
    file = os.path.join(folder, *parts)
    if os.path.realpath(file) != os.path.normpath(file):
        raise lying(f"lies in {printable(location, 60)!r}, a link; numbers are read from files themselves")
    try:
        status = os.stat(file)
    except (OSError, ValueError) as error:
        raise lying(f"lies in {printable(location, 60)!r}, and there is no such file") from error
    if offset is None or length != needed or not stat.S_ISREG(status.st_mode) or offset + needed > status.st_size:
        raise lying(f"needs {needed} bytes of {printable(location, 60)!r}, which does not hold them there")
    return lambda: _stretch(file, offset, needed, lying)


def _stretch(file: str, offset: int, length: int, lying: Callable[[str], InputError]) -> bytes:
    try:
        with open(file, "rb") as stream:
            stream.seek(offset)
            content = stream.read(length)
    except OSError as error:
        raise lying("cannot be read any more") from error
    if len(content) != length:
        raise lying("is cut short")
    return content


def _whole(text: str, otherwise: int) -> int | None:
    if not text:
        return otherwise
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
