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
from convcli.core.identify.windows import collect

Array = NDArray[Any]
CALM = ("low", "low-doubled", "low-elsewhere", "dark", "dark-other-size")
GROUND = ("dark", "dark-other-size")  # where errors of weights hardly move the offset
ROWS = 60_000
SWEEPS = 8
SHOWN = 5.0  # standard errors: a weight that turns less is not told from none
FINE = 8  # steps of a weight between whole numbers


def solve_phases(reading: Reading, material: Material) -> Reading:
    """The reading by wrapped answers; without a fit where no weight shows."""
    reading = replace(reading, overflow="wrap", fit=None, outside=1.0)
    pairs = collect(material.pairs(CALM), reading.box, reading.strides, ROWS, material.band)
    if pairs.answers.size < 8 * pairs.windows.shape[1]:
        return reading
    span = material.limits[1] - material.limits[0] + 1
    weights = _weights(pairs.windows, pairs.answers, pairs.picture, span)
    if not weights.any():
        return reading
    dark = collect(material.pairs(GROUND), reading.box, reading.strides, ROWS, material.band)
    left = np.exp(2j * np.pi / span * (dark.answers - dark.windows @ weights))
    offset = float(np.angle(left.mean()) * span / (2 * np.pi))
    return turned_round(reading, Fit(weights, offset, np.zeros(weights.size), 0.0, np.zeros(1)), material)


def _weights(windows: Array, answers: Array, picture: Array, span: float) -> Array:
    """One by one, the strongest first; and again, since each shows better the more of the others are known."""
    turns = np.exp(2j * np.pi / span * answers)
    levels = np.empty(windows.shape, np.intp)  # of each picture from 0 on: its own phase is its own affair
    for index in np.unique(picture):
        rows = picture == index
        levels[rows] = windows[rows] - windows[rows].min()
    many = int(levels.max()) + 1
    tried = np.arange(-span // 2, span // 2, 1 / FINE)
    waves = np.exp(-2j * np.pi / span * np.outer(np.arange(many), tried))
    bins = picture * many
    weights = np.zeros(windows.shape[1])
    strengths = np.full(weights.size, np.inf)
    for _ in range(SWEEPS):
        before = weights.copy()
        for k in np.argsort(-strengths):
            turns = turns * waves[levels[:, k], _place(-weights[k], span)]
            found = _strength(turns, bins + levels[:, k], waves, many)
            best = int(found.argmax())
            strengths[k] = found[best]
            weights[k] = tried[best] if found[best] > SHOWN / np.sqrt(len(turns)) else 0.0
            turns = turns * waves[levels[:, k], _place(weights[k], span)]
        if np.array_equal(before, weights):
            break
    return weights


def _place(weight: float, span: float) -> int:
    """Where a weight stands among those that are tried."""
    return int(round((weight + span // 2) * FINE)) % int(span * FINE)


def _strength(turns: Array, places: Array, waves: Array, many: int) -> Array:
    """How well each weight turns the answers back: the mean over the pictures of what they then have in common."""
    count = (int(places.max()) // many + 1) * many
    sums = np.bincount(places, turns.real, count) + 1j * np.bincount(places, turns.imag, count)
    return np.asarray(np.abs(sums.reshape(-1, many) @ waves).sum(axis=0) / len(turns))
