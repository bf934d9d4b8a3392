"""One layer three ways as a table, as formulas and as a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convcli.core.layer.cost import Layer, LayerCost
from convcli.errors import many
from convcli.report.printing.numbers import grouped, human_bytes, ratio
from convcli.report.printing.table import Column, Table

TITLES = {"fc": "fully connected", "sparse": "sparse (local)", "shared": "shared (convolution)"}


def layer_table(
    layer: Layer, kinds: Sequence[str], dtype: str, *, formulas: bool = False, upright: bool = False
) -> Table:
    """A row for each way: what is stored, what is computed, and how much smaller than the row above.

    Args:
        formulas: notes with the formulas, the numbers put in.
        upright: a column for each way instead, which narrow terminals have room for.
    """
    right = ("weights", "biases", "parameters", "connections", "MACs", "bytes")
    columns = [Column("layer", wrap=False), *(Column(name, "right") for name in right), Column("memory", wrap=False)]
    rows: list[list[Any]] = []
    above: LayerCost | None = None
    for kind in kinds:
        cost = layer.cost(kind)
        size = cost.bytes(dtype)
        counts = [cost.weights, cost.biases, cost.parameters, cost.connections, cost.macs, size]
        rows.append(
            [TITLES[kind], *counts, human_bytes(size), _times_fewer(above.weights, cost.weights) if above else ""]
        )
        above = cost
    columns.append(Column("times fewer weights", "right"))
    notes = [*(formula_lines(layer, kinds) if formulas else ()), *_notes(layer, kinds)]
    if upright:
        headings = [Column(""), *(Column(kind, "right") for kind in kinds)]
        names = [column.name for column in columns]
        cells = [[name, *values] for name, *values in zip(names, *rows, strict=True)][1:]
        return Table(headings, cells, title=_title(layer, dtype), notes=notes)
    return Table(columns, rows, title=_title(layer, dtype), notes=notes)


def _times_fewer(above: int, weights: int) -> str:
    """A factor to three digits; below 1 where there are more weights than in the row above."""
    words = ratio(above, weights).removeprefix("about ").split(" times")
    if len(words) == 1:
        return "1"
    return words[0] if weights < above else f"1/{words[0]}"


def _title(layer: Layer, dtype: str) -> str:
    height, width, channels = layer.shape
    units = many(layer.units, "unit")
    if layer.grid is not None:
        units += f" ({grouped(layer.grid[0])} × {grouped(layer.grid[1])} positions × {many(layer.filters, 'filter')})"
    window = f", window {layer.kernel[0]}x{layer.kernel[1]}" if layer.kernel else ""
    inputs = f"{grouped(height)} × {grouped(width)} × {grouped(channels)} = {many(layer.inputs, 'input')}"
    return f"{inputs}, {units}{window}, {dtype}"


def _notes(layer: Layer, kinds: Sequence[str]) -> list[str]:
    notes = [_STEPS[kind](layer) for kind in kinds]
    inside = layer.connections_inside() if set(kinds) & {"sparse", "shared"} else None
    joined = layer.window * layer.units
    if inside is not None and inside != joined:
        notes.append(
            f"{grouped(joined - inside)} of the {many(joined, 'connection')} {_reach(joined - inside)} "
            f"into the padding; "
            f"{grouped(inside)} {_reach(inside)} the input (--size valid pads nothing)."
        )
    if layer.kernel is None:
        notes.append("give --kernel HxW to set it against a sparse and a shared layer.")
    return notes


def _reach(count: int) -> str:
    return "reaches" if count == 1 else "reach"


def _fc_step(layer: Layer) -> str:
    weights = many(layer.cost("fc").weights, "weight")
    return f"fully connected: {weights}. It assumes nothing: every unit sees every input."


def _sparse_step(layer: Layer) -> str:
    cost = layer.cost("sparse")
    return (
        f"sparse: {many(cost.weights, 'weight')}, {ratio(layer.cost('fc').weights, cost.weights)}. It assumes "
        f"locality: a unit needs only its window of {many(layer.window, 'input')}. "
        "The price: no unit sees the whole input."
    )


def _shared_step(layer: Layer) -> str:
    cost = layer.cost("shared")
    return (
        f"shared: {many(cost.weights, 'weight')}, {ratio(layer.cost('sparse').weights, cost.weights)} again. It "
        "assumes translation symmetry: what is worth seeing in one place is worth seeing in every place. The price: "
        f"nothing is learnt for one place only. "
        f"It stores less and computes no less: {many(cost.macs, 'MAC')} as before."
    )


_STEPS = {"fc": _fc_step, "sparse": _sparse_step, "shared": _shared_step}


def formula_lines(layer: Layer, kinds: Sequence[str]) -> list[str]:
    """The symbols, then the numbers put in."""
    height, width, channels = layer.shape
    m, n, k = grouped(layer.inputs), grouped(layer.units), grouped(layer.window)
    shape = f"{grouped(height)} × {grouped(width)} × {grouped(channels)}"
    lines = [f"m = rows × columns × channels = {shape} = {many(layer.inputs, 'input')}"]
    lines.append(f"n = {many(layer.units, 'unit')}" + (f" = {_grid(layer)}" if layer.grid else ""))
    if layer.kernel and set(kinds) & {"sparse", "shared"}:
        window = f"{grouped(layer.kernel[0])} × {grouped(layer.kernel[1])} × {grouped(channels)} / {layer.groups}"
        lines.append(f"k = window rows × columns × channels / groups = {window} = {many(layer.window, 'input')} a unit")
    forms = {
        "fc": ("m × n", f"{m} × {n}"),
        "sparse": ("k × n", f"{k} × {n}"),
        "shared": ("k × filters", f"{k} × {grouped(layer.filters)}"),
    }
    for kind in kinds:
        symbols, numbers = forms[kind]
        cost = layer.cost(kind)
        lines.append(f"{kind}: weights = {symbols} = {numbers} = {grouped(cost.weights)}")
        if cost.biases:
            lines.append(f"{kind}: biases = {'filters' if kind == 'shared' else 'n'} = {grouped(cost.biases)}")
        work = "m × n" if kind == "fc" else "k × n"
        lines.append(f"{kind}: MACs = connections = {work} = {grouped(cost.macs)}")
    return lines


def _grid(layer: Layer) -> str:
    rows, columns = layer.grid or (0, 0)
    return f"{grouped(rows)} × {grouped(columns)} positions × {many(layer.filters, 'filter')}"
