"""The families that are computed: each returns float64 weights, written for correlation.

Positions are measured in pixels from the middle of the kernel: x to the right,
y downwards.  Angles turn counter-clockwise as seen on the screen.  A size or
sigma is one number, or two: for rows (down, y) and for columns (across, x).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from convcli.core.arrays import Weights
from convcli.errors import OptionError
from convcli.kernels.catalogue.recipe import LARGEST_SIZE

# Farid & Simoncelli, 2004, table I, 5 taps: p interpolates, d differentiates
FARID_P = (0.0376593171958126, 0.249153396177344, 0.426374573253687, 0.249153396177344, 0.0376593171958126)
FARID_D = (-0.109603762960254, -0.276690988455557, 0.0, 0.276690988455557, 0.109603762960254)
Sides = int | tuple[int, int]
Spread = float | tuple[float, float]
MOTION_SAMPLES = 32  # a pixel's share of the line is counted on a grid of 32 x 32


def both(value: Any) -> Any:
    """A number for rows and one for columns, from one for both or two."""
    return value if isinstance(value, tuple) else (value, value)


def identity(size: Sides) -> Weights:
    """1 at the anchor (size // 2 in both axes), else 0."""
    height, width = both(size)
    weights = np.zeros((height, width))
    weights[height // 2, width // 2] = 1.0
    return weights


def box(size: Sides) -> Weights:
    """1 / (rows * columns) everywhere."""
    height, width = both(size)
    return np.full((height, width), 1.0 / (height * width))


def gaussian(sigma: Spread, size: Sides | None = None) -> Weights:
    """exp(-(x^2 / (2 across^2) + y^2 / (2 down^2))), sampled and divided by its sum."""
    down, across = both(sigma)
    height, width = sides(size, (3 * down, 3 * across), "gaussian")
    return np.outer(_bell(down, height), _bell(across, width))


def binomial(size: Sides) -> Weights:
    """C(rows-1, i) C(columns-1, j) / 2^(rows-1 + columns-1)."""
    height, width = both(size)
    return np.outer(_pascal(height), _pascal(width))


def _pascal(size: int) -> Weights:
    return np.array([math.comb(size - 1, i) / 2 ** (size - 1) for i in range(size)])


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


def gaussian_x(sigma: Spread, size: Sides | None) -> Weights:
    """x / across^2 * gaussian: correlation with it is the derivative of the smoothed picture."""
    weights = gaussian(sigma, size)
    return np.asarray(weights * _positions(weights.shape[1]) / both(sigma)[1] ** 2, dtype=np.float64)


def gaussian_y(sigma: Spread, size: Sides | None) -> Weights:
    """y / down^2 * gaussian, y downwards."""
    weights = gaussian(sigma, size)
    return np.asarray(weights * _positions(weights.shape[0])[:, None] / both(sigma)[0] ** 2, dtype=np.float64)


def laplacian_of_gaussian(sigma: Spread, size: Sides | None) -> Weights:
    """((x^2 - across^2) / across^4 + (y^2 - down^2) / down^4) * gaussian, less its mean, so that it sums to 0."""
    (down, across), weights = both(sigma), gaussian(sigma, size)
    y, x = (_positions(side) ** 2 for side in weights.shape)
    weights = weights * np.add.outer((y - down**2) / down**4, (x - across**2) / across**4)
    return np.asarray(weights - weights.mean(), dtype=np.float64)


def difference_of_gaussians(sigma1: Spread, sigma2: Spread, size: Sides | None) -> Weights:
    """gaussian of sigma1 less gaussian of sigma2, both of one size."""
    down, across = (max(pair) for pair in zip(both(sigma1), both(sigma2), strict=True))
    size = sides(size, (3 * down, 3 * across), "dog")
    return gaussian(sigma1, size) - gaussian(sigma2, size)


def unsharp(sigma: Spread, amount: float, size: Sides | None) -> Weights:
    """(1 + amount) identity - amount gaussian."""
    blur = gaussian(sigma, size)
    return (1 + amount) * identity((blur.shape[0], blur.shape[1])) - amount * blur


def gabor(
    theta: float, wavelength: float, sigma: float, gamma: float, phase: float, size: Sides | None = None
) -> Weights:
    """exp(-(x'^2 + gamma^2 y'^2) / (2 sigma^2)) cos(2 pi x' / wavelength + phase).

    x' runs in the direction theta, counter-clockwise from the right; y' across it.
    """
    height, width = sides(size, both(3 * sigma / min(gamma, 1)), "gabor")
    x, y = _positions(width)[None, :], _positions(height)[:, None]
    cos, sin = math.cos(math.radians(theta)), math.sin(math.radians(theta))
    along, across = x * cos - y * sin, x * sin + y * cos
    envelope = np.exp(-(along**2 + (gamma * across) ** 2) / (2 * sigma**2))
    return np.asarray(envelope * np.cos(2 * np.pi * along / wavelength + math.radians(phase)), dtype=np.float64)


def sides(size: Sides | None, reach: tuple[float, float], name: str) -> tuple[int, int]:
    """Rows and columns: those that are given, or enough for the reach down and across."""
    height, width = both(size)
    if height is None or width is None:
        return auto_size(reach[0], name), auto_size(reach[1], name)
    return height, width


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
