"""Every rounding and overflow, and which of them give every answer byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.curves import decode
from convcli.core.identify.material import Material
from convcli.core.identify.model import OVERFLOWS, ROUNDINGS, Model
from convcli.core.identify.prediction import Part, Values, finish, inner_output, values, whole_output

Array = NDArray[Any]
SOFT = 1e-6  # floats this near to a step may be rounded either way
NOISE = 1e-3  # answers that weights known to some digits alone miss by chance
MISSES = 4.0  # times the root of those that are missed: how many others may miss more by chance
LIGHT_LOST = 1e-6  # of all the light that is summed
CHANCE = 500  # answers; a flat picture has more
MANY_WEIGHTS = 300
FIRST = 3  # pictures, after which what does far worse than another is left out
FAR_WORSE = 0.02  # of the answers
SOME_PICTURES = ("noise", "binary", "impulses-at-ends", "flat-grey", "flat-white", "dark", "low", "ramp")


@dataclass(frozen=True, eq=False)
class Tally:
    """How a model does: answers that differ, the largest difference, answers looked at.

    Attributes:
        beyond_one: answers that are more than one level off; from the largest to the least is one, where they wrap.
        either_way: answers that are right only if floats that should lie on a step lie a little beside it.
        dark: floats that are right as light alone: near black a little light is many levels.
        farthest: the largest difference of whole numbers that are not right as light.
    """

    differing: int = 0
    largest: float = 0.0
    pixels: int = 0
    beyond_one: int = 0
    either_way: int = 0
    dark: int = 0
    farthest: float = 0.0

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.differing + other.differing,
            max(self.largest, other.largest),
            self.pixels + other.pixels,
            self.beyond_one + other.beyond_one,
            self.either_way + other.either_way,
            self.dark + other.dark,
            max(self.farthest, other.farthest),
        )


@dataclass(frozen=True, eq=False)
class Choice:
    """A model, and how it does within and at the border."""

    model: Model
    inner: Tally
    border: Tally


def compare(found: Values, model: Model, answer: Array) -> Tally:
    """What differs between a model's values, finished, and the answer."""
    if np.dtype(model.dtype).kind == "f":
        given = finish(found, model).astype(np.float64)
        off, allowed = np.abs(given - answer), float_tolerance(model, answer)
        stored = int((off > allowed).sum())
        if model.gamma != 1.0:
            lights = [decode(np.maximum(part, 0), model.gamma, model.white) for part in (given, answer)]
            off = np.minimum(off, np.abs(lights[0] - lights[1]))
        differing = int((off > allowed).sum())
        return Tally(differing, float(off.max(initial=0)), int(answer.size), dark=stored - differing)
    given = finish(found, model)
    off = np.abs(given.astype(np.int64) - answer.astype(np.int64))
    wrong = np.nonzero(off)
    either_way = 0
    if not found.denominator and wrong[0].size:
        beside = [finish(Values(found.numbers[wrong] + step, 0), model) == answer[wrong] for step in (-SOFT, SOFT)]
        forgiven = beside[0] | beside[1]
        either_way = int(forgiven.sum())
        off[tuple(part[forgiven] for part in wrong)] = 0
    far = (off > 1) & (off < _around(model) - 1)
    if model.gamma != 1.0 and far.any():
        far[far] = ~_alike_as_light(given[far], answer[far], model)
    farthest = float(off[far | (off == 1)].max(initial=0))
    return Tally(
        int((off > 0).sum()), float(off.max(initial=0)), int(answer.size), int(far.sum()), either_way, farthest=farthest
    )


def _alike_as_light(given: Array, answer: Array, model: Model) -> Array:
    """Whether stored values are so little light apart as sums by weights known to some digits may be."""
    lights = [decode(part.astype(np.float64), model.gamma, model.white) for part in (given, answer)]
    alike: Array = np.abs(lights[0] - lights[1]) <= LIGHT_LOST * float(np.abs(model.weights).sum()) * model.white
    return alike


def _around(model: Model) -> float:
    """Levels from one back to itself, where answers wrap; more than there are where they do not."""
    limits = np.iinfo(model.dtype)
    return int(limits.max) - int(limits.min) + 1 if model.overflow == "wrap" else np.inf


def best_of(pairs: list[tuple[Model, Tally]]) -> list[tuple[Model, Tally]]:
    """Those that do best; where some need many floats to lie beside their steps, the others;
    and of offsets and of constants at the border the whole ones, each constant only where none does better."""
    least = min((tally.differing, tally.largest) for _, tally in pairs)
    slack = _by_chance(least[0], pairs[0][1].pixels) if pairs[0][0].numerators is None else 0
    # Of floats all that are lost in rounding are as good: 4e-9 beyond the ends is no better than 0.
    largest = np.inf if np.dtype(pairs[0][0].dtype).kind == "f" else max(least[1], slack and 1)
    best = [pair for pair in pairs if pair[1].differing <= least[0] + slack and pair[1].largest <= largest]
    fewest = min(tally.either_way for _, tally in best)
    best = [pair for pair in best if pair[1].either_way <= (fewest + CHANCE if fewest else 0)]
    plain = [pair for pair in best if float(pair[0].offset).is_integer()]
    best = plain or best
    whole = [pair for pair in best if float(pair[0].edges.value).is_integer()]
    return _best_constants(whole or best)


