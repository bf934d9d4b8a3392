"""An .npz: the headers of the .npy files in it, and one of its arrays."""

from __future__ import annotations

import contextlib
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from math import prod
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convcli.errors import InputError, printable
from convcli.files.npy import PLAIN, Header, HeaderError, read_header
from convcli.files.weights.tensor import Tensor

MOST_EXPANSION = 1100  # deflate cannot expand a byte to more than 1032
MOST_ENTRIES = 100_000


def npz_tensors(path: str, file: BinaryIO, size: int) -> list[Tensor]:
    """One tensor for each array.

    Raises:
        InputError: no zip, an entry that is no .npy file of plain numbers, or one whose size contradicts its header.
    """
    with _archive(path, file) as archive:
        return [_tensor(path, archive, entry, size) for entry in _entries(path, archive)]


def npz_array(path: str, file: BinaryIO, size: int, name: str) -> NDArray[Any]:
    """One array, in C order; its size is the caller's to look at first.

    Args:
        name: of a tensor that `npz_tensors` lists.

    Raises:
        InputError: as of `npz_tensors`; or it is packed wrongly.
    """
    with _archive(path, file) as archive:
        entry = next(entry for entry in _entries(path, archive) if _name(entry) == name)
        tensor = _tensor(path, archive, entry, size)
        with archive.open(entry) as member:
            header = _quiet_header(member)
            content = member.read()  # to the end, where zip compares its checksum
        if len(content) != tensor.bytes:
            raise InputError(path, f"entry {printable(name, 60)!r} is cut short")
        flat = np.frombuffer(content, header.dtype())
        return np.ascontiguousarray(flat.reshape(tensor.shape, order="F" if header.fortran_order else "C"))


@contextlib.contextmanager
def _archive(path: str, file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(path, f"no .npz file that can be read ({printable(str(error), 80)})") from error


def _entries(path: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise InputError(path, f"{len(entries)} entries; at most {MOST_ENTRIES}")
    if len({entry.filename for entry in entries}) != len(entries):
        raise InputError(path, "lying directory: a name stands twice")
    return entries


def _name(entry: zipfile.ZipInfo) -> str:
    return entry.filename.removesuffix(".npy")


def _tensor(path: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int) -> Tensor:
    name = printable(entry.filename, 60)
    if not entry.filename.endswith(".npy"):
        raise InputError(path, f"entry {name!r} is no .npy file")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(
            path, f"entry {name!r} is packed by method {entry.compress_type}; only stored and deflated are read"
        )
    if entry.compress_size > size or entry.file_size > MOST_EXPANSION * (entry.compress_size + 64):
        raise InputError(path, f"lying directory: entry {name!r} claims {entry.file_size} bytes; the file has {size}")
    with archive.open(entry) as member:
        try:
            shape, dtype = _shape_and_dtype(member)
        except HeaderError as error:
            raise InputError(path, f"entry {name!r} has no .npy header ({printable(str(error), 80)})") from error
        header = member.tell()
    if dtype.hasobject or dtype.kind not in "biufc":
        raise InputError(path, f"entry {name!r} holds {printable(str(dtype), 40)}; expected an array of numbers")
    needs = prod(shape) * dtype.itemsize
    if needs != entry.file_size - header:
        held = entry.file_size - header
        raise InputError(path, f"lying header: entry {name!r} needs {needs} bytes for its shape {shape} and has {held}")
    return Tensor(_name(entry), dtype.str, shape, needs)


def _shape_and_dtype(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    header = _quiet_header(member)
    dtype = header.dtype()
    if not all(type(length) is int and length >= 0 for length in header.shape):
        raise HeaderError(f"shape {header.shape}")
    return header.shape, dtype


def _quiet_header(member: IO[bytes]) -> Header:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd headers are refused, or are fine
        return read_header(member, PLAIN)
