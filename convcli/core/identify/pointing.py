"""The points of a verdict, from the models that do best: what all of them say, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.channels import Seen
from convcli.core.identify.curves import GAMMAS
from convcli.core.identify.material import Material
from convcli.core.identify.meaning import Meant, compare_with_meant
from convcli.core.identify.model import Model
from convcli.core.identify.modelling import Explanation
from convcli.core.identify.readings import Reading
from convcli.core.identify.refusing import deterministic, linear, shift_invariant
from convcli.core.identify.sizes import Law
from convcli.core.identify.standing import size_point, with_anchor_inside
from convcli.core.identify.verdict import CLOSE, EXACT, OPEN, REASONS, UNKNOWN, Point, Verdict

Array = NDArray[Any]
POINTS = ("stride", "gamma", "kernel", "fractions", "flipped", "anchor", "border", "rounding", "overflow", "scale",
          "offset", "channels", "alpha", "depth", "size")  # fmt: skip


def refused_verdict(material: Material, reason: str) -> Verdict:
    """The verdict on what is no convolution."""
    row = REASONS.find(reason)
    seen: dict[str, Any] = {name: Point(name) for name in POINTS}
    return Verdict(
        identified=False,
        reason=row.name,
        sentence=row.sentence,
        **_laws_of_filters(material, None),
        **seen,
        border_value=None,
        border_indistinguishable=(),
    )


def identified_verdict(
    material: Material,
    explanation: Explanation,
    laws: tuple[list[Law], list[Law]],
    seen: Seen,
    meant: Array | None,
) -> Verdict:
    """The verdict on a convolution: what all the best models say, and the alternatives where they differ."""
    reading = explanation.reading
    models = [with_anchor_inside(model) for model in explanation.models]
    model = replace(models[0], mix=seen.mix, alpha=seen.alpha.value or "kept")
    sure = EXACT if explanation.exact else CLOSE
    error = 0.0 if model.numerators is not None else _error(reading)
    freedom = 0.0 if model.numerators is None else _error(reading) + _moved(reading, explanation.models[0])
    unsure = error or freedom / 6
    related = None if meant is None else compare_with_meant(model.weights, np.asarray(meant, dtype=np.float64), unsure)
    scale = related.scale if related and related.matches else 1.0
    unexplained = explanation.border.beyond_one > 0.01 * max(explanation.border.pixels, 1)
    return Verdict(
        identified=True,
        reason=None,
        sentence=_sentence(explanation),
        **_laws_of_filters(material, model),
        **_weights(model, scale, error or freedom, sure),
        **_compared(related, scale),
        **_border(models, unexplained, sure),
        **_finish(models, sure),
        gamma=_gamma(model, reading.gamma_error, sure),
        stride=Point("stride", (model.rows.stride, model.columns.stride), "the answers' sizes", EXACT),
        size=size_point(model, laws),
        offset=_offset(models, sure),
        channels=seen.channels,
        alpha=seen.alpha,
        depth=seen.depth,
        model=model,
        kernel_error=error / abs(scale),
        freedom=freedom / abs(scale),
        gamma_error=explanation.reading.gamma_error,
        pixels=explanation.inner.pixels + explanation.border.pixels,
        differing=explanation.inner.differing + explanation.border.differing + explanation.either_way,
        largest=max(explanation.inner.largest, explanation.border.largest),
        largest_inside=explanation.inner.largest,
    )


def _error(reading: Reading) -> float:
    assert reading.fit is not None
    curves = 3 if reading.gamma != 1.0 and reading.fit.sure is None else 1  # they add their own
    return float(reading.fit.wide.max()) * curves


def _moved(reading: Reading, model: Model) -> float:
    """How far a model's weights lie from those that were found."""
    weights = np.array(reading.weights)
    first = -reading.box.top - model.rows.before, -reading.box.left - model.columns.before
    height, width = model.weights.shape
    weights[first[0] : first[0] + height, first[1] : first[1] + width] -= model.weights
    return float(np.abs(weights).max())


def _plain(value: float) -> float:
    return float(value) + 0.0


def _laws_of_filters(material: Material, model: Model | None) -> dict[str, Any]:
    same, shift, sums = deterministic(material), shift_invariant(material), linear(material)
    light = model is not None and model.gamma != 1.0
    if model is not None and not light and sums is None:
        sums = True
    return {
        "deterministic": Point("deterministic", same, "the same noise twice", UNKNOWN if same is None else EXACT),
        "shift_invariant": Point(
            "shift_invariant",
            True if model else shift,
            "noise and the same noise shifted",
            EXACT if model or shift is not None else UNKNOWN,
        ),
        "linear": Point(
            "linear",
            (not light and not model.absolute) if model else sums,
            _linear_words(model),
            UNKNOWN if sums is None else CLOSE,
        ),
    }


def _linear_words(model: Model | None) -> str:
    if model is not None and model.gamma != 1.0:
        return "linear in light"
    return "linear, and then its magnitude" if model is not None and model.absolute else "two noises and their sum"


