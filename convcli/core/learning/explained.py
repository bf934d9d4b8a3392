"""Explained: whether a kernel accounts for AFTER, or is only the nearest to something that is no convolution.

    explained  <=>  what the best kernel leaves is no more than AFTER's own rounding, done twice at most

Values on a grid of step s (1 for whole numbers) are off by s / sqrt(12) RMS and s / 2 at most when they are
rounded once; tools that filter rows, round, and filter columns do so twice.  Floating-point values must agree to
the rounding of the arithmetic that made them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.learning.result import Learned

TWICE = 6**-0.5  # RMS of two roundings by up to half a step
FARTHEST = 1.25  # steps: two roundings and the kernel's own doubt
STEPS = (1.0, 0.1, 0.01, 1 / 255, 1e-3, 1e-4, 1 / 65535, 1e-5, 1e-6)  # as people and pictures round
SINGLE = 1e-5  # of the largest response: float32 arithmetic of many terms
HALF = float(np.finfo(np.float16).eps)
FIRST = 4096  # samples that nearly always show that there is no grid
SLACK = 0.1  # steps


class Explained(NamedTuple):
    """Whether kernels account for AFTER.

    Attributes:
        holds: for each kernel.
        step: of the grid that AFTER's values lie on; 0 where they lie on none.
        allowed: the RMS that rounding, and the noise that was granted, may leave.
    """

    holds: tuple[bool, ...]
    step: float
    allowed: float


def explained(found: Sequence[Learned], before: Array, after: Array, *, noise: float = 0.0) -> Explained:
    """Whether each of the best kernels leaves no more of AFTER than rounding does.

    Args:
        found: least-squares kernels.
        before, after: the samples, in their own units; never modified.
        noise: RMS in AFTER's units that AFTER may differ by besides.
    """
    step = grid_step(after)
    reach = max((_reach(one, before) for one in found), default=0.0)
    single = max(SINGLE, 32.0 * _epsilon(before), 32.0 * _epsilon(after)) * reach
    allowed = max(TWICE * step, single)
    farthest = max(FARTHEST * step, 4.0 * single) if noise == 0.0 else np.inf
    allowed = float(np.hypot(allowed, noise))
    holds = tuple(one.residual_rms <= allowed and one.residual_max <= farthest for one in found)
    return Explained(holds, step, allowed)


def grid_step(values: Array) -> float:
    """The largest step among 1, 0.1, 0.01, 1/255 ... of which all finite values are multiples; 0 without one.

    Of values that float16 holds it is no less than what float16 rounds the largest of them by.

    >>> [grid_step(np.array(values)) for values in ([3, 4], [0.3, 0.25], [2.0, 7.0], [0.1234567])]
    [1.0, 0.01, 1.0, 0.0]
    """
    if values.dtype.kind not in "fc":
        return 1.0
    flat = values.reshape(-1)
    largest = float(np.max(np.abs(flat), initial=0.0, where=np.isfinite(flat)))
    fits = (step for step in STEPS if _on_grid(flat[:FIRST], step, largest) and _on_grid(flat, step, largest))
    step = next(fits, 0.0)
    return step if step == 1.0 or not _held_by_half(flat, largest) else max(step, HALF * largest)


def _held_by_half(values: Array, largest: float) -> bool:
    if largest > float(np.finfo(np.float16).max):
        return False
    return bool(((halved := values.astype(np.float16)) == values)[np.isfinite(values)].all() and halved.any())


def _on_grid(values: Array, step: float, largest: float) -> bool:
    doubt = max(1e-6, 4.0 * _epsilon(values) * largest / step)  # of a step
    if doubt > 0.05:
        return False  # samples of this kind are too coarse to tell
    steps = values[np.isfinite(values)].astype(np.float64) / step
    return bool((np.abs(steps - np.rint(steps)) <= doubt).all())


def _epsilon(values: Array) -> float:
    return float(np.finfo(values.dtype).eps) if values.dtype.kind == "f" else 0.0


def _reach(found: Learned, before: Array) -> float:
    """The largest response that the kernel could give, in AFTER's units."""
    finite = np.isfinite(before) if before.dtype.kind == "f" else True
    largest = float(np.max(np.abs(before.astype(np.float64, copy=False)), initial=0.0, where=finite))
    return float(np.abs(found.kernel).sum()) * largest + abs(found.bias)


def rounded(found: Learned, step: float) -> str | None:
    """ "down" or "up" where the bias is nothing but AFTER's rounding to one side; None otherwise.

    AFTER = floor(response) lies within -step..0 of the response, so that least squares finds a bias of about
    -step / 2 that the filter never added.
    """
    if not step or abs(found.bias) <= SLACK * step:
        return None
    low, high = found.residual_low + found.bias, found.residual_high + found.bias
    slack = SLACK * step
    if low >= -step - slack and high <= slack:
        return "down"
    return "up" if low >= -slack and high <= step + slack else None
