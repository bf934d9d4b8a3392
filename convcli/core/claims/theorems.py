"""Theorems: what mathematics says of convolution, tried with sums that share no code with the engines."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.claims.finding import Finding, Subject
from convcli.core.claims.plainly import agreement
from convcli.core.correlation.correlate import convolve
from convcli.core.quantities import grouped, short

PART = 40  # rows and columns for sums over all pairs of samples


def commutes(subject: Subject) -> Finding:
    """x * k by the package, k * x by laying copies of the picture down, one for each weight."""
    x, k = subject.picture, subject.kernel.weights
    left = convolve(x, subject.kernel, size="full", border="zero", precision="float64")
    right = np.zeros(left.shape)
    for (i, j), weight in np.ndenumerate(k):
        right[i : i + x.shape[0], j : j + x.shape[1]] += weight * x
    holds, error = agreement(left, right, _magnitude(x, k))
    return Finding(
        holds,
        f"x * k and k * x are at most {short(error)} apart",
        (
            "x * k: the picture with the kernel, by the package",
            f"k * x: each of the kernel's {grouped(k.size)} weights lays down a copy of the picture",
            f"At {grouped(left.size)} outputs they differ by {short(error)} at most",
        ),
        {"outputs": int(left.size), "max_error": error},
    )


def transform_product(subject: Subject) -> Finding:
    """The transform of x * k, summed directly, against the product of both transforms, at every frequency."""
    x, k = _part(subject), subject.kernel.weights
    shape = x.shape[0] + k.shape[0] - 1, x.shape[1] + k.shape[1] - 1
    result = convolve(x, subject.kernel, size="full", border="zero", precision="float64")
    left = _transform(result, shape)
    right = _transform(x, shape) * _transform(k, shape)
    error = float(np.abs(left - right).max())
    bound = 1e-9 * max(1.0, float(np.abs(right).max()))
    return Finding(
        error <= bound,
        f"{grouped(left.size)} frequencies, at most {short(error)} apart",
        (
            f"Each frequency of {shape[0]} × {shape[1]} was summed by itself, without a fast transform",
            f"Transform of x * k against transform of x times transform of k: {short(error)} apart at most, "
            f"where the largest is {short(float(np.abs(right).max()))}",
        ),
        {"frequencies": int(left.size), "max_error": error, "largest": float(np.abs(right).max())},
    )


def sequences_and_impulse(subject: Subject) -> Finding:
    """Sequences as polynomials' coefficients; the impulse leaves sequences and pictures as they are, and moves them."""
    a, b = subject.picture[0, :PART].astype(np.float64), np.array([2.0, -1.0, 3.0])
    product = convolve(a[np.newaxis], b[np.newaxis], size="full", border="zero", precision="float64")[0]
    points = np.linspace(-0.9, 0.9, 11)
    error = float(np.abs(_value(product, points) - _value(a, points) * _value(b, points)).max())
    unit = convolve(subject.picture, np.array([[1.0]]))
    late = convolve(a[np.newaxis], np.array([[0.0, 0.0, 1.0]]), size="full", border="zero")[0]
    stays = bool(np.array_equal(unit, subject.picture))
    moves = bool(np.array_equal(late[2 : 2 + a.size], a) and not late[:2].any())
    holds = stays and moves and error <= 1e-9 * max(1.0, float(np.abs(a).sum()))
    return Finding(
        holds,
        f"the impulse changes {'nothing' if stays else 'something'}; products of series agree to {short(error)}",
        (
            f"A row of the picture and 2 -1 3, as coefficients: the convolution's series is the product of theirs at "
            f"{points.size} points, within {short(error)}",
            "Convolving with the unit impulse gives back the picture, sample by sample" if stays else "It did not",
            "An impulse two steps late moves a sequence by two steps" if moves else "It did not move it",
        ),
        {"series_error": error, "unit": stays, "shift": moves},
    )


def _part(subject: Subject) -> Array:
    return np.asarray(subject.picture[:PART, : PART + 5])


def _transform(plane: Array, shape: tuple[int, int]) -> Array:
    """sum x[r, c] exp(-2 pi i (u r / H + v c / W)), as two products with matrices of exponentials."""
    waves = [
        np.exp(-2j * np.pi * np.outer(np.arange(length), np.arange(n)) / length)
        for length, n in zip(shape, plane.shape, strict=True)
    ]
    return np.asarray(waves[0] @ plane.astype(np.float64) @ waves[1].T)


def _value(coefficients: Floats, points: Floats) -> Floats:
    total = np.zeros_like(points)
    for coefficient in coefficients[::-1]:
        total = total * points + coefficient
    return total


def _magnitude(x: Array, k: Array) -> float:
    return max(1.0, float(np.abs(x.astype(np.float64)).max())) * float(np.abs(k).sum())
