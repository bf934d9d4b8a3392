"""The record of `identify`: what cannot be told is null."""

from __future__ import annotations

from typing import Any

import numpy as np

from convcli.core.identify.verdict import Point
from convcli.report.identify.text import REFUTED
from convcli.report.identify.told import Compared, Told


def identify_record(told: Told) -> dict[str, Any]:
    """The record that --json prints."""
    verdict = told.verdict
    refuted = verdict.identified and not told.holds
    return {
        "command": "identify",
        "identified": told.holds,
        "reason": REFUTED if refuted else verdict.reason,
        "deterministic": verdict.deterministic.value,
        "shift_invariant": verdict.shift_invariant.value,
        "stride": verdict.stride.value,
        "linear": verdict.linear.value,
        "gamma": verdict.gamma.value,
        "kernel": verdict.kernel.value,
        "anchor": verdict.anchor.value,
        "flipped": verdict.flipped.value,
        "border": {"name": verdict.border.value, "value": verdict.border_value},
        "border_indistinguishable": verdict.border_indistinguishable,
        "rounding": verdict.rounding.value,
        "overflow": verdict.overflow.value,
        "scale": verdict.scale.value,
        "offset": verdict.offset.value,
        "prediction": _compared(told.prediction),
        "apply": told.apply,
        "applied": _compared(told.applied),
        "unlike": told.unlike,
        "filter": told.filter,
        "sentence": verdict.sentence,
        "fractions": _fractions(verdict.fractions.value),
        "kernel_name": told.name or None,
        "channels": verdict.channels.value,
        "alpha": verdict.alpha.value,
        "depth": verdict.depth.value,
        "on": told.source or None,
        "points": [_point(point) for point in verdict.points],
        "notes": told.notes,
    }


def _compared(found: Compared | None) -> dict[str, Any] | None:
    if found is None:
        return None
    inside = {"inside": True} if found.inside else {}
    return {"pixels": found.pixels, "differing": found.differing, "largest": found.largest} | inside


def _fractions(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    numerators, denominator = value
    return {"numerators": np.asarray(numerators), "denominator": denominator}


def _point(point: Point) -> dict[str, Any]:
    return {
        "name": point.name,
        "value": point.value,
        "evidence": point.evidence,
        "certainty": point.certainty,
        "alternatives": point.alternatives,
    }
