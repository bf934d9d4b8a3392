"""Banks that are computed: each yields (suffix of the name, weights), written for correlation."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from convcli.core.arrays import Weights
from convcli.errors import OptionError
from convcli.kernels.catalogue.formulas import Sides, both, gabor
from convcli.kernels.catalogue.recipe import MOST_WEIGHTS, Rows

Members = Iterator[tuple[str, Weights]]

COMPASS = ("n", "nw", "w", "sw", "s", "se", "e", "ne")  # counter-clockwise as seen on the screen
_RING = ((0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1))  # the same sense, [row, column]

LAWS = {"e5": (-1, -2, 0, 2, 1), "s5": (-1, 0, 2, 0, -1), "r5": (1, -4, 6, -4, 1)}

_ROOT2 = math.sqrt(2)
FREI_CHEN: tuple[tuple[float, Rows], ...] = (  # divisor, rows
    (2 * _ROOT2, ((1, _ROOT2, 1), (0, 0, 0), (-1, -_ROOT2, -1))),
    (2 * _ROOT2, ((1, 0, -1), (_ROOT2, 0, -_ROOT2), (1, 0, -1))),
    (2 * _ROOT2, ((0, -1, _ROOT2), (1, 0, -1), (-_ROOT2, 1, 0))),
    (2 * _ROOT2, ((_ROOT2, -1, 0), (-1, 0, 1), (0, 1, -_ROOT2))),
    (2, ((0, 1, 0), (-1, 0, -1), (0, 1, 0))),
    (2, ((-1, 0, 1), (0, 0, 0), (1, 0, -1))),
    (6, ((1, -2, 1), (-2, 4, -2), (1, -2, 1))),
    (6, ((-2, 1, -2), (1, 4, 1), (-2, 1, -2))),
    (3, ((1, 1, 1), (1, 1, 1), (1, 1, 1))),
)


def compass(north: Rows) -> Members:
    """The eight turns of a 3x3 mask by 45 degrees: the outer ring moves on by one each time."""
    weights = np.array(north, dtype=np.float64)
    rows, columns = np.transpose(_RING)
    for direction in COMPASS:
        yield direction, weights
        turned = weights.copy()
        turned[rows, columns] = np.roll(weights[rows, columns], 1)
        weights = turned


def frei_chen() -> Members:
    """1-2 edges, 3-4 ripples, 5-6 lines, 7-8 discrete Laplacians, 9 the mean; orthonormal."""
    for number, (divisor, rows) in enumerate(FREI_CHEN, start=1):
        yield str(number), np.array(rows, dtype=np.float64) / divisor


def laws() -> Members:
    """Outer products, the first vector down the columns and the second along the rows."""
    for down, rows in LAWS.items():
        for along, columns in LAWS.items():
            yield down + along, np.outer(rows, columns).astype(np.float64)


def gabor_bank(
    orientations: int, wavelength: float, sigma: float | None, gamma: float, phase: float, size: Sides | None
) -> Members:
    """Gabor kernels in directions 0, 180 / orientations, ... degrees, sigma wavelength / 2."""
    sigma = wavelength / 2 if sigma is None else sigma
    first = gabor(0, wavelength, sigma, gamma, phase, size)
    _refuse_too_many("gabor", orientations, first.size)
    yield "0", first
    for k in range(1, orientations):
        theta = 180 * k / orientations
        yield f"{theta:.4g}", gabor(theta, wavelength, sigma, gamma, phase, size)


def random_bank(count: int, size: Sides, seed: int, channels: int) -> Members:
    """Normal weights, variance 2 / (channels * rows * columns): (rows, columns), or (channels, rows, columns)."""
    height, width = both(size)
    _refuse_too_many("random", count, channels * height * width)
    random = np.random.default_rng(seed)
    shape = (height, width) if channels == 1 else (channels, height, width)
    digits = len(str(count - 1))
    for number in range(count):
        yield f"{number:0{digits}d}", random.normal(0.0, math.sqrt(2 / (channels * height * width)), shape)


def _refuse_too_many(name: str, count: int, each: int) -> None:
    if count * each > MOST_WEIGHTS:
        raise OptionError(
            f"kernel bank:{name}", f"{count} kernels of {each} weights", f"a bank has at most {MOST_WEIGHTS:,} in all"
        )
