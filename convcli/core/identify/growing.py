"""The box of a kernel: larger as long as weights are found beyond it, sides taken away where none are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.curves import decode
from convcli.core.identify.locating import LOCATING, Box, locate
from convcli.core.identify.material import Material
from convcli.core.identify.readings import DARK, Reading, light_of, solve, top_of, turned
from convcli.core.identify.windows import inside

Array = NDArray[Any]

WIDEST = 63
RING = 5.0  # standard errors: a weight in the outermost ring that is further from 0 is one


def grow(reading: Reading, material: Material) -> Reading:
    """With rings around the box as long as weights are found in them, or further away: an echo stands alone.

    Then without rows and columns of none.
    """
    for _ in range(12):
        if reading.fit is None:
            return reading
        if reading.absolute:
            break  # its box is that of an impulse's answer
        wider = _beyond(reading) or _further(reading, material)
        if wider is None or max(wider.shape) > WIDEST:
            break
        padded = _padded(reading, wider)
        reading = solve(padded, material)
    return trimmed(reading)


def with_a_ring(reading: Reading, material: Material) -> Reading:
    """With one more row and column on each side, whose weights may be too weak to show by themselves."""
    return solve(_padded(reading, reading.box.grown(1, 1, 1, 1)), material)


def _beyond(reading: Reading) -> Box | None:
    """A larger box where a side's outermost row or column is no zero; None where all are."""
    assert reading.fit is not None
    scores = sides(reading)
    step = max(1, max(reading.box.shape) // 6)
    grow = [step if score > RING else 0 for score in scores]
    return reading.box.grown(*grow) if any(grow) else None


def _further(reading: Reading, material: Material) -> Box | None:
    """A larger box, with where the noise goes together with what the weights leave of the answers; None for none."""
    found = locate([_left(reading, material, *pair) for pair in material.pairs(LOCATING)], reading.strides)
    if found is None:
        return None
    wider = reading.box.joined(found)
    return None if wider == reading.box else wider


def _left(reading: Reading, material: Material, before: Array, after: Array) -> tuple[Array, Array]:
    """A picture, and what the weights leave of its answers, in levels; their mean where answers say nothing."""
    assert reading.fit is not None
    seen = decode(before, reading.gamma, material.white)
    place = inside(reading.box, reading.strides, before.shape, after.shape, material.band)
    answers = after[place].astype(np.float64)
    left = np.zeros(after.shape)
    if not answers.size:
        return seen, left
    given = _sums(reading, seen, place, answers.shape)
    if reading.overflow == "wrap":
        answers = turned(given, answers, material)
    low, high = (light_of(reading, material, answers + half) for half in (-0.5, 0.5))
    off = (light_of(reading, material, answers) - given) / np.maximum(high - low, 1e-2)
    least = material.limits[0] if reading.gamma == 1.0 else DARK * top_of(material)
    says = (after[place] > least) & (after[place] < material.limits[1]) | (reading.overflow == "wrap")
    mean = float(off[says].mean()) if says.any() else 0.0
    left[place] = np.where(says, off - mean, 0.0)
    return seen, left


def _sums(reading: Reading, seen: Array, place: tuple[slice, slice], shape: tuple[int, ...]) -> Array:
    """The weights' sums for the outputs of a place."""
    assert reading.fit is not None
    total, weights = np.full(shape, reading.fit.offset), reading.weights
    (down, across), box = reading.strides, reading.box
    top, left = place[0].start * down + box.top, place[1].start * across + box.left
    for i, j in zip(*np.nonzero(weights), strict=True):
        total += weights[i, j] * seen[top + i :: down, left + j :: across][: shape[0], : shape[1]]
    return total


def sides(reading: Reading) -> list[float]:
    """How far the top, bottom, left and right side are from being zero, in standard errors."""
    assert reading.fit is not None
    scaled = reading.weights / np.maximum(reading.fit.errors.reshape(reading.box.shape), 1e-12)
    lines = (scaled[0], scaled[-1], scaled[:, 0], scaled[:, -1])
    return [max(float(np.abs(line).max()), abs(float(line.sum())) / np.sqrt(line.size)) for line in lines]


def _padded(reading: Reading, box: Box) -> Reading:
    """The same weights in a larger box."""
    assert reading.fit is not None
    old = reading.box
    margins = ((old.top - box.top, box.bottom - old.bottom), (old.left - box.left, box.right - old.right))
    weights = np.pad(reading.weights, margins).ravel()
    fit = replace(reading.fit, weights=weights, errors=np.zeros(weights.size))
    return replace(reading, box=box, fit=fit)


def trimmed(reading: Reading) -> Reading:
    """Without sides that are zero, one after the other."""
    while reading.fit is not None:
        cut = [int(score <= RING) for score in sides(reading)]
        rows, columns = reading.box.shape
        cut[1] = cut[1] if rows - cut[0] > 1 else 0
        cut[3] = cut[3] if columns - cut[2] > 1 else 0
        cut[0], cut[2] = (cut[0] if rows > 1 else 0), (cut[2] if columns > 1 else 0)
        if not any(cut):
            return reading
        reading = without_sides(reading, cut)
    return reading


def without_sides(reading: Reading, cut: Sequence[int]) -> Reading:
    """Without so many rows above and below and columns left and right; the other weights as they are."""
    assert reading.fit is not None
    rows, columns = reading.box.shape
    inner = (slice(cut[0], rows - cut[1]), slice(cut[2], columns - cut[3]))
    errors = reading.fit.errors.reshape(reading.box.shape)[inner].ravel()
    fit = replace(reading.fit, weights=reading.weights[inner].ravel(), errors=errors)
    return replace(reading, box=reading.box.grown(*(-side for side in cut)), fit=fit)
