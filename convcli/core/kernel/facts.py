"""What can be said about a kernel without a picture: norms, rank, symmetry, frequency response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Weights
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.symmetry import antisymmetries, keeps_anchor, symmetries

FINEST = 1e-7  # cycles per pixel: a gain changes with the square of what is left to its top
EQUAL = 1e-9  # relative: gains as near as that are the same
GRID = 256  # frequencies per axis among which the hills are found
MOST_FINE = 10_000  # weights up to which they are so many
NEAR, MOST_HILLS = 0.97, 8  # how near to the largest a hill of the grid has to be, and how many are climbed
ROUNDING = 1e-12  # relative: computed kernels carry rounding errors, catalogued integers none


@dataclass(frozen=True, eq=False)
class KernelFacts:
    """The properties of one kernel.

    Attributes:
        sum: of the weights; the DC gain: the response to a constant picture of 1.
        l1, l2: sum of |weight|, and the root of the sum of squares (the gain of white noise).
        rank: of the weights as a matrix; 1 means separable.  Of a filter with channels, of (channels, h * w): how many
            patterns its channels are mixed from; 1 is one pattern, times a colour.
        factors: the column and the row whose outer product is the kernel, where the rank is 1.
        symmetries, antisymmetries: moves of the square that give the kernel again, or its negative.
        zero_crossing: whether the response to a straight edge, horizontal or vertical, crosses
            zero at the edge (as a second derivative's does).
        peak: the largest gain of all frequencies, and its frequency (x, y) in cycles per pixel, y downwards.
        channel_sums: of each channel's weights; None without channels.
    """

    sum: float
    l1: float
    l2: float
    rank: int
    factors: tuple[Weights, Weights] | None
    symmetries: tuple[str, ...]
    antisymmetries: tuple[str, ...]
    zero_crossing: bool
    peak: tuple[float, tuple[float, float]]
    channel_sums: tuple[float, ...] | None = None


def kernel_facts(kernel: Kernel) -> KernelFacts:
    """The facts about an (h, w) kernel, or a filter (C, h, w).

    >>> facts = kernel_facts(Kernel("sobel-x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]))
    >>> facts.rank, facts.factors[0].tolist(), facts.factors[1].tolist()
    (1, [1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])
    """
    weights = kernel.weights
    l1 = float(np.abs(weights).sum())
    colours = kernel.channels is not None
    rank = matrix_rank(weights.reshape(len(weights), -1) if colours else weights)
    return KernelFacts(
        sum=0.0 if kernel.sums_to_zero else kernel.sum,
        l1=l1,
        l2=float(np.sqrt((weights**2).sum())),
        rank=rank,
        factors=rank_one_factors(weights) if rank == 1 and not colours else None,
        symmetries=tuple(name for name in symmetries(kernel) if keeps_anchor(kernel, name)),
        antisymmetries=tuple(name for name in antisymmetries(kernel) if keeps_anchor(kernel, name)),
        zero_crossing=not colours and kernel.sums_to_zero and any(_crosses(weights.sum(axis=a), l1) for a in (0, 1)),
        peak=_peak(weights),
        channel_sums=tuple(weights.sum(axis=(1, 2)).tolist()) if colours else None,
    )


def matrix_rank(weights: Weights) -> int:
    """Singular values that stand out of rounding; 0 for a kernel of zeros."""
    values = np.linalg.svd(weights, compute_uv=False)
    return int((values > ROUNDING * max(weights.shape) * values[0]).sum()) if values[0] else 0


def rank_one_factors(weights: Weights) -> tuple[Weights, Weights]:
    """Column c and row r with weights = outer(c, r), for weights of rank 1.

    Whole numbers give whole factors, the row without a common divisor; else
    the factor that smooths (column first) sums to 1.  The sign is with the
    factor that differentiates.
    """
    i, j = np.unravel_index(np.abs(weights).argmax(), weights.shape)
    column, row = weights[:, j] / weights[i, j], weights[i]
    if (weights == np.rint(weights)).all() and np.abs(weights).max() < 2**53:
        row = row / float(np.gcd.reduce(np.abs(row).astype(np.int64)))
        column = weights[:, j] / row[j]
        scale = np.sign(_smoothing_sum(column) or _smoothing_sum(row) or 1.0)
    else:
        scale = _smoothing_sum(column) or 1 / (_smoothing_sum(row) or 1.0)
    return column / scale + 0.0, row * scale + 0.0  # + 0.0 turns -0 into 0


def _smoothing_sum(factor: Weights) -> float:
    """The sum of a factor, 0 where it is rounding only."""
    total = float(factor.sum())
    return total if abs(total) > ROUNDING * float(np.abs(factor).sum()) else 0.0


def frequency_response(weights: Weights, size: int = 64) -> Weights:
    """|H(u, v)|: the magnitude of the kernel's Fourier transform, zero frequency in the middle.

    H(u, v) = sum_ij weights[i, j] exp(-2 pi i (u j + v i)), by the FFT of the
    zero-padded kernel; the same for correlation and convolution.

    Of a filter with channels it is sqrt(sum_c |H_c|^2): the largest gain that any mix of the channels has.

    Args:
        weights: (h, w) or (C, h, w), real.
        size: samples per axis, at least; raised to the kernel's own size.

    Returns:
        float64, (N, N), N = max(size, h, w): frequencies (k - N // 2) / N cycles per pixel.
    """
    n = max(size, *weights.shape[-2:])
    gains = np.abs(np.fft.fftshift(np.fft.fft2(weights, (n, n)), axes=(-2, -1)))
    return np.asarray(gains if weights.ndim == 2 else np.sqrt((gains**2).sum(axis=0)), dtype=np.float64)


def _peak(weights: Weights) -> tuple[float, tuple[float, float]]:
    """The largest gain of all frequencies, and where it is: its hills are found on a grid and climbed.

    Of equal ones it is the lowest frequency, in the right half: that of a real kernel mirrors the left.
    """
    response = frequency_response(weights, GRID if weights.size <= MOST_FINE else 64)
    n = response.shape[0]
    hills = [((v / n, u / n), float(response[v + n // 2, u + n // 2])) for v, u in _hills(response)]
    tops = [_climbed(weights, at, gain, 1 / n) for at, gain in hills]
    most = max(gain for gain, _ in tops)
    gain, (v, u) = min((top for top in tops if top[0] >= most * (1 - EQUAL)), key=lambda top: _height(*top[1]))
    # -1/2 and 1/2 cycles per pixel are one frequency
    return gain, (abs(u) if abs(u) == 0.5 else u, abs(v) if abs(v) == 0.5 else v)


def _height(v: float, u: float) -> tuple[float, bool, bool]:
    """How high a frequency is; of opposite ones the one in the right half is the lower."""
    return round(v * v + u * u, 9), u < 0, v < 0


def _hills(response: Weights) -> list[tuple[int, int]]:
    """Some of the grid's largest gains that no neighbour surpasses, the largest first: (v, u) from the middle."""
    n = response.shape[0]
    around = np.pad(response, 1, mode="wrap")
    over = np.max([around[i : i + n, j : j + n] for i in range(3) for j in range(3)], axis=0)
    tops = np.argwhere((response >= over * (1 - EQUAL)) & (response >= NEAR * response.max()))
    rounded = np.round(response / (response.max() or 1.0), 9)
    order = sorted(tops.tolist(), key=lambda at: (-rounded[at[0], at[1]], _height(at[0] - n // 2, at[1] - n // 2)))
    return [(v - n // 2, u - n // 2) for v, u in order[:MOST_HILLS]]


def _climbed(weights: Weights, at: tuple[float, float], gain: float, reach: float) -> tuple[float, tuple[float, float]]:
    """The largest gain near a frequency (v, u), and that frequency: on ever finer grids of 5 x 5 around the best."""
    around = np.linspace(-1.0, 1.0, 5)
    while reach > FINEST:
        vs, us = ((f + reach * around).clip(-0.5, 0.5) for f in at)
        gains = _gains(weights, vs, us)
        row, column = np.unravel_index(int(gains.argmax()), gains.shape)
        if gains[row, column] > gain * (1 + EQUAL):
            gain, at = float(gains[row, column]), (float(vs[row]), float(us[column]))
        reach /= 2
    return gain, at


def _gains(weights: Weights, vs: Weights, us: Weights) -> Weights:
    """|H(u, v)| at some frequencies down and across: (len(vs), len(us)), by the sum that defines it."""
    down = np.exp(-2j * np.pi * np.outer(vs, np.arange(weights.shape[-2])))
    across = np.exp(-2j * np.pi * np.outer(np.arange(weights.shape[-1]), us))
    gains = np.abs(down @ weights @ across)
    return np.asarray(gains if weights.ndim == 2 else np.sqrt((gains**2).sum(axis=0)), dtype=np.float64)


def _crosses(profile: NDArray[Any], magnitude: float) -> bool:
    """Whether the response to a unit step across this profile takes both signs."""
    step = np.cumsum(profile[::-1])
    return bool(step.max() > ROUNDING * magnitude and step.min() < -ROUNDING * magnitude)
