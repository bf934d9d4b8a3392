"""The headers of the .npy files in an .npz, without reading an array."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from math import prod
from typing import IO, Any, BinaryIO

import numpy as np

from convcli.errors import InputError, printable
from convcli.files.npy import PLAIN, HeaderError, read_header
from convcli.files.weights.tensor import Tensor

MOST_EXPANSION = 1100  # deflate cannot expand a byte to more than 1032
MOST_ENTRIES = 100_000


def npz_tensors(path: str, file: BinaryIO, size: int) -> list[Tensor]:
    """One tensor for each array.

    Raises:
        InputError: no zip, an entry that is no .npy file of plain numbers, or one whose size contradicts its header.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise InputError(path, f"{len(entries)} entries; at most {MOST_ENTRIES}")
            if len({entry.filename for entry in entries}) != len(entries):
                raise InputError(path, "lying directory: a name stands twice")
            return [_tensor(path, archive, entry, size) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(path, f"no .npz file that can be read ({printable(str(error), 80)})") from error


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
    return Tensor(entry.filename.removesuffix(".npy"), dtype.str, shape, needs)


def _shape_and_dtype(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd headers are refused below, or are fine
        header = read_header(member, PLAIN)
        dtype = header.dtype()
    if not all(type(length) is int and length >= 0 for length in header.shape):
        raise HeaderError(f"shape {header.shape}")
    return header.shape, dtype
