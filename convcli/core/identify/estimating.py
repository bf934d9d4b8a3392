"""The weights behind the answers: which reading of them - clamped, wrapped, light, magnitude - a kernel explains best.

Only answers whose windows lie within the picture are read here, so that the border plays no part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.curves import GAMMAS, decode
from convcli.core.identify.fitting import Fit, least_squares, within
from convcli.core.identify.locating import Box, locate
from convcli.core.identify.material import Material
from convcli.core.identify.separable import as_product, is_product
from convcli.core.identify.windows import Pairs, collect

Array = NDArray[Any]
NOISES = ("binary", "noise", "binary-other-size", "a", "b", "a-and-b", "low", "low-doubled", "dark", "sparse",
          "dark-other-size")  # fmt: skip
QUIET = ("low", "dark", "dark-other-size")
LOCATING = ("binary", "noise", "binary-other-size", "a", "b", "low", "dark", "sparse", "dark-other-size")
SCREEN_ROWS = 6_000
LEVEL = 0.75  # an answer further from what the weights give is not explained by rounding
FEW = 2e-3  # answers further away, where none is far away: the weights are not known well enough
TAIL = 5  # rows and columns on each side
WIDEST = 63
RING = 5.0  # standard errors: a weight in the outermost ring that is further from 0 is one


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read the answers, and the weights that it leads to.

    Attributes:
        shift: what is added to an answer before it is taken for light: 0, or 0.5 for what rounds down.
        outside: the share of answers that rounding does not explain.
    """

    box: Box
    strides: tuple[int, int]
    gamma: float | str = 1.0
    shift: float = 0.0
    overflow: str = "clamp"
    absolute: bool = False
    fit: Fit | None = None
    outside: float = 1.0
    rms: float = float("inf")

    @property
    def weights(self) -> Array:
        """(h, w)."""
        assert self.fit is not None
        return self.fit.weights.reshape(self.box.shape)


def estimate(material: Material, strides: tuple[int, int]) -> Reading | None:
    """The best reading; None where no place of a kernel shows."""
    box = find_box(material, strides)
    if box is None:
        return None
    first = _grow(_solve(Reading(box, strides), material), material)
    if first.fit is not None and first.outside < FEW and float(np.abs(first.fit.left).max()) < 2 * tolerance(material):
        return _refine(first, material)
    best = first
    for other in _others(Reading(box.grown(1, 1, 1, 1), strides), material, strides):
        best = min(best, other, key=_outside)
    if best is not first:
        best = _grow(_solve(best, material), material)
    if best.gamma != 1.0 and not material.floats:
        best = min((_solve(replace(best, shift=shift), material) for shift in (0.0, 0.5, -0.5)), key=_outside)
    return _refine(best, material)


def _outside(reading: Reading) -> tuple[float, float]:
    """What tells readings apart: what rounding does not explain; then what is left at all."""
    return round(reading.outside, 3), reading.rms


def find_box(material: Material, strides: tuple[int, int]) -> Box | None:
    """Where noise and answers, or an impulse and its answer, go together."""
    found = locate([(b.astype(np.float64), a.astype(np.float64)) for b, a in material.pairs(LOCATING)], strides)
    return found or _box_of_impulse(material, strides)


