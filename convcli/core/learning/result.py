"""The result of learning: a kernel, and how far the pictures vouch for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Floats


@dataclass(frozen=True, eq=False)
class Learned:
    """A kernel found from a pair of pictures, and how well the pair determines it.

    Attributes:
        kernel: float64, (h, w), or (C, h, w) with weights for every channel of BEFORE.
        bias: in AFTER's units.
        mode: "correlate", or "convolve": the kernel is then the flip.
        residual_rms: of what is left unexplained, AFTER minus the kernel's result, in AFTER's units;
            residual_low, residual_high: the least and the largest of it, with 0.
        rank: how many numbers the pair determines, out of `unknowns` (weights and bias).
        condition: of the centred windows: largest by smallest singular value that counts.
        undetermined: bool, of the kernel's shape: entries this BEFORE cannot determine.
        bias_undetermined: the same of the bias.
        noise: standard error of each weight, of the kernel's shape; bias_noise: of the bias.
        pixels: places that took part; clamped: places left out for that reason; not_finite: for samples that are
            not finite or do not count.
    """

    kernel: Floats
    bias: float
    mode: str
    residual_rms: float
    residual_low: float
    residual_high: float
    rank: int
    condition: float
    undetermined: NDArray[np.bool_]
    bias_undetermined: bool
    noise: Floats
    bias_noise: float
    pixels: int
    clamped: int
    not_finite: int

    @property
    def residual_max(self) -> float:
        """The largest magnitude of what is left."""
        return max(self.residual_high, -self.residual_low)

    @property
    def unknowns(self) -> int:
        """Weights of the kernel, and the bias."""
        return int(self.kernel.size) + 1

    @property
    def identifiable(self) -> bool:
        """Whether the pair determines every weight and the bias."""
        return self.rank == self.unknowns
