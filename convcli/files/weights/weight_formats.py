"""Formats of weight files: one row each; what reads them is loaded on use."""

from __future__ import annotations

from typing import NamedTuple

from convcli.registry import Registry


class WeightFormat(NamedTuple):
    """One format.

    Attributes:
        suffixes: of its files; the first is the usual one.
        starts: what its files begin with; nothing where they begin with anything.
        tensors: (path, file, size) -> list[Tensor], from the headers alone.
        array: (path, file, size, name) -> the numbers of one tensor.
    """

    name: str
    suffixes: tuple[str, ...]
    starts: tuple[bytes, ...]
    tensors: str
    array: str


WEIGHT_FORMATS: Registry[WeightFormat] = Registry(
    "weight format",
    (
        WeightFormat(
            "npz",
            (".npz",),
            (b"PK\x03\x04", b"PK\x05\x06"),
            tensors="convcli.files.weights.npz:npz_tensors",
            array="convcli.files.weights.npz:npz_array",
        ),
        WeightFormat(
            "safetensors",
            (".safetensors",),
            (),
            tensors="convcli.files.weights.safetensors:safetensors_tensors",
            array="convcli.files.weights.safetensors:safetensors_array",
        ),
    ),
)


def weight_suffixes() -> tuple[str, ...]:
    """The suffixes of all formats."""
    return tuple(suffix for row in WEIGHT_FORMATS for suffix in row.suffixes)


def format_of(path: str, beginning: bytes) -> WeightFormat:
    """The format of a file that begins so: by its first bytes, then by its suffix; else one that begins with anything.

    >>> format_of("model.bin", b"PK" + bytes([3, 4])).name
    'npz'
    """
    rows = list(WEIGHT_FORMATS)
    begun = [row for row in rows if beginning.startswith(row.starts)]
    named = [row for row in rows if path.lower().endswith(row.suffixes)]
    return [*begun, *named, *(row for row in rows if not row.starts)][0]
