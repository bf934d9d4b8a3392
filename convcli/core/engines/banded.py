"""Banded: the kernel as a band matrix over rows, multiplied by BLAS.

R rows of responses are one product T @ copies, where the copies are the strip's
rows, each followed by itself shifted by one kernel column after the other:

    copies[y * w + j, c] = strip[y, c + j]
    T[r, (r + i) * w + j] = kernel[i, j]
    out[r, c] = sum_m T[r, m] * copies[m, c]

so that the copies which the next R rows need begin R * w rows further on in the
same memory, and one batched product over overlapping views does them all.  The
band matrix wastes (R + h - 1) / h of the arithmetic and still wins, because
BLAS runs near the machine's peak.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.core.arithmetic.blas import Product, block_products, multiply_into, products_of
from convcli.core.arithmetic.calls import Steps, run_steps
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.costs import costs
from convcli.core.engines.engine import NANOSECOND, Offer, Work, band_rows
from convcli.core.engines.evenness import local_bounds
from convcli.core.geometry import extent
from convcli.core.problem.exactness import exact_dtype
from convcli.core.problem.problem import Problem

BLOCK = 4  # R: fewest wasted multiplications of what BLAS does at full speed
BAND_SAMPLES = 1 << 19
COPIES_BYTES = 4 << 20  # copies of a stretch of columns: they stay in the cache until they are multiplied
LARGEST = 1 << 10  # weights of a kernel: beyond, the copies would not
MANY = 100  # multiplications a response: further ones cost more


def offer(problem: Problem) -> Offer | None:
    """Band matrices; none for sums over channels, nor for the largest kernels."""
    if problem.mixing or problem.kernel_height * problem.kernel_width > LARGEST:
        return None
    dtype = exact_dtype(problem)
    return Offer(_nanoseconds(problem, dtype) * NANOSECOND, partial(BandedRunner, problem, dtype))


def _nanoseconds(problem: Problem, dtype: np.dtype[Any]) -> float:
    """On one thread: multiplications of the band matrix, and one copy per kernel column."""
    cost, (down, across) = costs().banded, problem.stride
    multiplies = problem.strip_rows(BLOCK) * problem.kernel_width * problem.filters
    multiplied = cost.multiply * min(multiplies, MANY) + cost.further * max(0, multiplies - MANY)
    apart = cost.scattered if problem.channels == 1 else cost.colours
    copied = problem.kernel_width * down * (cost.copy if across == 1 else apart)
    handed = cost.response if problem.filters == 1 else cost.of_several * problem.filters
    outputs = problem.out_height * problem.out_width * problem.channels
    return cost.fixed * problem.filters + outputs * (dtype.itemsize / 4) * (multiplied + copied + handed)


class BandedRunner:
    """Shifted copies and one product, stretch by stretch of columns."""

    divisor = 1

    def __init__(self, problem: Problem, dtype: np.dtype[Any]) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, dtype, problem.strip_dtype(dtype)
        self.bounds = local_bounds(problem.weights, dtype)
        self.band_rows = band_rows(problem, BAND_SAMPLES, BLOCK)
        self._matrices: dict[int, list[Array]] = {}
        copies = problem.strip_rows(self.band_rows) * problem.kernel_width * problem.channels * dtype.itemsize
        most = max(512 // problem.channels, COPIES_BYTES // copies)
        stretches = -(-problem.out_width // most)
        self.columns = -(-problem.out_width // stretches)

    def matrices(self, rows: int) -> list[Array]:
        """The band matrix of each kernel for so many rows of responses."""
        if rows not in self._matrices:
            kernels = self.problem.weights[:, 0]
            self._matrices[rows] = [_band_matrix(kernel, rows, self.problem, self.dtype) for kernel in kernels]
        return self._matrices[rows]

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Copies and products of one strip's memory; see `engine.Runner`."""
        del whole  # there are no whole responses
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        alone = problem.filters == 1
        own = scratch.array("responses", shape, self.dtype if alone else problem.result_dtype)
        stretches = [self._stretch(strip, own, first, scratch) for first in range(0, problem.out_width, self.columns)]

        def work(target: Array | None) -> Array:
            response = own if target is None else target
            placed = target if alone and target is not None and target.dtype == self.dtype else None
            for stretch in stretches:
                np.copyto(stretch.spread, stretch.shifted)
                for f, steps in enumerate(stretch.steps):
                    if placed is not None:
                        multiply_into(placed, stretch.products)
                        continue
                    run_steps(steps)
                    if not (alone and target is None):
                        out = response[:, stretch.columns, f, :]
                        np.copyto(out, stretch.product.reshape(out.shape), casting="unsafe")
            return response

        return work

    def _stretch(self, strip: Array, own: Array, first: int, scratch: Scratch) -> _Stretch:
        """Views for output columns from `first` on; several kernels' products, and integers, go by way of scratch."""
        problem, step = self.problem, self.problem.stride[1]
        columns = slice(first, min(first + self.columns, problem.out_width))
        pixels = strip.reshape(strip.shape[0], problem.padded_width, problem.channels)
        down, across, channel = pixels.strides
        shape = (pixels.shape[0], problem.kernel_width, columns.stop - first, problem.channels)
        strides = (down, problem.dilation[1] * across, step * across, channel)
        shifted = as_strided(pixels[:, first * step :], shape, strides, writeable=False)
        length = shape[2] * shape[3]
        copies = scratch.array("copies", (*shape[:2], _pitch(length)), self.dtype)[:, :, :length]
        item = copies.itemsize
        spread = as_strided(copies, shape, (*copies.strides[:2], problem.channels * item, item))
        if problem.filters == 1:
            product = _rows(own[:, columns, 0, :])
        else:
            product = scratch.array("product", (own.shape[0], length), self.dtype)
        steps = [self._products(copies, f, product) for f in range(problem.filters)]
        products = products_of(steps[0], own) if problem.filters == 1 else []
        return _Stretch(columns, shifted, spread, product, steps, products)

    def _products(self, copies: Array, f: int, product: Array) -> Steps:
        """Steps to the response of one kernel, (rows, samples)."""
        rows = product.shape[0]
        whole = rows - rows % BLOCK
        steps: Steps = []
        for start, stop, block in ((0, whole, BLOCK), (whole, rows, rows - whole)):
            if stop > start:
                steps += self._blocks(copies, self.matrices(block)[f], start, product[start:stop])
        return steps

    def _blocks(self, copies: Array, matrix: Array, start: int, out: Array) -> Steps:
        """Consecutive blocks of rows from output row `start` on."""
        row, _, item = copies.strides
        block, step = matrix.shape[0], self.problem.stride[0]
        count = out.shape[0] // block
        strides = (block * step * row, copies.strides[1], item)
        windows = as_strided(copies[start * step :], (count, matrix.shape[1], out.shape[1]), strides, writeable=False)
        blocks = as_strided(out, (count, block, out.shape[1]), (block * out.strides[0], *out.strides))
        return block_products(matrix, windows, blocks)


