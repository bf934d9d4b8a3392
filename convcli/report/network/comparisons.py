"""What other counters say of a network, and what it would cost without sharing or locality."""

from __future__ import annotations

from typing import Any

from convcli.core.layer.cost import dtype_bytes
from convcli.core.network.counters import COUNTERS, Counter
from convcli.core.network.kinds import charged
from convcli.core.network.replaced import WAYS, replaced_layers, replaced_total
from convcli.core.network.rows import Network
from convcli.errors import many
from convcli.report.printing.numbers import human_bytes, ratio
from convcli.report.printing.table import Column, Table


def conventions_table(network: Network) -> Table:
    """One row for each way of counting operations."""
    columns = [
        Column("counter", wrap=False),
        Column("says", "right"),
        Column("unit", wrap=False),
        Column("version", wrap=False),
        Column("because"),
    ]
    rows = [
        (counter.name, counter.total(network), counter.unit, _release(counter), counter.why) for counter in COUNTERS
    ]
    notes = [
        "for one input, in inference, by each tool's defaults, layers as modules (nn.ReLU, not F.relu).",
        "a local layer is counted as a convolution, though the others know none.",
    ]
    if any(len(row.inputs) > 1 for row in network.rows):
        notes.append(
            "where branches meet, + and * are free to all but onnx-tool; ptflops and calflops count torch.add and mul."
        )
    others = dict.fromkeys(row.kind for row in network.rows if not charged(row.kind))
    if others:
        notes.append(f"no kind of layer here, and free in every row, whatever it costs others: {', '.join(others)}.")
    return Table(columns, rows, title="the same network, as others count it", notes=notes)


def _release(counter: Counter) -> str:
    """The version without the day that it was built on, which the record has."""
    return counter.version.partition(".post")[0]


def replaced_table(network: Network, way: str, dtype: str, *, narrow: bool = False) -> Table:
    """Each convolution's parameters shared, unshared and (for way "fc") fully connected.

    Args:
        narrow: leave out each layer's MACs; the network's stand in the notes.
    """
    full = way == "fc"
    names = ["shared", "unshared", "times", *(["fully connected", "times"] if full else [])]
    names += [] if narrow else ["MACs", *(["MACs fully connected"] if full else [])]
    columns = [Column("layer", wrap=False), *(Column(name, "right") for name in names)]
    rows: list[list[Any]] = []
    for name, shared, local, fc in replaced_layers(network):
        row: list[Any] = [name, shared.parameters, local.parameters, _times(local.parameters, shared.parameters)]
        row += [fc.parameters, _times(fc.parameters, local.parameters)] if full else []
        rows.append(row if narrow else [*row, shared.macs, *([fc.macs] if full else [])])
    parameters, macs = replaced_total(network, way)
    memory = human_bytes(parameters * dtype_bytes(dtype))
    notes = [
        f"the network with every convolution {WAYS[way]}: {many(parameters, 'parameter')} ({memory} in {dtype}), "
        f"{ratio(network.parameters, parameters)}; {many(macs, 'MAC')}, {ratio(network.macs, macs)}.",
        "parameters with their biases: one for each filter when shared, one for each unit when not.",
    ]
    return Table(
        columns, rows, title=f"the convolutions, {' and '.join(WAYS.values() if full else [WAYS[way]])}", notes=notes
    )


def _times(larger: int, smaller: int) -> str:
    return "" if smaller == 0 else ratio(smaller, larger).split(" times")[0].replace("about ", "")
