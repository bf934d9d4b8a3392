"""Convolution a second time, straight from its definitions: what `checks` holds the engines to.

    sweep    out[r, c] = sum_ij k[i, j] * x[r - i, c - j]          every output gathers
    stamp    out = sum_ij k[i, j] * (x moved by i rows, j columns)  every input scatters
    product  out = F^-1(F(x) * F(k))                                Fourier transforms, of a large picture's tiles

Nothing here uses the engines, the planner or a border's rule, of which `pattern`
reads the letters: a mistake there cannot hide by being made twice.  All
arithmetic is float64, or float32 where every partial sum is a whole number that
float32 holds exactly.  A picture goes through a band of rows at a time: beside the result nothing is as large as it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convcli.core.arrays import Array, Index, Weights
from convcli.core.laws.pattern import NOWHERE, positions

if TYPE_CHECKING:
    from convcli.core.border import Border

_BAND = 1 << 15  # samples that one thread works on at a time: they stay in the cache
_STRETCH = 1 << 16  # products that are added up at a time: so do the samples behind them
_LEAST = 256  # columns: fewer would be calls rather than sums
_ROWS = 16  # of a band: fewer repeat work, more leave the cache
_TILE = 512  # rows and columns of a large picture that are transformed at a time, for kernels of a quarter of that


class Surroundings(NamedTuple):
    """A plane and what stands beyond its edges, read from the border's letters.

    Attributes:
        rows, columns: where each row and column of the padded plane is taken from; NOWHERE for the fill.
    """

    plane: Array
    rows: Index
    columns: Index
    fill: float

    def band(self, first: int, last: int, dtype: Any) -> Array:
        """Rows of the padded plane."""
        rows = self.rows[first:last]
        padded: Array = self.plane[np.ix_(rows, self.columns)].astype(dtype)
        padded[rows == NOWHERE] = self.fill
        padded[:, self.columns == NOWHERE] = self.fill
        return padded


def surround(plane: Array, border: Border, sides: tuple[int, int, int, int]) -> Surroundings:
    """The plane with its border: shape (top + H + bottom, left + W + right).

    Raises:
        OptionError: a border whose pattern cannot be read.
    """
    top, bottom, left, right = sides
    rows = np.array(positions(border, plane.shape[0], top, bottom))
    columns = np.array(positions(border, plane.shape[1], left, right))
    return Surroundings(plane, rows, columns, border.fill)


def fold(padded: Array, border: Border, shape: tuple[int, int], before: tuple[int, int]) -> Array:
    """The transpose of `surround`: what stands beyond the edge is added to the sample that it was taken from.

    Args:
        padded: summed up in place.

    Returns:
        The plane's part of it.
    """
    for axis in (0, 1):
        after = padded.shape[axis] - before[axis] - shape[axis]
        sources = positions(border, shape[axis], before[axis], after)
        along = np.moveaxis(padded, axis, 0)
        kept = along[before[axis] : before[axis] + shape[axis]]
        for place, source in enumerate(sources):
            if source != NOWHERE and not before[axis] <= place < before[axis] + shape[axis]:
                kept[source] += along[place]
        padded = np.moveaxis(kept, 0, axis)
    return padded


def sweep(padded: Surroundings, weights: Weights, dtype: Any) -> Array:
    """Convolve where the kernel fits inside the padded plane.

    out[r, c] = sum_ij weights[i, j] * padded[r + h - 1 - i, c + w - 1 - j]

    Args:
        padded: (H, W); weights: (h, w), with h <= H and w <= W.

    Returns:
        (H - h + 1, W - w + 1), in this dtype.
    """
    h, w = weights.shape
    out = np.empty((len(padded.rows) - h + 1, len(padded.columns) - w + 1), dtype)
    turned = weights[::-1, ::-1].astype(out.dtype)
    if out.size < weights.size:  # output by output: as many products, in fewer and longer steps
        whole = padded.band(0, len(padded.rows), dtype)
        for r, c in np.ndindex(*out.shape):
            out[r, c] = np.multiply(whole[r : r + h, c : c + w], turned).sum()
        return out

    def gather(first: int, last: int) -> None:
        band = padded.band(first, last + h - 1, dtype)
        for left, right in _stretches(out.shape[1], weights.size):
            _gathered(band[:, left : right + w - 1], turned, out[first:last, left:right])

    _in_bands(gather, *out.shape, step=max(_ROWS, h))
    return out


def _gathered(band: Array, turned: Array, out: Array) -> None:
    """Each output the sum of its window's products: the window's columns side by side, a row of outputs at a time."""
    h, w = turned.shape
    shifted = np.stack([band[:, j : j + out.shape[1]] for j in range(w)], axis=1)
    taps = turned.reshape(-1)
    for r in range(len(out)):
        out[r] = taps @ shifted[r : r + h].reshape(h * w, -1)


def stamp(sheet: Array, stamps: Weights, dtype: Any = None) -> Array:
    """Full convolution: every sample of the smaller operand puts down a copy of the larger, multiplied by itself.

    out[i + r, j + c] += stamps[i, j] * sheet[r, c]

    Args:
        sheet: (H, W); stamps: (h, w); dtype: of the sums, the sheet's unless it is given.

    Returns:
        (H + h - 1, W + w - 1), in this dtype.
    """
    dtype = np.dtype(dtype or sheet.dtype)
    if sheet.size < stamps.size:  # the one that is stamped is the larger one: fewer and longer steps
        sheet, stamps = stamps, sheet
    (height, width), (h, w) = sheet.shape, stamps.shape
    out = np.zeros((height + h - 1, width + w - 1), dtype)
    step = max(_ROWS, h)
    for start in (0, 1):  # neighbouring bands reach into each other's rows, every second one does not
        _in_bands(_scatter(sheet, stamps.astype(dtype), out), height, width, step=step, every=2, start=start)
    return out


def _scatter(sheet: Array, stamps: Array, out: Array) -> Callable[[int, int], None]:
    def scatter(first: int, last: int) -> None:
        band, rows = sheet[first:last].astype(out.dtype), last - first
        for j in range(stamps.shape[1]):
            # What each row of the band puts down in each row below it, of one column of the stamp.
            down = np.zeros((rows + len(stamps) - 1, rows), out.dtype)
            for r in range(rows):
                down[r : r + len(stamps), r] = stamps[:, j]
            for left, right in _stretches(sheet.shape[1], down.shape[0]):
                out[first : first + len(down), left + j : right + j] += down @ band[:, left:right]

    return scatter


def _stretches(columns: int, products: int) -> Iterator[tuple[int, int]]:
    """(first, last) of columns, as many at a time as keep so many products each in the cache."""
    step = max(_LEAST, _STRETCH // products)
    for first in range(0, columns, step):
        yield first, min(first + step, columns)


def product(plane: Array, weights: Weights) -> tuple[Weights, float]:
    """Full convolution by the product of Fourier transforms, float64, (H + h - 1, W + w - 1); and a bound of its error.

    A transform of N points has a relative error of at most log2(N) * 3.4 eps in
    the 2-norm (Higham, Accuracy and Stability of Numerical Algorithms, 24.1);
    three of them, and the product, make 12 eps * log2(N) * |x|_2 * |weights|_1,
    where x is the plane; of a large one the tile that has the largest norm.
    """
    shape = tuple(n + k - 1 for n, k in zip(plane.shape, weights.shape, strict=True))
    size = tuple(_transformed(n, k) for n, k in zip(shape, weights.shape, strict=True))
    spectrum = np.fft.rfft2(weights, size)
    out = np.empty(shape)
    (h, w), (rows, columns) = weights.shape, (n - (k - 1) for n, k in zip(size, weights.shape, strict=True))
    norms = []

    def tiles_of(first: int, last: int) -> None:
        for left in range(0, shape[1], columns):
            # The circular convolution is the convolution but in its first h - 1 rows and w - 1 columns.
            tile = _beyond(plane, (first - (h - 1), left - (w - 1)), size)
            norms.append(float(np.square(tile).sum()))
            inside = np.fft.irfft2(np.fft.rfft2(tile) * spectrum, size)[h - 1 :, w - 1 :]
            part = out[first:last, left : left + columns]
            part[:] = inside[: part.shape[0], : part.shape[1]]

    _in_bands(tiles_of, shape[0], shape[1], step=rows)
    bound = 12 * np.finfo(np.float64).eps * math.log2(max(math.prod(size), 2)) * math.sqrt(max(norms))
    return out, float(bound * np.abs(weights).sum())


def _transformed(length: int, taps: int) -> int:
    """Points of a transform along one axis: of all samples and what stands before them, or of a tile's."""
    return min(smooth_length(length + taps - 1), smooth_length(max(_TILE, 4 * taps)))


