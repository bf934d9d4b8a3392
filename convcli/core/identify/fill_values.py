"""The constants that may stand beyond the ends of a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.curves import decode, encode
from convcli.core.identify.material import Material
from convcli.core.identify.model import Edges, Model
from convcli.core.identify.prediction import Part, Values, finish, values

Array = NDArray[Any]
SAMPLE = 3000  # answers that are asked first
NEAR = 1e-4  # of the largest answer: floats as far away are another value's
BEST = 6  # levels that are held against every answer


def constants(models: Sequence[Model], material: Material, outer: Mapping[str, list[Part]]) -> list[float]:
    """The values beyond the ends that explain the most answers: 0, the best whole numbers, the best at all."""
    model = replace(models[0], edges=Edges("constant", 0.0))
    base, mass, answers = [], [], []
    for name, parts in outer.items():
        before, after = material.before[name], material.after[name]
        ones = np.ones(before.shape)
        for part in parts:
            base.append(_light(model, before, part))
            plain = replace(model, offset=0.0, gamma=1.0, numerators=None, absolute=False)
            mass.append((model.weights.sum() - values(plain, ones, part).numbers).ravel())
            answers.append(after[part.place].ravel())
    return _best_constants(model, models, np.concatenate(base), np.concatenate(mass), np.concatenate(answers))


def _light(model: Model, before: Array, part: Part) -> Array:
    """The sums with the offset, in light, before encoding."""
    plain = replace(model, gamma=1.0, absolute=False, numerators=None)
    light = before if model.gamma == 1.0 else decode(before, model.gamma, model.white)
    return values(plain, light.astype(np.float64), part).numbers.ravel()


def _best_constants(model: Model, models: Sequence[Model], base: Array, mass: Array, answers: Array) -> list[float]:
    heavy = np.abs(mass) > 1e-9
    base, mass, answers = base[heavy], mass[heavy], answers[heavy]
    if not mass.size:  # whatever stands there adds up to nothing
        return [0.0, model.white]
    whole = base, mass, answers
    pick = np.unique(np.linspace(0, mass.size - 1, SAMPLE).astype(np.intp))
    base, mass, answers = base[pick], mass[pick], answers[pick]
    floats = np.dtype(model.dtype).kind == "f"
    found = {0.0}
    if not floats or model.absolute:
        levels = np.arange(256) * (model.white / 255)
        for each in models[:2]:
            wrong = _wrong(each, levels, base, mass, answers)
            left = levels[wrong <= np.sort(wrong)[BEST - 1]]
            if left.size > BEST:  # clamped answers are alike for many: a few others tell them apart
                left = left[np.argsort(_wrong(each, left, *whole), kind="stable")]
            found |= {float(level) for level in left[:BEST]}
    if not model.absolute and (floats or model.gamma == 1.0):
        best = _balanced(model, base, mass, answers)
        found |= {float(np.rint(best)), best if floats else round(best, 2)}
    return sorted(value for value in found if floats or 0 <= value <= model.white)


def _balanced(model: Model, base: Array, mass: Array, answers: Array) -> float:
    """The value by least squares over the answers that are not clamped; what is below 0 as light is clamped there."""
    floats = np.dtype(model.dtype).kind == "f"
    low, high = (-np.inf, np.inf) if floats else (np.iinfo(model.dtype).min, np.iinfo(model.dtype).max)
    free = (answers > (low if model.gamma == 1.0 else 0)) & (answers < high)
    if not free.any():
        return 0.0
    light = decode(answers[free], model.gamma, model.white)
    level = float(np.sum(mass[free] * (light - base[free])) / np.sum(mass[free] ** 2))
    return float(encode(np.array([max(level, 0.0) if model.gamma != 1.0 else level]), model.gamma, model.white)[0])


def _wrong(model: Model, levels: Array, base: Array, mass: Array, answers: Array) -> Array:
    """How many answers each level beyond the ends does not give."""
    light = decode(levels, model.gamma, model.white)
    allowed = NEAR * max(float(np.abs(answers).max(initial=0)), 1.0) if np.dtype(model.dtype).kind == "f" else 0.0
    counts = []
    for level in light:
        sums = base + level * mass
        numbers = np.abs(sums) if model.absolute else encode(sums, model.gamma, model.white)
        off = np.abs(finish(Values(numbers, 0), model).astype(np.float64) - answers)
        counts.append(np.count_nonzero(off > allowed))
    return np.array(counts)
