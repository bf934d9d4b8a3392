"""What a Zarr says of itself, checked before any library opens it: versions 2 and 3, and OME-Zarr's multiscales.

Its JSON may come from anybody: nothing in it makes code run, leads out of its folder, or asks for memory.

Source: the Zarr specifications 2 and 3; OME-Zarr 0.4 and 0.5 (https://ngff.openmicroscopy.org).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, Protocol

from convcli.errors import InputError, listed, printable
from convcli.images.large.tiff_levels import check_level

MAX_JSON = 1 << 24  # bytes
MAX_CHUNKS = 1 << 24
MAX_RANK = 8
# Those that only compress or order bytes; "pickle" and others make objects.
CODECS = {"bytes", "transpose", "blosc", "gzip", "zlib", "zstd", "lz4", "bz2", "lzma", "crc32c", "crc32", "adler32",
          "shuffle", "delta", "sharding_indexed"}  # fmt: skip
DTYPES = {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
          "float64"}  # fmt: skip
OLD_DTYPES = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
RULE = "a Zarr picture is of real numbers, in chunks of plain bytes"


class Folder(Protocol):
    """Where a Zarr lies: on this machine or at an address."""

    name: str

    def content(self, key: str, most: int) -> bytes | None:
        """The bytes of a file in it, at most so many; None where it is not there."""
        ...

    def store(self) -> Any:
        """For zarr to read from."""
        ...

    def holds_chunks(self, path: str) -> bool:
        """Whether an array has any chunk; where that is not asked, it is taken to have."""
        ...


class ArrayFacts(NamedTuple):
    """One array of a Zarr.

    Attributes:
        path: in the Zarr; "" for itself.
        version: 2 or 3.
        chunks: what is decoded at once: of a sharded array the inner ones.
        axes: a name each, where they are said.
    """

    path: str
    version: Literal[2, 3]
    shape: tuple[int, ...]
    chunks: tuple[int, ...]
    axes: tuple[str, ...]


class Described(NamedTuple):
    """The picture in a Zarr.

    Attributes:
        is_ome: whether it says that it is a picture, by OME-Zarr's words.
        scale: the physical size of a pixel along each axis, and their units, where they are said.
    """

    array: ArrayFacts
    is_ome: bool = False
    scale: tuple[float, ...] = ()
    units: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def described(folder: Folder, level: int | None) -> Described:
    """The array, or a level of the multiscales.

    Raises:
        InputError: it is damaged, or of a kind that is not read, by name.
        OptionError: there is no such level.
    """
    node = _json(folder, "zarr.json")
    if node is not None and node.get("node_type") == "array":
        check_level(level, [(0, 0)])
        return Described(_array(folder, ""))
    if node is None and folder.content(".zarray", 1) is not None:
        return Described(_array(folder, ""))
    attributes = _mapping(node.get("attributes")) if node is not None else _json(folder, ".zattrs") or {}
    ome = _mapping(attributes.get("ome")) or attributes
    scales = ome.get("multiscales")
    if not isinstance(scales, list) or not scales or not isinstance(scales[0], dict):
        raise InputError(folder.name, "this is a Zarr group without multiscales; give an array in it, as in a.zarr/0")
    return _multiscale(folder, scales, level)


def _multiscale(folder: Folder, scales: list[Any], level: int | None) -> Described:
    first = scales[0]
    found = [each for each in _sequence(first.get("datasets")) if isinstance(each, dict)]
    paths = [_inside(folder, each.get("path")) for each in found]
    if not paths or len(paths) > 64:
        raise InputError(folder.name, f"its multiscales have {len(paths)} levels; 1 to 64 are read")
    axes = [_mapping(each) or {"name": each} for each in _sequence(first.get("axes"))]
    names = tuple(str(each.get("name")) for each in axes)
    if level is not None:
        check_level(level, [_sizes(_array(folder, path).shape) for path in paths])
    array = _array(folder, paths[level or 0])
    if names and len(names) != len(array.shape):
        raise InputError(
            folder.name, f"its axes are {printable(listed(names))}, and its arrays have {len(array.shape)}"
        )
    notes = (f"only the first of its {len(scales)} multiscales is read",) if len(scales) > 1 else ()
    units = tuple(str(each.get("unit", "")) for each in axes)
    return Described(array._replace(axes=names or array.axes), True, _scale(found[level or 0]), units, notes)


def _scale(dataset: Mapping[str, Any]) -> tuple[float, ...]:
    for each in _sequence(dataset.get("coordinateTransformations")):
        numbers = _sequence(_mapping(each).get("scale"))
        if numbers and all(isinstance(number, int | float) and 0 < number < 1e12 for number in numbers):
            return tuple(float(number) for number in numbers)
    return ()


def _sizes(shape: tuple[int, ...]) -> tuple[int, int]:
    return shape[-2], shape[-1]


def _inside(folder: Folder, path: object) -> str:
    """A level's path, which must lead into the Zarr."""
    parts = path.split("/") if isinstance(path, str) else [".."]
    if any(part in ("", ".", "..") or "\\" in part or ":" in part or "\0" in part for part in parts):
        problem = f"its metadata names the array {printable(str(path), 60)!r}; a level's path leads down into the Zarr"
        raise InputError(folder.name, problem)
    return "/".join(parts)


