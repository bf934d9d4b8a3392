"""A network as operators joined by the names of what runs between them; nothing here loads NumPy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from convcli.errors import UsageError, printable

if TYPE_CHECKING:
    from convcli.core.arrays import Array

Shape = tuple[int, ...]
MOST_ELEMENTS = 1 << 28  # numbers of one tensor: 1 GiB of float32


@dataclass(frozen=True, eq=False)
class Node:
    """One operator, where it stands.

    Attributes:
        op: its name, of ONNX's: "Conv".
        inputs: names of what it reads, in the operator's order; "" where an optional one is left out.
        outputs: names of what it gives; "" where an optional one is not wanted.
        attributes: whole numbers, floats, texts, tuples of them, and tensors as `Constant`.
        name: its own, which need not be there.
    """

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""

    @property
    def said(self) -> str:
        """What messages call it: its operator, and its name or what it gives."""
        return f"{self.op} {printable(self.name or next(filter(None, self.outputs), ''), 60)!r}"


@dataclass(frozen=True, eq=False)
class Constant:
    """A tensor that stands in the network; its numbers are read on use.

    Attributes:
        dtype: NumPy's name of it.
        read: gives the array, of that shape and dtype; never to be modified.
    """

    shape: Shape
    dtype: str
    read: Callable[[], Array]

    @property
    def size(self) -> int:
        """Numbers in it."""
        return prod(self.shape)

    @classmethod
    def of(cls, array: Array) -> Constant:
        """An array that is there already."""
        return cls(array.shape, array.dtype.name, lambda: array)


class Entry(NamedTuple):
    """What a network takes.

    Attributes:
        shape: as (N, C, H, W); None where any length will do, and for the whole where nothing is said.
        dtype: NumPy's name of it.
    """

    name: str
    shape: tuple[int | None, ...] | None
    dtype: str = "float32"


@dataclass(frozen=True, eq=False)
class ForwardGraph:
    """A network that pictures can be sent through; checked and put in order by `in_order`.

    Attributes:
        nodes: each after those whose outputs it reads.
        constants: by name.
        inputs: what has to be fed, without what is constant.
        outputs: names of what it gives.
        opset: the version of ONNX's operators that the nodes mean.
        memory: what operators keep from run to run, for each node by its place.
    """

    nodes: tuple[Node, ...]
    constants: Mapping[str, Constant]
    inputs: tuple[Entry, ...]
    outputs: tuple[str, ...]
    opset: int
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def in_order(
        cls,
        nodes: Iterable[Node],
        constants: Mapping[str, Constant],
        inputs: Iterable[Entry],
        outputs: Iterable[str],
        opset: int,
    ) -> ForwardGraph:
        """The graph, its nodes sorted.

        Raises:
            UsageError: two givers of one name, a name that nobody gives, a circle.
        """
        nodes, entries = tuple(nodes), tuple(entry for entry in inputs if entry.name not in constants)
        given = [*constants, *(entry.name for entry in entries)]
        _check_givers(nodes, given)
        graph = cls(_sorted(nodes, set(given)), dict(constants), entries, tuple(outputs), opset)
        known = {*given, *(name for node in nodes for name in node.outputs)}
        for name in graph.outputs:
            if name not in known:
                raise UsageError(f"nothing gives the output {printable(name, 60)!r}")
        if not graph.outputs:
            raise UsageError("it has no output")
        return graph


def _check_givers(nodes: tuple[Node, ...], given: list[str]) -> None:
    counts = Counter([*given, *(name for node in nodes for name in node.outputs if name)])
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise UsageError(f"{printable(twice[0], 60)!r} is given twice; every tensor has one giver")
    for node in nodes:
        for name in node.inputs:
            if name and name not in counts:
                raise UsageError(f"{node.said} reads {printable(name, 60)!r}, which nothing gives")


def _sorted(nodes: tuple[Node, ...], ready: set[str]) -> tuple[Node, ...]:
    """In topological order; of those that may come next, the one that stands first in the file (Kahn, 1962)."""
    import heapq

    waiting: dict[str, list[int]] = {}
    missing = []
    for place, node in enumerate(nodes):
        wanted = {name for name in node.inputs if name and name not in ready}
        missing.append(len(wanted))
        for name in wanted:
            waiting.setdefault(name, []).append(place)
    heap = [place for place, count in enumerate(missing) if count == 0]
    order = []
    while heap:
        place = heapq.heappop(heap)
        order.append(nodes[place])
        for name in nodes[place].outputs:
            for reader in waiting.pop(name, ()):
                missing[reader] -= 1
                if missing[reader] == 0:
                    heapq.heappush(heap, reader)
    if len(order) < len(nodes):
        stuck = next(node for node, count in zip(nodes, missing, strict=True) if count)
        raise UsageError(f"its nodes go round in a circle, through {stuck.said}")
    return tuple(order)
