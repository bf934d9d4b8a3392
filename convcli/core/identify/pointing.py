"""The points of a verdict, from the models that do best: what all of them say, and where they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.channels import Seen
from convcli.core.identify.choice_points import border_points, finish_points, gamma_point, offset_point
from convcli.core.identify.gammas import drift
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
    off = _error(reading, material) + _moved(reading, explanation.models[0])
    error, freedom = (off, 0.0) if model.numerators is None else (0.0, off)
    unsure = error or freedom / 6
    related = None if meant is None else compare_with_meant(model.weights, np.asarray(meant, dtype=np.float64), unsure)
    scale = related.scale if related and related.matches else 1.0
    pixels = explanation.inner.pixels + explanation.border.pixels
    differing = explanation.inner.differing + explanation.border.differing
    unexplained = explanation.border.beyond_one > 0.01 * max(explanation.border.pixels, 1)
    return Verdict(
        identified=True,
        reason=None,
        sentence=_sentence(explanation),
        **_laws_of_filters(material, model),
        **_weights(model, scale, error or freedom, sure),
        **_compared(related, scale),
        **border_points(models, unexplained, sure),
        **finish_points(models, sure, differing / max(pixels, 1)),
        gamma=gamma_point(models, reading.gamma_error, sure),
        stride=Point("stride", (model.rows.stride, model.columns.stride), "the answers' sizes", EXACT),
        size=size_point(model, laws),
        offset=offset_point(models, sure, differing / max(pixels, 1)),
        channels=seen.channels,
        alpha=seen.alpha,
        depth=seen.depth,
        model=model,
        kernel_error=error / abs(scale),
        freedom=freedom / abs(scale),
        gamma_error=explanation.reading.gamma_error,
        pixels=pixels,
        differing=differing + explanation.either_way,
        largest=max(explanation.inner.largest, explanation.border.largest),
        largest_inside=explanation.inner.largest,
    )


def _error(reading: Reading, material: Material) -> float:
    """How far the weights may be off; of floats no less than the filter's own arithmetic may make of it."""
    assert reading.fit is not None
    curves = 3 if reading.gamma != 1.0 and reading.fit.sure is None else 1  # they add their own
    least = float(np.finfo(material.dtype).eps) * float(np.abs(reading.weights).max()) if material.floats else 0.0
    return max(float(reading.fit.wide.max()) * curves + drift(reading, material), least)


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
