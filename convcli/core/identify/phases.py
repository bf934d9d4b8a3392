"""Weights behind answers that wrap around all of their range, as phases: each weight turns them as its pixel goes.

    a = c + sum_k w_k x_k (mod S)    so    mean(e^(2 pi i a / S) e^(-2 pi i w x_k / S))    is largest in w = w_k,

the less so, the more the other pixels turn it.  So the weights are found one by one, the strongest first, and what
each turns is turned back before the next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.material import Material
from convcli.core.identify.readings import Reading, turned_round
from convcli.core.identify.weighing import Fit
from convcli.core.identify.windows import Pairs, collect

Array = NDArray[Any]
CALM = ("low", "low-doubled", "low-elsewhere", "dark", "dark-other-size")
GROUND = ("dark", "dark-other-size")  # where errors of weights hardly move the offset
ROWS = 60_000
SWEEPS = 8
SHOWN = 5.0  # standard errors: a weight that turns less is not told from none
LARGEST = 128  # weights go from less that to less than that: the answers are those of weights a turn away
FINE = 8  # steps of a weight between whole numbers


def solve_phases(reading: Reading, material: Material) -> Reading:
    """The reading by wrapped answers; without a fit where no weight shows."""
    reading = replace(reading, overflow="wrap", fit=None, outside=1.0)
    pairs = collect(material.pairs(CALM), reading.box, reading.strides, ROWS, material.band)
    if pairs.answers.size < 8 * pairs.windows.shape[1]:
        return reading
    span, level = material.limits[1] - material.limits[0] + 1, material.white / 255
    if span > 2 * LARGEST * (level + 1):  # answers of more bits than the pictures
        return reading
    weights = _weights(pairs, level, span)
    if not weights.any():
        return reading
    dark = collect(material.pairs(GROUND), reading.box, reading.strides, ROWS, material.band)
    left = np.exp(2j * np.pi / span * (dark.answers - dark.windows @ weights))
    offset = float(np.angle(left.mean()) * span / (2 * np.pi))
    return turned_round(reading, Fit(weights, offset, np.zeros(weights.size), 0.0, np.zeros(1)), material)


def _weights(pairs: Pairs, level: float, span: float) -> Array:
    """One by one, the strongest first; and again, since each shows better the more of the others are known.

    Args:
        level: of the pictures' 256, in their units.
    """
    turns = np.exp(2j * np.pi / span * pairs.answers)
    levels = np.rint(pairs.windows / level).astype(np.intp)
    for index in np.unique(pairs.picture):  # from 0 on: the phase of a picture is its own affair
        rows = pairs.picture == index
        levels[rows] -= levels[rows].min()
    many = int(levels.max()) + 1
    tried = np.arange(-LARGEST, LARGEST, 1 / FINE)
    waves = np.exp(-2j * np.pi * level / span * np.outer(np.arange(many), tried))
    weights, strengths = np.zeros(levels.shape[1]), np.full(levels.shape[1], np.inf)
    for _ in range(SWEEPS):
        before = weights.copy()
        for k in np.argsort(-strengths):
            turns = turns * waves[levels[:, k], _place(-weights[k])]
            found = _strength(turns, pairs.picture * many + levels[:, k], waves, many)
            best = int(found.argmax())
            strengths[k] = found[best]
            weights[k] = tried[best] if found[best] > SHOWN / np.sqrt(len(turns)) else 0.0
            turns = turns * waves[levels[:, k], _place(weights[k])]
        if np.array_equal(before, weights):
            break
    return weights


def _place(weight: float) -> int:
    """Where a weight stands among those that are tried."""
    return round((weight + LARGEST) * FINE) % (2 * LARGEST * FINE)


def _strength(turns: Array, places: Array, waves: Array, many: int) -> Array:
    """How well each weight turns the answers back: the mean over the pictures of what they then have in common."""
    count = (int(places.max()) // many + 1) * many
    sums = np.bincount(places, turns.real, count) + 1j * np.bincount(places, turns.imag, count)
    return np.asarray(np.abs(sums.reshape(-1, many) @ waves).sum(axis=0) / len(turns))
