"""A network as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.network.field import Field
from convcli.core.network.kinds import kind_of
from convcli.core.network.rows import LayerRow, Network
from convcli.core.network.spec import shape_text
from convcli.errors import many
from convcli.report.printing.numbers import grouped, human_bytes
from convcli.report.printing.table import Column, Table, cell_text

LEFT_OUT = ("as written", "centre", "share", "stride")  # in a narrow terminal, one after the other
NARROW = 110  # columns, below which the first two are always left out
GAP = 2  # columns of a terminal between two of the table


def network_table(network: Network, *, batch: int, dtype: str, width: int | None = None) -> Table:
    """A row for each layer and one for the sums.

    Args:
        width: of the terminal, which decides what there is room for (a note says so), and in which
            branches are drawn beside the names; None for a pipe, in which a name stands alone.
    """
    left, right = (
        ("layer", "as written", "output"),
        ("parameters", "share", "MACs", "field", "stride", "centre"),
    )
    columns = [*(Column(name, wrap=False) for name in left), *(Column(name, "right") for name in right)]
    rows = [_cells(row, network) for row in network.rows] if width is None else _drawn_rows(network)
    rows.append(
        ["total", "", "", network.parameters, _share(1, 1) if network.parameters else "", network.macs, "", "", ""]
    )
    title = f"input {shape_text(network.shape)}, {many(len(network.rows), 'layer')}"
    table = Table(columns, rows, title=title, notes=_notes(network, batch, dtype))
    return table if width is None else _fitting(table, width)


def _fitting(table: Table, width: int) -> Table:
    """The table without the columns that the terminal has no room for."""
    out = 2 if width < NARROW else 0
    while out < len(LEFT_OUT) and _width(_without(table, LEFT_OUT[:out])) > width:
        out += 1
    if not out:
        return table
    note = f"a wider terminal shows more: {', '.join(LEFT_OUT[:out])}."
    return _without(table, LEFT_OUT[:out])._replace(notes=[*table.notes, note])


def _without(table: Table, names: Sequence[str]) -> Table:
    kept = [index for index, column in enumerate(table.columns) if column.name not in names]
    columns, rows = [table.columns[index] for index in kept], [[row[index] for index in kept] for row in table.rows]
    return table._replace(columns=columns, rows=rows)


def _width(table: Table) -> int:
    cells = [[cell_text(cell) for cell in row] for row in table.rows]
    headed = [[column.name for column in table.columns], *cells]
    widths = [max(map(len, column)) for column in zip(*headed, strict=True)]
    return sum(widths) + GAP * (len(widths) - 1)


def _drawn_rows(network: Network) -> list[list[Any]]:
    from convcli.report.network.gutter import branch_lines

    rows: list[list[Any]] = []
    for lanes, row in branch_lines(network.rows):
        cells = _cells(row, network) if row else ["skip", *[""] * 8]
        rows.append([f"{lanes} {cells[0]}" if lanes else cells[0], *cells[1:]])
    return rows


def as_written(row: LayerRow) -> str:
    """The layer's text; where branches meet, what comes in: add( conv-2 | relu-1 )."""
    text = row.spec.written.text
    return f"{text}( {' | '.join(row.inputs)} )" if len(row.inputs) > 1 else text


def _cells(row: LayerRow, network: Network) -> list[Any]:
    jumps = [field.jump for field in row.fields]
    return [
        row.name,
        as_written(row),
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
        *_peak(network, batch, dtype),
        "field (receptive), stride and centre (of the first unit) are in pixels of the input; "
        "windows over the padding count, and a unit that sees everything has the input's own size.",
    ]
    kinds = [kind_of(name) for name in dict.fromkeys(row.kind for row in network.rows)]
    notes += [f"{kind.name}: {kind.note}." for kind in kinds if kind.note]
    notes += _remarks(network)
    if any(row.shares for row in network.rows):
        notes.append("weights that layers share count once, where they stand first.")
    return notes


def _peak(network: Network, batch: int, dtype: str) -> list[str]:
    """What inference holds at most, for networks with branches: what skips is kept until it is used."""
    if not any(len(row.inputs) > 1 for row in network.rows):
        return []
    return [
        f"at most {human_bytes(network.peak_bytes(batch, dtype))} of them at once in inference, "
        "each output dropped after its last use."
    ]


def _remarks(network: Network) -> list[str]:
    """What is odd about where units look, once for all the layers of which it is to be said."""
    layers: dict[str, list[str]] = {}
    for row in network.rows:
        if row.remark:
            layers.setdefault(row.remark, []).append(row.name)
    return [f"{named(names)}: {remark}." for remark, names in layers.items()]


def named(names: Sequence[str], most: int = 3) -> str:
    """Names in a row; of many the first few, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
