"""Readings of the answers: as they are, clamped, wrapped, as light or as magnitudes; and the weights behind each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.identify.curves import decode
from convcli.core.identify.locating import Box
from convcli.core.identify.material import Material
from convcli.core.identify.weighing import Fit, least_squares
from convcli.core.identify.windows import Pairs, collect

Array = NDArray[Any]
NOISES = ("binary", "noise", "binary-other-size", "a", "b", "a-and-b", "low", "low-doubled", "dark", "sparse",
          "dark-other-size")  # fmt: skip
CALM = 0.2  # of the range: answers that spread no more seldom lie on the other side of it
QUIET = ("low", "dark", "dark-other-size")
FEW_WEIGHTS = 12  # windows of black and white repeat themselves, and so do their rounding errors
SCREEN_ROWS = 6_000
DARK = 4 / 255  # answers below that are no straight function of light within their rounding
LEVEL = 0.75  # an answer further from what the weights give is not explained by rounding


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read the answers, and the weights that it leads to.

    Attributes:
        shift: what is added to an answer before it is taken for light: 0, or 0.5 for what rounds down.
        gamma_error: the gamma is known to within it.
        outside: the share of answers that rounding does not explain.
    """

    box: Box
    strides: tuple[int, int]
    gamma: float | str = 1.0
    gamma_error: float = 0.0
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


def solve(reading: Reading, material: Material, most: int = 0) -> Reading:
    """Least squares over the answers that are not clamped."""
    if reading.overflow == "wrap":
        return _solve_unwrapped(reading, material, most)
    if reading.absolute:
        return solve_magnitudes(reading, material)
    pairs = unclamped(
        collect(material.pairs(noises(reading.box)), reading.box, reading.strides, most, material.band), material.limits
    )
    if reading.gamma != 1.0:
        pairs = bright(pairs, top_of(material))
    return _fitted(reading, material, pairs.windows, pairs.answers)


def noises(box: Box) -> tuple[str, ...]:
    """The pictures that tell most about a kernel of that size."""
    small = box.shape[0] * box.shape[1] <= FEW_WEIGHTS
    return tuple(name for name in NOISES if not (small and name.startswith("binary")))


def unclamped(pairs: Pairs, limits: tuple[float, float]) -> Pairs:
    """Those whose answers are neither the least nor the largest there is."""
    keep = (pairs.answers > limits[0]) & (pairs.answers < limits[1])
    return Pairs(pairs.windows[keep], pairs.answers[keep], pairs.picture[keep])


def bright(pairs: Pairs, top: float) -> Pairs:
    """Those whose answers are not dark; all where most are."""
    keep = pairs.answers > DARK * top
    if keep.sum() <= max(len(keep) // 4, 3 * pairs.windows.shape[1]):
        return pairs
    return Pairs(pairs.windows[keep], pairs.answers[keep], pairs.picture[keep])


def light_of(reading: Reading, material: Material, answers: Array) -> Array:
    """Answers as light, as the reading has them; rounding moves them by its shift."""
    return decode(answers + reading.shift, reading.gamma, top_of(material))


def top_of(material: Material) -> float:
    """White, of the answers."""
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


def solve_wrapped(reading: Reading, material: Material) -> Reading:
    """First weights from pictures of little contrast, whose answers lie around their mean on the circle."""
    span = material.limits[1] - material.limits[0] + 1
    pairs = collect(calm_pairs(material), reading.box, reading.strides, SCREEN_ROWS, material.band)
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
    for _ in range(4):
        reading = _solve_unwrapped(reading, material, SCREEN_ROWS)
    return reading


def calm_pairs(material: Material) -> list[tuple[Array, Array]]:
    """Pictures of little contrast and their answers, each on the side of the range where their mean lies."""
    span = material.limits[1] - material.limits[0] + 1
    quiet = [(before, _around_mean(after, span)) for before, after in material.pairs(QUIET)]
    return [pair for pair in quiet if pair[1].std() < CALM * span] or quiet


def _around_mean(after: Array, span: float) -> Array:
    angles = after * (2 * np.pi / span)
    mean = np.angle(np.exp(1j * angles).mean()) * span / (2 * np.pi)
    return np.asarray((after - mean + span / 2) % span - span / 2 + mean)


def _solve_unwrapped(reading: Reading, material: Material, most: int = 0) -> Reading:
    """All answers, each by as many turns as the weights so far say."""
    if reading.fit is None:
        return reading
    pairs = collect(material.pairs(noises(reading.box)), reading.box, reading.strides, most, material.band)
    weights = reading.fit.weights
    if weights.size != pairs.windows.shape[1]:
        return reading
    answers = turned(pairs.windows @ weights + reading.fit.offset, pairs.answers, material)
    return _fitted(reading, material, pairs.windows, answers)


def turned(given: Array, answers: Array, material: Material) -> Array:
    """Answers with as many turns as bring them nearest to what the weights give."""
    span = material.limits[1] - material.limits[0] + 1
    return np.asarray(answers + span * np.rint((given - answers) / span))


def solve_magnitudes(reading: Reading, material: Material) -> Reading:
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
    before = np.zeros(len(given))
    for _ in range(40):
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
    middle = fit.weights[np.argmax(np.abs(fit.weights))]
    fit = replace(fit, weights=fit.weights * np.sign(middle), offset=fit.offset * np.sign(middle), left=left)
    return replace(reading, fit=fit, outside=float(np.mean(np.abs(left) > tolerance(material))))