class _Stretch(NamedTuple):
    """The views of one stretch of columns, as one thread sees them.

    Attributes:
        columns: of the output.
        shifted: the strip, (strip rows, kernel columns, columns, channels), overlapping.
        spread: where it is written out, in that shape.
        product: where the steps leave a response, (rows, samples).
        steps: for each kernel.
        products: of a single kernel, for any response of that shape.
    """

    columns: slice
    shifted: Array
    spread: Array
    product: Array
    steps: list[Steps]
    products: list[Product]


def _rows(response: Array) -> Array:
    """(rows, columns, channels) of one kernel as (rows, samples): the same memory."""
    rows, columns, channels = response.shape
    return as_strided(response, (rows, columns * channels), (response.strides[0], response.itemsize))


def _pitch(length: int) -> int:
    """Samples from one copy to the next: never a power of two, whose rows would evict each other from the cache."""
    pitch = -(-length // 16) * 16
    return pitch + 16 if pitch % 256 == 0 else pitch


def _band_matrix(kernel: NDArray[np.float64], rows: int, problem: Problem, dtype: np.dtype[Any]) -> Array:
    """T, (rows, strip rows * w): row r holds the kernel from strip row r * stride on."""
    height, width = kernel.shape
    matrix = np.zeros((rows, problem.strip_rows(rows), width), dtype)
    for r in range(rows):
        first = r * problem.stride[0]
        matrix[r, first : first + extent(height, problem.dilation[0]) : problem.dilation[0]] = kernel
    return matrix.reshape(rows, -1)
