"""What of a verdict on a hidden filter may be left open: by brute force.

Every border, rounding, overflow and offset with the true kernel; those alone that give all answers may stand among the
alternatives.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import numpy as np

from convcli.core.identify.probes import probes
from tests.core.identify.hidden import ROUNDINGS
from tests.core.identify.hidden_weights import some_weights

RULES = ("edge", "zero", "symmetric", "reflect", "wrap", "constant")
FRAMES = ("copied", "blank")
NEAR = 8
FLOATS_OFF = 2e-6  # of the largest answer


@dataclass
class Judged:
    """What was wrong, and what was left open and confirmed by brute force."""

    wrong: list = field(default_factory=list)
    not_told: list = field(default_factory=list)


def same_answers(given, answer, most=0):
    """Whether answers are given, but for so many that are a level off."""
    if given.shape != answer.shape:
        return False
    if answer.dtype.kind == "f":
        return bool(np.abs(given - answer).max() <= FLOATS_OFF * max(float(np.abs(answer).max()), 1.0))
    missed = given != answer
    off = np.abs(given[missed].astype(np.int64) - answer[missed])
    return off.size <= most and off.max(initial=0) <= 1


def trimmed(weights):
    rows, columns = np.flatnonzero(weights.any(axis=1)), np.flatnonzero(weights.any(axis=0))
    return weights[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def survivors(hidden, answers, most=0):
    """Every (border, rounding, overflow, offset) that gives all answers, with the true kernel; by brute force."""
    pictures = sorted(
        ((probe.pixels, answers[probe.name]) for probe in probes(hidden.depth, extras=False)),
        key=lambda pair: pair[1].std() == 0,
    )
    ways = list(itertools.product(ROUNDINGS, ("clamp", "wrap"), (-1, 0, 1) if hidden.gamma == 1.0 else (0,)))
    if hidden.depth == "float":
        ways = [(hidden.rounding, hidden.overflow, 0)]
    for plane, answer in pictures:  # within the border first, where every border gives the same
        sums, d = hidden.sums(plane)
        inner = inner_place(hidden, plane.shape, answer.shape)
        part = sums[inner], (d[inner] if np.ndim(d) else d)
        ways = [way for way in ways if same_answers(finished(hidden, way, plane, *part), answer[inner], most)]
    found: set = set()
    for trial in borders_of(hidden, answers):
        left = ways
        for plane, answer in pictures:
            sums, d = trial.sums(plane)
            left = [way for way in left if same_answers(finished(trial, way, plane, sums, d), answer, most)]
            if not left:
                break
        found |= {(trial.border, r, o, hidden.offset + n) for r, o, n in left}
    return found


def finished(hidden, way, plane, sums, denominator):
    """Sums by another rounding, overflow and offset; a part of them has no frame."""
    rounding, overflow, added = way
    part = replace(hidden, rounding=rounding, overflow=overflow)
    if sums.shape != plane.shape:
        part = replace(part, border=("zero", "zero"))
    return part.finish(plane, sums + added * denominator, denominator)


def inner_place(hidden, before, after):
    """The outputs whose windows lie within the picture."""
    places = []
    for axis in (0, 1):
        start = np.arange(after[axis]) * hidden.stride[axis] - hidden.pads[axis][0]
        within = np.flatnonzero((start >= 0) & (start + hidden.weights.shape[axis] <= before[axis]))
        places.append(slice(int(within[0]), int(within[-1]) + 1) if within.size else slice(0, 0))
    return tuple(places)


def borders_of(hidden, answers):
    """The filter with every pair of rules, and with every kind of frame."""
    unit = 257 if hidden.depth == 16 else 1
    constants = [hidden.value] if "constant" in hidden.border else [unit, 99 * unit, 255 * unit]
    if hidden.overflow == "wrap":  # an even sum of 128s may be whole turns
        constants.append(128 * unit)
    for pair in itertools.product(RULES, RULES):
        for value in constants if "constant" in pair else [0]:
            yield replace(hidden, border=pair, value=value)
    if hidden.weights.min() >= -1e-3 * np.abs(hidden.weights).max() or hidden.border[0] == "renormalised":
        yield replace(hidden, border=("renormalised",) * 2, value=0)
    for frame in FRAMES if hidden.size == "same" and hidden.stride == (1, 1) else ():
        own = (frame, frame) == hidden.border
        trial = replace(hidden, border=(frame, frame))
        if not own:  # a band as narrow as the weights that are not zero allow
            trial = without_zeros(trial)
            yield replace(trial, value=int(answers["noise"][-1, -1]))
            trial = replace(trial, value=int(answers["noise"][0, 0]))
        yield trial


def without_zeros(hidden):
    """The same filter with no rows and columns of zeros around its kernel."""
    rows, columns = (np.flatnonzero(hidden.numerators.any(axis=axis)) for axis in (1, 0))
    inner = trimmed(hidden.numerators)
    before = [pad[0] - int(first[0]) for pad, first in zip(hidden.pads, (rows, columns), strict=True)]
    margins = [(max(-b, 0), max(b - n + 1, 0)) for b, n in zip(before, inner.shape, strict=True)]
    anchor = tuple(b + first for b, (first, _) in zip(before, margins, strict=True))
    return replace(hidden, numerators=np.pad(inner, margins), anchor=anchor)


def border_names(pairs):
    """The names of pairs of rules: those alike on both axes, else the pairs."""
    same = {rows for rows, columns in pairs if rows == columns}
    return same or {f"rows {rows}, columns {columns}" for rows, columns in pairs}


def with_its_offset(hidden, verdict, choices):
    """Those of the true offset, where the verdict has that alone: 1 x, not 1.0001 x rounded up, less 1."""
    said = verdict.offset.value
    if said is None or round(said - hidden.offset, 1):
        return choices
    return {choice for choice in choices if not round(choice[3] - said, 1)} or choices


def some_constant(hidden, answers, name):
    """Whether a constant, as a border's name has it, gives all answers: 96 times 8/3 is a whole turn of the levels."""
    rows, columns = name.removeprefix("rows ").split(", columns ") if name.startswith("rows") else (name, name)
    trials = [replace(hidden, border=(rows, columns), value=v * (hidden.white // 255)) for v in range(1, 256)]
    pictures = [(probe.pixels, answers[probe.name]) for probe in probes(hidden.depth, extras=False)]
    return any(all(same_answers(each(plane), answer) for plane, answer in pictures) for each in trials)


def by_other_weights(hidden, verdict, answers, name, extra):
    """Those of the roundings, overflows or offsets that other weights give all answers by, with any of the rest."""
    choices = itertools.product(
        ROUNDINGS,
        {float(each) for each in verdict.offset.alternatives or (verdict.offset.value,) if each is not None},
        verdict.overflow.alternatives or (verdict.overflow.value,),
    )
    place = ("rounding", "offset", "overflow").index(name)
    found: set = set()
    for choice in choices if extra else ():
        own = choice[place].split()[0] if name == "rounding" and choice[place] not in extra else choice[place]
        if own in extra - found and some_weights(hidden, answers, *choice):
            found.add(own)
    return found


def choices_are_true(hidden, verdict, answers, left, found):
    alike = {pair for pair, *_ in left if pair[0] == pair[1]}
    whole = {choice for choice in left if choice[0] in alike} if alike else left
    whole = with_its_offset(hidden, verdict, whole)
    true = {"border": border_names({choice[0] for choice in whole})}
    if hidden.depth != "float":
        true |= {"rounding": {choice[1] for choice in whole}, "overflow": {choice[2] for choice in whole}}
        true |= {"offset": {float(choice[3]) for choice in whole}}
    for name, expected in true.items():
        point = getattr(verdict, name)
        said = set(point.alternatives or (point.value,))
        if name == "offset":
            said = {round(value, 1) + 0.0 for value in said if value is not None}
            expected = {round(value, 1) + 0.0 for value in expected}
        else:
            said = {str(each).removeprefix("magnitude, ") for each in said}
        if name in ("rounding", "offset") and hidden.offset % 1:
            continue  # 12.25 rounded to the nearest is 12.75 rounded down: which of them is no question of fact
        if name == "rounding" and (hidden.gamma != 1.0 or not hidden.denominator):
            said, expected = ({each.split()[0] for each in names} for names in (said, expected))
        if name == "border" and said == {"none"}:
            continue
        if name == "border" and hidden.depth != "float":
            expected |= {
                each for each in said - expected if "constant" in each and some_constant(hidden, answers, each)
            }
        if name != "border" and verdict.model.gamma == 1.0:
            expected |= by_other_weights(hidden, verdict, answers, name, said - expected)
        if said != expected:
            found.wrong.append(f"{name}: said {sorted(said)}, brute force {sorted(expected)}")
        elif len(expected) > 1:
            found.not_told.append(name)


def value_is_true(hidden, verdict, answers, found):
    """The constant beyond the ends; not told only where another gives all answers."""
    if "constant" not in hidden.border or "constant" not in str(verdict.border.value):
        return
    said, unit = verdict.border_value, 257 if hidden.depth == 16 else 1
    if said is not None and abs(said - hidden.value) <= 1e-4 * unit:
        return
    near = range(hidden.value - NEAR, hidden.value + NEAR + 1)  # 0.28 of 16 bits: three of them round to one
    values = ({v * unit for v in range(256)} | set(near)) - {hidden.value}
    others = [replace(hidden, value=v) for v in sorted(values)]
    alike = any(
        all(same_answers(each(p.pixels), answers[p.name]) for p in probes(hidden.depth, extras=False))
        for each in others
    )
    if said is not None or not alike:
        found.wrong.append(f"constant {said}")
    else:
        found.not_told.append("border value")
