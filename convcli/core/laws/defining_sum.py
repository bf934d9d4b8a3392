"""Convolution a second time, straight from its definitions: what `checks` holds the engines to.

    sweep    out[r, c] = sum_ij k[i, j] * x[r - i, c - j]          every output gathers
    stamp    out = sum_ij k[i, j] * (x moved by i rows, j columns)  every input scatters
    product  out = F^-1(F(x) * F(k))                                Fourier transforms

Nothing here uses the engines, the planner or a border's rule, of which `pattern`
reads the letters: a mistake there cannot hide by being made twice.  All
arithmetic is float64, or float32 where every partial sum is a whole number that
float32 holds exactly.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from convcli.core.arrays import Array, Weights
from convcli.core.laws.pattern import NOWHERE, positions

if TYPE_CHECKING:
    from convcli.core.border import Border

_BAND = 1 << 15  # samples that one thread works on at a time: its three buffers stay in the cache


def surround(plane: Array, border: Border, sides: tuple[int, int, int, int], dtype: Any) -> Array:
    """The plane with its border: shape (top + H + bottom, left + W + right).

    Raises:
        OptionError: a border whose pattern cannot be read.
    """
    top, bottom, left, right = sides
    rows = np.array(positions(border, plane.shape[0], top, bottom))
    columns = np.array(positions(border, plane.shape[1], left, right))
    padded: Array = plane[np.ix_(rows, columns)].astype(dtype)
    padded[rows == NOWHERE] = border.fill
    padded[:, columns == NOWHERE] = border.fill
    return padded


def fold(padded: Array, border: Border, shape: tuple[int, int], before: tuple[int, int]) -> Array:
    """The transpose of `surround`: what stands beyond the edge is added to the sample that it was taken from."""
    for axis in (0, 1):
        after = padded.shape[axis] - before[axis] - shape[axis]
        sources = positions(border, shape[axis], before[axis], after)
        along = np.moveaxis(padded, axis, 0)
        kept = along[before[axis] : before[axis] + shape[axis]].copy()
        for place, source in enumerate(sources):
            if source != NOWHERE and not before[axis] <= place < before[axis] + shape[axis]:
                kept[source] += along[place]
        padded = np.moveaxis(kept, 0, axis)
    return padded


def sweep(padded: Array, weights: Weights) -> Array:
    """Convolve where the kernel fits inside the padded plane.

    out[r, c] = sum_ij weights[i, j] * padded[r + h - 1 - i, c + w - 1 - j]

    Args:
        padded: (H, W), floats; weights: (h, w), with h <= H and w <= W.

    Returns:
        (H - h + 1, W - w + 1), in the padded plane's dtype.
    """
    (height, width), (h, w) = padded.shape, weights.shape
    out = np.zeros((height - h + 1, width - w + 1), padded.dtype)
    if out.size < weights.size:  # output by output: as many products, in fewer and longer steps
        turned = weights[::-1, ::-1].astype(padded.dtype)
        for r, c in np.ndindex(*out.shape):
            out[r, c] = np.multiply(padded[r : r + h, c : c + w], turned).sum()
        return out

    def gather(first: int, last: int) -> None:
        part, term = out[first:last], np.empty_like(out[first:last])
        for i, j in np.ndindex(h, w):
            top, left = first + h - 1 - i, w - 1 - j
            seen = padded[top : top + last - first, left : left + out.shape[1]]
            np.multiply(seen, padded.dtype.type(weights[i, j]), out=term)
            part += term

    _in_bands(gather, *out.shape)
    return out


def stamp(sheet: Array, stamps: Weights) -> Array:
    """Full convolution: every sample of the smaller operand puts down a copy of the larger, multiplied by itself.

    out[i + r, j + c] += stamps[i, j] * sheet[r, c]

    Args:
        sheet: (H, W), floats; stamps: (h, w).

    Returns:
        (H + h - 1, W + w - 1), in the sheet's dtype.
    """
    if sheet.size < stamps.size:  # the one that is stamped is the larger one: fewer and longer steps
        sheet, stamps = stamps.astype(sheet.dtype), sheet
    (height, width), (h, w) = sheet.shape, stamps.shape
    out = np.zeros((height + h - 1, width + w - 1), sheet.dtype)
    for start in (0, 1):  # neighbouring bands reach into each other's rows, every second one does not
        _in_bands(_scatter(sheet, stamps, out), height, width, least=h, every=2, start=start)
    return out


def _scatter(sheet: Array, stamps: Weights, out: Array) -> Callable[[int, int], None]:
    def scatter(first: int, last: int) -> None:
        band = sheet[first:last]
        term = np.empty_like(band)
        for i, j in np.ndindex(*stamps.shape):
            np.multiply(band, sheet.dtype.type(stamps[i, j]), out=term)
            out[first + i : last + i, j : j + sheet.shape[1]] += term

    return scatter


def product(plane: Array, weights: Weights) -> Weights:
    """Full convolution by the product of Fourier transforms, float64, (H + h - 1, W + w - 1)."""
    shape = tuple(n + k - 1 for n, k in zip(plane.shape, weights.shape, strict=True))
    size = tuple(smooth_length(n) for n in shape)
    spectrum = np.fft.rfft2(plane.astype(np.float64), size)
    spectrum *= np.fft.rfft2(weights, size)
    whole: Weights = np.fft.irfft2(spectrum, size)
    return whole[: shape[0], : shape[1]]


def product_error(plane: Array, weights: Weights) -> float:
    """An upper bound of |product - exact|, from the norms of its operands.

    A transform of N points has a relative error of at most log2(N) * 3.4 eps in
    the 2-norm (Higham, Accuracy and Stability of Numerical Algorithms, 24.1);
    three of them, and the product, make 12 eps * log2(N) * |plane|_2 * |weights|_1.
    """
    points = math.prod(smooth_length(n + k - 1) for n, k in zip(plane.shape, weights.shape, strict=True))
    norm = math.sqrt(float(np.square(plane, dtype=np.float64).sum()))
    return float(12 * np.finfo(np.float64).eps * math.log2(max(points, 2)) * norm * np.abs(weights).sum())


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
    work: Callable[[int, int], None], rows: int, width: int, *, least: int = 1, every: int = 1, start: int = 0
) -> None:
    """Run work(first, last) over bands of rows, several at once; of `every` bands only the start-th."""
    step = max(least, _BAND // max(width, 1), 1)
    firsts = range(start * step, rows, every * step)
    if rows * width < 4 * _BAND:
        for first in firsts:
            work(first, min(first + step, rows))
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done in [pool.submit(work, first, min(first + step, rows)) for first in firsts]:
            done.result()
