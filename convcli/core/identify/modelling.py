"""From a reading of the answers to whole models, each of which is held against every answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.choosing import Tally, by_border, by_rounding
from convcli.core.identify.estimating import Reading
from convcli.core.identify.fractions import candidates
from convcli.core.identify.material import Material
from convcli.core.identify.model import Axis, Edges, Model

Array = NDArray[Any]
Law = tuple[int, int]
TRIES = 12  # fractions that are held against the answers


@dataclass(frozen=True, eq=False)
class Explanation:
    """The models that do best, and how well.

    Attributes:
        models: all that do equally well, the simplest first; they differ in rounding, overflow and border alone.
        inner: within the border.
        border: at the border.
    """

    models: list[Model]
    inner: Tally
    border: Tally

    @property
    def exact(self) -> bool:
        """Whether every answer is reproduced."""
        return not self.inner.differing and not self.border.differing


def explain(reading: Reading, material: Material, laws: tuple[list[Law], list[Law]]) -> Explanation:
    """The models that reproduce every answer; else those that differ least."""
    best: list[tuple[Model, Tally]] = []
    for base in bases(reading, material, laws):
        ranked = by_rounding(base, material)
        least = ranked[0][1]
        tied = [pair for pair in ranked if (pair[1].differing, pair[1].largest) == (least.differing, least.largest)]
        if not best or least.differing < best[0][1].differing:
            best = tied
        if not least.differing:
            break
    bordered = by_border([model for model, _ in best], material)
    least = bordered[0][1]
    tied_models = [model for model, tally in bordered if tally.differing == least.differing]
    return Explanation(tied_models, best[0][1], least)


def bases(reading: Reading, material: Material, laws: tuple[list[Law], list[Law]]) -> Iterator[Model]:
    """Models without their rounding and border: with fractions, the smallest first, then with the weights as found."""
    assert reading.fit is not None
    for fractions, offset in _fractions(reading, material):
        whole = without_zeros(
            replace(
                _model(reading, material, laws, offset),
                weights=fractions.numerators / fractions.denominator,
                numerators=fractions.numerators,
                denominator=fractions.denominator,
            )
        )
        yield whole
        if whole.exact and fractions.denominator & (fractions.denominator - 1):
            yield replace(whole, arithmetic="float")
    for offset in offsets(reading, material):
        yield _model(reading, material, laws, offset)
    yield _model(reading, material, laws, reading.fit.offset)


def _fractions(reading: Reading, material: Material) -> Iterator[tuple[Any, float]]:
    """Fractions with every offset that may go with them; each by exact sums, then by floats in turn."""
    assert reading.fit is not None
    errors = reading.fit.errors.reshape(reading.box.shape)
    for tried, fractions in enumerate(candidates(reading.weights, errors)):
        if tried == TRIES:
            return
        for offset in offsets(reading, material):
            yield fractions, offset


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


def offsets(reading: Reading, material: Material) -> list[float]:
    """What may be added: a whole number when rounding is to the nearest, or down, or up; else as it was found.

    Rounding down gives half a level less in the mean than rounding to the nearest.
    """
    assert reading.fit is not None
    found, unsure = reading.fit.offset, max(6 * reading.fit.offset_error, 0.02)
    if material.floats:
        return [float(np.rint(found)) if abs(found - np.rint(found)) < unsure * 1e-2 else found]
    near = []
    for lift in (0.0, 0.5, -0.5) if reading.gamma == 1.0 else (0.0,):
        whole = float(np.rint(found + lift))
        if abs(found + lift - whole) < min(max(unsure, 0.1), 0.24):
            near.append(whole)
    return near or [round(found, 2)]


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
