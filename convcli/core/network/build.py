"""A stack of layers: the shapes followed through it, and each layer counted, in exact integers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.rows import LayerRow, Network
from convcli.core.network.spec import LayerSpec, Shape, shape_text
from convcli.core.network.steps import Flow

FARTHEST = 10**1000  # more digits than this could not be printed


def build_network(shape: Shape, specs: Sequence[LayerSpec]) -> Network:
    """Follow the shapes through the layers and count each.

    Raises:
        UsageError: (InputError for a file) a layer that what comes in does not fit; it says what came in.
    """
    rows: dict[str, LayerRow] = {}
    numbers: Counter[str] = Counter()
    flow = Flow.of_input(tuple(shape))
    for spec in specs:
        numbers[spec.kind] += 1
        name = spec.name or f"{spec.kind}-{numbers[spec.kind]}"
        if name in rows:
            raise spec.written.problem(f"a layer before it is called {name!r} too; names have to differ")
        row, flow = _followed(name, spec, flow)
        rows[name] = _sharing(row, rows)
    return Network(tuple(shape), tuple(rows.values()))


def _followed(name: str, spec: LayerSpec, given: Flow) -> tuple[LayerRow, Flow]:
    """The layer, counted, and what goes out of it."""
    kind = LAYER_KINDS.find(spec.kind)
    out, weight_shape, biases, macs = kind.step(spec, given)
    if any(max(field.size, field.jump, -field.first) > FARTHEST for field in out.fields):
        raise spec.written.problem("its receptive field is wider than any input; use smaller strides or dilations")
    seen = (out.fields, out.grid, out.reach)
    return LayerRow(name, spec, given.shape, out.shape, weight_shape, biases, macs, kind.kept, *seen), out


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
    return replace(row, shares=owner.shares or owner.name)


def _stored(row: LayerRow) -> tuple[object, ...]:
    """What two layers with the same weights agree in."""
    return row.kind, row.weight_shape, row.biases, row.spec.groups


def _stored_text(row: LayerRow) -> str:
    return f"{row.kind} with {row.weights} weights and {row.biases} biases from {shape_text(row.given)}"
