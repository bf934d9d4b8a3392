"""The records of `summary`: a network, what other counters say of it, its layers replaced, a weight file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from convcli.core.network.counters import COUNTERS
from convcli.core.network.field import Field
from convcli.core.network.replaced import replaced_layers, replaced_total
from convcli.core.network.rows import LayerRow, Network
from convcli.report.network.table import half
from convcli.report.network.weights import TensorLike

if TYPE_CHECKING:
    from fractions import Fraction


def network_record(
    network: Network, *, batch: int, dtype: str, conventions: bool = False, way: str | None = None
) -> dict[str, Any]:
    """The record that --json prints; every count is an exact integer.

    Args:
        conventions: with what other counters report.
        way: with the layers of windows replaced by this one of `replaced.WAYS`.
    """
    return {
        "command": "summary",
        "input": list(network.shape),
        "layers": [_layer_record(row, batch, dtype) for row in network.rows],
        "parameters": network.parameters,
        "macs": network.macs,
        "bytes": network.parameter_bytes(dtype),
        "activation_bytes": network.activation_bytes(batch, dtype),
        "peak_activation_bytes": network.peak_bytes(batch, dtype),
        "batch": batch,
        "dtype": dtype,
        **({"conventions": _conventions_record(network)} if conventions else {}),
        **({"replace": _replaced_record(network, way)} if way else {}),
    }


def _layer_record(row: LayerRow, batch: int, dtype: str) -> dict[str, Any]:
    jumps = [field.jump for field in row.fields]
    return {
        "name": row.name,
        "type": row.kind,
        "text": row.spec.written.text,
        "inputs": list(row.inputs),
        "output": list(row.output),
        "weights": row.weights,
        "biases": row.biases,
        "parameters": row.parameters,
        "shares": row.shares,
        "macs": row.macs,
        "receptive_field": [field.size for field in row.fields],
        "stride": [_number(jump) for jump in jumps] if all(jumps) else None,
        "centre": [_centre(field) for field in row.fields],
        "bytes": row.parameter_bytes(dtype),
        "activation_bytes": row.activation_bytes(batch, dtype),
        **({"remark": row.remark} if row.remark else {}),
    }


def _number(jump: int | Fraction) -> int | float:
    """Whole, or behind upsampling a part."""
    return int(jump) if jump == int(jump) else float(jump)


def _centre(field: Field) -> int | float | str:
    """Whole, or with a half; beyond what a float holds exactly, as text."""
    if field.doubled_centre % 2 == 0:
        return field.doubled_centre // 2
    return field.doubled_centre / 2 if abs(field.doubled_centre) < 2**53 else half(field)


def _conventions_record(network: Network) -> list[dict[str, Any]]:
    return [
        {
            "counter": counter.name,
            "value": counter.total(network),
            "unit": counter.unit,
            "version": counter.version or None,
            "call": counter.call or None,
            "why": counter.why,
        }
        for counter in COUNTERS
    ]


def _replaced_record(network: Network, way: str) -> dict[str, Any]:
    layers = [
        {
            "name": name,
            "shared": shared._asdict(),
            "local": local._asdict(),
            **({"fc": fc._asdict()} if way == "fc" else {}),
        }
        for name, shared, local, fc in replaced_layers(network)
    ]
    return {"way": way, "layers": layers, **replaced_total(network, way)._asdict()}


def weights_record(path: str, tensors: Sequence[TensorLike], files: Sequence[str] = ()) -> dict[str, Any]:
    """The record that --json prints; MACs depend on shapes that a weight file does not hold.

    Args:
        files: of a model that stands in several, all of them.
    """
    return {
        "command": "summary",
        "path": path,
        **({"files": list(files)} if len(files) > 1 else {}),
        "layers": [_tensor_record(tensor) for tensor in tensors],
        "parameters": sum(t.parameters for t in tensors),
        "not_learned": sum(t.numbers - t.parameters for t in tensors),
        "macs": None,
        "bytes": sum(t.bytes for t in tensors),
    }


def _tensor_record(tensor: TensorLike) -> dict[str, Any]:
    record = {"name": tensor.name, "type": "tensor", "dtype": tensor.dtype, "shape": list(tensor.shape)}
    measured = {"not_learned": tensor.numbers} if tensor.statistic else {}
    return {**record, "parameters": tensor.parameters, **measured, "bytes": tensor.bytes}
