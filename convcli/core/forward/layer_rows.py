"""A network's nodes as rows of `core/network`: shapes, learned numbers, MACs and receptive fields, counted there.

Learned is what is constant, a float, and neither a setting of its operator nor
measured in training (`operators`); in arithmetic a single number is a setting.
Each tensor counts once, where it is read first.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from convcli.core.forward.call import Call
from convcli.core.forward.following import Followed, follow
from convcli.core.forward.graph import ForwardGraph, Node, Shape
from convcli.core.forward.layer_flows import counted
from convcli.core.forward.layer_specs import spec_of
from convcli.core.forward.operators import row_of
from convcli.core.forward.refusals import check_operators
from convcli.core.network.flow import Flow
from convcli.core.network.kinds import kind_of
from convcli.core.network.rows import FROM_INPUT, LayerRow, Network
from convcli.core.network.spec import LayerSpec
from convcli.core.network.steps import Counted
from convcli.errors import UsageError, printable

MOST_FOLLOWED = 1 << 21  # positions whose reach is followed one by one, in a whole network
ARITHMETIC = {"Add", "Sub", "Mul", "Div", "Pow", "Sum", "Max", "Min", "Mean", "Concat"}


class Layers(NamedTuple):
    """The layers of a graph, and for each row the node that it counts."""

    network: Network
    nodes: tuple[Node, ...]


def network_of(graph: ForwardGraph, path: str | None = None) -> Network:
    """The layers of a graph, as text networks have them; see `layers_of`."""
    return layers_of(graph, path).network


def layers_of(graph: ForwardGraph, path: str | None = None) -> Layers:
    """The layers of a graph, as text networks have them, and their nodes.

    Args:
        path: of its file, for messages.

    Raises:
        UsageError: operators that are not known, several inputs, an input without rows and columns, or with more
            than two axes beside the channels.
    """
    check_operators(graph)
    shape = input_shape(graph)
    walk = _Walk(graph, follow(graph, {graph.inputs[0].name: shape}), shape, path)
    for node in graph.nodes:
        walk.step(node)
    return Layers(Network(_channels_last(shape, shape), tuple(walk.rows)), tuple(walk.nodes))


def input_shape(graph: ForwardGraph) -> Shape:
    """The shape of the one input; a batch of any length is one of 1.

    Raises:
        UsageError: there are several, or a length that is not said.
    """
    if len(graph.inputs) != 1:
        names = ", ".join(printable(entry.name, 40) for entry in graph.inputs[:6]) or "none"
        raise UsageError(f"it has {len(graph.inputs)} inputs ({names}); networks with one are counted")
    name, shape = graph.inputs[0].name, graph.inputs[0].shape
    if shape is None or None in shape[1:] or len(shape) not in (2, 3, 4):
        said = "no shape" if shape is None else "x".join("?" if n is None else str(n) for n in shape)
        raise UsageError(
            f"its input {printable(name, 40)!r} is {said}; (N, C, H, W), (N, C, L) or (N, K) with every length is "
            "counted: export it with a fixed size"
        )
    return tuple(1 if n is None else n for n in shape)


def _channels_last(shape: Shape, first: Shape) -> Shape:
    """(N, C, H, W) as (H, W, C), a line (N, C, L) as one row; others without N."""
    if len(shape) == 4:
        return (*shape[2:], shape[1])
    if len(shape) == 3 and len(first) == 3:
        return (1, shape[2], shape[1])
    return shape[1:] or (1,)


class _Learned(NamedTuple):
    """Learned numbers of a node that no node before it had, and the layer that has the others."""

    weights: int
    biases: int
    owner: str | None


class _Walk:
    def __init__(self, graph: ForwardGraph, followed: Followed, shape: Shape, path: str | None) -> None:
        self.graph, self.followed, self.first, self.path = graph, followed, shape, path
        self.rows: list[LayerRow] = []
        self.nodes: list[Node] = []
        self.names: dict[str, str] = {graph.inputs[0].name: FROM_INPUT}  # of the layer that gives a tensor
        self.flows = {graph.inputs[0].name: Flow.of_input(_channels_last(shape, shape))}
        self.roots = _roots(graph, followed)
        self.owners: dict[str, str] = {}
        self.taken = {FROM_INPUT}
        self.positions = 0  # whose reach was followed one by one

    def step(self, node: Node) -> None:
        """Count a node; what depends on constants and shapes alone is no layer."""
        read = list(dict.fromkeys(name for name in node.inputs if name in self.flows))
        if not read:
            return
        name, outputs = self._name(node), [output for output in node.outputs if output]
        shapes = tuple(self.followed.shapes[given] if given else None for given in node.inputs)
        values = tuple(self.followed.known.get(given) for given in node.inputs)
        call = Call(node, self.graph.opset, shapes, values)
        spec = spec_of(call, name, len(self.rows) + 1, self.path)
        shape = _channels_last(self.followed.shapes[outputs[0]], self.first)
        spec, found = counted(call, spec, [self.flows[given] for given in read], shape)
        if found.out.reach is not self.flows[read[0]].reach:
            self.positions += sum(found.out.grid)
            if self.positions > MOST_FOLLOWED:
                found = found._replace(out=found.out.unfollowed())
        self.rows.append(self._row(node, name, spec, read, found))
        self.nodes.append(node)
        for output in outputs:
            if output not in self.followed.known:  # of a Shape node no number is the picture's
                whole = _channels_last(self.followed.shapes[output], self.first)
                self.flows[output] = found.out if whole == shape else found.out._replace(shape=whole)
                self.names[output] = name
        if not any(output in self.flows for output in outputs):
            self.rows.pop()
            self.nodes.pop()

    def _row(self, node: Node, name: str, spec: LayerSpec, read: list[str], found: Counted) -> LayerRow:
        weights, biases, owner = self._learned(node, name)
        shape: Shape = (weights,) if weights else ()
        if prod(found.weight_shape) == weights and found.weight_shape:
            shape = found.weight_shape
        return LayerRow(
            name=name,
            spec=spec,
            inputs=tuple(self.names[given] for given in read),
            givens=tuple(self.flows[given].shape for given in read),
            output=found.out.shape,
            weight_shape=shape,
            biases=biases,
            macs=found.macs,
            kept=kind_of(spec.kind).kept and not row_of(node.op).keeps,
            fields=found.out.fields,
            grid=found.out.grid,
            reach=found.out.reach,
            remark=found.remark,
            shares=owner,
        )

    def _learned(self, node: Node, name: str) -> _Learned:
        """What this node learns: a vector that is added is biases, all else weights.

        Where all of it is another layer's, the counts are those, and the row is that layer's.
        """
        own, others = [0, 0], [0, 0]
        owner = None
        for place, given in enumerate(node.inputs):
            root = self.roots.get(given)
            if root is None or not self._is_learned(node, place, given):
                continue
            counts = own if root not in self.owners else others
            counts[_is_bias(node, place)] += prod(self.followed.shapes[root])
            owner = self.owners.setdefault(root, name) if counts is others else owner
            self.owners.setdefault(root, name)
        if any(own) or not any(others) or owner == name:
            return _Learned(own[0], own[1], None)
        return _Learned(others[0], others[1], owner)

    def _is_learned(self, node: Node, place: int, given: str) -> bool:
        row = row_of(node.op)
        if place in (*row.settings, *row.statistics) or not self.followed.dtypes[given].startswith("float"):
            return False
        return not (node.op in ARITHMETIC and prod(self.followed.shapes[given]) == 1)

    def _name(self, node: Node) -> str:
        """The node's own name, or what it gives; with a number where it is taken."""
        name = wanted = printable(node.name or next(filter(None, node.outputs)), 80)
        number = 1
        while name in self.taken:
            number += 1
            name = f"{wanted}-{number}"
        self.taken.add(name)
        return name


def _roots(graph: ForwardGraph, followed: Followed) -> dict[str, str]:
    """Of each constant tensor, the one whose numbers it is, before it was given another shape, order or type."""
    roots = {name: name for name in graph.constants}
    for node in graph.nodes:
        for output in node.outputs:
            if output in followed.constant:
                keeps = row_of(node.op).keeps and node.inputs and node.inputs[0] in roots
                roots[output] = roots[node.inputs[0]] if keeps else output
    return roots


def _is_bias(node: Node, place: int) -> bool:
    """Whether what stands there is added to the others."""
    if node.op in ("Conv", "ConvTranspose", "Gemm", "BatchNormalization", "InstanceNormalization"):
        return place == 2
    return node.op in ("Add", "Sub", "Sum")
