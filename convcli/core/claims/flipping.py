"""Flipping: convolution as the chapter defines it, against correlation with the flipped kernel."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.plainly import agreement, turned, valid_by_loops
from convcli.core.correlation.correlate import convolve, correlate
from convcli.core.kernel.kernel import Kernel
from convcli.core.quantities import grouped, short


def flip(subject: Subject) -> Finding:
    """The package's convolution against copies of the kernel that every pixel puts down, as the definition has it.

    (x * k)[r, c] = sum_ij x[i, j] k[r - i, c - j]: pixel (i, j) adds x[i, j] k with its corner at (i, j).
    """
    given = convolve(subject.picture, subject.kernel, size="full", border="zero")
    laid = _copies_laid_down(subject.picture, subject.kernel.weights)
    by_flip = correlate(subject.picture, Kernel("turned", turned(subject.kernel.weights)), size="full", border="zero")
    magnitude = float(np.abs(subject.kernel.weights).sum()) * _peak(subject)
    one, error = agreement(given, laid, magnitude)
    two, other = agreement(by_flip, laid, magnitude)
    return Finding(
        one and two,
        f"at most {short(max(error, other))} apart at {grouped(laid.size)} outputs",
        (
            "Convolution by its definition: each pixel lays down a copy of the kernel, times its value",
            f"convolve differs by {short(error)} at most, correlation with the flipped kernel by {short(other)}",
        ),
        {"outputs": int(laid.size), "convolution_error": error, "flipped_correlation_error": other},
    )


def usually_differ(subject: Subject) -> Finding:
    """Correlation and convolution with the same kernel, compared output by output; and how many kernels do not mind."""
    a = correlate(subject.picture, subject.kernel, size="valid", precision="float64")
    b = valid_by_loops(subject.picture, turned(subject.kernel.weights))
    threshold = 1e-9 * max(1.0, float(np.abs(a).max()))
    share = float((np.abs(a - b) > threshold).mean())
    own = bool(np.array_equal(subject.kernel.weights, turned(subject.kernel.weights)))
    random = np.random.default_rng(subject.seed).integers(-3, 4, (1000, 3, 3))
    minding = sum(not np.array_equal(kernel, turned(kernel)) for kernel in random)
    holds = (share == 0 if own else share > 0.01) and minding > 900
    return Finding(
        holds,
        f"{short(100 * share)} % of the outputs differ",
        (
            f"{subject.kernel.name} is its own flip: both are the same"
            if own
            else f"{subject.kernel.name}: {grouped(round(share * a.size))} of {grouped(a.size)} outputs differ",
            f"Of 1,000 random 3 × 3 kernels, {grouped(minding)} are not their own flip",
        ),
        {"share": share, "own_flip": own, "random_kernels_that_mind": minding},
        seen=(subject.picture, subject.kernel.weights, a, b),
    )


def _copies_laid_down(plane: np.ndarray, weights: np.ndarray) -> Floats:
    (height, width), (h, w) = plane.shape, weights.shape
    total = np.zeros((height + h - 1, width + w - 1))
    for i in range(h):
        for j in range(w):
            total[i : i + height, j : j + width] += weights[i, j] * plane
    return total


def _peak(subject: Subject) -> float:
    return max(1.0, float(np.abs(subject.picture.astype(np.float64)).max()))
