"""The wire of a protobuf, as far as it takes to see how much would come of it: a small file may hold millions of nodes.

Source: Protocol Buffers, Encoding (protobuf.dev/programming-guides/encoding).
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_ENTRIES = 200_000  # nodes, tensors and descriptions of a graph together
GRAPH = 7  # the field of ModelProto


def name_of(field: str | bytes) -> str:
    """A name: the parser hands out those that are no UTF-8 as the bytes they are."""
    return field if isinstance(field, str) else bytes(field).decode("utf-8", "backslashreplace")


def entries_of(content: bytes) -> int:
    """Entries of the model's graph, counted up to the most that are read; what is no protobuf has none more."""
    count = 0
    view = memoryview(content)
    for field, start, stop in _fields(view, 0, len(view)):
        count += 1
        if field == GRAPH:
            for _ in _fields(view, start, stop):
                count += 1
                if count > MOST_ENTRIES:
                    return count
        if count > MOST_ENTRIES:
            return count
    return count


def _fields(view: memoryview, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Number, and where the value lies, of each field."""
    while start < stop:
        key, start = _varint(view, start, stop)
        kind = key & 7
        if kind == 0:
            end = _varint(view, start, stop)[1]
        elif kind == 2:
            length, start = _varint(view, start, stop)
            end = start + length
        else:
            end = start + {1: 8, 5: 4}.get(kind, stop)
        if end > stop:
            return
        yield key >> 3, start, end
        start = end


def _varint(view: memoryview, start: int, stop: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if start >= stop:
            return 0, stop + 1
        byte = view[start]
        start += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, start
    return 0, stop + 1
