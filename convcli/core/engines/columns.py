"""Columns: each column of the kernel as a band matrix over rows, all in one product, whose parts are shifted and added.

    parts[j, r, c] = sum_y T[j * R + r, y] * strip[y, c],   T[j * R + r, r + i] = kernel[i, j]
    out[r, c] = sum_j parts[j, r, c + j]

for R rows of responses.  It multiplies as often as `banded` does, but reads the
strip as it lies: what that engine copies w times, BLAS here packs once, or where
it multiplies small matrices as they lie, not at all.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.core.arithmetic.blas import block_products
from convcli.core.arithmetic.calls import Steps, run_steps
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.costs import costs
from convcli.core.engines.engine import NANOSECOND, Offer, Work, band_rows
from convcli.core.engines.evenness import local_bounds
from convcli.core.geometry import extent
from convcli.core.problem.exactness import exact_dtype
from convcli.core.problem.problem import Problem

NARROW, BLOCK = 512, 4  # samples of a row, and the least R for shorter ones: a few rows are to be worth a call
BAND_SAMPLES = 1 << 18  # 2^17 to 2^19 tried: strip and parts in the caches, and calls that are worth sharing out
PARTS_BYTES = 3 << 20  # of a group of blocks: they stay in the cache until they are added
LONG = 1 << 9  # samples of rows that are added as fast one by one, so that the last may be put in its place at once
LARGEST = 1 << 10  # weights of a kernel: beyond, transforms are faster anywhere


def offer(problem: Problem) -> Offer | None:
    """Band matrices; none for sums over channels, for strides across, nor for the largest kernels."""
    if problem.mixing or problem.stride[1] > 1 or problem.kernel_height * problem.kernel_width > LARGEST:
        return None
    dtype = exact_dtype(problem)
    return Offer(_nanoseconds(problem, dtype) * NANOSECOND, partial(ColumnsRunner, problem, dtype))


def _nanoseconds(problem: Problem, dtype: np.dtype[Any]) -> float:
    """On one thread: multiplications of the band matrix, and a part written and added for each kernel column."""
    cost, width = costs().columns, problem.kernel_width
    multiplied = cost.multiply * problem.strip_rows(_block(problem)) * width
    a_response = multiplied + cost.part * width + cost.response
    outputs = problem.out_height * problem.out_width * problem.channels * problem.filters
    return cost.fixed * problem.filters + outputs * (dtype.itemsize / 4) * a_response


def _block(problem: Problem) -> int:
    """R: fewer repeat packing, where products are packed first, more waste multiplications, which have zeros."""
    block = costs().columns.block
    return block if problem.padded_width * problem.channels >= NARROW else max(block, BLOCK)


class ColumnsRunner:
    """One product and shifted adds, group by group of blocks of rows."""

    divisor = 1

    def __init__(self, problem: Problem, dtype: np.dtype[Any]) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, dtype, dtype
        self.bounds = local_bounds(problem.weights, dtype)
        self.block = _block(problem)
        self.band_rows = band_rows(problem, BAND_SAMPLES, self.block)
        self._matrices: dict[int, list[Array]] = {}

    def matrices(self, rows: int) -> list[Array]:
        """T of each kernel for so many rows of responses."""
        if rows not in self._matrices:
            kernels = self.problem.weights[:, 0]
            self._matrices[rows] = [_band_matrices(kernel, rows, self.problem, self.dtype) for kernel in kernels]
        return self._matrices[rows]

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Products and sums of one strip's memory; see `engine.Runner`."""
        del whole  # there are no whole responses
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        own = scratch.array("responses", shape, self.dtype)
        kernels = [self._groups(strip, shape, f, scratch) for f in range(problem.filters)]

        def work(target: Array | None) -> Array:
            response = own if target is None else target
            for f, groups in enumerate(kernels):
                for group in groups:
                    run_steps(group.steps)
                    group.hand_over(response[group.rows, :, f, :])
            return response

        return work

    def _groups(self, strip: Array, shape: tuple[int, ...], f: int, scratch: Scratch) -> list[_Group]:
        """Blocks of rows, as many at once as stay in the cache; then the rows that are left."""
        rows, most = shape[0], PARTS_BYTES // (self.problem.kernel_width * strip.shape[1] * self.dtype.itemsize)
        whole, at_once = rows - rows % self.block, max(1, most // self.block) * self.block
        cuts = [*range(0, whole, at_once), whole, rows]
        bands = [slice(first, last) for first, last in pairwise(cuts) if last > first]
        return [self._group(strip, band, min(self.block, band.stop - band.start), f, scratch) for band in bands]

    def _group(self, strip: Array, band: slice, block: int, f: int, scratch: Scratch) -> _Group:
        """The product of these rows, and the sum of its parts."""
        matrix, step = self.matrices(block)[f], self.problem.stride[0]
        count, (pitch, item) = (band.stop - band.start) // block, strip.strides
        shape = (count, matrix.shape[1], strip.shape[1])
        windows = as_strided(strip[band.start * step :], shape, (block * step * pitch, pitch, item), writeable=False)
        product = scratch.array("parts", (count, len(matrix), strip.shape[1]), self.dtype)
        steps = block_products(matrix, windows, product)
        first, *others = self._vectors(product, block)
        total, *rows = self._rows(product, block)
        last = rows[-1] if rows and strip.shape[1] >= LONG else None
        steps += [(np.add, (first, other, first)) for other in (others if last is None else others[:-1])]
        return _Group(band, steps, total, last)

    def _vectors(self, product: Array, block: int) -> list[Array]:
        """Each part as one vector a block, from where it is added on.

        What is summed across the ends of rows is left out by `_rows`: vectors of a few rows are added two to four
        times as fast as their rows of some thousand samples.
        """
        count, _, pitch = product.shape
        width, gap = self.problem.kernel_width, self.problem.dilation[1] * self.problem.channels
        parts = product.reshape(count, width, block * pitch)
        length = block * pitch - (width - 1) * gap
        return [parts[:, j, j * gap : j * gap + length] for j in range(width)]

    def _rows(self, product: Array, block: int) -> list[Array]:
        """Each part as (blocks, R, columns, channels), from where it is added on."""
        problem, width = self.problem, self.problem.kernel_width
        parts = product.reshape(len(product), width, block, problem.padded_width, problem.channels)
        lefts = [j * problem.dilation[1] for j in range(width)]
        return [parts[:, j, :, left : left + problem.out_width] for j, left in enumerate(lefts)]


class _Group(NamedTuple):
    """Some rows of one kernel's response.

    Attributes:
        rows: of the band.
        steps: to the sum, but for that part.
        total, last: their sum, and a part that is to be added yet, (blocks, R, columns, channels).
    """

    rows: slice
    steps: Steps
    total: Array
    last: Array | None

    def hand_over(self, place: Array) -> None:
        """Add the last part, and put the sum where it must go: (rows, columns, channels)."""
        place = place.reshape(self.total.shape)  # the first axis split: the same memory
        if self.last is not None and place.dtype == self.total.dtype:
            np.add(self.total, self.last, out=place)
            return
        if self.last is not None:
            np.add(self.total, self.last, out=self.total)
        np.copyto(place, self.total, casting="unsafe")


def _band_matrices(kernel: NDArray[np.float64], rows: int, problem: Problem, dtype: np.dtype[Any]) -> Array:
    """T, (w * rows, strip rows): row j * rows + r holds column j from strip row r * stride on."""
    height, width = kernel.shape
    matrix = np.zeros((width, rows, problem.strip_rows(rows)), dtype)
    for r in range(rows):
        first = r * problem.stride[0]
        matrix[:, r, first : first + extent(height, problem.dilation[0]) : problem.dilation[0]] = kernel.T
    return matrix.reshape(width * rows, -1)
