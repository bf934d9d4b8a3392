"""Fourier: tiles multiplied in the frequency domain (overlap-save).

The product of a tile's transform with the conjugate of the kernel's is the
transform of their circular correlation; where the window does not wrap round
the tile that is the correlation itself.  Tiles overlap by the window's reach,
so the cost of a sample hardly depends on the kernel's size.

The transforms are float64 whatever the picture: NumPy's float32 transforms are
slower here, and float64 leaves an error so small that whole numbers can be
rounded back to the exact result, which `cost` proves before it offers to.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.bands import Scratch
from convcli.core.geometry import extent
from convcli.core.problem import Problem

NAME = "fourier"

Array = NDArray[Any]
# Measured on two cores with AVX-512, November 2026, for one sample of a tile in cache:
NS_FORWARD = 3.2
NS_INVERSE = 3.7
NS_MULTIPLY = 0.3
NS_HANDED_OVER = 0.6  # gather a channel, copy the tile's inside out
NS_FIXED = 150_000.0  # a picture of next to nothing
CACHED_TILE = 256 * 256  # samples of a tile beyond which the transforms begin to wait for memory,
WAITING = 0.12  # by this share more for every doubling
TILE_OVERHEAD = 10_000  # samples that could be transformed in the time of a tile's dozen calls
TILES = 8  # at least, where the kernel leaves the choice: two threads share them evenly
LARGEST_TILE = 4096
_INTO = np.lib.NumpyVersion(np.__version__) >= "2.0.0"  # earlier transforms have no `out`
ROUNDING = 8.0  # times log2(N): a generous constant for the error of a transform of N samples


@dataclass(frozen=True)
class Tiling:
    """Tile sizes, and the output rows and columns of one tile.

    Attributes:
        height, width: of a tile, fast lengths for the transform.
        rows, columns: outputs (after the stride) that one tile gives.
    """

    height: int
    width: int
    rows: int
    columns: int

    def samples(self, problem: Problem) -> int:
        """Samples of all tiles of one channel; what a tile costs beside its samples counted as some more."""
        down = -(-problem.out_height // self.rows)
        across = -(-problem.out_width // self.columns)
        return down * across * (self.height * self.width + TILE_OVERHEAD)


def cost(problem: Problem) -> float | None:
    """Nanoseconds, one thread; None where rounding could miss an exact integer."""
    tiling = _tiling(problem)
    if tiling is None or (problem.exact and not _provably_exact(problem, tiling)):
        return None
    maps = problem.filters * problem.out_channels
    multiplied = problem.filters * problem.channels
    per_sample = (
        (NS_FORWARD + NS_HANDED_OVER) * problem.channels
        + NS_MULTIPLY * multiplied
        + (NS_INVERSE + NS_HANDED_OVER) * maps
    )
    waiting = 1 + WAITING * max(0.0, math.log2(tiling.height * tiling.width / CACHED_TILE))
    return NS_FIXED + tiling.samples(problem) * per_sample * waiting


def prepare(problem: Problem) -> FourierRunner:
    """A runner with the kernels' transforms computed once."""
    tiling = _tiling(problem)
    assert tiling is not None
    return FourierRunner(problem, tiling)


class FourierRunner:
    """Transform, multiply and transform back, tile by tile along one strip."""

    dtype = np.dtype(np.float64)
    spreads = True

    def __init__(self, problem: Problem, tiling: Tiling) -> None:
        self.problem, self.tiling = problem, tiling
        self.band_rows = tiling.rows
        dilated = _dilated(problem)
        # Correlation, not convolution: the conjugate.
        self.spectra = np.conj(np.fft.rfft2(dilated, s=(tiling.height, tiling.width)))

    def run(self, strip: Array, target: Array | None, scratch: Scratch) -> Array:
        """Correlate one strip; see `bands.Runner`."""
        problem = self.problem
        solid = strip.reshape(strip.shape[0], problem.padded_width, problem.channels)
        if target is None:
            target = scratch.array("responses", problem.band_shape(strip.shape[0]), problem.result_dtype)
        for first in range(0, problem.out_width, self.tiling.columns):
            left = first * problem.stride
            tile = solid[:, left : left + self.tiling.width]
            self._tile(tile, target[:, first : first + self.tiling.columns], scratch)
        return target

    def _tile(self, tile: Array, out: Array, scratch: Scratch) -> None:
        problem = self.problem
        transforms = [self._transform(tile, channel, scratch) for channel in range(problem.channels)]
        for f in range(problem.filters):
            if problem.mixing:
                self._hand_over(self._mixed(transforms, self.spectra[f], scratch), out[:, :, f, 0], scratch)
                continue
            for channel, transform in enumerate(transforms):
                product = np.multiply(transform, self.spectra[f, 0], out=self._work("product", scratch))
                self._hand_over(product, out[:, :, f, channel], scratch)

    def _mixed(self, transforms: list[Array], spectra: Array, scratch: Scratch) -> Array:
        """The sum over channels of transform times spectrum."""
        total, part = self._work("product", scratch), self._work("part", scratch)
        np.multiply(transforms[0], spectra[0], out=total)
        for transform, spectrum in zip(transforms[1:], spectra[1:], strict=True):
            np.add(total, np.multiply(transform, spectrum, out=part), out=total)
        return total

    def _work(self, name: str, scratch: Scratch) -> Array:
        return scratch.array(name, self.spectra.shape[2:], np.complex128)

    def _transform(self, tile: Array, channel: int, scratch: Scratch) -> Array:
        """The transform of one channel of a tile, zeros where the strip ends before the tile does."""
        whole = scratch.array("plane", (self.tiling.height, self.tiling.width), np.float64)
        height, width = tile.shape[:2]
        whole[:height, :width] = tile[:, :, channel]
        whole[height:] = 0
        whole[:height, width:] = 0
        transform = self._work(f"transform-{channel}", scratch)
        return _rfft2(whole, transform)

    def _hand_over(self, product: Array, out: Array, scratch: Scratch) -> None:
        """The part of the circular correlation where the window does not wrap round, every stride-th sample."""
        stride = self.problem.stride
        correlated = _irfft2(product, scratch.array("plane", (self.tiling.height, self.tiling.width), np.float64))
        inside = correlated[: out.shape[0] * stride : stride, : out.shape[1] * stride : stride]
        if self.problem.exact:
            inside = np.rint(inside)
        np.copyto(out, inside, casting="unsafe")