def _array(folder: Folder, path: str) -> ArrayFacts:
    prefix = f"{path}/" if path else ""
    node = _json(folder, f"{prefix}zarr.json")
    if node is not None:
        return _checked(folder, _version_3(folder, path, node))
    node = _json(folder, f"{prefix}.zarray")
    if node is None:
        raise InputError(folder.name, f"there is no array {printable(path) or 'in it'}")
    attributes = _json(folder, f"{prefix}.zattrs") or {}
    return _checked(folder, _version_2(folder, path, node, attributes))


def _version_3(folder: Folder, path: str, node: Mapping[str, Any]) -> ArrayFacts:
    if node.get("node_type") != "array" or str(node.get("data_type")) not in DTYPES:
        held = printable(str(node.get("data_type", node.get("node_type"))), 60)
        raise InputError(folder.name, f"it holds {held}; {RULE}")
    grid = _mapping(node.get("chunk_grid"))
    if grid.get("name") != "regular":
        raise InputError(folder.name, f"its chunk grid {printable(str(grid.get('name')), 40)!r} is not known")
    chunks = _lengths(_mapping(grid.get("configuration")).get("chunk_shape"))
    codecs = _sequence(node.get("codecs"))
    _check_codecs(folder, codecs)
    shards = [each for each in map(_mapping, codecs) if each.get("name") == "sharding_indexed"]
    if shards:
        chunks = _lengths(_mapping(shards[0].get("configuration")).get("chunk_shape"))
    names = _sequence(node.get("dimension_names"))
    axes = tuple(names) if names and all(isinstance(name, str) and name for name in names) else ()
    return ArrayFacts(path, 3, _lengths(node.get("shape")), chunks, axes)


def _version_2(folder: Folder, path: str, node: Mapping[str, Any], attributes: Mapping[str, Any]) -> ArrayFacts:
    dtype = node.get("dtype")
    if not isinstance(dtype, str) or dtype[:1] not in "<>|=" or dtype[1:] not in OLD_DTYPES:
        raise InputError(folder.name, f"it holds {printable(str(dtype), 60)}; {RULE}")
    _check_codecs(folder, [each for each in (node.get("compressor"), *_sequence(node.get("filters"))) if each])
    names = _sequence(attributes.get("_ARRAY_DIMENSIONS"))
    axes = tuple(names) if names and all(isinstance(name, str) for name in names) else ()
    return ArrayFacts(path, 2, _lengths(node.get("shape")), _lengths(node.get("chunks")), axes)


def _check_codecs(folder: Folder, codecs: Sequence[Any], depth: int = 0) -> None:
    for codec in codecs:
        given = _mapping(codec) or {"name": codec}
        name = str(given.get("name", given.get("id"))).removeprefix("numcodecs.")
        if name not in CODECS or depth > 2:
            raise InputError(folder.name, f"its codec {printable(name, 40)!r} is not read; {RULE}")
        within = _mapping(given.get("configuration"))
        for inner in ("codecs", "index_codecs"):
            _check_codecs(folder, _sequence(within.get(inner)), depth + 1)


def _checked(folder: Folder, array: ArrayFacts) -> ArrayFacts:
    rank = len(array.shape)
    if not 2 <= rank <= MAX_RANK or len(array.chunks) != rank or (array.axes and len(array.axes) != rank):
        shape, chunks = (printable(str(list(each)), 60) for each in (array.shape, array.chunks))
        raise InputError(folder.name, f"its shape {shape} in chunks of {chunks} is no picture's")
    count = math.prod(-(-length // chunk) for length, chunk in zip(array.shape, array.chunks, strict=True))
    if count > MAX_CHUNKS:
        raise InputError(folder.name, f"it has {count:,} chunks; up to {MAX_CHUNKS:,} are read")
    return array


def _lengths(value: object) -> tuple[int, ...]:
    """Positive lengths; none where they are anything else."""
    numbers = _sequence(value)
    is_good = all(type(number) is int and 0 < number < 1 << 40 for number in numbers)
    return tuple(numbers) if is_good else ()


def _json(folder: Folder, key: str) -> dict[str, Any] | None:
    content = folder.content(key, MAX_JSON + 1)
    if content is None:
        return None
    try:
        if len(content) > MAX_JSON:
            raise ValueError("it is too long")
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(folder.name, f"its {key} is damaged: {printable(str(error), 80)}") from error
    if not isinstance(value, dict):
        raise InputError(folder.name, f"its {key} is damaged: it is no JSON object")
    return value


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
