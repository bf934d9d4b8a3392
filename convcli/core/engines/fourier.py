"""Fourier: tiles multiplied in the frequency domain (overlap-save).

The product of a tile's transform with the conjugate of the kernel's is the
transform of their circular correlation; where the window does not wrap round
the tile that is the correlation itself.  Tiles overlap by the window's reach,
so the cost of a sample hardly depends on the kernel's size.

Floats are transformed in their own precision.  Whole numbers are transformed in
float64, which leaves an error so small that they can be rounded back to the
exact result, which is proved before it is offered.  Of anything else the error
reaches every output of a tile: `evenness` says how far, and which strips may be
transformed.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arithmetic.transform import KEEPS_FLOAT32, Transform
from convcli.core.arrays import Array
from convcli.core.engines.costs import costs
from convcli.core.engines.engine import NANOSECOND, Offer, Work, is_layer
from convcli.core.engines.evenness import ALLOWED, Bounds, even_enough, most_samples, uneven_share
from convcli.core.geometry import extent
from convcli.core.problem.problem import Problem

NARROW = 0.65  # of float64's time for float32
CACHED_TILE = 1 << 20  # bytes of a tile beyond which the transforms begin to wait for memory,
WAITING = 0.25  # by this share more for every doubling
TILE_OVERHEAD = 10_000  # samples that could be transformed in the time of a tile's dozen calls
TILES = 8  # at least, where the kernel leaves the choice: two threads share them evenly,
FEW = 256 * 256  # and a tile has at least so many samples
LARGEST_TILE = 4096
LARGEST_BAND = 1 << 21  # responses,
TALL = 4  # or so many times the kernel's height
FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)
MAGNITUDES = {4: 2.0**40, 8: 2.0**400}  # of samples, and of sums |k|, whose products and transforms are normal numbers
SMOOTH, NOISE = 0.75, 8.0  # shares of sum |k| and of |k|_2 in the error of an output: measured, see `evenness`
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


def offer(problem: Problem) -> Offer | None:
    """Transforms; none where no tile is large enough, or rounding could miss an exact integer."""
    dtype = None if is_layer(problem) else _dtype(problem)
    tiling = None if dtype is None else _tiling(problem, dtype)
    if dtype is None or tiling is None or (problem.exact and not _provably_exact(problem, tiling)):
        return None
    runner = partial(FourierRunner, problem, tiling)
    wider = partial(runner, FLOAT64) if dtype != FLOAT64 else None
    seconds = _nanoseconds(problem, tiling, dtype) * NANOSECOND
    return Offer(seconds, partial(runner, dtype), local=False, wider=wider)


def _nanoseconds(problem: Problem, tiling: Tiling, dtype: np.dtype[Any]) -> float:
    """On one thread: there and back for every sample of the tiles."""
    cost, maps = costs().fourier, problem.filters * problem.out_channels
    multiplied = problem.filters * problem.channels
    handed_over = cost.handed_over + (cost.scattered if problem.channels > 1 else 0)
    per_sample = (
        (cost.forward + handed_over) * problem.channels
        + cost.multiply * multiplied
        + (cost.inverse + handed_over) * maps
    )
    item = dtype.itemsize
    waiting = 1 + WAITING * max(0.0, math.log2(tiling.height * tiling.width * item / CACHED_TILE))
    return cost.fixed + tiling.samples(problem) * per_sample * waiting * (NARROW if item == 4 else 1)


class FourierRunner:
    """Transform, multiply and transform back, tile by tile along one strip; the kernels are transformed once."""

    divisor = 1

    def __init__(self, problem: Problem, tiling: Tiling, dtype: np.dtype[Any]) -> None:
        self.problem, self.tiling, self.dtype = problem, tiling, dtype
        self.strip_dtype = problem.strip_dtype(self.dtype)
        self.bounds = _bounds(problem, tiling, dtype)
        self.band_rows = tiling.rows
        self.shape = (tiling.height, tiling.width)
        self.transform = Transform(self.shape, self.dtype)
        rows = np.fft.rfft(_dilated(problem), n=tiling.width)
        spectra = np.fft.fft(rows, n=tiling.height, axis=-2)
        # Correlation, not convolution: the conjugate.
        self.spectra = (np.conj(spectra, out=spectra) * self.transform.gain).astype(self.transform.complex_dtype)

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """The tiles of one strip's memory; see `engine.Runner`."""
        del whole  # there are no whole responses
        problem, width = self.problem, self.tiling.columns
        own = scratch.array("responses", problem.band_shape(strip.shape[0]), problem.result_dtype)
        pixels = strip.reshape(strip.shape[0], problem.padded_width, problem.channels)
        names = ["product", "part", *(f"transform-{c}" for c in range(problem.channels))]
        product, part, *transforms = (
            scratch.array(name, self.spectra.shape[2:], self.transform.complex_dtype) for name in names
        )
        plane = scratch.array("plane", self.shape, self.dtype)

        def work(target: Array | None) -> Array:
            response = own if target is None else target
            for first in range(0, problem.out_width, width):
                left = first * problem.stride[1]
                tile, out = pixels[:, left : left + self.tiling.width], response[:, first : first + width]
                for channel, transform in enumerate(transforms):
                    _laid(tile[:, :, channel], plane)
                    self.transform.forward(plane, transform)
                for f, spectra in enumerate(self.spectra):
                    if problem.mixing:
                        self._hand_over(_mixed(transforms, spectra, product, part), out[:, :, f, 0], plane)
                        continue
                    for channel, transform in enumerate(transforms):
                        np.multiply(transform, spectra[0], out=product)
                        self._hand_over(product, out[:, :, f, channel], plane)
            return response

        return work

    def _hand_over(self, product: Array, out: Array, plane: Array) -> None:
        """The part of the circular correlation where the window does not wrap round, every stride-th sample."""
        down, across = self.problem.stride
        correlated = self.transform.back(product, plane)
        inside = correlated[: out.shape[0] * down : down, : out.shape[1] * across : across]
        if self.problem.exact:
            inside = np.rint(inside)
        np.copyto(out, inside, casting="unsafe")


