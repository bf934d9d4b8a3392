"""The shapes of everything in a network, before a number is computed: what does not fit, or is too large, is refused.

Numbers are computed here only where shapes depend on them: small ones, which
follow from constants and from shapes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from convcli.core.forward.call import Call
from convcli.core.forward.graph import MOST_ELEMENTS, Constant, ForwardGraph, Node, Shape
from convcli.core.forward.operators import row_of
from convcli.errors import UsageError, printable
from convcli.lazy import load

if TYPE_CHECKING:
    from convcli.core.arrays import Array

SMALL = 4096  # numbers of a tensor that are computed for a shape's sake
MOST_KNOWN = 1 << 22  # and of all of them together


class Followed(NamedTuple):
    """What is known of a network's tensors once the shapes of its inputs are.

    Attributes:
        shapes, dtypes: by the tensors' names.
        constant: those that depend on constants alone.
        known: small ones whose numbers follow from constants and shapes alone.
    """

    shapes: Mapping[str, Shape]
    dtypes: Mapping[str, str]
    constant: frozenset[str]
    known: Mapping[str, Array]


def follow(graph: ForwardGraph, feeds: Mapping[str, Shape]) -> Followed:
    """The shapes of all tensors, from those that are fed.

    Raises:
        UsageError: an operator that what comes in does not fit, or a tensor of more than 2^28 numbers.
    """
    follower = _Follower(graph, feeds)
    for node in graph.nodes:
        follower.step(node)
    return Followed(follower.shapes, follower.dtypes, frozenset(follower.constant), follower.known)


class _Follower:
    def __init__(self, graph: ForwardGraph, feeds: Mapping[str, Shape]) -> None:
        self.opset, self.constants = graph.opset, graph.constants
        self.shapes: dict[str, Shape] = {**feeds, **{name: given.shape for name, given in graph.constants.items()}}
        self.dtypes = {entry.name: entry.dtype for entry in graph.inputs}
        self.dtypes |= {name: given.dtype for name, given in graph.constants.items()}
        self.constant = set(graph.constants)
        self.known: dict[str, Array] = {}
        self.room = MOST_KNOWN
        for name, shape in self.shapes.items():
            _check_size(f"tensor {printable(name, 60)!r}", shape)

    def step(self, node: Node) -> None:
        """Find the shapes that a node gives and, where they are small and known, the numbers."""
        call = Call(node, self.opset, tuple(map(self._shape, node.inputs)), tuple(map(self._value, node.inputs)))
        shapes = load(f"convcli.core.forward.{row_of(node.op).shape}")(call)
        read = [name for name in node.inputs if name]
        fixed = all(name in self.constant for name in read)
        dtype = _dtype(call, self.dtypes.get(node.inputs[0] if node.inputs else "", "float32"))
        for name, shape in zip(node.outputs, shapes, strict=False):
            _check_size(node.said, shape)
            self.shapes[name], self.dtypes[name] = shape, dtype
            if fixed:
                self.constant.add(name)
        known = node.op == "Shape" or all(name in self.known for name in read)
        size = sum(map(prod, shapes))
        if known and size <= min(SMALL, self.room):
            self.room -= size
            self.known.update(zip(node.outputs, _numbers(call), strict=False))

    def _shape(self, name: str) -> Shape | None:
        return self.shapes[name] if name else None

    def _value(self, name: str) -> Array | None:
        if name not in self.known and name in self.constants and self.constants[name].size <= SMALL:
            self.known[name] = self.constants[name].read()
        return self.known.get(name)


def _numbers(call: Call) -> tuple[Array, ...]:
    from convcli.core.forward.calling import carried_out

    return carried_out(call)


def _check_size(what: str, shape: Shape) -> None:
    if prod(shape) > MOST_ELEMENTS:
        size = "x".join(map(str, shape[:8]))
        raise UsageError(f"{what} has shape {size}, more than 2^28 numbers, the most that one tensor may have")


def _dtype(call: Call, first: str) -> str:
    from convcli.core.forward.dtypes import TYPES

    special: dict[str, Callable[[], str]] = {
        "Shape": lambda: "int64",
        "Cast": lambda: TYPES.get(call.get("to"), first),
        "Constant": lambda: _written(call.get("value"), "int64" if "ints" in _names(call) else "float32"),
        "ConstantOfShape": lambda: _written(call.get("value"), "float32"),
    }
    return special[call.node.op]() if call.node.op in special else first


def _names(call: Call) -> str:
    return "ints" if {"value_int", "value_ints"} & set(call.node.attributes) else ""


def _written(value: Constant | None, otherwise: str) -> str:
    return otherwise if value is None else value.dtype
