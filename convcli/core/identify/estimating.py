"""The weights behind the answers: which reading of them - clamped, wrapped, light, magnitude - a kernel explains best.

Only answers whose windows lie within the picture are read here, so that the border plays no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify import gammas
from convcli.core.identify.growing import grow, trimmed, with_a_ring
from convcli.core.identify.kept_answers import keeping_answers
from convcli.core.identify.locating import LOCATING, Box, locate
from convcli.core.identify.magnitudes import solve_magnitudes
from convcli.core.identify.material import Material
from convcli.core.identify.phases import solve_phases
from convcli.core.identify.probes import LARGEST_KERNEL
from convcli.core.identify.readings import (
    SCREEN_ROWS,
    Reading,
    calm_pairs,
    never_calm,
    solve,
    solve_wrapped,
    solve_wrapped_impulse,
    tolerance,
)
from convcli.core.identify.refusing import linear

Array = NDArray[Any]
BYTES = 255.0
FEW = 2e-3  # answers further away, where none is far away: the weights are not known well enough
MOST_TURNS = 3  # strides that weights may lie beyond those that an impulse shows
SHIFTS = (0.0, 0.5, -0.5)  # of answers that are rounded to the nearest, down, up
USUAL = 2.2  # where the gamma is looked for
NEARLY = 0.02  # of the answers unexplained: a ring of weak weights may be all that is missing
LESS = 0.99  # what a gamma must leave of what none leaves
NEAR_ONE = 3e-3
FEW_WEIGHTS = 64  # of more, some may be missing that do not show: then no gamma gives the answers
ROUNDED = 1.01 / np.sqrt(12)  # levels, what rounding alone leaves
WORTH_GROWING = 0.4  # of the answers unexplained: a larger box may still explain them


def estimate(material: Material, strides: tuple[int, int]) -> Reading | None:
    """The best reading; None where no place of a kernel shows."""
    box = find_box(material, strides)
    if box is None:
        return None
    plain = Reading(box.grown(1, 1, 1, 1), strides)
    first = solve(plain, material, SCREEN_ROWS)
    grown = grow(_solved(Reading(box, strides), material), material) if first.outside < WORTH_GROWING else None
    if grown is not None and _explained(grown, material):
        return _or_nearly_linear(keeping_answers(grown, material), material)
    if grown is not None and material.few_levels and _keeps_all(kept := keeping_answers(grown, material)):
        return kept
    best = min([first, *([grown] if grown else []), *_others(plain, material)], key=_outside)
    if best.outside > WORTH_GROWING:
        best = min([best, *_last_ones(plain, material)], key=_outside)
    return keeping_answers(best, material) if best is grown else _by_all_answers(best, material)


def near_an_impulse(material: Material, strides: tuple[int, int]) -> Reading | None:
    """By light, in what an impulse shows and a ring around it: nearly all of one weight, and others that hardly show.

    None where an impulse shows more.
    """
    shown = None if material.floats else _box_of_impulse(material, strides)
    if shown is None or shown.shape != (1, 1):
        return None
    return gammas.refined(Reading(shown.grown(1, 1, 1, 1), strides, gamma=USUAL), material)


def _by_all_answers(reading: Reading, material: Material) -> Reading:
    """The reading that some answers showed, by all of them, in the box that it needs."""
    if reading.gamma != 1.0 and (material.floats or material.white > BYTES):
        reading = gammas.refined(reading, material)  # a gamma a little off shows as weights afar
    solved = reading if reading.absolute else _solved(reading, material)
    found = grow(solved, material)
    if found.fit is None or max(found.box.shape) > LARGEST_KERNEL:
        found = trimmed(solved)
    return found if found.gamma != 1.0 else keeping_answers(found, material)


def _solved(reading: Reading, material: Material) -> Reading:
    """The weights; by wrapped answers where a few lie on the other side of the range: they would hide weak weights."""
    found = solve(reading, material)
    if found.fit is None or found.overflow == "wrap" or found.gamma != 1.0 or material.floats:
        return found
    span = material.limits[1] - material.limits[0] + 1
    if np.abs(found.fit.left).max(initial=0) <= span / 2:
        return found
    return solve(replace(found, overflow="wrap"), material)


def _or_nearly_linear(reading: Reading, material: Material) -> Reading:
    """The reading; or one by a gamma near 1, where no weights keep every answer and that leaves less."""
    assert reading.fit is not None
    if reading.fit.near is not None or material.floats or reading.absolute or reading.fit.weights.size == 1:
        return reading
    plain = gammas.at_gamma(reading, 1.0, material)
    few = reading.fit.weights.size <= FEW_WEIGHTS
    if plain.rms < ROUNDED and not few:
        return gammas.unsure(reading, material)
    curved = gammas.near_one(reading, material)
    better = curved.rms < LESS * plain.rms and curved.outside <= plain.outside
    if better and abs(float(curved.gamma) - 1) > max(curved.gamma_error, NEAR_ONE):
        return curved
    kept = keeping_answers(curved, material).fit if few else None
    return gammas.unsure(reading, material) if kept is None or kept.near is None else curved


def _explained(reading: Reading, material: Material) -> bool:
    if reading.fit is None or reading.outside >= FEW:
        return False
    return float(np.abs(reading.fit.left).max()) < 2 * tolerance(material)


def _keeps_all(reading: Reading) -> bool:
    return reading.fit is not None and reading.fit.near is not None


def other_shifts(reading: Reading, material: Material) -> list[Reading]:
    """The reading for answers that are rounded to the nearest, down and up; itself where light plays no part."""
    if reading.gamma == 1.0:
        return [reading]
    if material.floats:
        return [keeping_answers(_by_gamma(replace(reading, shift=0.0), material), material)]
    found = [keeping_answers(_by_gamma(replace(reading, shift=shift), material), material) for shift in SHIFTS]
    few = reading.fit is not None and reading.fit.weights.size <= FEW_WEIGHTS
    if any(map(_keeps_all, found)) or not few or reading.outside >= NEARLY:
        return found
    wider = with_a_ring(reading, material)
    ringed = [keeping_answers(gammas.refined(replace(wider, shift=shift), material), material) for shift in SHIFTS]
    return ringed if any(map(_keeps_all, ringed)) else found


def _by_gamma(reading: Reading, material: Material) -> Reading:
    """The gamma as well as it can be known, and by it what of the box is no kernel."""
    found = gammas.refined(reading, material)
    smaller = trimmed(found)
    return found if smaller.box == found.box else gammas.refined(smaller, material)


def rounder_gammas(reading: Reading, material: Material) -> Iterator[Reading]:
    """The reading with known curves and numbers of few digits, within the error of the gamma that was found."""
    for gamma in gammas.rounder(reading):
        yield keeping_answers(gammas.at_gamma(reading, gamma, material), material)


def _outside(reading: Reading) -> tuple[float, float]:
    """What tells readings apart: what rounding does not explain; then what is left at all."""
    return round(reading.outside, 3), reading.rms


def find_box(material: Material, strides: tuple[int, int]) -> Box | None:
    """Where noise and answers, or an impulse and its answer, go together."""
    pairs = [(before.astype(np.float64), _sums_alone(after, material)) for before, after in material.pairs(LOCATING)]
    found = locate(pairs, strides)
    return found or _box_of_impulse(material, strides)


def _sums_alone(after: Array, material: Material) -> Array:
    """Answers, float64, with their mean in the band that may be no sums: pixels that stay there are no kernel."""
    top, bottom, left, right = material.band
    answers = after.astype(np.float64)
    if not any(material.band):
        return answers
    inner = (slice(top, answers.shape[0] - bottom), slice(left, answers.shape[1] - right))
    alone = np.full_like(answers, answers[inner].mean())
    alone[inner] = answers[inner]
    return alone


def _widest(reading: Reading, material: Material) -> Box:
    """With what an impulse shows, and room for the weights between, of which it shows one in a stride."""
    box, (down, across) = reading.box, reading.strides
    shown = _box_of_impulse(material, reading.strides) or box
    return box.joined(shown.grown(down, down, across, across))


def _box_of_impulse(material: Material, strides: tuple[int, int]) -> Box | None:
    """The offsets of the outputs that an impulse changes."""
    changed = material.deviation("impulse-up", "flat-grey")
    if changed is None or not changed.any():
        return None
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    middle = tuple(n // 2 for n in material.before["impulse-up"].shape)
    top, left = middle[0] - int(rows[-1]) * strides[0], middle[1] - int(columns[-1]) * strides[1]
    return Box(top, middle[0] - int(rows[0]) * strides[0], left, middle[1] - int(columns[0]) * strides[1])


def _others(plain: Reading, material: Material) -> Iterator[Reading]:
    """The other readings, each with its weights by a part of the pairs."""
    shown = _box_of_impulse(material, plain.strides)
    if not material.floats:
        box = locate(calm_pairs(material), plain.strides)  # wrapped answers go together with nothing
        room = plain.box if box is None else box.grown(1, 1, 1, 1)
        yield solve_wrapped(replace(plain, box=room, overflow="wrap"), material)
        if shown is not None and max(shown.shape) <= LARGEST_KERNEL:
            yield solve_wrapped_impulse(replace(plain, box=shown, overflow="wrap"), material)
    if _rises_both_ways(material) or linear(material) is False:
        yield _magnitudes(replace(plain, absolute=True), material)
    yield gammas.by_curves(plain, material)
    if shown is not None and shown.shape == (1, 1):  # its curve is nearly a line, which other weights would bend
        yield gammas.by_curves(replace(plain, box=shown), material)


def _last_ones(plain: Reading, material: Material) -> Iterator[Reading]:
    """The readings that take long, for what no other explains."""
    if _box_of_impulse(material, plain.strides) is None:  # a stride has hidden it, and whether it rises both ways
        yield _magnitudes(replace(plain, absolute=True), material)
    if not material.floats and never_calm(material):
        yield solve_phases(replace(plain, box=_widest(plain, material)), material)


def _rises_both_ways(material: Material) -> bool:
    """Whether an answer rises with an impulse up as with one down."""
    ups, downs = (material.deviation(name, "flat-grey") for name in ("impulse-up", "impulse-down"))
    return ups is not None and downs is not None and bool(((ups > 0) & (downs > 0)).any())


def _magnitudes(reading: Reading, material: Material) -> Reading:
    """In the box of the impulse's answer; with a stride it shows one weight in so many, and no zeros: then in wider.

    A stride along rows hides whole columns, and how far these reach up and down, too.
    """
    strides = reading.strides
    box = _box_of_impulse(material, strides) or reading.box
    found = reading
    for turn in range(1, MOST_TURNS + 1):
        down, right = (0, 0) if strides == (1, 1) else (turn * stride - 1 if stride > 1 else turn for stride in strides)
        found = solve_magnitudes(replace(reading, box=box.grown(down, down, right, right)), material)
        if strides == (1, 1) or found.outside < FEW:
            break
    return found
