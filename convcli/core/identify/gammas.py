"""The gamma that makes a filter linear, as a number: the one that leaves least of the answers to least squares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.bounds import in_levels
from convcli.core.identify.curves import KNOWN, decode, encode
from convcli.core.identify.material import Material
from convcli.core.identify.polytope import Bounds, roomiest
from convcli.core.identify.readings import Reading, bright, noises, tolerance, top_of, unclamped
from convcli.core.identify.weighing import Fit, least_squares
from convcli.core.identify.windows import collect

Array = NDArray[Any]
COARSE = (0.3, 0.38, 0.48, 0.6, 0.75, 1.3, 1.6, 1.9, 2.2, 2.6, 3.1, 3.7, 4.5)
SCREEN_ROWS = 4_000
ROWS = 12_000
LEAST = 0.1  # powers below it are not looked at
NARROW = 1.06  # a screened power is right within this factor
LESS = 0.97  # what a curve must leave of what none leaves
HALVINGS = 7
MOVES = 8
MOST_WEIGHTS = 128  # of more, the squares alone tell how sure a gamma is
TOUCHING = 1e-5  # levels: true weights may lie on bounds from both sides, where rounding is up and flat windows stay
GOLDEN = (np.sqrt(5) - 1) / 2
SURE = 10.0  # standard errors


@dataclass(frozen=True, eq=False)
class Sums:
    """Windows and answers of one reading, ready for any gamma."""

    windows: Array  # whole numbers, (N, K)
    answers: Array
    white: float
    top: float
    shift: float

    def fitted(self, gamma: float | str) -> tuple[float, Fit | None]:
        """What is left, in levels of the answer, and the weights."""
        light = decode(np.arange(self.white + 1), gamma, self.white)[self.windows]
        stored = self.answers + self.shift
        target = decode(stored, gamma, self.top)
        steps = decode(stored + 0.5, gamma, self.top) - decode(stored - 0.5, gamma, self.top)
        fit = least_squares(light, target, np.maximum(steps, 1e-6 * self.top))
        if fit is None:
            return np.inf, None
        off = encode(target - fit.left, gamma, self.top) - stored
        return float(np.sqrt(np.mean(off**2))), fit

    def outside(self, gamma: float) -> float:
        """How far the weights that come nearest to all answers' rounding leave some beyond it, in levels; 0 is none."""
        _, fit = self.fitted(gamma)
        if fit is None:
            return np.inf
        light = decode(np.arange(self.white + 1), gamma, self.white)[self.windows]
        table = np.concatenate([light, np.ones((len(light), 1))], axis=1)
        low, high = (decode(self.answers + self.shift + half, gamma, self.top) for half in (-0.5, 0.5))
        _, room = roomiest(Bounds(*in_levels(table, low, high)), np.append(fit.weights, fit.offset), closely=True)
        return max(-room - TOUCHING, 0.0)


def sums_of(reading: Reading, material: Material, most: int) -> Sums | None:
    """The pairs whose answers are neither clamped nor dark; None where there are too few."""
    size = reading.box.shape[0] * reading.box.shape[1]
    found = material.pairs(noises(reading.box))
    pairs = unclamped(collect(found, reading.box, reading.strides, max(most, 5 * size), material.band), material.limits)
    top = top_of(material)
    pairs = bright(pairs, top)
    if len(pairs.answers) < size + 8:
        return None
    return Sums(pairs.windows.astype(np.int64), pairs.answers, material.white, top, reading.shift)


def by_curves(reading: Reading, material: Material) -> Reading:
    """The reading as light, by sRGB or by the power that leaves least; screened on some of the pairs."""
    sums = sums_of(reading, material, SCREEN_ROWS)
    if sums is None:
        return reading
    left = {gamma: sums.fitted(gamma)[0] for gamma in COARSE}
    best = min(left, key=lambda gamma: left[gamma])
    place = COARSE.index(best)
    low, high = COARSE[max(place - 1, 0)], COARSE[min(place + 1, len(COARSE) - 1)]
    fine = 255 / material.white
    gamma: float | str = _least(lambda g: sums.fitted(g)[0], low, high, 2e-3 * fine)
    if sums.fitted("srgb")[0] <= sums.fitted(gamma)[0]:
        gamma = "srgb"
    if sums.fitted(gamma)[0] > LESS * sums.fitted(1.0)[0]:
        return replace(reading, fit=None, outside=1.0)
    return _with(reading, gamma, sums, material)


def near_one(reading: Reading, material: Material) -> Reading:
    """The power near 1 that leaves least."""
    return refined(replace(reading, gamma=1.0), material)


def unsure(reading: Reading, material: Material) -> Reading:
    """The reading by a gamma of 1, with how far from it the gamma may be."""
    sums = sums_of(reading, material, ROWS)
    if sums is None:
        return reading
    beside, there = _bottom(1.0, sums)
    return replace(reading, gamma_error=abs(beside - 1) + there)