def _laid(tile: Array, plane: Array) -> None:
    """The tile in the plane's corner, zeros where it ends before the plane does."""
    height, width = tile.shape
    np.copyto(plane[:height, :width], tile)
    plane[height:] = 0
    plane[:height, width:] = 0


def _mixed(transforms: list[Array], spectra: Array, total: Array, part: Array) -> Array:
    """The sum over channels of transform times spectrum."""
    np.multiply(transforms[0], spectra[0], out=total)
    for transform, spectrum in zip(transforms[1:], spectra[1:], strict=True):
        np.add(total, np.multiply(transform, spectrum, out=part), out=total)
    return total


def _dtype(problem: Problem) -> np.dtype[Any] | None:
    """float32 where that is the result's and will do, and NumPy has such transforms; None where float64 will not do."""
    if problem.exact:
        return FLOAT64  # `_provably_exact` has the say
    narrow = KEEPS_FLOAT32 and problem.float_dtype == np.float32
    return next((dtype for dtype in ((FLOAT32, FLOAT64) if narrow else (FLOAT64,)) if _will_do(problem, dtype)), None)


def _will_do(problem: Problem, dtype: np.dtype[Any]) -> bool:
    """Whether weights, and whole numbers as samples, are even enough, and products stay normal numbers."""
    reach = MAGNITUDES[dtype.itemsize]
    return (problem.gain == 0 or 1 / reach <= problem.gain <= reach) and even_enough(problem, dtype)


def _bounds(problem: Problem, tiling: Tiling, dtype: np.dtype[Any]) -> Bounds:
    """What a strip must be like: see `evenness`."""
    samples, reach = tiling.height * tiling.width, MAGNITUDES[dtype.itemsize]
    gains = np.abs(problem.weights).sum(axis=(1, 2, 3))
    roots = np.sqrt(np.square(problem.weights).sum(axis=(1, 2, 3)))
    spread = SMOOTH + NOISE * float(np.max(roots / np.where(gains > 0, gains, 1)))
    share = uneven_share(problem.weights) * spread * float(np.finfo(dtype).eps) / 2 * math.log2(samples)
    allowed = ALLOWED[problem.float_dtype.itemsize]
    most = min(reach, most_samples(problem.weights, problem.float_dtype))
    return Bounds(most, 1 / reach, per_root=share / math.sqrt(samples), per_largest=share, allowed=allowed)


def _dilated(problem: Problem) -> Array:
    """The kernels with zeros between their taps, (F, D, rows, columns)."""
    filters, depth, height, width = problem.weights.shape
    down, across = problem.dilation
    whole = np.zeros((filters, depth, extent(height, down), extent(width, across)))
    whole[:, :, ::down, ::across] = problem.weights
    return whole


def _tiling(problem: Problem, dtype: np.dtype[Any]) -> Tiling | None:
    """The tile with the fewest samples in all, from lengths that transform fast; None if none is large enough."""
    heights, rows = _candidates(0, problem.kernel_height, problem.out_height, problem)
    widths, columns = _candidates(1, problem.kernel_width, problem.out_width, problem)
    if not heights.size or not widths.size:
        return None
    low = np.maximum(1, (rows <= _most_rows(problem)).sum())  # of the heights, which are sorted
    heights, rows = heights[:low], rows[:low]
    bands = -(-problem.out_height // rows)[:, np.newaxis]
    tiles = (bands + bands % 2) * -(-problem.out_width // columns)  # of an odd number of bands one thread gets one more
    burdens = _burdens(tiles, heights[:, np.newaxis] * widths, CACHED_TILE // dtype.itemsize)
    down, across = np.unravel_index(int(burdens.argmin()), burdens.shape)
    return Tiling(int(heights[down]), int(widths[across]), int(rows[down]), int(columns[across]))


def _most_rows(problem: Problem) -> int:
    """Rows of a band whose responses stay in the shared cache, or which the kernel makes worth leaving it for."""
    per_row = problem.out_width * problem.out_channels * problem.filters
    return max(LARGEST_BAND // per_row, TALL * extent(problem.kernel_height, problem.dilation[0]))


def _burdens(tiles: Array, sizes: Array, cached: int) -> Array:
    """Samples of all tiles, weighted for tiles too large for the cache and for too few of them to share."""
    few = np.where(sizes > FEW, np.maximum(0.0, 1 - tiles / TILES), 0.0)
    return np.asarray(tiles * (sizes + TILE_OVERHEAD) * (1 + WAITING * np.maximum(0.0, np.log2(sizes / cached)) + few))


def _candidates(axis: int, taps: int, outputs: int, problem: Problem) -> tuple[Array, Array]:
    """Tile lengths and their outputs along one axis; no tile longer than the whole axis needs."""
    stride, reach = problem.stride[axis], extent(taps, problem.dilation[axis]) - 1
    needed = (outputs - 1) * stride + 1 + reach
    lengths = _fast_lengths()
    lengths = lengths[(lengths > reach) & (lengths <= lengths[np.searchsorted(lengths, needed) :].min(initial=1 << 30))]
    return lengths, np.minimum((lengths - reach - 1) // stride + 1, outputs)


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
