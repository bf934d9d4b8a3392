"""From a reading of the answers to whole models, each of which is held against every answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.bordering import by_border
from convcli.core.identify.choosing import CHANCE, Tally, best_of, by_rounding, exact_ones
from convcli.core.identify.fractions import Fractions, candidates
from convcli.core.identify.kept_answers import by_offset, without_specks
from convcli.core.identify.material import Material
from convcli.core.identify.model import Axis, Edges, Model
from convcli.core.identify.offsets import means_of_roundings, offsets
from convcli.core.identify.readings import Reading

Array = NDArray[Any]
Law = tuple[int, int]
Ranked = list[tuple[Model, Tally]]
NEARLY = 2e-3  # answers that weights known to some digits alone may miss
WIDER = (1.0, 4.0, 16.0)  # how far fractions are looked for
TRIES = 12  # fractions that are held against the answers


@dataclass(frozen=True, eq=False)
class Explanation:
    """The models that do best, and how well.

    Attributes:
        reading: of the answers, that they come of.
        models: all that do equally well, the simplest first; they differ in rounding, overflow and border alone.
        inner: within the border.
        border: at the border.
    """

    reading: Reading
    models: list[Model]
    inner: Tally
    border: Tally

    @property
    def exact(self) -> bool:
        """Whether every answer is reproduced, none of them by good luck at a step."""
        return not self.inner.differing and not self.border.differing and not self.either_way

    @property
    def either_way(self) -> int:
        """The answers that lie on a step between two levels, and that rounding errors of floats decide."""
        return self.inner.either_way + self.border.either_way


def within_border(reading: Reading, material: Material, laws: tuple[list[Law], list[Law]]) -> Ranked:
    """The models that reproduce every answer within the border; else those that differ least."""
    best: Ranked = []
    for alike, moved in bases(reading, material, laws):
        whole = alike[0].numerators is not None
        if best and _nearly(best[0][1]) and whole:
            continue  # the smallest fractions give the answers either way: weights as they were found may do so surely
        ranked = exact_ones(alike, material) if whole else [p for base in alike for p in by_rounding(base, material)]
        if not ranked:
            continue  # fractions that miss one answer are the wrong ones
        found = best_of(ranked)
        if not best or rank(found[0][1]) < rank(best[0][1]):
            best = found
        missed = best[0][1].differing if moved else 0
        if _nearly(best[0][1]) and not best[0][1].either_way and not missed:
            break
    return best + _beside(best, reading, material, laws)


def _beside(best: Ranked, reading: Reading, material: Material, laws: tuple[list[Law], list[Law]]) -> Ranked:
    """Other weights that give the answers by another rounding; beside fractions those alone of a smaller offset.

    1/25 rounded up, less 1, is what 0.03999 rounded down gives: a float that is a little less than the fraction.  Of a
    single weight more may do: 2.014 rounded down and 2.007 rounded to the nearest give the same to 127.
    """
    if not best or not _nearly(best[0][1]):
        return []
    fractions = best[0][0].numerators is not None
    most = min(abs(model.offset) for model, _ in best) if fractions else np.inf
    models: list[Model] = []
    for mean, whole in means_of_roundings(reading).items():
        smaller = [offset for offset in whole if abs(offset) < most]
        if not smaller:
            continue
        own = reading.fit is not None and mean == reading.fit.offset
        kept = reading if own else by_offset(reading, material, mean)
        models += [_model(kept, material, laws, offset) for offset in smaller] if kept is not None else []
    known = {_finish_of(model) for model, _ in best}
    ranked = [pair for model in models for pair in by_rounding(model, material)]
    return [pair for pair in ranked if _nearly(pair[1]) and _finish_of(pair[0]) not in known]


def explain(reading: Reading, best: Ranked, material: Material) -> Explanation:
    """The models that do best within the border, with every border."""
    inner = {(_sums_of(model), _finish_of(model)): tally for model, tally in best}
    bordered = []
    for sums in dict.fromkeys(_sums_of(model) for model, _ in best):
        ranked = by_border([model for model, _ in best if _sums_of(model) == sums], material)
        bordered += [(model, tally, inner[_sums_of(model), _finish_of(model)].plus(tally)) for model, tally in ranked]
    alike = best_of(sorted(((model, total) for model, _, total in bordered), key=lambda pair: rank(pair[1])))
    simple = [pair for pair in alike if not pair[0].edges.across]
    models = [model for model, _ in simple or alike]  # one rule for both axes, where it does as well as one for each
    own = next(tally for model, tally, _ in bordered if model is models[0])
    return Explanation(reading, models, inner[_sums_of(models[0]), _finish_of(models[0])], own)


def _sums_of(model: Model) -> tuple[object, ...]:
    return model.offset, model.weights.tobytes()


def _finish_of(model: Model) -> tuple[object, ...]:
    return model.offset, model.rounding, model.overflow


def rank(tally: Tally) -> tuple[int, float, int]:
    """Answers that differ, and a tenth of those that are right either way alone: real ones fall to both sides."""
    return tally.differing + max(tally.either_way - CHANCE, 0) // 10, tally.largest, tally.either_way


def _nearly(tally: Tally) -> bool:
    return tally.largest <= 1 and tally.differing <= NEARLY * tally.pixels


def bases(
    reading: Reading, material: Material, laws: tuple[list[Law], list[Law]]
) -> Iterator[tuple[list[Model], bool]]:
    """Models without their rounding and border, those that differ in the offset alone together.

    With fractions, the smallest first, by exact sums and by floats; then with the weights as they were found.

    Yields:
        the models, and whether their weights were moved to a whole sum, and may be worse for it.
    """
    assert reading.fit is not None
    added = offsets(reading, material)
    models = [_model(reading, material, laws, offset) for offset in added]
    for fractions in _fractions(reading):
        exact = [_with_fractions(model, fractions) for model in models]
        yield exact, False
        if exact[0].exact and fractions.denominator & (fractions.denominator - 1):
            yield [replace(model, arithmetic="float") for model in exact], False
    sparse = without_specks(reading, material)
    models = [_model(sparse, material, laws, offset) for offset in added]
    yield [_to_whole_sum(model, sparse) for model in models], True
    yield models, False
    yield [_model(sparse, material, laws, round(reading.fit.offset, 2))], False


def _fractions(reading: Reading) -> Iterator[Fractions]:
    """Those near the weights and those as far from them as the true ones may be, the smallest denominator first.

    Fractions that give halves lie at a tip of what is possible, far from where weights are found.
    """
    assert reading.fit is not None
    found: dict[object, Fractions] = {}
    for off in (reading.fit.narrow, *(times * reading.fit.wide for times in WIDER)):
        for fractions in islice(candidates(reading.weights, off.reshape(reading.box.shape)), TRIES):
            found.setdefault((fractions.denominator, fractions.numerators.tobytes()), fractions)
    yield from sorted(found.values(), key=lambda fractions: fractions.denominator)


def _to_whole_sum(model: Model, reading: Reading) -> Model:
    """The weights with the whole sum that they nearly have: flat pictures show it where no fractions are found."""
    assert reading.fit is not None
    total = float(model.weights.sum())
    whole = float(np.rint(total))
    slack = 0.0 if np.dtype(model.dtype).kind == "f" else 1e-4
    if abs(total - whole) > 6 * float(np.sqrt((reading.fit.errors**2).sum())) + slack:
        return model
    weights = model.weights * (whole / total) if whole else model.weights - total / model.weights.size
    near = reading.fit.near
    if near is not None and np.abs(weights - model.weights).max() > near.max():
        return model
    return replace(model, weights=weights)


def _with_fractions(model: Model, fractions: Fractions) -> Model:
    return without_zeros(
        replace(
            model,
            weights=fractions.numerators / fractions.denominator,
            numerators=fractions.numerators,
            denominator=fractions.denominator,
        )
    )


def without_zeros(model: Model) -> Model:
    """Without outermost rows and columns of zeros; the sizes stay."""
    rows = np.flatnonzero(model.numerators.any(axis=1))
    columns = np.flatnonzero(model.numerators.any(axis=0))
    inner = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    axes = (
        replace(axis, before=axis.before - int(first[0]), length=int(first[-1] - first[0]) + 1)
        for axis, first in ((model.rows, rows), (model.columns, columns))
    )
    return replace(
        model, weights=model.weights[inner], numerators=model.numerators[inner], rows=next(axes), columns=next(axes)
    )


def _model(reading: Reading, material: Material, laws: tuple[list[Law], list[Law]], offset: float) -> Model:
    height, width = reading.box.shape
    return Model(
        weights=np.array(reading.weights),
        numerators=None,
        denominator=1,
        rows=_axis(laws[0], reading.strides[0], reading.box.top, height),
        columns=_axis(laws[1], reading.strides[1], reading.box.left, width),
        edges=Edges("edge"),
        offset=offset,
        gamma=reading.gamma,
        overflow=reading.overflow,
        absolute=reading.absolute,
        white=material.white,
        dtype=material.dtype.name,
    )


def _axis(laws: list[Law], stride: int, first: int, length: int) -> Axis:
    """The law of sizes for that stride; of several the one of an output as large as the input, by the stride."""
    spares = [spare for step, spare in laws if step == stride]
    for usual in (-1, -length, length - 2):
        if usual in spares:
            return Axis(stride, -first, usual, length)
    return Axis(stride, -first, spares[len(spares) // 2], length)
