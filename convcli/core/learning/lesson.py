"""Learning: the kernel and bias that best turn one picture into the other.

    minimise  sum (after[r, c] - bias - sum_ij kernel[i, j] * before[r + i - top, c + j - left])^2

over all windows that lie fully inside BEFORE (or over all, with a border).
The normal equations are summed in float64 over tiles of windows that are
centred and scaled; one step of refinement with the residuals themselves then
wins back what squaring the condition number has cost.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array, Floats
from convcli.core.border import Border
from convcli.core.geometry import Pair
from convcli.core.learning.pairing import correlated_anchor, prepare
from convcli.core.learning.pairs import Kept, Pairs
from convcli.core.learning.result import Learned
from convcli.core.learning.several import Several
from convcli.core.learning.spectrum import EPS, Spectrum, smallest, spectrum
from convcli.core.learning.sums import Moments, Residuals, moments, residuals
from convcli.errors import GeometryError, Setting, UnknownNameError, Words, many

Solution = tuple[Floats, float]  # (K,) weights and a bias, in scaled units
MODES = ("correlate", "convolve")
REFINEMENTS = 2
MANY = 100  # unknowns


def learn(
    before: Array,
    after: Array,
    size: tuple[int, int],
    *,
    mode: str = "correlate",
    channels: str = "one",
    border: Border | None = None,
    anchor: Pair | None = None,
    keep_clamped: bool = False,
    jobs: int | None = None,
    advance: Callable[[int], None] = lambda steps: None,
    residual_map: NDArray[np.float32] | None = None,
) -> list[Learned]:
    """The kernels and biases that best turn BEFORE into AFTER (least squares).

    Args:
        before: (H, W) or (H, W, C), real numbers; never modified.
        after: of BEFORE's size, or its valid size (H - h + 1, W - w + 1); never modified.
        size: (h, w), rows and columns of the kernel.
        mode: "correlate", or "convolve": the kernel that a convolution needs, which is the flip.
        channels: "one" kernel for all channels, one for "each", "gray" (luma of both first), or "sum":
            weights for every channel of BEFORE whose responses are added, one such kernel for each
            channel of AFTER.
        border: include the pixels at the edge, under this border; None leaves them out.
        anchor: (row, column) of the weight that stands on a pixel of AFTER; half of each size without one.
        keep_clamped: use values at an end of AFTER's unsigned integer range, too.
        jobs: threads; the result does not depend on it.
        advance: told of the steps done (see `passes`).
        residual_map: float32, of AFTER's shape (luma's with "gray"); filled with AFTER minus what the
            kernel gives, and NaN where pixels were left out.

    Returns:
        One, or one for each channel of AFTER ("each", "sum").

    Raises:
        GeometryError: sizes or channels that do not fit, or fewer pixels than unknowns.
        UnknownNameError: no such mode.

    >>> step = np.repeat([[1, 1, 0, 0, 0, 0, 1, 1]], 6, axis=0)
    >>> found = learn(step, step[:, :-1] - step[:, 1:], (1, 2))[0]
    >>> found.kernel.round(9), abs(round(found.bias, 9)), found.rank
    (array([[ 1., -1.]]), 0.0, 3)
    """
    place = correlated_anchor(anchor, size, mode)
    pairs = prepare(before, after, size, channels=channels, border=border, anchor=place, keep_clamped=keep_clamped)
    return Lesson(pairs, mode, jobs, advance, residual_map).learn()


@dataclass(frozen=True, eq=False)
class Lesson:
    """Two pictures paired, or several pairs, and the sums over them; learns by least squares, or serves a descent.

    Attributes:
        pairs: from `prepare`; or several, of which there is no map.
        mode, jobs, advance, residual_map: as in `learn`; the map is that of the last solution looked at.
    """

    pairs: Pairs | Several
    mode: str = "correlate"
    jobs: int | None = None
    advance: Callable[[int], None] = lambda steps: None
    residual_map: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise UnknownNameError("mode", self.mode, MODES)

    @cached_property
    def moments(self) -> list[Moments]:
        """The sums behind the normal equations.

        Raises:
            GeometryError: so many pixels are left out that fewer remain than unknowns.
        """
        unknowns = self.pairs.weights + 1
        if unknowns > MANY:  # their sums take seconds, and may be in vain
            _refuse_few(self.pairs.kept_by_after(), unknowns, counted=self.pairs.selects)
        if isinstance(self.pairs, Several):
            sums = self.pairs.moments(self.advance)
        else:
            sums = moments(self.pairs, self.jobs, self.advance)
        _refuse_few(
            [Kept(moment.count, moment.clamped, moment.not_finite) for moment in sums],
            unknowns,
            counted=self.pairs.selects,
        )
        return sums

    @cached_property
    def spectra(self) -> list[Spectrum]:
        """What the centred windows determine, kernel by kernel."""
        return [spectrum(moment, self._roundoff) for moment in self.moments]

    @property
    def _roundoff(self) -> float:
        # A constant of 0.1 is no exact float: what is left after the shift is noise of this size.
        scale = self.pairs.before_scale
        return EPS * abs(scale.shift) / scale.unit if self.pairs.floating else 0.0

    @property
    def solutions(self) -> list[Solution]:
        """Least squares, kernel by kernel, refined by the residuals."""
        return self._fit[0]

    @property
    def leftovers(self) -> list[Residuals]:
        """What the solutions leave."""
        return self._fit[1]

    @cached_property
    def _fit(self) -> tuple[list[Solution], list[Residuals]]:
        solutions = [spectrum.solve(moment) for spectrum, moment in zip(self.spectra, self.moments, strict=True)]
        for _ in range(REFINEMENTS):
            left = self.residuals(solutions)
            steps = [self._step(index, sums) for index, sums in enumerate(left)]
            if all(self._negligible(*it) for it in zip(range(len(left)), steps, solutions, left, strict=True)):
                return solutions, left
            solutions = [(w + dw, b + db) for (w, b), (dw, db) in zip(solutions, steps, strict=True)]
        return solutions, self.residuals(solutions)

    def learn(self) -> list[Learned]:
        """The best kernels."""
        return [self.describe(index, *found) for index, found in enumerate(zip(*self._fit, strict=True))]

    def judge(self, solutions: list[Solution]) -> list[Learned]:
        """Kernels found in another way, as they are."""
        left = self.residuals(solutions)
        return [
            self.describe(index, *found, least=False) for index, found in enumerate(zip(solutions, left, strict=True))
        ]

    def residuals(self, solutions: list[Solution]) -> list[Residuals]:
        """What these solutions leave; fills the residual map."""
        if self.residual_map is not None:
            self.residual_map[:] = np.nan
        weights, biases = [weights for weights, _ in solutions], [bias for _, bias in solutions]
        if isinstance(self.pairs, Several):
            return self.pairs.residuals(weights, biases, self.advance)
        return residuals(self.pairs, weights, biases, self.jobs, self.advance, self.residual_map)

    def _step(self, index: int, left: Residuals) -> Solution:
        moment, mean = self.moments[index], left.total / self.moments[index].count
        weights = self.spectra[index].inverse @ (left.against - moment.mean * left.total)
        return weights, float(mean - moment.mean @ weights)

    def _negligible(self, index: int, step: Solution, solution: Solution, left: Residuals) -> bool:
        # Against rounding, or, where the pictures do not fit anyway, against what they leave uncertain.
        size = max(float(np.abs(solution[0]).max()), abs(solution[1]))
        moved = max(float(np.abs(step[0]).max()), abs(step[1]))
        return moved <= max(1e-13 * size, 1e-6 * float(self._noise(index, left).max()))

    def _noise(self, index: int, left: Residuals) -> Floats:
        """Standard errors of the scaled weights: sigma * sqrt(diagonal of the inverse Gram matrix)."""
        noise: Floats = self._sigma(index, left) * np.sqrt(np.diag(self.spectra[index].inverse).clip(0))
        return noise

    def _sigma(self, index: int, left: Residuals) -> float:
        free = max(self.moments[index].count - self.spectra[index].rank - 1, 1)
        return math.sqrt(left.squares / free)

    def _bias_noise(self, index: int, left: Residuals, mean: Floats) -> float:
        """Standard error of the bias: sigma * sqrt(1/n + mean' inverse mean), the mean window in BEFORE's units."""
        scaled = mean / self.pairs.before_scale.unit
        spread = float(scaled @ self.spectra[index].inverse @ scaled) + 1 / self.moments[index].count
        return self._sigma(index, left) * math.sqrt(max(spread, 0.0)) * self.pairs.after_scale.unit

    def describe(self, index: int, solution: Solution, left: Residuals, *, least: bool = True) -> Learned:
        """A scaled solution in the pictures' units; `least`: the smallest of those that fit equally well."""
        moment, spectrum = self.moments[index], self.spectra[index]
        (shift, unit), (after_shift, after_unit) = self.pairs.before_scale, self.pairs.after_scale
        weights, mean = solution[0] * (after_unit / unit), shift + unit * moment.mean
        bias = after_shift + after_unit * solution[1] - shift * float(weights.sum())
        if least:
            weights, bias = smallest(weights, bias, spectrum.null, mean)
        return Learned(
            kernel=self.shaped(weights),
            bias=bias,
            mode=self.mode,
            residual_rms=math.sqrt(left.squares / moment.count) * after_unit,
            residual_low=left.low * after_unit,
            residual_high=left.high * after_unit,
            rank=spectrum.rank + 1,
            condition=spectrum.condition,
            undetermined=self.shaped(spectrum.undetermined),
            bias_undetermined=bool(np.abs(mean @ spectrum.null).max(initial=0.0) > 1e-6 * np.abs(mean).max()),
            noise=self.shaped(self._noise(index, left) * (after_unit / unit)),
            bias_noise=self._bias_noise(index, left, mean),
            pixels=moment.count,
            clamped=moment.clamped,
            not_finite=moment.not_finite,
        )

    def shaped(self, weights: Array) -> Array:
        """K values laid out as the kernel of the mode: flipped for a convolution."""
        size = self.pairs.size
        laid = weights.reshape(self.pairs.depth, *size) if self.pairs.depth > 1 else weights.reshape(size)
        return np.array(laid[..., ::-1, ::-1] if self.mode == "convolve" else laid)


def _refuse_few(kept: list[Kept], unknowns: int, *, counted: bool) -> None:
    for pairs in kept:
        if pairs.taking_part < unknowns:
            raise GeometryError(*_too_few(pairs, unknowns, counted=counted))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _too_few(kept: Kept, unknowns: int, *, counted: bool) -> Words:
    words: list[str | Setting] = [
        f"{many(kept.taking_part, 'pixel')} {_are(kept.taking_part)} left for {many(unknowns, 'unknown')}: "
    ]
    if kept.clamped:
        clamped = f"{kept.clamped:,} {_are(kept.clamped)} clamped (at an end of AFTER's range; "
        words += [clamped, Setting("keep_clamped"), " uses them)", " and " if kept.not_finite else ""]
    if kept.not_finite:
        words.append(f"{kept.not_finite:,} {_are(kept.not_finite)} not finite{' or not opaque' * counted}")
    return tuple(words)
