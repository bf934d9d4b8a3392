"""The record of `run`: a picture's way through a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from convcli.core.forward.observing import LayerSeen, Unit
from convcli.core.forward.verdict import Verdict


class Fed(NamedTuple):
    """What went in: the picture's name, the shape that was fed, and how it was prepared."""

    source: str
    shape: tuple[int, ...]
    prepared: tuple[str, ...]
    part: tuple[float, ...] | None


def run_record(
    network: str, fed: Fed, layers: Sequence[LayerSeen], verdict: Verdict | None, files: Sequence[str]
) -> dict[str, Any]:
    """The record that --json prints.

    Args:
        files: those that were written.
    """
    return {
        "command": "run",
        "network": network,
        "input": {
            "path": fed.source,
            "shape": list(fed.shape),
            "preparation": list(fed.prepared),
            "part": None if fed.part is None else dict(zip(("top", "left", "height", "width"), fed.part, strict=True)),
        },
        "layers": [_layer_record(seen) for seen in layers],
        "top": []
        if verdict is None
        else [
            {"label": guess.label, "probability": guess.probability, "value": guess.value, "index": guess.number}
            for guess in verdict.top
        ],
        "meaning": None if verdict is None else verdict.meaning,
        "classes": None if verdict is None else verdict.classes,
        "files": list(files),
    }


def _layer_record(seen: LayerSeen) -> dict[str, Any]:
    return {
        "name": seen.row.name,
        "type": seen.row.kind,
        "output": list(seen.row.output),
        "min": seen.low,
        "max": seen.high,
        "zeros": seen.zeros,
        "not_finite": seen.not_finite,
        "strongest": _unit_record(seen.strongest),
        "seconds": seen.seconds,
    }


def _unit_record(unit: Unit | None) -> dict[str, Any] | None:
    if unit is None:
        return None
    return {
        "map": unit.channel,
        "at": [unit.row, unit.column],
        "value": unit.value,
        "rows": None if unit.rows is None else list(unit.rows),
        "columns": None if unit.columns is None else list(unit.columns),
    }
