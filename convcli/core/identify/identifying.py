"""From a filter's answers to the verdict."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from convcli.core.identify.channels import colour_points
from convcli.core.identify.choosing import Tally
from convcli.core.identify.estimating import estimate, near_an_impulse, other_shifts, rounder_gammas
from convcli.core.identify.material import Answers, Material, gather_material
from convcli.core.identify.model import Model
from convcli.core.identify.modelling import Explanation, Ranked, explain, rank, within_border
from convcli.core.identify.pointing import identified_verdict, refused_verdict
from convcli.core.identify.probes import Depth
from convcli.core.identify.readings import Reading
from convcli.core.identify.refusing import (
    NEEDED,
    deterministic,
    far_matters,
    is_constant,
    shift_invariant,
    two_levels,
    why_not,
)
from convcli.core.identify.sizes import Law, laws
from convcli.core.identify.verdict import Verdict

ANY_GAMMA = 0.1  # where answers have few levels, and the gamma may be so far off, other kernels do as well
ALLOWED = 2e-3  # share of answers that may be more than one level off
FARTHEST = 3  # levels, for what rounds more than once
IN_LIGHT = 4  # times as many, where light is summed: near black a little of it is many levels


def identify(answers: Answers, meant: NDArray[Any] | None = None, *, depth: Depth = 8) -> Verdict:
    """What a filter does, from its answers to `probes(depth)` by name.

    It is identified where one model - weights, border, stride, gamma, offset, rounding, overflow - explains the
    answers to within one level (of all but one in 500 pixels, and none by more than three; by twelve where light is
    summed, for near black a little of it is many levels).

    Args:
        answers: (H, W) or (H, W, C) by the probes' names; None, or no entry, where none came back.
        meant: the kernel that the caller believes it applies, for correlation; (h, w).
        depth: of the probes that were sent.

    Returns:
        A verdict with every point; where several choices give every answer byte for byte, they are its alternatives.
    """
    material = gather_material(answers, depth)
    if not material.has(*NEEDED) or deterministic(material) is False or is_constant(material):
        return refused_verdict(material, why_not(material))
    found = _size_laws(material)
    if found is None:
        return refused_verdict(material, "size")
    if shift_invariant(material) is False or far_matters(material) or two_levels(material):
        return refused_verdict(material, why_not(material))
    strides = found[0][0][0], found[1][0][0]
    explanation = _explained(estimate(material, strides), material, found)
    explanation = explanation or _explained(near_an_impulse(material, strides), material, found)
    if explanation is None:
        return refused_verdict(material, why_not(material))
    if material.few_levels and explanation.reading.gamma_error > ANY_GAMMA:
        return refused_verdict(material, "few-levels")
    seen = colour_points(answers, explanation.models[0], depth)
    return identified_verdict(material, explanation, found, seen, meant)


def _size_laws(material: Material) -> tuple[list[Law], list[Law]] | None:
    """How sizes follow; None where no stride explains them."""
    pairs = material.pairs(material.after)
    found = [laws([(before.shape[axis], after.shape[axis]) for before, after in pairs]) for axis in (0, 1)]
    return (found[0], found[1]) if pairs and found[0] and found[1] else None


def _explained(reading: Reading | None, material: Material, found: tuple[list[Law], list[Law]]) -> Explanation | None:
    """The models of a reading that explain the answers; None where none does."""
    if reading is None or reading.fit is None or reading.outside > 0.2 or not reading.fit.weights.any():
        return None
    tried = [
        (each, models)
        for each in other_shifts(reading, material)
        if each.fit is not None and (models := within_border(each, material, found))
    ]
    if not tried:
        return None
    best = min(tried, key=order)
    for rounder in rounder_gammas(best[0], material):
        models = within_border(rounder, material, found) if rounder.fit is not None else []
        if models and order((rounder, models)) <= order(best):
            best = rounder, models
            break
    if not any(holds(*pair, material) for pair in best[1]):
        return None
    explanation = explain(*best, material)
    return explanation if holds(explanation.models[0], explanation.inner, material) else None


def order(found: tuple[Reading, Ranked]) -> tuple[tuple[int, float, int], bool]:
    """How well a reading does; of several alike, one that needs no offset is better than one that does."""
    models = found[1]
    return rank(models[0][1]), all(model.offset for model, _ in models)


def holds(model: Model, tally: Tally, material: Material) -> bool:
    """Whether answers are explained to within one level."""
    if not tally.pixels:
        return False
    if material.floats:
        return tally.differing <= ALLOWED * tally.pixels
    farthest = FARTHEST * (IN_LIGHT if model.gamma != 1.0 else 1)
    near = tally.farthest <= farthest or model.overflow == "wrap"
    return near and tally.beyond_one <= ALLOWED * tally.pixels
