"""Layers of a network that a shift does not pass unharmed: strides, pooling, full connections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from convcli.core.network.rows import FROM_INPUT, LayerRow

Step = int | Fraction
CUTS = ("Slice", "crop", "Gather", "Split")


@dataclass(frozen=True)
class Suspect:
    """A layer that a shift does not pass unharmed: "stride", "pooling", "fully connected" or "whole maps".

    Attributes:
        step: pixels of the input from one of its units to the next, down and across; 0 where it joins everything.
    """

    name: str
    layer: str
    step: tuple[Step, Step]


def suspects_of(rows: Sequence[LayerRow]) -> dict[str, tuple[Suspect, ...]]:
    """Of each layer, those up to it that step over positions or join everything."""
    found: dict[str, tuple[Suspect, ...]] = {FROM_INPUT: ()}
    steps: dict[str, tuple[Step, ...]] = {FROM_INPUT: (1, 1)}
    for row in rows:
        before = dict.fromkeys(suspect for name in row.inputs for suspect in found[name])
        step = tuple(field.jump if field.step else 0 for field in row.fields)
        given = steps[row.inputs[0]]
        own: tuple[Suspect, ...] = ()
        if not all(step) and all(given):
            own = (Suspect(_joining(row), row.name, (0, 0)),)
        elif len(step) == 2 and all(step) and any(now > then for now, then in zip(step, given, strict=False)):
            own = (Suspect("pooling" if _pools(row) else "stride", row.name, (step[0], step[1])),)
        found[row.name], steps[row.name] = (*before, *own), step
    return found


def _pools(row: LayerRow) -> bool:
    return "pool" in row.kind.lower() or row.kind.startswith("Reduce")


def _joining(row: LayerRow) -> str:
    """What a layer is whose units see everything."""
    if _pools(row):
        return "pooling"
    return "fully connected" if row.weights and row.kind != "InstanceNormalization" else "whole maps"


def cut_and_padded(rows: Sequence[LayerRow]) -> set[str]:
    """Layers behind a cut that is padded again: padding lies there where the receptive field says picture."""
    cut: dict[str, bool] = {FROM_INPUT: False}
    found: set[str] = set()
    for row in rows:
        before = any(cut[name] for name in row.inputs)
        cut[row.name] = before or row.kind in CUTS
        if found.intersection(row.inputs) or (before and _pads(row)):
            found.add(row.name)
    return found


def _pads(row: LayerRow) -> bool:
    return row.kind in ("Pad", "conv-transpose") or row.spec.pad not in ((0, 0), (0, 0, 0, 0), "valid")


def guilty(suspects: tuple[Suspect, ...], dx: int, dy: int) -> tuple[Suspect, ...]:
    """Those whose step the shift is no multiple of; those that join all places, unless all alike."""
    return tuple(
        suspect
        for suspect in suspects
        if any(step and amount % step for step, amount in zip(suspect.step, (dy, dx), strict=True))
        or (suspect.name != "pooling" and not any(suspect.step) and (dx or dy))
    )
