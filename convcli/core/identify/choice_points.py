"""Points of a verdict on which several models may agree, or not: border, rounding, overflow, offset, gamma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from convcli.core.identify.curves import GAMMAS
from convcli.core.identify.model import Model
from convcli.core.identify.verdict import CLOSE, EXACT, OPEN, UNKNOWN, Point
from convcli.errors import listed

MANY = 0.1  # of the answers; a flat picture, whose answers may all lie at one step, is less


def finish_points(models: Sequence[Model], sure: str, differing: float) -> dict[str, Any]:
    """Rounding and overflow; the first not where a share of answers differ."""
    if models[0].rounding is None:
        none = "answers are floats"
        return {"rounding": Point("rounding", None, none, EXACT), "overflow": Point("overflow", None, none, EXACT)}
    roundings = tuple(dict.fromkeys(str(model.rounding) for model in models))
    overflows = tuple(dict.fromkeys(model.overflow for model in models))
    if models[0].absolute:
        overflows = tuple(f"magnitude, {name}" for name in overflows)
    if differing > MANY:
        open_one = Point("rounding", None, "too many answers differ to tell it", UNKNOWN)
        return {
            "rounding": open_one,
            "overflow": one_of("overflow", overflows, "no answer goes beyond the range", sure),
        }
    return {
        "rounding": one_of("rounding", roundings, _same_answers(models), sure),
        "overflow": one_of("overflow", overflows, "no answer goes beyond the range", sure),
    }


def _same_answers(models: Sequence[Model]) -> str:
    """Why several roundings give the same answers."""
    if len({model.weights.tobytes() for model in models}) == 1:
        return "no answer lies where they differ"
    return "weights a little apart make up for it"


def one_of(name: str, choices: tuple[str, ...], same: str, sure: str) -> Point:
    """The only choice; of several none, and these as alternatives."""
    if len(choices) == 1:
        return Point(name, choices[0], "no other gives as many of the answers", sure)
    return Point(name, None, f"{listed(choices, 'or')}: {same}", OPEN, choices)


def offset_point(models: Sequence[Model], sure: str, differing: float) -> Point:
    """Rounding up is rounding down and one more, but for whole sums; wrapped answers show it but for whole turns."""
    offsets = tuple(dict.fromkeys(model.offset + 0.0 for model in models))
    if differing > MANY and models[0].rounding is not None and offsets[0]:
        return Point("offset", None, "too many answers differ to tell it from rounding", UNKNOWN)
    if len(offsets) == 1:
        turns = ", but for whole turns of the range" if {model.overflow for model in models} == {"wrap"} else ""
        return Point("offset", offsets[0], f"the answers to flat pictures and noise{turns}", sure)
    roundings = {each: dict.fromkeys(str(m.rounding) for m in models if m.offset == each) for each in offsets}
    evidence = "; ".join(f"{offset:g} and rounding {listed(names, 'or')}" for offset, names in roundings.items())
    return Point("offset", None, f"these give the same answers: {evidence}", OPEN, offsets)


def gamma_point(models: Sequence[Model], error: float, sure: str) -> Point:
    """The gamma, and how sure it is."""
    model = models[0]
    alone = np.count_nonzero(model.weights) == 1 and any(not each.offset for each in models)
    if alone and model.gamma == 1.0:
        return Point("gamma", None, "one weight: nothing is added, so that no gamma shows", OPEN, GAMMAS)
    evidence = (
        "sums of stored values" if model.gamma == 1.0 else "sums of light, by this curve, explain the answers best"
    )
    if error:
        evidence += f"; it is known to within {error:.1g}"
    return Point("gamma", model.gamma, evidence, sure)


def border_points(models: Sequence[Model], unexplained: bool, sure: str) -> dict[str, Any]:
    """The border, its value and what cannot be told from it; and the anchor."""
    anchor = anchor_point(models[0])
    names = list(dict.fromkeys(model.edges.said for model in models))
    edges = models[0].edges
    value = edges.value if edges.fills or edges.name == "blank" else None
    values = {model.edges.value for model in models if model.edges.fills and edges.fills}
    if len(values) > 1:  # the answers there are clamped
        value = None
    if unexplained:
        point = Point("border", None, "none of the borders gives the answers there", CLOSE)
        return {"border": point, "border_value": None, "border_indistinguishable": (), "anchor": anchor}
    if edges.name == "none":
        point = Point("border", "none", "no answer reads beyond an end", EXACT)
        return {"border": point, "border_value": None, "border_indistinguishable": (), "anchor": anchor}
    if len(names) > 1:
        evidence = f"{listed(names)} give the same answers for this kernel{_such(models)}"
        point = Point("border", names[0], evidence, OPEN, tuple(names))
    else:
        point = Point("border", names[0], "the answers at the ends", sure)
    alike = tuple(names) if len(names) > 1 else ()
    return {"border": point, "border_value": value, "border_indistinguishable": alike, "anchor": anchor}


def _such(models: Sequence[Model]) -> str:
    """The largest constant that does as well as 0: under a curve a dark one is as good as none."""
    values = {model.edges.value for model in models if model.edges.fills}
    return f" (a constant such as {max(values):g})" if 0 in values and len(values) > 1 else ""


def anchor_point(model: Model) -> Point:
    """Where in the kernel an output's own place lies."""
    axes = model.rows, model.columns
    cropped = model.edges.name == "none" and any(axis.length > 1 for axis in axes)
    if cropped or any(axis.spare > 0 for axis in axes):
        return Point("anchor", None, "no output stands on an input's place of its own", OPEN)
    return Point("anchor", (model.rows.before, model.columns.before), "where noise and answers go together", EXACT)