def _beyond(plane: Array, corner: tuple[int, int], size: tuple[int, ...]) -> Weights:
    """A tile from this corner on, with zeros where there is no plane."""
    tile = np.zeros(size)
    (top, left), (height, width) = corner, plane.shape
    rows = slice(max(0, top), max(0, min(height, top + size[0])))
    columns = slice(max(0, left), max(0, min(width, left + size[1])))
    seen = plane[rows, columns]
    place = tile[rows.start - top :, columns.start - left :]
    place[: seen.shape[0], : seen.shape[1]] = seen
    return tile


def smooth_length(n: int) -> int:
    """The least length of at least n whose only prime factors are 2, 3 and 5: transforms of it are quick.

    >>> smooth_length(1031), smooth_length(7)
    (1080, 8)
    """
    best = 1 << (n - 1).bit_length()
    for fives in (5**a for a in range(12) if 5**a < best):
        for odd in (fives * 3**b for b in range(20) if fives * 3**b < best):
            best = min(best, odd << max(0, (-(-n // odd) - 1).bit_length()))
    return best


def _in_bands(
    work: Callable[[int, int], None], rows: int, width: int, *, step: int, every: int = 1, start: int = 0
) -> None:
    """Run work(first, last) over bands of so many rows, several at once; of `every` bands only the start-th."""
    firsts = range(start * step, rows, every * step)
    if rows * width < 4 * _BAND:
        for first in firsts:
            work(first, min(first + step, rows))
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done in [pool.submit(work, first, min(first + step, rows)) for first in firsts]:
            done.result()