def refined(reading: Reading, material: Material) -> Reading:
    """The power once more, near where it is, from more pairs; with its error.

    Of whole answers every power counts by which some weights keep all of them within their rounding.
    """
    sums = sums_of(reading, material, ROWS)
    if sums is None:
        return reading
    gamma = reading.gamma
    if isinstance(gamma, str):
        return _with(reading, gamma, sums, material)
    width = 1e-8 if material.floats else 2e-4 * 255 / material.white
    gamma = _least(lambda g: sums.fitted(g)[0], gamma / NARROW, gamma * NARROW, width)
    error = _bottom(gamma, sums)[1]
    if material.floats:  # which the filter itself rounds as it goes
        error = max(error, 4 * gamma * float(np.finfo(material.dtype).eps))
    elif sums.windows.shape[1] <= MOST_WEIGHTS:
        low, high = _kept(gamma, error, sums)
        if high > low:
            gamma, error = (low + high) / 2, 0.6 * (high - low) + 1e-6
    return _with(replace(reading, gamma_error=error), gamma, sums, material)


def _kept(gamma: float, error: float, sums: Sums) -> tuple[float, float]:
    """The least and the largest power by which weights keep every answer; the same twice where none does."""
    reach = max(2 * error, 1e-3 * gamma * 255 / sums.white)
    there = gamma
    for _ in range(MOVES):  # the squares lean to one side where rounding goes along with the pixels
        middle, there = there, _least(sums.outside, max(there - reach, LEAST), there + reach, 1e-4 * reach)
        if abs(there - middle) < 0.9 * reach:
            break
    if sums.outside(there) > 0:
        return gamma, gamma
    ends = []
    for side in (-1, 1):
        kept, lost = there, there + side * 2 * reach
        for _ in range(HALVINGS):
            middle = max((kept + lost) / 2, LEAST)
            kept, lost = (middle, lost) if sums.outside(middle) == 0 else (kept, middle)
        ends.append(lost)
    return ends[0], ends[1]


def rounder(reading: Reading) -> Iterator[float]:
    """Known curves and numbers of few digits that the gamma may be; itself last."""
    gamma, off = reading.gamma, reading.gamma_error
    if not isinstance(gamma, str) and gamma != 1.0:
        known = [each for each in KNOWN if abs(each - gamma) <= off]
        few = [round(gamma, digits) for digits in (1, 2, 3) if abs(round(gamma, digits) - gamma) <= off]
        yield from dict.fromkeys(known + few)


def at_gamma(reading: Reading, gamma: float, material: Material) -> Reading:
    """The weights by that gamma; stored values need no shift."""
    reading = replace(reading, shift=0.0) if gamma == 1.0 else reading
    sums = sums_of(reading, material, ROWS)
    return reading if sums is None else _with(reading, gamma, sums, material)


def drift(reading: Reading, material: Material) -> float:
    """How far weights move as the gamma goes as far as it may be off."""
    if isinstance(reading.gamma, str) or not reading.gamma_error:
        return 0.0
    ends = [at_gamma(reading, max(reading.gamma + side * reading.gamma_error, LEAST), material) for side in (-1, 1)]
    if any(end.fit is None for end in ends):
        return 0.0
    return float(np.abs(ends[1].weights - ends[0].weights).max()) / 2


def _with(reading: Reading, gamma: float | str, sums: Sums, material: Material) -> Reading:
    rms, fit = sums.fitted(gamma)
    if fit is None:
        return replace(reading, gamma=gamma, fit=None, outside=1.0)
    stored = sums.answers + sums.shift
    given = encode(decode(stored, gamma, sums.top) - fit.left, gamma, sums.top)
    outside = float(np.mean(np.abs(given - stored) > tolerance(material)))
    return replace(reading, gamma=gamma, fit=fit, outside=outside, rms=rms)


def _least(left: Callable[[float], float], low: float, high: float, width: float) -> float:
    """Where a function of one number is least, by golden sections."""
    inner = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)]
    values = [left(inner[0]), left(inner[1])]
    while high - low > width and min(values) > 0:
        if values[0] <= values[1]:
            high, inner, values = inner[1], [inner[1] - GOLDEN * (inner[1] - low), inner[0]], [0.0, values[0]]
            values[0] = left(inner[0])
        else:
            low, inner, values = inner[0], [inner[1], inner[0] + GOLDEN * (high - inner[0])], [values[1], 0.0]
            values[1] = left(inner[1])
    return float(inner[0] if values[0] <= values[1] else inner[1])


def _bottom(gamma: float, sums: Sums) -> tuple[float, float]:
    """Where the squares would be least, by the curve through three of them, and how sure that is."""
    step = 0.01 * gamma
    middle, above, below = (sums.fitted(gamma + move)[0] ** 2 for move in (0.0, step, -step))
    bend = (above + below - 2 * middle) / step**2
    if bend <= 0:
        return gamma, gamma
    lowest = gamma - (above - below) / (2 * step * bend)
    return lowest, float(SURE * np.sqrt(2 * middle / (bend * len(sums.answers)))) + 1e-7
