"""A network as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.network.field import Field
from convcli.core.network.kinds import LAYER_KINDS
from convcli.core.network.rows import LayerRow, Network
from convcli.core.network.spec import shape_text
from convcli.errors import many
from convcli.report.printing.numbers import grouped, human_bytes
from convcli.report.printing.table import Column, Table

NARROW_LEAVES_OUT = ("as written", "centre")


def network_table(network: Network, *, batch: int, dtype: str, narrow: bool = False) -> Table:
    """A row for each layer and one for the sums.

    Args:
        narrow: leave out what a narrow terminal has no room for; a note says so.
    """
    left, right = (
        ("layer", "as written", "output"),
        ("parameters", "share", "MACs", "field", "stride", "centre"),
    )
    columns = [*(Column(name, wrap=False) for name in left), *(Column(name, "right") for name in right)]
    rows = [_cells(row, network) for row in network.rows]
    rows.append(
        ["total", "", "", network.parameters, _share(1, 1) if network.parameters else "", network.macs, "", "", ""]
    )
    title = f"input {shape_text(network.shape)}, {many(len(network.rows), 'layer')}"
    notes = _notes(network, batch, dtype)
    if narrow:
        kept = [index for index, column in enumerate(columns) if column.name not in NARROW_LEAVES_OUT]
        columns, rows = [columns[index] for index in kept], [[row[index] for index in kept] for row in rows]
        notes.append(f"a wider terminal shows more: {', '.join(NARROW_LEAVES_OUT)}.")
    return Table(columns, rows, title=title, notes=notes)


def _cells(row: LayerRow, network: Network) -> list[Any]:
    jumps = [field.jump for field in row.fields]
    return [
        row.name,
        row.spec.written.text,
        shape_text(row.output),
        f"as {row.shares}" if row.shares else row.parameters,
        _share(row.parameters, network.parameters) if row.parameters else "",
        row.macs,
        shape_text(tuple(field.size for field in row.fields)),
        _along([str(jump) for jump in jumps]) if all(jumps) else "",
        _along([half(field) for field in row.fields]),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def _along(axes: Sequence[str]) -> str:
    return axes[0] if len(set(axes)) == 1 else "x".join(axes)


def half(field: Field) -> str:
    """The centre of the first unit, in pixels: whole, or with a half."""
    whole, half = divmod(field.doubled_centre, 2)
    return f"{whole + 0.5:g}" if half and abs(whole) < 1e5 else f"{whole}{'.5' if half else ''}"


def _notes(network: Network, batch: int, dtype: str) -> list[str]:
    held = network.activation_bytes(batch, dtype)
    notes = [
        f"{many(network.parameters, 'parameter')}, {human_bytes(network.parameter_bytes(dtype))} in {dtype}; "
        f"{many(network.macs, 'MAC')} for one input.",
        f"activations of a batch of {grouped(batch)}: {human_bytes(held)} in {dtype}, the input and every output kept.",
        "field (receptive), stride and centre (of the first unit) are in pixels of the input; "
        "windows over the padding count, and a unit that sees everything has the input's own size.",
    ]
    kinds = [LAYER_KINDS.find(name) for name in dict.fromkeys(row.kind for row in network.rows)]
    notes += [f"{kind.name}: {kind.note}." for kind in kinds if kind.note]
    if any(row.shares for row in network.rows):
        notes.append("weights that layers share count once, where they stand first.")
    return notes
