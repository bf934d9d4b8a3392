"""Descent: the same kernel found step by step from a random beginning.

    loss(k, b) = mean over pixels of (after - b - k.window)^2
    k <- k - rate * gradient / 2,   likewise b

Windows are centred and brought to unit variance first, so that one rate suits
every picture.  The gradient is that of all pixels at once: H k - c, with the
sums that least squares uses, so a step costs nothing but a small product.
A step of 1 / L, with L the largest eigenvalue of H, is always safe; beyond
2 / L the descent runs away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.learning.lesson import Lesson
from convcli.core.learning.result import Learned
from convcli.core.quantities import plain, short
from convcli.errors import OptionError

FRAMES = 48
ENOUGH = 1e-24  # of the first excess loss: weights are then right to 12 digits
LOST_IN_NOISE = 1e-9  # of the least loss
RUNAWAY = 1e6
DIGITS = 1e-4  # of the largest weight


@dataclass(frozen=True, eq=False)
class Course:
    """How a descent went.

    Attributes:
        losses: (steps + 1,), mean square of what is left, in AFTER's units squared; the first
            is that of the random beginning.
        least: the loss that no kernel of this size can get below.
        rate: the step size used; limit: 2 / L, beyond which it runs away.
        frames: (step, kernels) as they took shape, kernels as (F, h, w) or (F, C, h, w).
        settled: whether it came so near the least loss that further steps change nothing.
    """

    losses: Floats
    least: float
    rate: float
    limit: float
    frames: tuple[tuple[int, Floats], ...]
    settled: bool


def descend(
    lesson: Lesson,
    *,
    seed: int = 0,
    steps: int = 20_000,
    rate: float | None = None,
    advance: Callable[[int], None] = lambda steps: None,
) -> tuple[list[Learned], Course]:
    """Learn by gradient descent from a random kernel and bias 0.

    Args:
        lesson: the pictures, paired and summed.
        seed: of the random beginning, normal with variance 1 / K.
        steps: at most so many.
        rate: the step size; None takes 1 / L.
        advance: told of the steps done.

    Raises:
        OptionError: the descent ran away, because the rate is too large.
    """
    slopes = [_Slope.of(lesson, index) for index in range(lesson.pairs.kernels)]
    largest = max(largest_eigenvalue(slope.curvature) for slope in slopes)
    walk = _Walk(lesson, slopes, rate if rate is not None else 1.0 / largest, 2.0 / largest)
    walk.start(seed)
    walk.run(steps, advance)
    found = [_coarser(one) for one in lesson.judge(walk.solutions())]
    return found, walk.course()


def _coarser(found: Learned) -> Learned:
    """A descent stops short of the last digits, whatever the pictures would vouch for."""
    largest = float(np.abs(found.kernel).max())
    noise, bias_noise = np.maximum(found.noise, DIGITS * largest), max(found.bias_noise, DIGITS * abs(found.bias))
    return replace(found, noise=noise, bias_noise=bias_noise)


@dataclass(frozen=True, eq=False)
class _Slope:
    """One kernel's loss, around its least: least + (k - best)' H (k - best) + (b - best_bias)^2.

    Attributes:
        curvature: H, (K, K), of windows with mean 0 and variance 1 on average.
        best: (K,), a kernel of least loss; best_bias: the mean of AFTER.
        least: the least loss.
        spread: of the windows, in scaled units; mean: theirs.
    """

    curvature: Floats
    best: Floats
    best_bias: float
    least: float
    spread: float
    mean: Floats

    @staticmethod
    def of(lesson: Lesson, index: int) -> _Slope:
        moment, spectrum = lesson.moments[index], lesson.spectra[index]
        covariance = moment.gram / moment.count
        spread = float(np.sqrt(np.trace(covariance) / len(covariance)))
        spread = spread if spectrum.rank else 1.0
        weights, _ = lesson.solutions[index]
        least = lesson.leftovers[index].squares / moment.count
        return _Slope(covariance / spread**2, weights * spread, moment.value_mean, least, spread, moment.mean)


class _Walk:
    """The descent of all kernels side by side."""

    def __init__(self, lesson: Lesson, slopes: list[_Slope], rate: float, limit: float) -> None:
        self.lesson, self.slopes, self.rate, self.limit = lesson, slopes, rate, limit
        self.curvature = np.stack([slope.curvature for slope in slopes])
        self.unit = lesson.pairs.after_scale.unit
        self.least = float(np.mean([slope.least for slope in slopes])) * self.unit**2
        self.losses: list[float] = []
        self.frames: list[tuple[int, Floats]] = []
        self.settled = False

    def start(self, seed: int) -> None:
        """A random kernel and bias 0, in the pictures' units, as offsets from the best."""
        pairs, count = self.lesson.pairs, self.lesson.pairs.weights
        (shift, unit), (after_shift, after_unit) = pairs.before_scale, pairs.after_scale
        drawn = np.random.default_rng(seed).normal(0.0, count**-0.5, (len(self.slopes), count))
        if self.lesson.mode == "convolve":
            drawn = drawn.reshape(-1, pairs.depth, *pairs.size)[:, :, ::-1, ::-1].reshape(drawn.shape)
        scaled = drawn * (unit / after_unit)
        starts = [(shift / unit * row.sum() - after_shift / after_unit) for row in scaled]
        self.offset = np.stack([row * s.spread - s.best for row, s in zip(scaled, self.slopes, strict=True)])
        self.bias_offset = np.array(
            [b + row @ s.mean - s.best_bias for b, row, s in zip(starts, scaled, self.slopes, strict=True)]
        )

    def run(self, steps: int, advance: Callable[[int], None]) -> None:
        """Step downhill until nothing is gained, or the steps are used up."""
        shown = frame_steps(steps)
        first = self._note(0)
        for step in range(1, steps + 1):
            self.offset -= self.rate * self._pull()
            self.bias_offset *= 1.0 - self.rate
            loss = self._note(step, keep=step in shown)
            if not loss <= RUNAWAY * max(first, EPSILON):
                raise self._ran_away(step, loss)
            advance(1)
            if loss - self.least <= max(LOST_IN_NOISE * self.least, ENOUGH * first):
                self.settled = True
                break
        if self.losses[-1] > self.losses[0]:
            raise self._ran_away(steps, self.losses[-1])
        if self.frames[-1][0] != len(self.losses) - 1:
            self._keep(len(self.losses) - 1)

    def _pull(self) -> Floats:
        pull: Floats = (self.curvature @ self.offset[:, :, np.newaxis])[:, :, 0]
        return pull

    def _excess(self) -> float:
        bowl = np.einsum("fk,fk->f", self.offset, self._pull()) + self.bias_offset**2
        return float(bowl.mean())

    def _note(self, step: int, *, keep: bool = True) -> float:
        self.losses.append(self.least + self._excess() * self.unit**2)
        if keep:
            self._keep(step)
        return self.losses[-1]

    def _keep(self, step: int) -> None:
        self.frames.append((step, np.stack([self.lesson.shaped(w * self._to_units) for w, _ in self.solutions()])))

    @property
    def _to_units(self) -> float:
        return self.unit / self.lesson.pairs.before_scale.unit

    def solutions(self) -> list[tuple[Floats, float]]:
        """Scaled weights and biases, as a Lesson has them."""
        weights = [(o + s.best) / s.spread for o, s in zip(self.offset, self.slopes, strict=True)]
        biases = [
            float(o + s.best_bias - w @ s.mean) for o, s, w in zip(self.bias_offset, self.slopes, weights, strict=True)
        ]
        return list(zip(weights, biases, strict=True))

    def course(self) -> Course:
        """What happened on the way."""
        return Course(np.array(self.losses), self.least, self.rate, self.limit, tuple(self.frames), self.settled)

    def _ran_away(self, step: int, loss: float) -> OptionError:
        return OptionError(
            "rate",
            plain(self.rate),
            f"the descent diverged: by step {step} the loss had grown from {short(self.losses[0])} to {short(loss)}. "
            f"Rates below {short(self.limit)} (2 / largest eigenvalue) converge here; half of that is the default",
        )


EPSILON = float(np.finfo(np.float64).tiny)


def largest_eigenvalue(matrix: Floats, rounds: int = 500) -> float:
    """The largest eigenvalue of a positive semi-definite matrix, or 1 if that is more, by power iteration.

    One per cent is added, because the iteration comes from below.  The bias has the curvature 1.

    >>> round(largest_eigenvalue(np.diag([2.0, 3.0])), 6)
    3.03
    """
    vector = np.random.default_rng(0).normal(size=len(matrix))
    value = 0.0
    for _ in range(rounds):
        turned = matrix @ vector
        longer = float(np.linalg.norm(turned)) / float(np.linalg.norm(vector))
        if abs(longer - value) <= 1e-9 * longer:
            break
        vector, value = turned / np.linalg.norm(turned), longer
    return max(1.01 * value, 1.0)


def frame_steps(steps: int) -> set[int]:
    """About 48 steps worth showing: every one at first, then wider and wider apart.

    >>> sorted(frame_steps(4))
    [0, 1, 2, 3, 4]
    """
    return {0} | {int(step) for step in np.unique(np.rint(np.geomspace(1, max(steps, 1), FRAMES)))}