def _weights(model: Model, scale: float, error: float, sure: str) -> dict[str, Any]:
    rows = tuple(tuple(_plain(value) for value in row) for row in model.weights / scale)
    if model.numerators is None:
        evidence = f"least squares over the answers to noise, to within {error / abs(scale):.2g}"
        return {
            "kernel": Point("kernel", rows, evidence, CLOSE),
            "fractions": Point("fractions", None, "no fractions fit", CLOSE),
        }
    whole = tuple(tuple(int(value) for value in row) for row in model.numerators)
    evidence = (
        f"fractions by {model.denominator} give the answers"
        if model.denominator > 1
        else "whole numbers give the answers"
    )
    if error:
        evidence += f"; so may weights that are no further from them than {error / abs(scale):.1g}"
    if np.count_nonzero(model.weights) == 1:
        evidence += ", by sums of stored values"
    return {
        "kernel": Point("kernel", rows, evidence, sure),
        "fractions": Point("fractions", (whole, model.denominator), evidence, sure),
    }


def _anchor(model: Model) -> Point:
    axes = model.rows, model.columns
    cropped = model.edges.name == "none" and any(axis.length > 1 for axis in axes)
    if cropped or any(axis.spare > 0 for axis in axes):
        return Point("anchor", None, "no output stands on an input's place of its own", OPEN)
    return Point("anchor", (model.rows.before, model.columns.before), "where noise and answers go together", EXACT)


def _compared(related: Meant | None, scale: float) -> dict[str, Any]:
    if related is None:
        return {
            "flipped": Point("flipped", None, "no kernel was named to compare with", UNKNOWN),
            "scale": Point("scale", 1.0, "the kernel holds it", EXACT),
        }
    if not related.matches:
        return {
            "flipped": Point("flipped", None, "it is not the kernel that was named, either way round", EXACT),
            "scale": Point("scale", 1.0, "the kernel holds it", EXACT),
        }
    flipped = Point("flipped", related.flipped, "against the kernel that was named", EXACT)
    if related.flipped is None:
        flipped = Point("flipped", None, "the kernel is its own flip", OPEN, (False, True))
    return {"flipped": flipped, "scale": Point("scale", scale, "against the kernel that was named", EXACT)}


def _border(models: Sequence[Model], unexplained: bool, sure: str) -> dict[str, Any]:
    anchor = _anchor(models[0])
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
        evidence = f"{', '.join(names[:-1])} and {names[-1]} give the same answers for this kernel"
        point = Point("border", names[0], evidence, OPEN, tuple(names))
    else:
        point = Point("border", names[0], "the answers at the ends", sure)
    alike = tuple(names) if len(names) > 1 else ()
    return {"border": point, "border_value": value, "border_indistinguishable": alike, "anchor": anchor}


def _finish(models: Sequence[Model], sure: str) -> dict[str, Any]:
    if models[0].rounding is None:
        none = "answers are floats"
        return {"rounding": Point("rounding", None, none, EXACT), "overflow": Point("overflow", None, none, EXACT)}
    roundings = tuple(dict.fromkeys(str(model.rounding) for model in models))
    overflows = tuple(dict.fromkeys(model.overflow for model in models))
    if models[0].absolute:
        overflows = tuple(f"magnitude, {name}" for name in overflows)
    return {
        "rounding": _one_of("rounding", roundings, "no answer lies where they differ", sure),
        "overflow": _one_of("overflow", overflows, "no answer goes beyond the range", sure),
    }


def _one_of(name: str, choices: tuple[str, ...], same: str, sure: str) -> Point:
    if len(choices) == 1:
        return Point(name, choices[0], "no other gives as many of the answers", sure)
    return Point(name, None, f"{', '.join(choices[:-1])} or {choices[-1]}: {same}", OPEN, choices)


def _offset(models: Sequence[Model], sure: str) -> Point:
    """Rounding up is rounding down and one more, but for whole sums."""
    offsets = tuple(dict.fromkeys(_plain(model.offset) for model in models))
    if len(offsets) == 1:
        return Point("offset", offsets[0], "the answers to flat pictures and noise", sure)
    evidence = "; ".join(dict.fromkeys(f"{_plain(model.offset):g} and rounding {model.rounding}" for model in models))
    return Point("offset", None, f"these give the same answers: {evidence}", OPEN, offsets)


def _gamma(model: Model, error: float, sure: str) -> Point:
    if np.count_nonzero(model.weights) == 1 and model.gamma == 1.0 and not model.offset:
        return Point("gamma", None, "one weight: nothing is added, so that no gamma shows", OPEN, GAMMAS)
    evidence = (
        "sums of stored values" if model.gamma == 1.0 else "sums of light, by this curve, explain the answers best"
    )
    if error:
        evidence += f"; it is known to within {error:.1g}"
    return Point("gamma", model.gamma, evidence, sure)


def _sentence(explanation: Explanation) -> str:
    largest = max(explanation.inner.largest, explanation.border.largest)
    if explanation.exact and explanation.models[0].rounding is None and largest:
        return f"every answer is reproduced to within {largest:.1g}, as far as floats go"
    if explanation.exact:
        return "every answer is reproduced byte for byte"
    if not explanation.inner.differing and not explanation.border.differing:
        return f"every answer is reproduced, but for {explanation.either_way} half-way, which errors of floats decide"
    total = explanation.inner.pixels + explanation.border.pixels
    differing = explanation.inner.differing + explanation.border.differing + explanation.either_way
    return f"{differing} of {total} pixels differ, by {largest:g} at most"