def _by_chance(missed: int, pixels: int) -> float:
    """How many answers more another model may miss by chance, where weights known to some digits alone miss some."""
    return min(NOISE * pixels, MISSES * float(np.sqrt(missed)))


def _best_constants(pairs: list[tuple[Model, Tally]]) -> list[tuple[Model, Tally]]:
    """Of the constants at the border, with each rounding and overflow, those that miss the fewest answers.

    All go by the same weights, so that no chance tells one from another: 1 is not as good as 0 that misses fewer.
    """
    fewest: dict[object, int] = {}
    for model, tally in pairs:
        missed = tally.differing + tally.dark
        fewest[_all_but_value(model)] = min(missed, fewest.get(_all_but_value(model), missed))
    return [
        (model, tally)
        for model, tally in pairs
        if not model.edges.fills or tally.differing + tally.dark == fewest[_all_but_value(model)]
    ]


def _all_but_value(model: Model) -> tuple[object, ...]:
    edges = model.edges
    return edges.name, edges.across, model.offset, model.rounding, model.overflow, model.arithmetic


def float_tolerance(model: Model, answer: Array) -> float:
    """How far floats of one kind may be apart by rounding alone: of the answers, and of terms that cancel in them."""
    largest = max(float(np.abs(answer).max(initial=0)), 1.0)
    terms = float(np.abs(model.weights).sum()) * model.white
    return max(largest, terms / 5) * (2e-6 if answer.dtype.itemsize < 8 else 1e-10)


def inner_part(model: Model, material: Material, name: str) -> Part:
    """The outputs whose windows lie within the picture, less the band that may be no sums."""
    shape = material.before[name].shape
    rows, columns = inner_output(model, shape)
    out = material.after[name].shape
    top, bottom, left, right = material.band
    rows = (max(rows[0], top), min(rows[1], out[0] - bottom))
    columns = (max(columns[0], left), min(columns[1], out[1] - right))
    return Part((rows[0], max(rows)), (columns[0], max(columns)))


def by_rounding(model: Model, material: Material) -> list[tuple[Model, Tally]]:
    """Every rounding and overflow, and how the model does within the border; the best first."""
    tallies = [(variant, Tally()) for variant in variants(model)]
    for place, name in enumerate(looked_at(model, material)):
        part = inner_part(model, material, name)
        found, answer = values(model, material.before[name], part), material.after[name][part.place]
        tallies = [(variant, tally.plus(compare(found, variant, answer))) for variant, tally in tallies]
        tallies = without_far_worse(tallies) if place == FIRST else tallies
    return sorted(tallies, key=lambda pair: (pair[1].differing, pair[1].largest))


def without_far_worse(tallies: list[tuple[Model, Tally]]) -> list[tuple[Model, Tally]]:
    """Those that may still turn out the best, after some pictures."""
    allowed = 2 * min(tally.differing for _, tally in tallies) + FAR_WORSE * tallies[0][1].pixels
    return [pair for pair in tallies if pair[1].differing <= allowed]


def exact_ones(models: Sequence[Model], material: Material) -> list[tuple[Model, Tally]]:
    """Those of the models that give every answer within the border, with every rounding and overflow."""
    left = [(variant, Tally()) for model in models for variant in variants(model)]
    for name in looked_at(models[0], material):
        part = inner_part(models[0], material, name)
        found = {model.offset: values(model, material.before[name], part) for model in models}
        answer = material.after[name][part.place]
        tallies = [(each, tally.plus(compare(found[each.offset], each, answer))) for each, tally in left]
        left = [pair for pair in tallies if not pair[1].differing]
        if not left:
            break
    return left


def looked_at(model: Model, material: Material) -> list[str]:
    """The pictures that are compared: all, or some where the kernel is large."""
    first = [name for name in SOME_PICTURES if name in material.after]
    names = dict.fromkeys([*first, *material.after])
    fits = [name for name in names if _size_fits(model, material, name)]
    if model.weights.size <= MANY_WEIGHTS:
        return fits
    return [name for name in fits if name in SOME_PICTURES]


def _size_fits(model: Model, material: Material, name: str) -> bool:
    whole = whole_output(model, material.before[name].shape)
    return (whole.rows[1], whole.columns[1]) == material.after[name].shape


def variants(model: Model) -> Iterator[Model]:
    """The model with every rounding and overflow; alone where answers are floats."""
    if np.dtype(model.dtype).kind == "f":
        yield replace(model, rounding=None)
        return
    for rounding in ROUNDINGS:
        for overflow in OVERFLOWS:
            yield replace(model, rounding=rounding, overflow=overflow)
