"""A graph of layers: the shapes followed through it, and each layer counted, in exact integers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from convcli.core.network.flow import Flow
from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.rows import FROM_INPUT, LayerRow, Network
from convcli.core.network.spec import LayerSpec, Shape, shape_text

FARTHEST = 10**1000  # more digits than this could not be printed
LARGEST = 10**600  # sides and channels, so that every count can be printed
MOST_POSITIONS = 1 << 19  # positions whose reach is followed one by one, in a whole network
MOST_VIEWS = 1 << 18  # different views behind upsampling, in a whole network


def build_network(shape: Shape, specs: Sequence[LayerSpec]) -> Network:
    """Follow the shapes through the layers and count each.

    Args:
        shape: of the network's input, (H, W, C) or (N,).
        specs: the layers, each behind those that it takes its inputs from (`LayerSpec.sources`).

    Raises:
        UsageError: (InputError for a file) a layer that what comes in does not fit; it says what came in.

    >>> from convcli.core.network.spec import INPUT, LayerSpec, Written
    >>> conv = LayerSpec("conv", Written("conv:3,3,pad=1", 1), filters=3, kernel=(3, 3), pad=(1, 1))
    >>> build_network((8, 9, 3), [conv, LayerSpec("add", Written("add", 2), sources=(0, INPUT))]).rows[1].inputs
    ('conv-1', 'input')
    """
    rows: dict[str, LayerRow] = {}
    names, flows = [FROM_INPUT], [Flow.of_input(tuple(shape))]  # so that the source -1 is the input
    numbers, patience = Counter[str](), _Patience()
    for position, spec in enumerate(specs):
        numbers[spec.kind] += 1
        name = _named(spec, numbers[spec.kind], rows)
        sources = [source + 1 for source in (spec.sources or (position - 1,))]
        row, flow = _followed(name, spec, [names[s] for s in sources], [flows[s] for s in sources])
        flows.append(patience.left_for(spec, flow, flows[sources[0]]))
        names.append(name)
        rows[name] = _sharing(row, rows)
    return Network(tuple(shape), tuple(rows.values()))


def _named(spec: LayerSpec, number: int, before: Mapping[str, LayerRow]) -> str:
    name = spec.name or f"{spec.kind}-{number}"
    if name in before:
        raise spec.written.problem(f"a layer before it is called {name!r} too; names have to differ")
    if name == FROM_INPUT:
        raise spec.written.problem(f"the network's input is called {name!r}; names have to differ")
    return name


class _Patience:
    """How much is followed one by one in a whole network, so that no text of it takes for ever."""

    def __init__(self) -> None:
        self.positions = 0
        self.views = 0

    def left_for(self, spec: LayerSpec, flow: Flow, given: Flow) -> Flow:
        """The flow as it is, or where too many positions were followed already without its reach."""
        if flow.reach is not given.reach:
            self.positions += sum(flow.grid)
            self.views += sum(len(field.spans) - 1 for field in flow.fields)
        if self.views > MOST_VIEWS:
            raise spec.written.problem("it and the layers before it upsample too finely to follow what their units see")
        return flow if self.positions <= MOST_POSITIONS else flow.unfollowed()


def _followed(name: str, spec: LayerSpec, inputs: list[str], given: list[Flow]) -> tuple[LayerRow, Flow]:
    """The layer, counted, and what goes out of it."""
    kind = LAYER_KINDS.find(spec.kind)
    out, weight_shape, biases, macs, remark = kind.step(spec, *given)
    if out.fields is not given[0].fields and any(field.beyond(FARTHEST) for field in out.fields):
        raise spec.written.problem("its receptive field is wider than any input; use smaller strides or dilations")
    if max(out.shape) > LARGEST:
        raise spec.written.problem("its output is larger than can be written down; use fewer branches or smaller steps")
    shapes = tuple(flow.shape for flow in given)
    seen = (out.fields, out.grid, out.reach)
    row = LayerRow(name, spec, tuple(inputs), shapes, out.shape, weight_shape, biases, macs, kind.kept, *seen, remark)
    return row, out


def _sharing(row: LayerRow, before: Mapping[str, LayerRow]) -> LayerRow:
    wanted = row.spec.share
    if wanted is None:
        return row
    owner = before.get(wanted)
    if owner is None:
        names = ", ".join(other.name for other in before.values() if other.weights) or "none"
        raise row.spec.written.problem(f"no layer before it is called {wanted!r}; those with weights: {names}")
    if _stored(owner) != _stored(row):
        raise row.spec.written.problem(
            f"it cannot share {wanted}'s weights: {_stored_text(row)} wanted, {_stored_text(owner)} there"
        )
    return row._replace(shares=owner.shares or owner.name)


def _stored(row: LayerRow) -> tuple[object, ...]:
    """What two layers with the same weights agree in."""
    return row.kind, row.weight_shape, row.biases, row.spec.groups


def _stored_text(row: LayerRow) -> str:
    return f"{row.kind} with {row.weights} weights and {row.biases} biases from {shape_text(row.given)}"
