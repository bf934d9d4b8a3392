"""Banded: the columns of the kernel as band matrices, multiplied by BLAS.

The correlation of R rows with one kernel column is T @ strip, T being an
R x (R + h - 1) band matrix.  Stacking the T of all w columns gives one product
on the strip as it lies in memory; adding its w parts, each shifted by one
pixel more, gives the response:

    product[j, r, c] = sum_i kernel[i, j] * strip[r + i, c]
    out[r, c]        = sum_j product[j, r, c + j]

The band matrix wastes (R + h - 1) / h of the arithmetic and still wins, because
BLAS runs near the machine's peak.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convcli.core.bands import Scratch, band_rows
from convcli.core.blas import block_matmul, exact_dtype
from convcli.core.geometry import extent
from convcli.core.problem import Problem

NAME = "banded"

Array = NDArray[Any]
BAND_SAMPLES = 1 << 20
PRODUCT_BYTES = 4 << 20  # two threads' products stay in a shared cache of 32 MB, with their strips and responses
# Measured on two cores with AVX-512, November 2026, OpenBLAS 0.3.31, float32, one thread:
NS_PER_MULTIPLY = 0.024
NS_PER_ADD = 0.12
NS_PER_SAMPLE = 0.35
LARGEST = 1 << 10  # weights of a kernel: beyond, the band matrices only cost memory


def cost(problem: Problem) -> float | None:
    """Nanoseconds, one thread: multiplications of the band matrix, and one addition per kernel column."""
    dtype = exact_dtype(problem)
    if dtype is None or problem.mixing or problem.kernel_height * problem.kernel_width > LARGEST:
        return None
    rows = _block_rows(problem)
    wide = problem.out_height * problem.padded_width * problem.channels * problem.filters
    multiplies = problem.kernel_width * problem.strip_rows(rows)
    scale = dtype.itemsize / 4
    decimated = 1.0 if problem.stride == 1 else 6.0 / problem.stride
    banked = 0.0 if problem.filters == 1 else 2.0
    per_sample = NS_PER_MULTIPLY * multiplies + NS_PER_ADD * problem.kernel_width + NS_PER_SAMPLE + banked
    return wide * scale * per_sample * decimated


def prepare(problem: Problem) -> BandedRunner:
    """A runner that multiplies by band matrices."""
    dtype = exact_dtype(problem)
    assert dtype is not None
    return BandedRunner(problem, dtype)


def _block_rows(problem: Problem) -> int:
    """R: few rows waste little arithmetic; tall kernels amortise more of them."""
    return min(problem.out_height, 4 if extent(problem.kernel_height, problem.dilation) <= 15 else 8)


class BandedRunner:
    """One product and one sum over shifted parts, per kernel."""

    spreads = True

    def __init__(self, problem: Problem, dtype: np.dtype[Any]) -> None:
        self.problem, self.dtype = problem, dtype
        self.block = _block_rows(problem)
        self.band_rows = band_rows(problem, BAND_SAMPLES, self.block)
        last = (problem.out_height % self.band_rows or self.band_rows) % self.block
        blocks = {self.block, self.band_rows % self.block, last} - {0}
        self.matrices = {r: [_band_matrix(k[0], r, problem, dtype) for k in problem.weights] for r in blocks}

    def run(self, strip: Array, target: Array | None, scratch: Scratch) -> Array:
        """Correlate one strip; see `bands.Runner`."""
        problem = self.problem
        rows = (strip.shape[0] - problem.strip_rows(1)) // problem.stride + 1
        shape = (rows, problem.out_width, problem.filters, problem.out_channels)
        if problem.filters == 1:
            direct = target is not None and target.dtype == self.dtype and problem.stride == 1
            response = target if direct and target is not None else scratch.array("response", shape, self.dtype)
            self._filter(strip, 0, response[:, :, 0, :], scratch)
            if target is not None and not direct:
                np.copyto(target, response, casting="unsafe")
                return target
            return response
        response = scratch.array("responses", shape, problem.result_dtype) if target is None else target
        one = scratch.array("response", (rows, problem.out_width, problem.out_channels), self.dtype)
        for f in range(problem.filters):
            self._filter(strip, f, one, scratch)
            np.copyto(response[:, :, f, :], one, casting="unsafe")
        return response

    def _filter(self, strip: Array, f: int, out: Array, scratch: Scratch) -> None:
        """Response of one kernel, (R, out_width, channels)."""
        done, per_block = 0, self.problem.kernel_width * self.block * strip.shape[1] * self.dtype.itemsize
        most = max(1, PRODUCT_BYTES // per_block) * self.block
        while done < out.shape[0]:
            rows = min(most, out.shape[0] - done)
            block = self.block if rows >= self.block else rows
            rows -= rows % block
            below = strip[done * self.problem.stride :]
            self._blocks(below, self.matrices[block][f], out[done : done + rows], block, scratch)
            done += rows

    def _blocks(self, strip: Array, matrix: Array, out: Array, block: int, scratch: Scratch) -> None:
        problem, width, length = self.problem, self.problem.kernel_width, strip.shape[1]
        count, step = out.shape[0] // block, strip.strides[0]
        starts = (block * problem.stride * step, step, strip.itemsize)
        windows = as_strided(strip, (count, matrix.shape[1], length), starts, writeable=False)
        product = scratch.array("product", (count, width * block, length), self.dtype)
        block_matmul(matrix, windows, product)
        self._add_parts(product.reshape(count, width, block, length), out)

    def _add_parts(self, parts: Array, out: Array) -> None:
        """out[r, c] = sum_j parts[j, r, c + j]; overwrites the parts.

        All but the last sum run over whole blocks of rows as one vector: what they add across
        the end of a row lies beyond the last response.
        """
        problem, (count, width, block, length) = self.problem, parts.shape
        shift, flat = problem.dilation * problem.channels, parts.reshape(count, width, block * length)
        for j in range(1, width - 1):
            total = flat[:, 0, : block * length - j * shift]
            np.add(total, flat[:, j, j * shift :], out=total)
        columns = length - shift * (width - 1)
        first, last = parts[:, 0, :, :columns], parts[:, -1, :, length - columns :]
        if problem.stride == 1:
            _sum(first, last, out.reshape(count, block, columns), width)
            return
        _sum(first, last, first, width)
        pixels = first.reshape(count * block, columns // problem.channels, problem.channels)
        out[...] = pixels[:, :: problem.stride]


def _sum(first: Array, last: Array, out: Array, parts: int) -> None:
    if parts > 1:
        np.add(first, last, out=out)
    elif out is not first:
        np.copyto(out, first)


def _band_matrix(kernel: NDArray[np.float64], rows: int, problem: Problem, dtype: np.dtype[Any]) -> Array:
    """(w * rows, strip rows): row j * rows + r holds kernel column j from strip row r * stride on."""
    height, width = kernel.shape
    matrix = np.zeros((width, rows, problem.strip_rows(rows)), dtype)
    for r in range(rows):
        first = r * problem.stride
        matrix[:, r, first : first + extent(height, problem.dilation) : problem.dilation] = kernel.T
    return matrix.reshape(width * rows, -1)
