"""Patches: every window a column of a matrix, all kernels at once as the other (im2col).

    response[r, c, f] = sum_m windows[r, m, c] * weights[m, f],   m over (row, column, channel) of the kernel

The windows are not written out in full: one copy of the strip for each kernel
column is enough, because the windows of the next row of responses begin one
row of those copies further on and overlap the last ones.  What a layer of a
network is computed by: best for banks of kernels and for sums over channels.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convcli.core.arithmetic.calls import Steps, run_steps
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.costs import costs
from convcli.core.engines.engine import NANOSECOND, Offer, Work, band_rows, window_matrix
from convcli.core.engines.evenness import local_bounds
from convcli.core.problem.exactness import exact_dtype
from convcli.core.problem.problem import Problem

COPIES_BYTES = 4 << 20  # shifted copies of a band that stay in the shared cache
LARGEST = 1 << 12  # weights of a kernel, channels included: beyond, the copies would leave the cache
FEWEST = 4  # kernels: fewer take as long


def offer(problem: Problem) -> Offer | None:
    """One product for all kernels; none where a window is too large."""
    if _window(problem) > LARGEST:
        return None
    dtype = exact_dtype(problem)
    return Offer(_nanoseconds(problem, dtype) * NANOSECOND, partial(PatchesRunner, problem, dtype))


def _window(problem: Problem) -> int:
    """Weights of a kernel, channels included."""
    return int(problem.weights[0].size)


def _nanoseconds(problem: Problem, dtype: np.dtype[Any]) -> float:
    """On one thread: multiplications, and a copy of the strip for each kernel column and channel."""
    cost, window = costs().patches, _window(problem)
    planes = 1 if problem.mixing else problem.channels
    scattered = problem.channels > 1 or problem.stride[1] > 1
    copies = problem.kernel_width * problem.weights.shape[1] * min(problem.stride[0], problem.kernel_height)
    if problem.dilation[0] > 1:
        copies = window
    multiplied = cost.multiply * window * max(FEWEST, problem.filters)
    copied = copies * (cost.scattered if scattered else cost.copy)
    handed = problem.filters * (cost.response if planes == 1 else cost.response + cost.scattered / 3)
    outputs = problem.out_height * problem.out_width * planes
    return float(cost.fixed + outputs * (dtype.itemsize / 4) * (multiplied + copied + handed))


class PatchesRunner:
    """Copies, then one batched product, for each plane."""

    divisor = 1

    def __init__(self, problem: Problem, dtype: np.dtype[Any]) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, dtype, problem.strip_dtype(dtype)
        self.bounds = local_bounds(problem.weights, dtype)
        self.weights = window_matrix(problem, dtype)
        self.depth = problem.weights.shape[1]
        per_row = problem.kernel_width * self.depth * problem.out_width * self.dtype.itemsize
        if problem.dilation[0] > 1:
            per_row *= problem.kernel_height
        most = max(1, COPIES_BYTES // (per_row * problem.stride[0]))
        self.band_rows = min(band_rows(problem), most)

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Copies and products of one strip's memory; see `engine.Runner`."""
        del whole  # there are no whole responses
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        own = scratch.array("responses", shape, self.dtype)
        product = scratch.array("product", shape[:3], self.dtype)
        pixels = strip.reshape(strip.shape[0], problem.padded_width, problem.channels)
        planes = [slice(None)] if problem.out_channels == 1 else [slice(c, c + 1) for c in range(problem.channels)]
        windows = [self._windows(pixels[:, :, plane], shape[0], scratch) for plane in planes]

        def work(target: Array | None) -> Array:
            response = own if target is None else target
            for channel, (copying, columns) in enumerate(windows):
                run_steps(copying)
                out = response[:, :, :, channel]
                direct = out.dtype == self.dtype and out.strides[2] == out.itemsize
                np.matmul(columns, self.weights, out=out if direct else product)
                if not direct:
                    np.copyto(out, product, casting="unsafe")
            return response

        return work

    def _windows(self, pixels: Array, rows: int, scratch: Scratch) -> tuple[Steps, Array]:
        """Steps that copy a plane, or all channels, and (rows, out_width, window) of the copies, overlapping."""
        problem = self.problem
        height, width = problem.kernel_height, problem.kernel_width
        step, columns = problem.stride[0], problem.out_width
        if problem.dilation[0] == 1:
            copies = scratch.array("copies", (pixels.shape[0], width, self.depth, columns), self.dtype)
            item = copies.itemsize
            strides = (step * copies.strides[0], item, columns * item)
            shape = (rows, columns, height * width * self.depth)
            return self._copying(pixels, copies), as_strided(copies, shape, strides, writeable=False)
        copies = scratch.array("copies", (rows, height, width, self.depth, columns), self.dtype)
        steps: Steps = []
        for i in range(height):
            first = i * problem.dilation[0]
            steps += self._copying(pixels[first : first + (rows - 1) * step + 1 : step], copies[:, i])
        return steps, copies.reshape(rows, -1, columns).transpose(0, 2, 1)

    def _copying(self, pixels: Array, copies: Array) -> Steps:
        """Steps to copies (rows, kernel columns, channels, out_width), each shifted by a kernel column."""
        problem = self.problem
        step = problem.stride[1]
        reach = (problem.out_width - 1) * step + 1
        steps: Steps = []
        for j in range(problem.kernel_width):
            first = j * problem.dilation[1]
            for channel in range(self.depth):
                source = pixels[:, first : first + reach : step, channel]
                steps.append((np.copyto, (copies[:, j, channel], source)))
        return steps
