"""An ONNX file as a graph: parsed, guarded, and said by name where it is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from convcli.core.forward.dtypes import TYPES
from convcli.core.forward.graph import Entry, ForwardGraph, Node
from convcli.errors import InputError, UsageError, printable
from convcli.files.onnx_model.tensors import constant_of
from convcli.files.onnx_model.wire import MOST_ENTRIES, entries_of, name_of
from convcli.files.whole_file import read_whole

SUFFIX = ".onnx"
MOST_BYTES = (1 << 31) - 1  # of a protobuf
ONNX_DOMAINS = ("", "ai.onnx")
NEEDS = "reading ONNX models needs the extra 'onnx': pip install 'convcli[onnx]'"


def is_onnx(path: str) -> bool:
    """Whether a path is named as ONNX models are."""
    return path.lower().endswith(SUFFIX)


def read_onnx(path: str) -> ForwardGraph:
    """The network of an ONNX file; its weights are read on use.

    Raises:
        InputError: no such file, no ONNX model, a lying or hostile one, or the extra `onnx` is not there.
    """
    model = _parsed(path, _content(path))
    try:
        return _graph(model, path)
    except UsageError as error:
        raise InputError(path, f"no network: {error}") from error
    except (UnicodeDecodeError, ValueError, OverflowError) as error:
        raise InputError(path, f"no ONNX model that can be read ({printable(str(error), 80)})") from error


def _content(path: str) -> bytes:
    def check(content: bytearray) -> None:
        if len(content) > MOST_BYTES:
            raise InputError(path, "larger than 2 GiB; a larger model keeps its weights in files of their own")

    if path != "-" and os.path.isfile(path) and os.path.getsize(path) > MOST_BYTES:
        check(bytearray())
        raise InputError(path, "larger than 2 GiB; a larger model keeps its weights in files of their own")
    return read_whole(path, check=check, missing="there is no such file")


def _parsed(path: str, content: bytes) -> Any:
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise InputError(path, NEEDS) from error
    if entries_of(content) > MOST_ENTRIES:
        raise InputError(path, f"its graph has more than {MOST_ENTRIES:,} nodes and tensors, the most that are read")
    try:
        model = onnx.ModelProto.FromString(content)
    except (DecodeError, ValueError, RecursionError) as error:
        raise InputError(path, "no ONNX model: it is cut short, or something else") from error
    if not model.HasField("graph") or not model.graph.node:
        raise InputError(path, "no ONNX model: there is no graph of nodes in it")
    return model


def _graph(model: Any, path: str) -> ForwardGraph:
    if model.graph.sparse_initializer:
        raise UsageError("its sparse initializers are not read; export it with dense ones")
    constants = {}
    for tensor in model.graph.initializer:
        name = name_of(tensor.name)
        if name in constants:
            raise UsageError(f"initializer {printable(name, 60)!r} stands twice")
        constants[name] = constant_of(tensor, path)
    return ForwardGraph.in_order(
        (_node(node, path) for node in model.graph.node),
        constants,
        [_entry(given) for given in model.graph.input if name_of(given.name) not in constants],
        [name_of(given.name) for given in model.graph.output],
        _opset(model),
    )


def _opset(model: Any) -> int:
    versions = [entry.version for entry in model.opset_import if entry.domain in ONNX_DOMAINS]
    return int(versions[0]) if versions else 1


def _node(node: Any, path: str) -> Node:
    op, domain = name_of(node.op_type), name_of(node.domain)
    op = op if domain in ONNX_DOMAINS else f"{domain}.{op}"
    attributes = dict(_attributes(node, path))
    return Node(op, tuple(map(name_of, node.input)), tuple(map(name_of, node.output)), attributes, name_of(node.name))


def _attributes(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    for attribute in node.attribute:
        read = _READERS.get(attribute.type)
        # A graph, or a list of tensors, belongs to no operator that is run: its name is enough to refuse it.
        yield name_of(attribute.name), None if read is None else read(attribute, path)


_READERS: dict[int, Callable[[Any, str], Any]] = {
    1: lambda attribute, path: attribute.f,
    2: lambda attribute, path: attribute.i,
    3: lambda attribute, path: attribute.s.decode("utf-8"),
    4: lambda attribute, path: constant_of(attribute.t, path),
    6: lambda attribute, path: tuple(attribute.floats),
    7: lambda attribute, path: tuple(attribute.ints),
    8: lambda attribute, path: tuple(text.decode("utf-8") for text in attribute.strings),
}


def _entry(given: Any) -> Entry:
    kind, name = given.type.WhichOneof("value"), name_of(given.name)
    if kind is None:
        return Entry(name, None)
    tensor = given.type.tensor_type
    if kind != "tensor_type" or tensor.elem_type not in TYPES:
        raise UsageError(f"input {printable(name, 60)!r} is no tensor of numbers that are read")
    if not tensor.HasField("shape"):
        return Entry(name, None, TYPES[tensor.elem_type])
    shape = tuple(length.dim_value if length.HasField("dim_value") else None for length in tensor.shape.dim)
    if any(n is not None and n < 0 for n in shape) or len(shape) > 32:
        raise UsageError(f"input {printable(name, 60)!r} has the shape {shape[:8]}")
    return Entry(name, shape, TYPES[tensor.elem_type])
