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
MOST_TURNS = 3
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
    """Those whose answers are not dark; where most are dark all but the black, which hides what is below it."""
    keep = pairs.answers > DARK * top
    if keep.sum() <= max(len(keep) // 4, 3 * pairs.windows.shape[1]):
        keep = pairs.answers > 0
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
    return turned_round(reading, replace(fit, offset=offset), material)


def solve_wrapped_impulse(reading: Reading, material: Material) -> Reading:
    """First weights from the answers to two impulses: kernels so large that no noise lies on one side of the range."""
    ground = material.after.get("flat-black")
    small, large = (_around_impulse(reading, material, name) for name in ("impulse-up-low", "impulse-up"))
    if ground is None or small is None or large is None or reading.strides != (1, 1):
        return replace(reading, fit=None, outside=1.0)
    span = material.limits[1] - material.limits[0] + 1
    (low, low_height), (high, high_height) = small, large
    found = _on_circle(low, span) / low_height  # but for whole turns of what the low impulse gives
    turns = found + np.arange(-MOST_TURNS, MOST_TURNS + 1)[:, None] * (span / low_height)
    off = _on_circle(high - turns * high_height, span)
    best = np.abs(off).argmin(axis=0), np.arange(found.size)
    weights = turns[best] + off[best] / high_height
    middle = tuple(n // 2 for n in ground.shape)
    start = Fit(weights, float(ground[middle]), np.zeros(weights.size), 0.0, np.zeros(1))
    return turned_round(reading, start, material)


def _around_impulse(reading: Reading, material: Material, name: str) -> tuple[Array, float] | None:
    """What an impulse changes, in the order of the weights, and its height; None where it is not all there."""
    changed, box = material.deviation(name, "flat-grey"), reading.box
    if changed is None:
        return None
    row, column = (n // 2 for n in material.before[name].shape)
    seen = changed[row - box.bottom : row - box.top + 1, column - box.right : column - box.left + 1]
    height = float(np.ptp(material.before[name].astype(np.int64)))
    return (seen[::-1, ::-1].ravel(), height) if seen.shape == box.shape else None


def _on_circle(values: Array, span: float) -> Array:
    """Values but for whole turns, from above -span / 2 to span / 2."""
    return np.asarray(span / 2 - (span / 2 - values) % span)


def turned_round(reading: Reading, start: Fit, material: Material) -> Reading:
    """From first weights to those by all answers, an offset within half a range of 0."""
    span = material.limits[1] - material.limits[0] + 1
    reading = replace(reading, fit=replace(start, offset=float(_on_circle(np.array(start.offset), span))))
    for _ in range(4):
        reading = _solve_unwrapped(reading, material, SCREEN_ROWS)
    return reading


def calm_pairs(material: Material) -> list[tuple[Array, Array]]:
    """Pictures of little contrast and their answers, each on the side of the range where their mean lies."""
    return [pair for pair, calm in _quiet_pairs(material) if calm] or [pair for pair, _ in _quiet_pairs(material)]


def never_calm(material: Material) -> bool:
    """Whether answers lie all around the range even where pictures are of little contrast."""
    return not any(calm for _, calm in _quiet_pairs(material))


def _quiet_pairs(material: Material) -> list[tuple[tuple[Array, Array], bool]]:
    """Pictures of little contrast and their answers, and whether these spread little."""
    span = material.limits[1] - material.limits[0] + 1
    quiet = [(before, _around_mean(after, span)) for before, after in material.pairs(QUIET)]
    return [(pair, bool(pair[1].std() < CALM * span)) for pair in quiet]


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
