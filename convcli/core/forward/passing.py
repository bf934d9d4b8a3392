"""The forward pass: node after node, each tensor let go after its last reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.calling import carried_out
from convcli.core.forward.following import Followed, follow
from convcli.core.forward.graph import Entry, ForwardGraph, Node
from convcli.core.forward.refusals import check_operators
from convcli.errors import UsageError, printable

Watch = Callable[[Node, Array], None]


def run(graph: ForwardGraph, feeds: Mapping[str, Array] | Array, *, watch: Watch | None = None) -> dict[str, Array]:
    """Send arrays through a network.

    Args:
        feeds: each input by its name, or the array itself where there is one input; of the shape that the
            input has, and numbers that its dtype holds.
        watch: is called with every node that depends on the feeds and what it gives (its first output), as
            soon as it is there, in the order of the pass.  The array is the caller's to keep, not to change; what
            nobody keeps is let go.  Its axes are (N, C, H, W), its memory mostly (N, H, W, C).

    Returns:
        Each output by its name.

    Raises:
        UsageError: an input that is missing or does not fit; operators, attributes or shapes that are not run.
    """
    if not graph.memory.get("checked"):
        check_operators(graph)
        graph.memory["checked"] = True
    given = _checked(graph, feeds)
    followed = _followed(graph, given)
    tensors = {**read_constants(graph, followed), **given}
    last = Counter(name for node in graph.nodes for name in node.inputs if name)
    last.update(graph.outputs)
    runner = _Pass(graph, followed, tensors, last, watch)
    for place, node in enumerate(graph.nodes):
        if not all(name in followed.constant for name in node.outputs if name):
            runner.step(place, node)
    return {name: np.asarray(runner.tensors[name], order="C") for name in graph.outputs}


class _Pass:
    """One pass: the tensors that are there, and how many readers each has left."""

    def __init__(
        self,
        graph: ForwardGraph,
        followed: Followed,
        tensors: dict[str, Array],
        readers: Counter[str],
        watch: Watch | None,
    ) -> None:
        self.graph, self.followed, self.tensors, self.readers, self.watch = graph, followed, tensors, readers, watch
        self.own: set[str] = set()  # tensors whose memory is nobody else's

    def step(self, place: int, node: Node) -> None:
        """Carry one node out, and let go what was read for the last time."""
        values = tuple(self.tensors[name] if name else None for name in node.inputs)
        call = Call(
            node,
            self.graph.opset,
            tuple(None if value is None else value.shape for value in values),
            values,
            self.graph.memory.setdefault(place, {}),
            frozenset(i for i, name in enumerate(node.inputs) if name in self.followed.constant),
            self._spare(node),
        )
        outputs = carried_out(call)
        if self.watch is not None:
            self.watch(node, outputs[0])
        for name in node.inputs:
            if name:
                self.readers[name] -= 1
                if not self.readers[name]:
                    self.tensors.pop(name, None)
        for name, output in zip(node.outputs, outputs, strict=False):
            if self.readers[name]:
                self.tensors[name] = output
                self._note_owner(name, output, call)

    def _spare(self, node: Node) -> frozenset[int]:
        if self.watch is not None:  # who watches may keep what was seen
            return frozenset()
        return frozenset(
            i
            for i, name in enumerate(node.inputs)
            if name in self.own and self.readers[name] == node.inputs.count(name)
        )

    def _note_owner(self, name: str, output: Array, call: Call) -> None:
        inputs = [value for i, value in enumerate(call.values) if value is not None and i not in call.spare]
        if output.flags.writeable and not any(np.may_share_memory(output, value) for value in inputs):
            self.own.add(name)


def _checked(graph: ForwardGraph, feeds: Mapping[str, Array] | Array) -> dict[str, Array]:
    if not isinstance(feeds, Mapping):
        if len(graph.inputs) != 1:
            raise UsageError(f"the network has {len(graph.inputs)} inputs: {_names(graph)}; give each by its name")
        feeds = {graph.inputs[0].name: feeds}
    strange = [name for name in feeds if name not in {entry.name for entry in graph.inputs}]
    missing = [entry.name for entry in graph.inputs if entry.name not in feeds]
    if strange or missing:
        what = f"no input is called {strange[0]!r}" if strange else f"input {missing[0]!r} is missing"
        raise UsageError(f"{what}; the network has: {_names(graph)}")
    return {entry.name: _fitting(entry, np.asarray(feeds[entry.name])) for entry in graph.inputs}


def _names(graph: ForwardGraph) -> str:
    return ", ".join(printable(entry.name, 40) for entry in graph.inputs) or "none"


def _fitting(entry: Entry, array: Array) -> Array:
    wanted = entry.shape
    if wanted is not None and (
        len(wanted) != array.ndim or any(n not in (None, m) for n, m in zip(wanted, array.shape, strict=True))
    ):
        shape = "x".join("?" if n is None else str(n) for n in wanted)
        raise UsageError(f"input {printable(entry.name, 60)!r} is {shape}; an array of shape {array.shape} was given")
    dtype = np.dtype(entry.dtype)
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise UsageError(f"input {printable(entry.name, 60)!r} is {dtype}; {array.dtype} was given")
    return array.astype(dtype, copy=False)


def _followed(graph: ForwardGraph, given: Mapping[str, Array]) -> Followed:
    """Shapes, and what constants alone decide: of the last shapes that were fed, remembered."""
    shapes = {name: array.shape for name, array in given.items()}
    known = graph.memory.get("followed")
    if known is None or known[0] != shapes:
        known = graph.memory["followed"] = (shapes, follow(graph, shapes))
        graph.memory.pop("constants", None)
    followed: Followed = known[1]
    return followed


def read_constants(graph: ForwardGraph, followed: Followed) -> dict[str, Array]:
    """The constants that nodes read which depend on the feeds, or that are outputs; remembered."""
    if "constants" in graph.memory:
        known: dict[str, Array] = graph.memory["constants"]
        return known
    wanted = set(graph.outputs)
    for node in graph.nodes:
        if not all(name in followed.constant for name in node.outputs if name):
            wanted.update(node.inputs)
    tensors: dict[str, Array] = {}
    for node in graph.nodes:
        if node.outputs and all(name in followed.constant for name in node.outputs if name):
            values = tuple(_read(graph, tensors, name) for name in node.inputs)
            shapes = tuple(None if value is None else value.shape for value in values)
            tensors.update(zip(node.outputs, carried_out(Call(node, graph.opset, shapes, values)), strict=False))
    found = {name: array for name in wanted & followed.constant if (array := _read(graph, tensors, name)) is not None}
    graph.memory["constants"] = found
    return found


def _read(graph: ForwardGraph, tensors: dict[str, Array], name: str) -> Array | None:
    if name and name not in tensors:
        tensors[name] = graph.constants[name].read()
    return tensors[name] if name else None