def _rfft2(plane: Array, transform: Array) -> Array:
    """numpy.fft.rfft2 into memory that is kept: fresh pages take longer than the transform itself."""
    if not _INTO:
        return np.fft.rfft2(plane)
    np.fft.rfft(plane, axis=1, out=transform)
    return np.asarray(np.fft.fft(transform, axis=0, out=transform))


def _irfft2(product: Array, plane: Array) -> Array:
    """numpy.fft.irfft2; the product may be overwritten."""
    if not _INTO:
        return np.fft.irfft2(product, s=plane.shape)
    np.fft.ifft(product, axis=0, out=product)
    return np.asarray(np.fft.irfft(product, n=plane.shape[1], axis=1, out=plane))


def _dilated(problem: Problem) -> Array:
    """The kernels with zeros between their taps, (F, D, rows, columns)."""
    filters, depth, height, width = problem.weights.shape
    step = problem.dilation
    whole = np.zeros((filters, depth, extent(height, step), extent(width, step)))
    whole[:, :, ::step, ::step] = problem.weights
    return whole


@functools.lru_cache(maxsize=4)  # a Problem is its own key: cost asks, then prepare
def _tiling(problem: Problem) -> Tiling | None:
    """The tile with the fewest samples in all, from lengths that transform fast; None if none is large enough."""
    heights, rows = _candidates(problem.kernel_height, problem.out_height, problem)
    widths, columns = _candidates(problem.kernel_width, problem.out_width, problem)
    if not heights.size or not widths.size:
        return None
    bands = -(-problem.out_height // rows)[:, np.newaxis]
    tiles = (bands + bands % 2) * -(-problem.out_width // columns)  # of an odd number of bands one thread gets one more
    burdens = _burdens(tiles, heights[:, np.newaxis] * widths)
    down, across = np.unravel_index(int(burdens.argmin()), burdens.shape)
    return Tiling(int(heights[down]), int(widths[across]), int(rows[down]), int(columns[across]))


def _burdens(tiles: Array, sizes: Array) -> Array:
    """Samples of all tiles, weighted for tiles too large for the cache and for too few of them to share."""
    few = np.where(sizes > CACHED_TILE, np.maximum(0.0, 1 - tiles / TILES), 0.0)
    return np.asarray(
        tiles * (sizes + TILE_OVERHEAD) * (1 + WAITING * np.maximum(0.0, np.log2(sizes / CACHED_TILE)) + few)
    )


def _candidates(taps: int, outputs: int, problem: Problem) -> tuple[Array, Array]:
    """Tile lengths and their outputs along one axis; no tile longer than the whole axis needs."""
    reach = extent(taps, problem.dilation) - 1
    needed = (outputs - 1) * problem.stride + 1 + reach
    lengths = _fast_lengths()
    lengths = lengths[(lengths > reach) & (lengths <= lengths[np.searchsorted(lengths, needed) :].min(initial=1 << 30))]
    return lengths, np.minimum((lengths - reach - 1) // problem.stride + 1, outputs)


@functools.cache
def _fast_lengths() -> Array:
    """Even lengths of factors 2, 3 and 5, up to four times the largest tile that is worth its memory."""
    powers = (2**a * 3**b * 5**c for a in range(1, 13) for b in range(3) for c in range(3))
    return np.array(sorted(length for length in set(powers) if 16 <= length <= 4 * LARGEST_TILE))


def _provably_exact(problem: Problem, tiling: Tiling) -> bool:
    """Whether the transforms' error stays below 1/4, so that rounding gives the exact integer.

    |error| <= eps * c * log2(N) * |tile|_2 * sum|k|, with |tile|_2 <= sqrt(N) * magnitude.
    """
    samples = tiling.height * tiling.width
    growth = ROUNDING * math.log2(samples) * math.sqrt(samples)
    return float(np.finfo(np.float64).eps) * growth * problem.magnitude * problem.gain < 0.25
