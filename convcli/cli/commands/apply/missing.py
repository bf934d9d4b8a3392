"""Missing samples: which they are, and what stands where too little is left of a window."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array, Mask
from convcli.core.kernel.stack import KernelStack
from convcli.errors import UsageError


class Missing(NamedTuple):
    """What is missing.

    Attributes:
        value: of a sample that is missing; NaN stands for itself.
        least: the smallest share of a window's |weights| on samples that are there.
    """

    value: float
    least: float = 0.0

    @property
    def label(self) -> str:
        """The value as it would be typed."""
        return f"{self.value:.17g}"

    def there(self, pixels: Array) -> Mask:
        """Which samples are there; the value is compared as the pixels' dtype holds it."""
        if not self.possible(pixels.dtype):
            return np.ones(pixels.shape, bool)
        if math.isnan(self.value):
            return ~np.isnan(pixels)
        with np.errstate(over="ignore"):
            return np.asarray(pixels != np.float64(self.value).astype(pixels.dtype))

    def possible(self, dtype: np.dtype[np.generic]) -> bool:
        """Whether a sample of this dtype can be the value."""
        if dtype.kind == "f":
            return True
        limits = np.iinfo(dtype.name)
        return self.value % 1 == 0 and limits.min <= self.value <= limits.max

    def pixel(self, dtype: np.dtype[np.generic]) -> int | None:
        """The value as a pixel of this dtype; None where it is none."""
        return int(self.value) if dtype.kind != "f" and self.possible(dtype) else None


def check_kernels(kernels: KernelStack) -> None:
    """Refuse kernels that average nothing.

    Raises:
        UsageError: one sums to zero.
    """
    for kernel in kernels:
        if kernel.sums_to_zero:
            raise UsageError(
                f"--missing takes the weighted mean of the samples that are there, and {kernel.name} sums to zero; "
                "fill in first (apply ... -k gaussian --missing ... -o filled.npy), then apply it to the result"
            )
