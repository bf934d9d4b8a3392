"""Whole windows: every window, its channels together, a row of one matrix, all kernels the other (im2col).

    response[n, f] = sum_m windows[n, m] * weights[m, f],   n over outputs, m over (row, column, channel) of the kernel

For kernels that add channels up, which lie side by side in memory: a row of a
window is one stretch of it, however many channels there are.  What the layers
inside a network are computed by.
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
from convcli.core.engines.engine import NANOSECOND, Offer, Work, window_matrix
from convcli.core.engines.evenness import local_bounds
from convcli.core.problem.exactness import exact_dtype
from convcli.core.problem.problem import Problem

WINDOWS_BYTES = 4 << 20  # of a band: they are read again soon
BANDS = 2  # at least, for the threads, as long as each has so many rows for a product to be worth its while:
FEWEST_ROWS = 96
FEWEST = 16  # kernels: fewer take as long


def offer(problem: Problem) -> Offer:
    """One product for all kernels, for each plane: of all channels together, or of one by itself."""
    dtype = exact_dtype(problem)
    return Offer(_nanoseconds(problem, dtype) * NANOSECOND, partial(WholeWindowsRunner, problem, dtype))


def _nanoseconds(problem: Problem, dtype: np.dtype[Any]) -> float:
    """On one thread: multiplications, and a copy of every window."""
    cost, window = costs().windows, problem.weights[0].size
    stretches = problem.kernel_height * (1 if _together(problem) else problem.kernel_width)
    copied = cost.copy * window + cost.stretch * stretches
    multiplied = cost.multiply * window * max(FEWEST, problem.filters)
    outputs = problem.out_height * problem.out_width * problem.out_channels
    a_window = (dtype.itemsize / 4) * (multiplied + copied + cost.response * problem.filters)
    return float(cost.fixed + outputs * a_window)


def _together(problem: Problem) -> bool:
    """Whether a row of a window is one stretch of memory."""
    return problem.dilation[1] == 1 and problem.out_channels == 1


class WholeWindowsRunner:
    """Copies of every window of a band, then one product, for each plane."""

    divisor = 1

    def __init__(self, problem: Problem, dtype: np.dtype[Any]) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, dtype, problem.strip_dtype(dtype)
        self.bounds = local_bounds(problem.weights, dtype)
        self.weights = window_matrix(problem, dtype)
        per_row = problem.out_width * self.weights.shape[0] * dtype.itemsize
        rows = max(-(-problem.out_height // BANDS), -(-FEWEST_ROWS // problem.out_width))
        self.band_rows = min(problem.out_height, rows, max(1, WINDOWS_BYTES // per_row))

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Copies and products of one strip's memory; see `engine.Runner`."""
        del whole  # there are no whole responses
        problem = self.problem
        shape = problem.band_shape(strip.shape[0])
        own = scratch.array("responses", shape, self.dtype)
        product = scratch.array("product", (shape[0] * shape[1], shape[2]), self.dtype)
        pixels = strip.reshape(strip.shape[0], problem.padded_width, problem.channels)
        planes = [slice(None)] if problem.out_channels == 1 else [slice(c, c + 1) for c in range(problem.channels)]
        windows = [self._windows(pixels[:, :, plane], shape[0], scratch) for plane in planes]

        def work(target: Array | None) -> Array:
            response = own if target is None else target
            for channel, (copying, rows) in enumerate(windows):
                run_steps(copying)
                out = response[:, :, :, channel]
                direct = out.dtype == self.dtype and out.flags.c_contiguous
                np.matmul(rows, self.weights, out=out.reshape(product.shape) if direct else product)
                if not direct:
                    np.copyto(out, product.reshape(out.shape), casting="unsafe")
            return response

        return work

    def _windows(self, pixels: Array, rows: int, scratch: Scratch) -> tuple[Steps, Array]:
        """Steps that copy the windows of a plane, or of all channels, and their matrix (windows, samples)."""
        problem = self.problem
        samples = problem.kernel_width * pixels.shape[2]
        sources = [self._across(pixels[i * problem.dilation[0] :], rows) for i in range(problem.kernel_height)]
        if len(sources) == 1 and pixels.dtype == self.dtype and sources[0].flags.c_contiguous:
            return [], sources[0].reshape(-1, samples)  # of a kernel of one sample, the strip itself
        copies = scratch.array("windows", (rows, problem.out_width, len(sources), samples), self.dtype)
        steps: Steps = [
            (np.copyto, (copies[:, :, i].reshape(source.shape), source)) for i, source in enumerate(sources)
        ]
        return steps, copies.reshape(-1, self.weights.shape[0])

    def _across(self, pixels: Array, rows: int) -> Array:
        """What each window has under a kernel row: (rows, out_width, samples), or (.., columns, channels) with gaps."""
        problem = self.problem
        channels, item = pixels.shape[2], pixels.itemsize
        down, across = problem.stride[0] * pixels.strides[0], problem.stride[1] * pixels.strides[1]
        shape: tuple[int, ...] = (problem.kernel_width, channels)
        strides: tuple[int, ...] = (problem.dilation[1] * pixels.strides[1], item)
        if _together(problem):
            shape, strides = (problem.kernel_width * channels,), (item,)
        return as_strided(pixels, (rows, problem.out_width, *shape), (down, across, *strides), writeable=False)
