"""Magnitudes: the weights behind |w . x|, whose signs are not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.material import Material
from convcli.core.identify.readings import NOISES, SCREEN_ROWS, Reading, tolerance
from convcli.core.identify.weighing import least_squares
from convcli.core.identify.windows import Pairs, collect

Array = NDArray[Any]
TURNS = 40
SOLVED = 2e-3  # of the answers, unexplained: another start is not needed


def solve_magnitudes(reading: Reading, material: Material) -> Reading:
    """Weights behind |w . x|: first a direction that the squares prefer, then signs and weights by turns."""
    names = [name for name in NOISES if name.startswith(("low", "noise", "a", "b"))]
    pairs = collect(material.pairs(names), reading.box, reading.strides, SCREEN_ROWS * 2, material.band)
    pairs = Pairs(*(part[pairs.answers < material.limits[1]] for part in (pairs.windows, pairs.answers, pairs.picture)))
    best = replace(reading, fit=None, outside=1.0)
    if len(pairs.answers) < pairs.windows.shape[1] + 8:
        return best
    for given in _starts(pairs):
        found = _by_turns(given, pairs, reading, material)
        best = min(best, found, key=lambda each: each.outside)
        if best.outside < SOLVED:
            break
    return best


def _starts(pairs: Pairs) -> Iterator[Array]:
    """Sums whose signs are nearly right: of weights that sum to 0, and of others."""
    centred = pairs.windows - pairs.windows.mean(axis=1, keepdims=True)
    size = np.maximum(np.sqrt((centred**2).sum(axis=1)), 1e-9)
    share = (pairs.answers / size) ** 2
    unit = centred / size[:, None]
    yield centred @ np.linalg.eigh(unit.T @ (unit * (share - share.mean())[:, None]))[1][:, -1]
    # y^2 = (c + w . z)^2 with z = x - mean(x) and c = mean(x) sum(w): its linear part is v = 2 c w.
    level = float(pairs.windows.mean())
    slopes = least_squares(pairs.windows - level, pairs.answers**2)
    if slopes is not None and slopes.weights.sum() > 0 and level > 0:
        ground = np.sqrt(level * slopes.weights.sum() / 2)
        yield ground + (pairs.windows - level) @ slopes.weights / (2 * ground)


def _by_turns(given: Array, pairs: Pairs, reading: Reading, material: Material) -> Reading:
    fit, before = None, np.zeros(len(given))
    for _ in range(TURNS):
        signs = np.where(given < 0, -1.0, 1.0)
        if np.array_equal(signs, before):
            break
        before = signs
        fit = least_squares(pairs.windows, signs * pairs.answers)
        if fit is None:
            return replace(reading, fit=None, outside=1.0)
        given = pairs.windows @ fit.weights + fit.offset
    assert fit is not None
    left = pairs.answers - np.abs(given)
    sign = np.sign(fit.weights[np.argmax(np.abs(fit.weights))])
    fit = replace(fit, weights=fit.weights * sign, offset=fit.offset * sign, left=left)
    return replace(reading, fit=fit, outside=float(np.mean(np.abs(left) > tolerance(material))))
