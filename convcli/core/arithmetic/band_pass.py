"""One-dimensional correlation by band matrices: down the columns, or across the rows, of a strip.

    down      out[r, c] = sum_i taps[i] * strip[r * stride + i * dilation, c]
    turned    out[c, r] = the same: a product writes its rows where its columns would be at no further cost
    across    out[r, c] = sum_j taps[j] * strip[r, c * stride + j * dilation]

A block of b outputs is a b x K band matrix T times K inputs, with K = (b - 1) * stride + extent;
all blocks are one batched product over overlapping views of the strip, which is not copied.
Each method returns steps that are ready to be made, for these views of memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convcli.core.arithmetic.blas import block_products, pieces_of
from convcli.core.arithmetic.calls import Steps
from convcli.core.arrays import Array
from convcli.core.geometry import extent


class BandPass:
    """One row of taps as band matrices for blocks of any size up to `block`."""

    def __init__(self, taps: Array, stride: int, dilation: int, block: int, dtype: np.dtype[Any]) -> None:
        self.taps, self.stride, self.dilation, self.block, self.dtype = taps, stride, dilation, block, dtype
        self._matrices: dict[int, Array] = {}

    def matrix(self, block: int) -> Array:
        """T, (block, K)."""
        if block not in self._matrices:
            reach = extent(len(self.taps), self.dilation)
            matrix = np.zeros((block, (block - 1) * self.stride + reach), self.dtype)
            for b in range(block):
                matrix[b, b * self.stride : b * self.stride + reach : self.dilation] = self.taps
            self._matrices[block] = matrix
        return self._matrices[block]

    def _blocks(self, length: int) -> Iterator[tuple[int, int, Array]]:
        """(first output, blocks, T): the whole blocks, then what is left."""
        whole = length // self.block
        if whole:
            yield 0, whole, self.matrix(self.block)
        if length % self.block:
            yield whole * self.block, 1, self.matrix(length % self.block)

    def down(self, strip: Array, out: Array) -> Steps:
        """Strip (N, L) to out (rows, L)."""
        length, step = strip.shape[1], strip.strides[0]
        steps: Steps = []
        for first, count, matrix in self._blocks(out.shape[0]):
            b, inner = matrix.shape
            strides = (b * self.stride * step, step, strip.itemsize)
            windows = as_strided(strip[first * self.stride :], (count, inner, length), strides)
            steps += block_products(matrix, windows, out[first : first + count * b].reshape(count, b, length))
        return steps

    def turned(self, strip: Array, out: Array) -> Steps:
        """Strip (N, L) to out (L, rows): what `down` gives, turned."""
        length, step, item = strip.shape[1], strip.strides[0], strip.itemsize
        steps: Steps = []
        for first, count, matrix in self._blocks(out.shape[1]):
            b, inner = matrix.shape
            columns = np.ascontiguousarray(matrix.T)
            for start, pieces, width in pieces_of(length, matrix.size):
                source, target = strip[first * self.stride :, start:], out[start:, first:]
                strides = (b * self.stride * step, width * item, item, step)
                windows = as_strided(source, (count, pieces, width, inner), strides)
                strides = (b * item, width * out.strides[0], out.strides[0], item)
                steps.append((np.matmul, (windows, columns, as_strided(target, (count, pieces, width, b), strides))))
        return steps

    def across(self, strip: Array, out: Array) -> Steps:
        """Strip (rows, N) to out (rows, W), both with samples side by side along a row."""
        rows, item = strip.shape[0], strip.itemsize
        steps: Steps = []
        for first, count, matrix in self._blocks(out.shape[1]):
            b, inner = matrix.shape
            source = strip[:, first * self.stride :]
            windows = as_strided(source, (count, rows, inner), (b * self.stride * item, strip.strides[0], item))
            target = as_strided(out[:, first:], (count, rows, b), (b * item, out.strides[0], item))
            steps.append((np.matmul, (windows, np.ascontiguousarray(matrix.T), target)))
        return steps
