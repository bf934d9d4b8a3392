"""A .safetensors file: its header, and one of its tensors.

The file is a length (8 bytes, little-endian), a JSON header and the buffer
that the header's offsets cut up.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, BinaryIO

from convcli.errors import InputError, printable
from convcli.files.weights.tensor import Tensor

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_HEADER = 24_000_000  # the format allows 100 MB; headers of 100,000 tensors have 10
MOST_TENSORS = 200_000
BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "U16": 16, "I16": 16, "F16": 16, "BF16": 16, "U32": 32, "I32": 32, "F32": 32,
    "U64": 64, "I64": 64, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip
READ = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?",
}  # fmt: skip


def safetensors_tensors(path: str, file: BinaryIO, size: int) -> list[Tensor]:
    """The tensors that the header lists, in the buffer's order.

    Raises:
        InputError: no such header, or one that the file's size or its other entries contradict.
    """
    return _listed(path, file, size)[0]


def safetensors_array(path: str, file: BinaryIO, size: int, name: str) -> NDArray[Any]:
    """One tensor, in the machine's byte order; BF16, which NumPy has not, as float32.  Its size is the caller's to
    look at first.

    Args:
        name: of a tensor that `safetensors_tensors` lists.

    Raises:
        InputError: as of `safetensors_tensors`; or numbers of a type that is not read.
    """
    import numpy as np

    tensors, begin = _listed(path, file, size)
    at = next(index for index, tensor in enumerate(tensors) if tensor.name == name)
    tensor = tensors[at]
    if tensor.dtype not in READ:
        dtypes = ", ".join(READ)
        raise InputError(path, f"tensor {printable(name, 60)!r} holds {tensor.dtype}; what is read is {dtypes}")
    file.seek(begin + sum(before.bytes for before in tensors[:at]))
    flat = np.frombuffer(file.read(tensor.bytes), READ[tensor.dtype])
    if tensor.dtype == "BF16":  # the upper half of a float32
        flat = (flat.astype(np.uint32) << 16).view(np.float32)
    return flat.astype(flat.dtype.newbyteorder("=")).reshape(tensor.shape)


def _listed(path: str, file: BinaryIO, size: int) -> tuple[list[Tensor], int]:
    """The tensors in the buffer's order, and where the buffer begins."""
    length = int.from_bytes(file.read(8), "little")
    if size < 8 or length > size - 8:
        raise InputError(path, f"no .safetensors file: its header claims {length} bytes, the file has {size}")
    if length > LONGEST_HEADER:
        raise InputError(path, f"its header claims {length} bytes; at most {LONGEST_HEADER} are read")
    header = _header(path, file.read(length))
    buffer = size - 8 - length
    entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
    placed = sorted(((*_tensor(path, name, entry, buffer),) for name, entry in entries.items()), key=lambda t: t[1:])
    end = 0
    for tensor, begin, stop in placed:
        if begin != end:
            what = "overlaps the one before" if begin < end else "leaves a hole before it"
            raise InputError(
                path, f"lying header: tensor {printable(tensor.name, 60)!r} {what} (byte {begin}, not {end})"
            )
        end = stop
    if end != buffer:
        raise InputError(path, f"lying header: its tensors take {end} bytes, the file holds {buffer}")
    return [tensor for tensor, _, _ in placed], 8 + length


def _header(path: str, content: bytes) -> dict[str, Any]:
    import json

    if content[:64].lstrip()[:1] != b"{" or content.count(b":") > 5 * MOST_TENSORS:  # a tensor's entry has four
        raise InputError(
            path, f"no .safetensors file: its header is no JSON object of at most {MOST_TENSORS:,} tensors"
        )
    try:
        header = json.loads(content.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise InputError(path, f"no .safetensors file: its header is no JSON ({printable(str(error), 80)})") from error
    if not isinstance(header, dict):
        raise InputError(path, "no .safetensors file: its header is no JSON object")
    return header


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError("a name stands twice")
    return unique


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


def _tensor(path: str, name: str, entry: Any, buffer: int) -> tuple[Tensor, int, int]:
    def lying(problem: str) -> InputError:
        return InputError(path, f"lying header: tensor {printable(name, 60)!r} {problem}")

    if not isinstance(entry, dict) or {"dtype", "shape", "data_offsets"} - set(entry):
        raise lying("has no dtype, shape and data_offsets")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in BITS:
        raise lying(f"has dtype {printable(str(dtype), 40)!r}; known: {', '.join(BITS)}")
    if not _whole(shape) or not _whole(offsets) or len(offsets) != 2:
        raise lying("has a shape or offsets that are no whole numbers")
    begin, stop = offsets
    needs, odd = divmod(prod(shape) * BITS[dtype], 8)
    if odd or stop - begin != needs or stop > buffer:
        raise lying(
            f"of shape {_shape_text(shape)} needs {needs} bytes; bytes {begin} to {stop} of {buffer} are claimed"
        )
    return Tensor(name, dtype, tuple(shape), needs), begin, stop


def _whole(numbers: Any) -> bool:
    """Whether it is a short list of whole numbers that 64 bits hold."""
    return isinstance(numbers, list) and len(numbers) <= 64 and all(type(n) is int and 0 <= n < 2**63 for n in numbers)


def _shape_text(shape: list[int]) -> str:
    return "x".join(str(n) for n in shape[:8]) + ("..." if len(shape) > 8 else "") if shape else "()"
