"""Every border - one for both axes, one for each, pixels that stay - and which of them give every answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.choosing import FAR_WORSE, FIRST, NOISE, Tally, compare, inner_part, looked_at
from convcli.core.identify.fill_values import constants
from convcli.core.identify.material import Material
from convcli.core.identify.model import ALONE, RENORMALISED, RULES, Edges, Model
from convcli.core.identify.prediction import Part, inner_output, stand_alone, values, whole_output

Array = NDArray[Any]
Outer = Mapping[str, list[Part]]
Ranked = list[tuple[Model, Tally]]
NEGATIVE = -1e-3  # of the largest weight: with weights below that no sum of some of them is taken for all


def by_border(models: Sequence[Model], material: Material) -> Ranked:
    """Every border with every one of the models that differ in rounding and overflow; the best first.

    One for rows and another for columns only where none for both gives the answers.
    """
    outer = _outer(models[0], material)
    if not any(map(any, outer.values())):
        return [(replace(each, edges=Edges("none")), Tally()) for each in models]
    ranked = _ranked(every_border(models, material, outer), models, material, outer)
    if _explains(ranked):
        return ranked
    return sorted(ranked + _ranked(_by_axis(models, material, outer), models, material, outer), key=_order)


def _order(pair: tuple[Model, Tally]) -> tuple[int, float]:
    return pair[1].differing, pair[1].largest


def _explains(ranked: Ranked) -> bool:
    model, tally = ranked[0]
    return tally.differing <= (NOISE * tally.pixels if model.numerators is None else 0)


def _outer(model: Model, material: Material) -> dict[str, list[Part]]:
    """The outputs around of every picture: above, below, left, right; only parts that are not empty."""
    found = {}
    for name in looked_at(model, material):
        whole, inner = whole_output(model, material.before[name].shape), inner_part(model, material, name)
        parts = (
            Part((0, inner.rows[0]), whole.columns),
            Part((inner.rows[1], whole.rows[1]), whole.columns),
            Part(inner.rows, (0, inner.columns[0])),
            Part(inner.rows, (inner.columns[1], whole.columns[1])),
        )
        found[name] = [part for part in parts if part.rows[0] < part.rows[1] and part.columns[0] < part.columns[1]]
    return found


def _along(axis: int, model: Model, material: Material) -> dict[str, list[Part]]:
    """Of the outputs around those that reach beyond an end of one axis alone."""
    found = {}
    for name in looked_at(model, material):
        whole, inner = whole_output(model, material.before[name].shape), inner_part(model, material, name)
        ends = [(0, inner[axis][0]), (inner[axis][1], whole[axis][1])]
        parts = [Part(end, inner.columns) if axis == 0 else Part(inner.rows, end) for end in ends]
        found[name] = [part for part in parts if part.rows[0] < part.rows[1] and part.columns[0] < part.columns[1]]
    return found


def _ranked(borders: Iterator[Edges], models: Sequence[Model], material: Material, outer: Outer) -> Ranked:
    """How every border does with every model; those that do far worse than another on the first pictures left out."""
    names = list(outer)
    tallies = {edges: _tallies(edges, models, material, outer, names[:FIRST]) for edges in borders}
    if not tallies:
        return []
    least = min(tally.differing for found in tallies.values() for _, tally in found)
    allowed = 2 * least + FAR_WORSE * next(iter(tallies.values()))[0][1].pixels
    ranked = []
    for edges, found in tallies.items():
        if min(tally.differing for _, tally in found) > allowed:
            continue
        more = _tallies(edges, models, material, outer, names[FIRST:])
        ranked += [(model, tally.plus(rest)) for (model, tally), (_, rest) in zip(found, more, strict=True)]
    return sorted(ranked, key=_order)


def _tallies(edges: Edges, models: Sequence[Model], material: Material, outer: Outer, names: list[str]) -> Ranked:
    totals = [Tally() for _ in models]
    variants = [replace(model, edges=edges) for model in models]
    for name in names:
        before, after = material.before[name], material.after[name]
        for part in outer[name] if edges.name not in ALONE else []:
            found = values(variants[0], before, part)
            for index, variant in enumerate(variants):
                totals[index] = totals[index].plus(compare(found, variant, after[part.place]))
        if edges.name in ALONE:
            tally = _tally_alone(variants[0], before, after, outer[name], material.lost)
            totals = [total.plus(tally) for total in totals]
    return list(zip(variants, totals, strict=True))


def _tally_alone(model: Model, before: Array, after: Array, parts: list[Part], lost: float) -> Tally:
    out = np.zeros_like(after)
    stand_alone(model, before, out)
    tally = Tally()
    for part in parts:
        off = np.abs(out[part.place].astype(np.float64) - after[part.place])
        tally = tally.plus(Tally(int((off > lost).sum()), float(off.max(initial=0)), off.size, int((off > 1).sum())))
    return tally


def every_border(models: Sequence[Model], material: Material, outer: Outer) -> Iterator[Edges]:
    """The borders that may be: rules, constants that the answers allow, fewer weights, pixels that stay, one value."""
    yield from _rules(models, material, outer)
    weights = models[0].weights
    if weights.min() >= NEGATIVE * np.abs(weights).max():
        yield Edges(RENORMALISED)
    for name, band, value in (("copied", material.copied, 0.0), ("blank", material.blank, material.blank_value)):
        if any(band) and band == tuple(np.maximum(band, _reach(models[0], material, outer))):
            yield Edges(name, value, band)


def _rules(models: Sequence[Model], material: Material, outer: Outer) -> Iterator[Edges]:
    for name in RULES:
        if name != "constant":
            yield Edges(name)
    for value in constants(models, material, outer):
        yield Edges("constant", value)


def _by_axis(models: Sequence[Model], material: Material, outer: Outer) -> Iterator[Edges]:
    """Pairs of the rules that do best above and below and of those that do best left and right."""
    best = []
    for axis in (0, 1):
        part = _along(axis, models[0], material)
        if not any(map(any, part.values())):
            return
        ranked = _ranked(_rules(models, material, part), models, material, part)
        least = ranked[0][1].differing + (NOISE * ranked[0][1].pixels if models[0].numerators is None else 0)
        best.append(list(dict.fromkeys(model.edges for model, tally in ranked if tally.differing <= least)))
    for rows, columns in product(*best):
        values_there = {edges.value for edges in (rows, columns) if edges.name == "constant"}
        if rows.name != columns.name and len(values_there) <= 1:
            yield Edges(rows.name, max(values_there, default=0.0), across=columns.name)


def _reach(model: Model, material: Material, outer: Outer) -> tuple[int, ...]:
    """The outputs above, below, left and right whose windows reach beyond an end, in the first picture."""
    name = next(iter(outer))
    shape, whole = material.before[name].shape, whole_output(model, material.before[name].shape)
    rows, columns = inner_output(model, shape)
    return rows[0], whole.rows[1] - rows[1], columns[0], whole.columns[1] - columns[1]
