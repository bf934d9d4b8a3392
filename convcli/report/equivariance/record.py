"""Equivariance as a record: what --json prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convcli.core.equivariance.causes import Remedy
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.ledger import Ledger
from convcli.core.equivariance.moves import Move, Shift
from convcli.core.equivariance.study import Study
from convcli.core.equivariance.through_layers import Agreement, Shifted
from convcli.report.printing.spelling import as_options


def study_record(found: Study, source: str, panel: str | None) -> dict[str, Any]:
    """The record of one study; `panel` is the file that was drawn."""
    shift = found.output_shift
    return {
        **_head(found.layer, found.move, source),
        **_ledger(found.ledger),
        "output_shift": None if shift is None else {"dx": shift[0], "dy": shift[1]},
        "changes_sign": found.ledger.opposite,
        "causes": [
            {
                "name": cause.name,
                "without": as_options(cause.without),
                "holds": cause.ledger.holds,
                "max_error": cause.ledger.interior.max_error,
                "rms_error": cause.ledger.interior.rms_error,
                "helps": cause.helps,
            }
            for cause in found.causes
        ],
        "remedy": _remedy(found.remedy),
        "symmetries": [
            {
                "name": proof.name,
                "kernel": proof.kernel == 1,
                "negative": proof.kernel == -1,
                "holds": proof.ledger.holds if proof.ledger else None,
                "changes_sign": proof.ledger.opposite if proof.ledger else None,
                "max_error": proof.ledger.interior.max_error if proof.ledger else None,
            }
            for proof in found.proofs
        ],
        "panel": panel,
    }


def sweep_record(
    set_to: Mapping[str, str], layer: ConvLayer, move: Move, ledger: Ledger, remedy: Remedy | None, source: str
) -> dict[str, Any]:
    """The record of one run of a sweep."""
    return {
        **_head(layer, move, source),
        "sweep": dict(set_to),
        **_ledger(ledger),
        "remedy": _remedy(remedy),
        "panel": None,
    }


def network_record(
    network: str, source: str, shifted: Shifted, panel: str | None, *, per_layer: bool
) -> dict[str, Any]:
    """The record of one shift through a network; interior and border are those of the last layer that moves."""
    deepest = shifted.deepest
    return {
        "command": "equivariance",
        "input": {"path": source},
        "network": network,
        "transform": "shift",
        "dx": shifted.dx,
        "dy": shifted.dy,
        "layer": deepest.row.name,
        **_ledger(deepest.ledger),
        "holds": all(found.ledger.holds for found in shifted.layers if found.moves),
        "verdict": None if shifted.verdict is None else {"shifted": shifted.verdict[0], "still": shifted.verdict[1]},
        "unchanged": None if shifted.verdict is None else shifted.verdict[0] == shifted.verdict[1],
        **({"layers": [_layer_record(found) for found in shifted.layers]} if per_layer else {}),
        "panel": panel,
    }


def _layer_record(found: Agreement) -> dict[str, Any]:
    return {
        "name": found.row.name,
        "type": found.row.kind,
        "stride": [float(field.jump) if field.step else None for field in found.row.fields],
        "moves": found.moves,
        **_ledger(found.ledger),
        "largest": found.largest,
        "error": found.error,
        "unchanged": found.unchanged,
        "causes": [{"name": cause.name, "layer": cause.layer} for cause in found.causes],
    }


def _head(layer: ConvLayer, move: Move, source: str) -> dict[str, Any]:
    shift = move if isinstance(move, Shift) else None
    return {
        "command": "equivariance",
        "input": {"path": source},
        "kernels": [kernel.name for kernel in layer.kernels],
        "transform": move.name,
        "dx": _number(shift.dx) if shift else None,
        "dy": _number(shift.dy) if shift else None,
    }


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _ledger(ledger: Ledger) -> dict[str, Any]:
    inside, outside = ledger.interior, ledger.border
    return {
        "holds": ledger.holds,
        "interior": {
            "pixels": inside.pixels,
            "max_error": inside.max_error,
            "tolerance": ledger.tolerance,
            "mismatched": inside.mismatched,
            "rms_error": inside.rms_error,
        },
        "border": {
            "pixels": outside.pixels,
            "max_error": outside.max_error,
            "mismatched": outside.mismatched,
            "predicted_band": ledger.band._asdict(),
            "rms_error": outside.rms_error,
        },
    }


def _remedy(remedy: Remedy | None) -> dict[str, Any] | None:
    if remedy is None:
        return None
    return {
        "blurpool": remedy.taps,
        "applied": remedy.applied,
        "max_error_without": remedy.without.interior.max_error,
        "max_error_with": remedy.with_blur.interior.max_error,
        "factor": remedy.factor,
        "rms_factor": remedy.rms_factor,
    }
