"""Weights that keep every answer within its rounding, and what these leave open of the offset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.column_row import is_product
from convcli.core.identify.curves import decode
from convcli.core.identify.growing import without_sides
from convcli.core.identify.material import Material
from convcli.core.identify.product_reading import by_product
from convcli.core.identify.readings import NOISES, Reading, light_of, turned
from convcli.core.identify.weighing import Fit, within
from convcli.core.identify.windows import Pairs, collect

Array = NDArray[Any]
FLATS = ("flat-black", "flat-grey", "flat-white")  # one window of each says all
CHECKS = 6  # times that answers which are not kept are taken up
TAKEN_UP = 1_000  # of one picture
HALF_OFF = 1e-4
SPECK = 1e-4  # of the largest weight


def keeping_answers(reading: Reading, material: Material) -> Reading:
    """The weights in the middle of those that keep the answers within their rounding."""
    if reading.fit is None or reading.absolute:
        return reading
    if material.floats:  # weights so small are lost in the filter's own arithmetic
        return _cut(reading, np.abs(reading.weights).max() * float(np.finfo(material.dtype).eps))
    found = _without_empty_sides(_bounded(reading, material), material)
    if reading.overflow == "clamp" and reading.gamma == 1.0 and found.fit is not None and found.fit.near is None:
        turned_round = _bounded(replace(reading, overflow="wrap"), material)
        if turned_round.fit is not None and turned_round.fit.near is not None:
            return _without_empty_sides(turned_round, material)
        if is_product(reading.fit, reading.box.shape):
            return by_product(reading, material)
    return found


def by_offset(reading: Reading, material: Material, offset: float) -> Reading | None:
    """The weights that keep the answers with that offset alone; None where none do."""
    if reading.fit is None or material.floats or reading.absolute or reading.gamma != 1.0:
        return None
    unkept = replace(reading, fit=replace(reading.fit, offset=offset, near=None, sure=None))
    found = without_specks(_bounded(unkept, material, offset), material, offset)
    return found if found.fit is not None and found.fit.near is not None else None


def without_specks(reading: Reading, material: Material, offset: float | None = None) -> Reading:
    """With zeros for tiny weights that may be zeros, where the others keep the answers without them.

    One of -1e-6 alone tells rounding down from rounding toward zero.
    """
    if reading.fit is None or reading.fit.sure is None or reading.fit.near is None:
        return reading
    sizes = np.abs(reading.fit.weights)
    specks = (sizes <= np.minimum(reading.fit.sure, SPECK * sizes.max())) & (sizes > 0)
    if not specks.any():
        return reading
    start = replace(reading.fit, weights=np.where(specks, 0.0, reading.fit.weights), near=None, sure=None)
    fit = _bounded(replace(reading, fit=start), material, offset, ~specks).fit
    assert fit is not None
    if fit.near is None or fit.sure is None or fit.slack > reading.fit.slack:
        return reading
    sure = np.maximum(reading.fit.sure, fit.sure) + np.abs(fit.weights - reading.fit.weights)
    return replace(reading, fit=replace(fit, sure=sure, near=np.maximum(reading.fit.near, fit.near)))


def _without_empty_sides(reading: Reading, material: Material) -> Reading:
    """Without outer rows and columns that may all be zeros, where the others keep the answers without them."""
    assert reading.fit is not None
    if reading.fit.sure is None:
        return reading
    smaller = _cut(reading, reading.fit.sure.reshape(reading.box.shape))
    if smaller.box == reading.box:
        return reading
    found = _bounded(smaller, material)
    assert found.fit is not None
    return found if found.fit.near is not None and found.fit.slack <= reading.fit.slack else reading


def _cut(reading: Reading, least: Array | float) -> Reading:
    """Without outer rows and columns whose weights are all no larger than that."""
    there = np.abs(reading.weights) > least
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not rows.size:
        return reading
    below, beside = there.shape[0] - 1 - rows[-1], there.shape[1] - 1 - columns[-1]
    return without_sides(reading, [int(side) for side in (rows[0], below, columns[0], beside)])


def _bounded(reading: Reading, material: Material, offset: float | None = None, there: Array | None = None) -> Reading:
    """By the answers to noise first, then by those also that are not kept; by one offset where it is given.

    Args:
        there: (K,), the weights that may be other than zero; all when None.
    """
    pairs = _together(
        collect(material.pairs(NOISES), reading.box, reading.strides, 0, material.band),
        collect(material.pairs(FLATS), reading.box, reading.strides, len(FLATS), material.band),
    )
    if reading.overflow == "wrap" and not _turns(reading, pairs, material):
        reading = replace(reading, overflow="clamp")
    found = reading
    for _ in range(CHECKS):
        found = replace(found, fit=_middle(found, pairs, material, offset, there, roughly=True))
        missed = _missed(found, material)
        if not missed.answers.size:
            break
        pairs = _together(pairs, missed)
    assert found.fit is not None
    return found if found.fit.near is None else replace(found, fit=_middle(found, pairs, material, offset, there))


def _turns(reading: Reading, pairs: Pairs, material: Material) -> bool:
    """Whether answers go beyond the range, by the weights so far."""
    assert reading.fit is not None
    given = pairs.windows @ reading.fit.weights + reading.fit.offset
    return not np.array_equal(turned(given, pairs.answers, material), pairs.answers)


def _together(*parts: Pairs) -> Pairs:
    return Pairs(*(np.concatenate(each) for each in zip(*(vars(part).values() for part in parts), strict=True)))


def _lit(reading: Reading, pairs: Pairs, material: Material) -> Array:
    return pairs.windows if reading.gamma == 1.0 else decode(pairs.windows, reading.gamma, material.white)


def _ends(reading: Reading, given: Array, answers: Array, material: Material) -> tuple[Array, Array]:
    """Between which the sums behind answers lie, as light; infinite where answers are clamped."""
    if reading.overflow == "wrap":
        answers = turned(given, answers, material)
    low, high = (light_of(reading, material, answers + half) for half in (-0.5, 0.5))
    # What is below 0 is 0, as light; and stored values are rounded up there where rounding goes toward zero.
    low = np.where(answers > 0, low, low - 1 if reading.gamma == 1.0 else -np.inf)
    if reading.overflow == "clamp":
        low = np.where(answers <= material.limits[0], -np.inf, low)
        high = np.where(answers >= material.limits[1], np.inf, high)
    return low, high


def _middle(
    reading: Reading,
    pairs: Pairs,
    material: Material,
    offset: float | None,
    there: Array | None,
    roughly: bool = False,
) -> Fit:
    """Of the weights that keep the answers of some pairs, by the offset; or the one that may be, where it is one."""
    assert reading.fit is not None
    windows = _lit(reading, pairs, material)
    if there is not None:
        windows = windows * there
    low, high = _ends(reading, windows @ reading.fit.weights + reading.fit.offset, pairs.answers, material)
    if reading.gamma != 1.0:
        return within(reading.fit, windows, low, high, roughly=roughly)
    if offset is not None:
        return within(reading.fit, windows, low, high, offset, roughly)
    fit = within(reading.fit, windows, low, high, roughly=True)
    # A whole offset, or one with what rounding down or up adds.
    least, most = np.ceil(2 * fit.offset_ends[0] - HALF_OFF), np.floor(2 * fit.offset_ends[1] + HALF_OFF)
    half = float(np.clip(np.rint(2 * fit.offset), least, max(least, most))) / 2
    fixed = within(fit, windows, low, high, half, roughly) if least <= most else None
    if fixed is not None and (least == most or roughly):
        return fixed
    fit = fit if roughly else within(fit, windows, low, high)
    if fixed is None or fixed.sure is None or fit.sure is None:
        return fixed or fit
    return replace(fixed, sure=fit.sure + np.abs(fixed.weights - fit.weights))  # one of several offsets


def _missed(reading: Reading, material: Material) -> Pairs:
    """Pairs of all pictures whose answers the weights do not keep; none where weights that keep all were not found."""
    assert reading.fit is not None
    nothing = Pairs(np.zeros((0, reading.fit.weights.size)), np.zeros(0), np.zeros(0, np.intp))
    found = [nothing]
    for picture in material.pairs(material.after) if reading.fit.near is not None else []:
        pairs = collect([picture], reading.box, reading.strides, 0, material.band)
        given = _lit(reading, pairs, material) @ reading.fit.weights + reading.fit.offset
        low, high = _ends(reading, given, pairs.answers, material)
        beyond = np.flatnonzero((given < low - reading.fit.slack) | (given > high + reading.fit.slack))
        rows = beyond[:: max(beyond.size // TAKEN_UP, 1)]
        found.append(Pairs(pairs.windows[rows], pairs.answers[rows], pairs.picture[rows]))
    return _together(*found)
