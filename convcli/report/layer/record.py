"""The records of `params` and `matrix`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from convcli.core.layer.cost import Layer, LayerCost
from convcli.report.layer.matrix_lines import is_small
from convcli.report.layer.table import formula_lines
from convcli.report.printing.json_lines import one_or_both

if TYPE_CHECKING:
    from convcli.core.layer.matrix import LayerMatrix
    from convcli.core.layer.matrix_check import Agreement, Count


def layer_record(layer: Layer, kinds: Sequence[str], dtype: str, *, formulas: bool = False) -> dict[str, Any]:
    """The record that --json prints; every count is an exact integer."""
    height, width, channels = layer.shape
    record: dict[str, Any] = {
        "command": "params",
        "input": {"height": height, "width": width, "channels": channels},
        "kernel": {"height": layer.kernel[0], "width": layer.kernel[1]} if layer.kernel else None,
        "hidden": layer.units,
        "filters": layer.filters,
        "groups": layer.groups,
        "stride": one_or_both(layer.stride),
        "dilation": one_or_both(layer.dilation),
        "padding": layer.padding._asdict(),
        "grid": list(layer.grid) if layer.grid else None,
        "bias": layer.bias,
        "dtype": dtype,
        "inputs": layer.inputs,
        "window": layer.window if layer.kernel else None,
        "connections_inside": layer.connections_inside(),
        "layers": {},
    }
    above: LayerCost | None = None
    for kind in kinds:
        cost = layer.cost(kind)
        record["layers"][kind] = _cost_record(cost, dtype, above)
        above = cost
    if formulas:
        record["formulas"] = formula_lines(layer, kinds)
    return record


def _cost_record(cost: LayerCost, dtype: str, above: LayerCost | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "weights": cost.weights,
        "biases": cost.biases,
        "parameters": cost.parameters,
        "connections": cost.connections,
        "macs": cost.macs,
        "bytes": cost.bytes(dtype),
    }
    if above is not None:
        times = Fraction(above.weights, cost.weights)
        # A whole factor is exact; another is written as a fraction, for no float holds it.
        record["times_fewer_weights"] = times.numerator if times.denominator == 1 else str(times)
    return record


def matrix_record(matrix: LayerMatrix, counted: Sequence[Count], agrees: Agreement) -> dict[str, Any]:
    """The record that --json prints; the matrix itself where it is small."""
    layer = matrix.layer
    rows, columns = matrix.shape
    values = matrix.values()
    return {
        "command": "matrix",
        "layer": matrix.kind,
        "input": dict(zip(("height", "width", "channels"), layer.shape, strict=True)),
        "output": dict(zip(("height", "width", "channels"), matrix.outputs, strict=True)),
        "border": matrix.border.label,
        "padding": layer.padding._asdict(),
        "stride": one_or_both(layer.stride),
        "dilation": one_or_both(layer.dilation),
        "rows": rows,
        "columns": columns,
        "counts": [
            {"name": c.name, "counted": c.counted, "closed_form": c.expected, "rule": c.rule, "holds": c.holds}
            for c in counted
        ],
        "nonzeros": int((values != 0).sum()),
        "apply": {"max_error": agrees.max_error, "tolerance": agrees.tolerance, "holds": agrees.holds},
        "holds": agrees.holds and all(count.holds for count in counted),
        "matrix": values if is_small(matrix) else None,
        "offset": matrix.offset if is_small(matrix) else None,
        "largest_offset": float(abs(matrix.offset).max()),
    }
