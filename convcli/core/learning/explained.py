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
from convcli.core.learning.grid import epsilon, grid_step, largest_magnitude
from convcli.core.learning.result import Learned

TWICE = 6**-0.5  # RMS of two roundings by up to half a step
FARTHEST = 1.25  # steps: two roundings and the kernel's own doubt
SINGLE = 1e-5  # of the largest response: float32 arithmetic of many terms
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
    rounding = max(epsilon(before.dtype), epsilon(after.dtype))
    return explained_on(found, grid_step(after), largest_magnitude(before), rounding, noise=noise)


def explained_on(
    found: Sequence[Learned], step: float, largest: float, rounding: float, *, noise: float = 0.0
) -> Explained:
    """The same, of pictures of which only this is known.

    Args:
        step: of AFTER's grid, or 0.
        largest: magnitude of BEFORE's samples.
        rounding: the coarser epsilon of the two types of samples; 0 of whole numbers.
        noise: as in `explained`.
    """
    reach = max((_reach(one, largest) for one in found), default=0.0)
    single = max(SINGLE, 32.0 * rounding) * reach
    allowed = max(TWICE * step, single)
    farthest = max(FARTHEST * step, 4.0 * single) if noise == 0.0 else np.inf
    allowed = float(np.hypot(allowed, noise))
    holds = tuple(one.residual_rms <= allowed and one.residual_max <= farthest for one in found)
    return Explained(holds, step, allowed)


def _reach(found: Learned, largest: float) -> float:
    """The largest response that the kernel could give, in AFTER's units."""
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
