"""Evenness: whether samples, or weights, are near enough in size for an engine whose errors are not local.

Direct sums and products of windows add up nothing but a window's own n products.  With u the unit roundoff,

    |error at an output| <= gamma_n * sum |k| |x| over its own window,   gamma_n = n u / (1 - n u)

(Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).  A transform is accurate as a
whole: the root of the squared errors of N samples is at most about u log2(N) times that of the samples
(section 24.1), and the errors are spread over the tile like noise (Kaneko & Liu, 1970), near the largest
sample and far from it.  What smooth samples share adds up in a window, the rest like noise does:

    |error at any output| <= u * log2(N) * (3/4 sum |k| + 8 |k|_2) * |x|_2 / sqrt(N)

where the constants are measured, with some room, on noise, ramps, edges, spikes and lattices of spikes.

Terms of a kernel that cancel leave u times the largest sample of the window, even under a weight of 0:

    |error at any output| <= CANCELLED * u * sum |k| * max |x|

Such an engine keeps a strip only where that is at most `ALLOWED` times what its faintest block is worth:
photographs of 8 bits as floats are, down to blocks with nothing above 1/255.  Nothing is asked of blocks of
zeros: of the black parts of a photograph a transform makes 1e-8 of white.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from convcli.core.arrays import Array, Weights
from convcli.core.problem.problem import Problem

ALLOWED = {4: 2.0**-11, 8: 2.0**-32}  # of a response, by bytes of the dtype
ROOM = 2.0**6  # what is left free below the largest number of a dtype
TINY_TAP, FAINT_ENOUGH = 2.0**-100, 2.0**20  # float32 loses such a weight; only a huge sample would bring it back
LARGEST_WHOLE = {4: 2.0**16, 8: 2.0**40}  # whole numbers as samples: an error is below 1/100 of the unit
DOWN, EVERY = 32, 8  # rows of a block, of which every eighth is looked at,
ACROSS = (1, 2, 4)  # and how it is put together of 8 columns: 2 neighbours, 2 of those, 2 of those
OUTLYING, ORDINARY = 3, 16  # one weight in so many may be large, and all together so many times the others
UNEVEN = {4: 2.0**8, 8: 2.0**24}  # times more than that may not be


class Measure:
    """How large the samples of a strip are; each figure is found when it is first asked for.

    Args:
        samples: floats, (rows, width * channels).
    """

    def __init__(self, samples: Array, channels: int) -> None:
        self._samples, self._channels = samples, channels

    @cached_property
    def root(self) -> float:
        """|x|_2, the root of the sum of squares; infinite where that overflows, NaN where a sample is."""
        flat = self._samples.reshape(-1)
        with np.errstate(over="ignore", invalid="ignore"):
            return math.sqrt(float(np.dot(flat, flat)))

    @cached_property
    def largest(self) -> float:
        """max |x|; NaN where a sample is."""
        return max(-float(self._samples.min()), float(self._samples.max()))

    @cached_property
    def faintest(self) -> float:
        """The least of the largest |sample| of blocks of 32 x 8 pixels and one channel; zeros do not count."""
        rows = len(self._samples)
        starts = [*range(0, rows - DOWN, DOWN), max(0, rows - DOWN)]
        return min(self._least_peak(self._samples[start : start + DOWN : EVERY]) for start in starts)

    def _least_peak(self, rows: Array) -> float:
        peaks = np.maximum(rows.max(axis=0), -rows.min(axis=0))
        for columns in ACROSS:
            further = columns * self._channels
            if further < len(peaks):
                peaks = np.maximum(peaks[:-further], peaks[further:])
        least = float(peaks.min())
        return least if least > 0 else float(np.min(peaks, initial=np.inf, where=peaks > 0))


@dataclass(frozen=True)
class Bounds:
    """What a strip must be like for every response to keep the bound of its own window.

    Attributes:
        most: |x|_2, or the largest |sample|, beyond which sums may overflow on the way.
        least: |x|_2 below which numbers on the way are no longer normal; 0 where that harms nothing.
        per_root, per_largest: the error that reaches other windows is at most so many times sum |k| times |x|_2,
            and so many times sum |k| times the largest |sample|; 0 where there is none.
        allowed: of the faintest block.
    """

    most: float
    least: float = 0.0
    per_root: float = 0.0
    per_largest: float = 0.0
    allowed: float = math.inf

    def hold(self, strip: Measure) -> bool:
        """Whether they do; never for a strip with NaN or infinity."""
        if not (self.least <= strip.root <= self.most or self._hold_of_largest(strip)):
            return False
        if not self.per_root:
            return True
        allowed = self.allowed * strip.faintest
        return self.per_root * strip.root <= allowed or self.per_largest * strip.largest <= allowed

    def _hold_of_largest(self, strip: Measure) -> bool:
        """As far as the squares say nothing: they overflow or underflow long before the samples do."""
        if strip.largest == 0:
            return True
        return not self.least and strip.largest <= self.most


def local_bounds(weights: Weights, dtype: np.dtype[Any]) -> Bounds:
    """Of sums of a window's own products: nothing may overflow, be it samples added up before they are weighted."""
    return Bounds(most_samples(weights, dtype))


def most_samples(weights: Weights, dtype: np.dtype[Any]) -> float:
    """The largest |sample| whose sums, weighted or not, stay far from the dtype's largest number."""
    sizes = np.abs(weights[weights != 0])
    if not sizes.size:
        return float(np.finfo(dtype).max)
    taps = weights[0].size
    with np.errstate(over="ignore"):
        gain = float(np.abs(weights).sum(axis=(1, 2, 3)).max())
    most: float = float(np.finfo(dtype).max) / ROOM / max(gain, taps)
    return min(most, FAINT_ENOUGH) if dtype == np.float32 and float(sizes.min()) < TINY_TAP else most


def even_enough(problem: Problem, dtype: np.dtype[Any]) -> bool:
    """Whether a problem, before its picture is read, lets an engine in whose errors reach beyond the window.

    Its weights must be even; of whole numbers the samples too, where the error must be a small part of the
    unit.  Floats are looked at strip by strip.
    """
    share = uneven_share(problem.weights)
    whole = problem.dtype.kind != "f"
    return share <= UNEVEN[dtype.itemsize] and not (whole and share * problem.magnitude > LARGEST_WHOLE[dtype.itemsize])


def uneven_share(weights: Weights) -> float:
    """How many times more an error counts because weights differ in size: 1 for ordinary kernels, Gaussians too.

    An error is a share of sum |k|; a window whose largest weights meet zeros has the others alone, and those
    are what is left without the largest third of them.

    >>> uneven_share(np.ones((1, 1, 5, 5))), uneven_share(np.array([[[[16e9, 1, 1, 2]]]])) > 1e8
    (1.0, True)
    """
    return max(map(_share, weights))


def _share(kernel: Weights) -> float:
    sizes = np.sort(np.abs(kernel[kernel != 0]), axis=None)
    if sizes.size < 2:
        return 1.0
    sizes = sizes / sizes[-1]
    others = float(sizes[: -max(1, sizes.size // OUTLYING)].sum())
    return max(1.0, float(sizes.sum()) / others / ORDINARY) if others else math.inf
