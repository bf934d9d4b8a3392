"""The families that are computed: each returns float64 weights, written for correlation.

Positions are measured in pixels from the middle of the kernel: x to the right,
y downwards.  Angles turn counter-clockwise as seen on the screen.
"""

from __future__ import annotations

import math

import numpy as np

from convcli.core.arrays import Weights
from convcli.errors import OptionError
from convcli.kernels.catalogue.recipe import LARGEST_SIZE

# Farid & Simoncelli, 2004, table I, 5 taps: p interpolates, d differentiates
FARID_P = (0.0376593171958126, 0.249153396177344, 0.426374573253687, 0.249153396177344, 0.0376593171958126)
FARID_D = (-0.109603762960254, -0.276690988455557, 0.0, 0.276690988455557, 0.109603762960254)
MOTION_SAMPLES = 32  # a pixel's share of the line is counted on a grid of 32 x 32


def identity(size: int) -> Weights:
    """1 at the anchor (size // 2 in both axes), else 0."""
    weights = np.zeros((size, size))
    weights[size // 2, size // 2] = 1.0
    return weights


def box(size: int) -> Weights:
    """1 / size^2 everywhere."""
    return np.full((size, size), 1.0 / size**2)


def gaussian(sigma: float, size: int | None = None) -> Weights:
    """exp(-(x^2 + y^2) / (2 sigma^2)), sampled and divided by its sum."""
    bell = _bell(sigma, size or auto_size(3 * sigma, "gaussian"))
    return np.outer(bell, bell)


def binomial(size: int) -> Weights:
    """C(size-1, i) C(size-1, j) / 4^(size-1)."""
    row = np.array([math.comb(size - 1, i) / 2 ** (size - 1) for i in range(size)])
    return np.outer(row, row)


def motion(length: float, angle: float) -> Weights:
    """The share of each pixel that a line of length x 1 covers, divided by the sum.

    The line passes through the middle at `angle` degrees, 0 horizontal.
    """
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along = _midpoints(length, math.ceil(length * MOTION_SAMPLES))
    across = _midpoints(1.0, MOTION_SAMPLES)
    x = np.add.outer(along * cos, across * sin)
    y = np.add.outer(along * -sin, across * cos)
    right, down = _reach(abs(length * cos) + abs(sin)), _reach(abs(length * sin) + abs(cos))
    width, height = 2 * right + 1, 2 * down + 1
    place = (np.rint(y).astype(np.intp) + down) * width + np.rint(x).astype(np.intp) + right
    counts = np.bincount(place.ravel(), minlength=width * height).reshape(height, width)
    counts = counts + counts[::-1, ::-1]  # a sample on the line between two pixels goes either way
    return counts / float(counts.sum())


def disk(radius: float) -> Weights:
    """The share of each pixel that a disk of that radius covers, divided by the sum."""
    reach = _reach(2 * radius)
    corners = np.arange(-reach, reach + 2) - 0.5
    area = _area_from_centre(np.abs(corners)[:, None], np.abs(corners)[None, :], radius)
    signed = area * np.sign(corners)[:, None] * np.sign(corners)[None, :]
    share = np.maximum(np.diff(np.diff(signed, axis=0), axis=1), 0.0)
    return np.asarray(share / share.sum(), dtype=np.float64)


def farid_x() -> Weights:
    """p down the columns, d along the rows."""
    return np.outer(FARID_P, FARID_D)


def farid_y() -> Weights:
    """d down the columns, p along the rows."""
    return np.outer(FARID_D, FARID_P)


def gaussian_x(sigma: float, size: int | None) -> Weights:
    """x / sigma^2 * gaussian: correlation with it is the derivative of the smoothed picture."""
    weights = gaussian(sigma, size)
    return weights * _positions(weights.shape[1]) / sigma**2


def gaussian_y(sigma: float, size: int | None) -> Weights:
    """y / sigma^2 * gaussian, y downwards."""
    return gaussian_x(sigma, size).T


def laplacian_of_gaussian(sigma: float, size: int | None) -> Weights:
    """(x^2 + y^2 - 2 sigma^2) / sigma^4 * gaussian, less its mean, so that it sums to 0."""
    weights = gaussian(sigma, size)
    square = _positions(weights.shape[0]) ** 2
    weights = weights * (np.add.outer(square, square) - 2 * sigma**2) / sigma**4
    return np.asarray(weights - weights.mean(), dtype=np.float64)


def difference_of_gaussians(sigma1: float, sigma2: float, size: int | None) -> Weights:
    """gaussian of sigma1 less gaussian of sigma2, both of one size."""
    size = size or auto_size(3 * max(sigma1, sigma2), "dog")
    return gaussian(sigma1, size) - gaussian(sigma2, size)


def unsharp(sigma: float, amount: float, size: int | None) -> Weights:
    """(1 + amount) identity - amount gaussian."""
    blur = gaussian(sigma, size)
    return (1 + amount) * identity(blur.shape[0]) - amount * blur


def gabor(
    theta: float, wavelength: float, sigma: float, gamma: float, phase: float, size: int | None = None
) -> Weights:
    """exp(-(x'^2 + gamma^2 y'^2) / (2 sigma^2)) cos(2 pi x' / wavelength + phase).

    x' runs in the direction theta, counter-clockwise from the right; y' across it.
    """
    size = size or auto_size(3 * sigma / min(gamma, 1), "gabor")
    x, y = _positions(size)[None, :], _positions(size)[:, None]
    cos, sin = math.cos(math.radians(theta)), math.sin(math.radians(theta))
    along, across = x * cos - y * sin, x * sin + y * cos
    envelope = np.exp(-(along**2 + (gamma * across) ** 2) / (2 * sigma**2))
    return np.asarray(envelope * np.cos(2 * np.pi * along / wavelength + math.radians(phase)), dtype=np.float64)


def auto_size(reach: float, name: str) -> int:
    """2 * ceil(reach) + 1, or an error where that is too large to allocate."""
    size = 2 * math.ceil(reach) + 1
    if size > LARGEST_SIZE:
        raise OptionError(
            f"kernel {name}", "size=auto", f"it would be {size}; give size, at most {LARGEST_SIZE}, or smaller values"
        )
    return size


def _bell(sigma: float, size: int) -> Weights:
    # measured from the nearest pixel, so that a tiny sigma on an even size does not underflow to 0 / 0
    square = _positions(size) ** 2
    bell = np.exp(-(square - square.min()) / (2 * sigma**2))
    return np.asarray(bell / bell.sum(), dtype=np.float64)


def _positions(size: int) -> Weights:
    return np.arange(size, dtype=np.float64) - (size - 1) / 2


def _midpoints(length: float, count: int) -> Weights:
    return np.asarray(((np.arange(count) + 0.5) / count - 0.5) * length, dtype=np.float64)


def _reach(extent: float) -> int:
    # pixels beyond the middle one that an extent of that many pixels touches, by more than rounding
    return max(math.ceil(extent / 2 - 0.5 - 1e-9), 0)


def _area_from_centre(y: Weights, x: Weights, radius: float) -> Weights:
    """Area of the disk within [0, x] x [0, y], for x and y >= 0."""
    x, y = np.minimum(x, radius), np.minimum(y, radius)
    crossing = np.minimum(np.sqrt(radius**2 - y**2), x)  # where the rectangle's far side leaves the disk
    return np.asarray(crossing * y + _under_arc(x, radius) - _under_arc(crossing, radius), dtype=np.float64)


def _under_arc(x: Weights, radius: float) -> Weights:
    """Integral of sqrt(radius^2 - t^2) for t from 0 to x."""
    height = np.sqrt(np.maximum(radius**2 - x**2, 0.0))
    return np.asarray((x * height + radius**2 * np.arcsin(np.minimum(x / radius, 1.0))) / 2, dtype=np.float64)
