"""Contrast: correlation and convolution with the same kernel, and how far they are apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.core.arrays import Array
from convcli.core.border import Border, border
from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.symmetry import antisymmetries, keeps_anchor, symmetries
from convcli.core.samples import distance, largest_distance


@dataclass(frozen=True, eq=False)
class Contrast:
    """Correlation and convolution of one picture with one kernel, of the picture's own size.

    Attributes:
        correlation, convolution: the responses, (H, W) or (H, W, C).
        max_difference: the largest |correlation - convolution|, in the picture's units.
        at: row, column (and channel) of the largest difference; None where there is none.
        differing: how many responses differ by more than rounding.
        symmetric: the kernel is its own flip, so that both are the same.
        antisymmetric: the kernel is its flip's negative, and so are the responses.
    """

    correlation: Array
    convolution: Array
    max_difference: float
    at: tuple[int, ...] | None
    differing: int
    symmetric: bool
    antisymmetric: bool

    @property
    def difference(self) -> NDArray[np.float64]:
        """correlation - convolution, float64."""
        return self.correlation.astype(np.float64) - self.convolution

    @property
    def share(self) -> float:
        """The part of all responses that differ, 0..1."""
        return self.differing / self.correlation.size


def contrast(picture: ArrayLike, kernel: Kernel, rule: str | Border = "edge") -> Contrast:
    """Correlate and convolve with the same kernel, size "same".

    Args:
        picture: finite numbers, (H, W) or (H, W, C); kernel: (h, w), or (C, h, w), which adds the channels.

    >>> found = contrast([[0, 0, 1, 0]], Kernel("k", [[-1, 0, 1]]))
    >>> found.correlation.tolist(), found.convolution.tolist(), found.max_difference
    ([[0, 1, 0, -1]], [[0, -1, 0, 1]], 2.0)
    """
    correlation = correlate(picture, kernel, border=rule)
    # Of a kernel that is its own flip it is the same sum, by definition.
    convolution = correlation if _is_own_flip(kernel) else convolve(picture, kernel, border=rule)
    largest, worst = largest_distance(correlation, convolution)
    noise = _noise(correlation, np.asarray(picture), border(rule).fill, kernel)
    turned = keeps_anchor(kernel, "rotate180")
    return Contrast(
        correlation=correlation,
        convolution=convolution,
        max_difference=largest,
        at=worst if largest > noise else None,
        differing=_differing(correlation, convolution, noise) if largest > noise else 0,
        symmetric=turned and "rotate180" in symmetries(kernel),
        antisymmetric=turned and "rotate180" in antisymmetries(kernel),
    )


def _is_own_flip(kernel: Kernel) -> bool:
    flipped = kernel.flipped()
    return flipped.origin == kernel.origin and np.array_equal(flipped.weights, kernel.weights)


def _differing(one: Array, other: Array, noise: float) -> int:
    """How many differ by more; row by row, for memory."""
    return sum(int(np.count_nonzero(distance(a, b) > noise)) for a, b in zip(one, other, strict=True))


def _noise(response: Array, picture: Array, fill: float, kernel: Kernel) -> float:
    """The largest difference that rounding alone can make; 0 for whole numbers."""
    if response.dtype.kind in "iu":
        return 0.0
    peak = max(abs(float(picture.min())), abs(float(picture.max())), abs(fill))
    eps = float(np.finfo(response.dtype).eps)
    return 4 * kernel.weights.size * eps * peak * float(np.abs(kernel.weights).sum())
