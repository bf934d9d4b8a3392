"""Sums over all pairs: the normal equations, and what a kernel leaves unexplained."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Floats
from convcli.core.learning.pairs import EXACT_PAIRS, Pairs
from convcli.core.learning.tiles import Tile

Tiles = Iterator[tuple[int, Tile]]
STRIP_ROWS = 8


@dataclass
class Moments:
    """Sums over the pairs (x, t) of one kernel, in scaled units, with z = (x, 1, t).

    Attributes:
        products: (K + 2, K + 2), sum of z z'.
        clamped, not_finite: pairs that were left out.
    """

    products: Floats
    clamped: int = 0
    not_finite: int = 0

    @property
    def count(self) -> int:
        """Pairs that took part."""
        return round(float(self.products[-2, -2]))

    @property
    def mean(self) -> Floats:
        """Mean window, (K,)."""
        mean: Floats = self.products[:-2, -2] / self.products[-2, -2]
        return mean

    @property
    def gram(self) -> Floats:
        """sum (x - mean) (x - mean)', (K, K)."""
        sums = self.products[:-2, -2]
        gram: Floats = self.products[:-2, :-2] - np.outer(sums, sums) / self.products[-2, -2]
        return gram

    @property
    def moment(self) -> Floats:
        """sum (x - mean) (t - mean of t), (K,)."""
        moment: Floats = self.products[:-2, -1] - self.products[:-2, -2] * self.value_mean
        return moment

    @property
    def value_mean(self) -> float:
        """Mean of t."""
        return float(self.products[-1, -2] / self.products[-2, -2])

    def add(self, other: Moments) -> None:
        """Add the sums of other pairs."""
        self.products += other.products
        self.clamped += other.clamped
        self.not_finite += other.not_finite


@dataclass
class Residuals:
    """What (weights, bias) leave of the values, t - weights.x - bias, in scaled units.

    Attributes:
        squares: their sum of squares; low, high: the least and the largest.
        total: their sum; against: (K,), sum of residual times window.
    """

    against: Floats
    squares: float = 0.0
    low: float = 0.0
    high: float = 0.0
    total: float = 0.0

    def add(self, other: Residuals) -> None:
        """Add the sums of other pairs."""
        self.against += other.against
        self.squares += other.squares
        self.low, self.high = min(self.low, other.low), max(self.high, other.high)
        self.total += other.total


Advance = Callable[[int], None]


def moments(pairs: Pairs, jobs: int | None, advance: Advance) -> list[Moments]:
    """The sums behind the normal equations, for each kernel; one pass."""
    size = pairs.weights + 2

    def work(tiles: Tiles) -> list[Moments]:
        sums = [Moments(np.zeros((size, size))) for _ in range(pairs.kernels)]
        for index, tile in tiles:
            _add_products(_rows(tile), sums[index].products)
            sums[index].clamped += tile.clamped
            sums[index].not_finite += tile.not_finite
        for moment in sums:
            _mirror(moment.products)
        return sums

    return _summed(pairs.map(work, jobs, np.float32 if pairs.narrow else np.float64), advance)


def _rows(tile: Tile) -> Floats:
    """Rows z = (x, 1, t); a pair that is left out is a column of zeros."""
    stack = tile.stack
    stack[-2], stack[-1] = 1.0, tile.values
    return stack if tile.keep is None else stack * tile.keep.astype(stack.dtype)


def _add_products(stack: Floats, products: Floats) -> None:
    """Add the upper half of stack @ stack.T, in float64; of float32 in pieces short enough to be exact."""
    size, pairs = stack.shape
    if stack.dtype != np.float32:
        # Thin products run about twice as fast as one that the BLAS packs first.
        strip = STRIP_ROWS if size <= 16 * STRIP_ROWS else size
        for row in range(0, size, strip):
            products[row : row + strip, row:] += stack[row : row + strip] @ stack[row:].T
        return
    whole = pairs - pairs % EXACT_PAIRS
    pieces = stack[:, :whole].reshape(size, -1, EXACT_PAIRS).transpose(1, 0, 2)  # all in one call, inside C
    products += np.matmul(pieces, pieces.transpose(0, 2, 1)).sum(axis=0, dtype=np.float64)
    products += stack[:, whole:] @ stack[:, whole:].T


def _mirror(products: Floats) -> None:
    """Make the lower half what the upper one is."""
    lower = np.tril_indices(len(products), -1)
    products[lower] = products.T[lower]


def residuals(
    pairs: Pairs,
    weights: Sequence[Floats],
    biases: Sequence[float],
    jobs: int | None,
    advance: Advance,
    target: NDArray[np.float32] | None = None,
) -> list[Residuals]:
    """What each kernel leaves, in scaled units; one pass.

    Args:
        target: of AFTER's shape; filled with the residuals, in AFTER's units, where pairs take part.
    """

    def work(tiles: Tiles) -> list[Residuals]:
        sums = [Residuals(np.zeros(pairs.weights)) for _ in range(pairs.kernels)]
        for index, tile in tiles:
            left = tile.values - weights[index] @ tile.windows
            left -= biases[index]
            if target is not None:
                _draw(target, tile, left * pairs.after_scale.unit)
            if tile.keep is not None:
                left *= tile.keep
            ends = float(left.min()), float(left.max())
            sums[index].add(Residuals(tile.windows @ left, float(left @ left), *ends, float(left.sum())))
        return sums

    return _summed(pairs.map(work, jobs), advance)


def _draw(target: NDArray[np.float32], tile: Tile, left: Floats) -> None:
    shown = left if tile.keep is None else np.where(tile.keep, left, np.nan)
    place = target[tile.place]
    place[:] = shown.reshape(place.shape)


def _summed(chunks: Iterator[list], advance: Advance) -> list:  # type: ignore[type-arg]
    total = next(chunks)
    advance(1)
    for chunk in chunks:
        for sums, more in zip(total, chunk, strict=True):
            sums.add(more)
        advance(1)
    return total