def _box_of_impulse(material: Material, strides: tuple[int, int]) -> Box | None:
    """The offsets of the outputs that an impulse changes."""
    changed = material.deviation("impulse-up", "flat-grey")
    if changed is None or not changed.any():
        return None
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    middle = tuple(n // 2 for n in material.before["impulse-up"].shape)
    top, left = middle[0] - int(rows[-1]) * strides[0], middle[1] - int(columns[-1]) * strides[1]
    return Box(top, middle[0] - int(rows[0]) * strides[0], left, middle[1] - int(columns[0]) * strides[1])


def _others(first: Reading, material: Material, strides: tuple[int, int]) -> Iterator[Reading]:
    """The other readings, each with its weights by a part of the pairs."""
    if not material.floats:
        yield _solve_wrapped(replace(first, overflow="wrap"), material)
    ups, downs = (material.deviation(name, "flat-grey") for name in ("impulse-up", "impulse-down"))
    if ups is not None and downs is not None and bool(((ups > 0) & (downs > 0)).any()):
        box = _box_of_impulse(material, strides) or first.box
        yield _solve_magnitudes(replace(first, absolute=True, box=box), material)
    for gamma in GAMMAS[1:]:
        for shift in (0.0,) if material.floats else (0.0, 0.5, -0.5):
            yield _solve(replace(first, gamma=gamma, shift=shift), material, SCREEN_ROWS)


def _solve(reading: Reading, material: Material, most: int = 0) -> Reading:
    """Least squares over the answers that are not clamped."""
    if reading.overflow == "wrap":
        return _solve_unwrapped(reading, material, most)
    if reading.absolute:
        return _solve_magnitudes(reading, material)
    pairs = unclamped(
        collect(material.pairs(NOISES), reading.box, reading.strides, most, material.band), material.limits
    )
    return _fitted(reading, material, pairs.windows, pairs.answers)


def unclamped(pairs: Pairs, limits: tuple[float, float]) -> Pairs:
    """Those whose answers are neither the least nor the largest there is."""
    keep = (pairs.answers > limits[0]) & (pairs.answers < limits[1])
    return Pairs(pairs.windows[keep], pairs.answers[keep], pairs.picture[keep])


def light_of(reading: Reading, material: Material, answers: Array) -> Array:
    """Answers as light, as the reading has them; rounding moves them by its shift."""
    return decode(answers + reading.shift, reading.gamma, _white(material))


def _white(material: Material) -> float:
    return material.white if material.floats else material.limits[1]


def _fitted(reading: Reading, material: Material, windows: Array, answers: Array) -> Reading:
    light = light_of(reading, material, answers)
    steps = None
    if reading.gamma != 1.0:
        windows = decode(windows, reading.gamma, material.white)
        steps = np.maximum(
            light_of(reading, material, answers + 0.5) - light_of(reading, material, answers - 0.5), 1e-2
        )
    fit = least_squares(windows, light, steps)
    if fit is None:
        return replace(reading, fit=None, outside=1.0)
    left = fit.left if steps is None else fit.left / steps
    rms = float(np.sqrt(np.mean(left**2)))
    return replace(reading, fit=fit, outside=float(np.mean(np.abs(left) > tolerance(material))), rms=rms)


def tolerance(material: Material) -> float:
    """How far an answer may be from what the weights give."""
    if not material.floats:
        return LEVEL
    largest = max(float(np.abs(plane).max()) for plane in material.after.values())
    return max(largest, 1.0) * (1e-4 if material.dtype.itemsize < 8 else 1e-6)


def _solve_wrapped(reading: Reading, material: Material) -> Reading:
    """First weights from pictures of little contrast, whose answers lie around their mean on the circle."""
    span = material.limits[1] - material.limits[0] + 1
    quiet = [(before, _around_mean(after, span)) for before, after in material.pairs(QUIET)]
    pairs = collect(quiet, reading.box, reading.strides, SCREEN_ROWS, material.band)
    if not len(pairs.answers):
        return replace(reading, fit=None, outside=1.0)
    windows, answers = pairs.windows.copy(), pairs.answers.copy()
    for picture in np.unique(pairs.picture):
        rows = pairs.picture == picture
        windows[rows] -= windows[rows].mean(axis=0)
        answers[rows] -= answers[rows].mean()
    fit = least_squares(windows, answers)
    if fit is None:
        return replace(reading, fit=None, outside=1.0)
    dark = pairs.picture == pairs.picture[-1]
    offset = float(np.mean(pairs.answers[dark] - pairs.windows[dark] @ fit.weights))
    offset = (offset + span / 2) % span - span / 2
    reading = replace(reading, fit=replace(fit, offset=offset))
    for _ in range(2):
        reading = _solve_unwrapped(reading, material, SCREEN_ROWS)
    return reading


def _around_mean(after: Array, span: float) -> Array:
    angles = after * (2 * np.pi / span)
    mean = np.angle(np.exp(1j * angles).mean()) * span / (2 * np.pi)
    return np.asarray((after - mean + span / 2) % span - span / 2 + mean)


def _solve_unwrapped(reading: Reading, material: Material, most: int = 0) -> Reading:
    """All answers, each by as many turns as the weights so far say."""
    if reading.fit is None:
        return reading
    pairs = collect(material.pairs(NOISES), reading.box, reading.strides, most, material.band)
    weights = reading.fit.weights
    if weights.size != pairs.windows.shape[1]:
        return reading
    answers = turned(pairs.windows @ weights + reading.fit.offset, pairs.answers, material)
    return _fitted(reading, material, pairs.windows, answers)


def turned(given: Array, answers: Array, material: Material) -> Array:
    """Answers with as many turns as bring them nearest to what the weights give."""
    span = material.limits[1] - material.limits[0] + 1
    return np.asarray(answers + span * np.rint((given - answers) / span))


def _solve_magnitudes(reading: Reading, material: Material) -> Reading:
    """Weights behind |w . x|: first the direction that the squares prefer, then signs and weights by turns."""
    names = [name for name in NOISES if name.startswith(("low", "noise", "a", "b"))]
    pairs = collect(material.pairs(names), reading.box, reading.strides, SCREEN_ROWS * 2, material.band)
    pairs = Pairs(*(part[pairs.answers < material.limits[1]] for part in (pairs.windows, pairs.answers, pairs.picture)))
    if len(pairs.answers) < pairs.windows.shape[1] + 8:
        return replace(reading, fit=None, outside=1.0)
    centred = pairs.windows - pairs.windows.mean(axis=1, keepdims=True)
    share = pairs.answers**2 / np.maximum((centred**2).sum(axis=1), 1e-9)
    unit = centred / np.maximum(np.sqrt((centred**2).sum(axis=1)), 1e-9)[:, None]
    found = np.linalg.eigh(unit.T @ (unit * (share - share.mean())[:, None]))[1][:, -1]
    given, fit = centred @ found, None
    for _ in range(40):
        signs = np.where(given < 0, -1.0, 1.0)
        fit = least_squares(pairs.windows, signs * pairs.answers)
        if fit is None:
            return replace(reading, fit=None, outside=1.0)
        given = pairs.windows @ fit.weights + fit.offset
    assert fit is not None
    left = pairs.answers - np.abs(given)
    middle = fit.weights[np.argmax(np.abs(fit.weights))]
    fit = replace(fit, weights=fit.weights * np.sign(middle), offset=fit.offset * np.sign(middle), left=left)
    return replace(reading, fit=fit, outside=float(np.mean(np.abs(left) > tolerance(material))))


def _grow(reading: Reading, material: Material) -> Reading:
    """With rings around the box as long as weights are found in them; then without rows and columns of none."""
    for _ in range(12):
        if reading.fit is None:
            return reading
        wider = _beyond(reading)
        if wider is None or max(wider.shape) > WIDEST:
            break
        padded = _padded(reading, wider)
        reading = _solve(padded, material)
    return _trimmed(reading, material)


def _beyond(reading: Reading) -> Box | None:
    """A larger box where a side's outermost row or column is no zero; None where all are."""
    assert reading.fit is not None
    scores = sides(reading)
    step = max(1, max(reading.box.shape) // 6)
    grow = [step if score > RING else 0 for score in scores]
    return reading.box.grown(*grow) if any(grow) else None


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


def _trimmed(reading: Reading, material: Material) -> Reading:
    """Without sides that are zero, one after the other."""
    if reading.fit is None:
        return reading
    while True:
        cut = [int(score <= RING) for score in sides(reading)]
        rows, columns = reading.box.shape
        cut[1] = cut[1] if rows - cut[0] > 1 else 0
        cut[3] = cut[3] if columns - cut[2] > 1 else 0
        cut[0], cut[2] = (cut[0] if rows > 1 else 0), (cut[2] if columns > 1 else 0)
        if not any(cut):
            return _solve(reading, material) if reading.box.shape != (rows, columns) else reading
        smaller = reading.box.grown(*(-side for side in cut))
        inner = (slice(cut[0], rows - cut[1]), slice(cut[2], columns - cut[3]))
        errors = reading.fit.errors.reshape(reading.box.shape)[inner].ravel()  # type: ignore[union-attr]
        fit = replace(reading.fit, weights=reading.weights[inner].ravel(), errors=errors)  # type: ignore[type-var]
        reading = replace(reading, box=smaller, fit=fit)


def _refine(reading: Reading, material: Material) -> Reading:
    """Weights that keep the answers within their rounding."""
    if reading.fit is None or material.floats or reading.absolute or reading.gamma != 1.0:
        return reading
    if reading.overflow == "clamp" and is_product(reading.fit, reading.box.shape):
        return _as_product(reading, material)
    pairs = collect(material.pairs(NOISES), reading.box, reading.strides, band=material.band)
    answers = pairs.answers
    if reading.overflow == "wrap":
        answers = turned(pairs.windows @ reading.fit.weights + reading.fit.offset, answers, material)
    low, high = answers - 0.5, answers + 0.5
    if reading.overflow == "clamp":
        low = np.where(answers <= material.limits[0], -np.inf, low)
        high = np.where(answers >= material.limits[1], np.inf, high)
    return replace(reading, fit=within(reading.fit, pairs.windows, low, high))


def _as_product(reading: Reading, material: Material) -> Reading:
    """A column times a row, in a box with room for tails that single weights do not show."""
    box = reading.box
    for room in (TAIL, 0):
        wider = box.grown(room, room, room, room)
        pairs = collect(material.pairs(NOISES), wider, reading.strides, band=material.band)
        pairs = unclamped(pairs, material.limits)
        margins = ((max(reading.box.top - wider.top, 0),) * 2, (max(reading.box.left - wider.left, 0),) * 2)
        start = np.pad(reading.weights, margins) if room else reading.weights
        product = as_product(start, pairs.windows, pairs.answers)
        if product is None:
            return reading
        (top, bottom), (left, right) = (_tails(fit) for fit in (product.column, product.row))
        if not room and not any((top, bottom, left, right)):
            break
        box = wider.grown(-top, -bottom, -left, -right)
        rows, columns = wider.shape
        weights = product.fit.weights.reshape(wider.shape)[top : rows - bottom, left : columns - right]
        reading = replace(reading, box=box, fit=replace(product.fit, weights=weights.ravel()))
    fit = product.fit if product.fit.weights.size == box.shape[0] * box.shape[1] else None
    if fit is None:
        return reading
    return replace(reading, fit=fit, outside=float(np.mean(np.abs(fit.left) > tolerance(material))))


def _tails(fit: Fit) -> tuple[int, int]:
    """How many weights at the beginning and at the end are zero within their errors."""
    there = np.flatnonzero(np.abs(fit.weights) > 4 * fit.errors)
    return (int(there[0]), int(fit.weights.size - 1 - there[-1])) if there.size else (0, 0)
