"""OpenCV: strips through `cv2.filter2D`, for those who work in Python, have it installed, and ask for it by name.

    out[r, c] = sum_ij strip[r + i, c + j] * kernel[i, j],   anchor (0, 0)

The border is gathered before, so OpenCV's own never counts: the last rows and
columns, which it makes up, are cut off.  It adds up a window's products one by
one, as long as kernels are small; larger ones it transforms, whose errors are
not local, and these are not offered.  What it returns are floats: rounding and
clipping stay ours.
"""

from __future__ import annotations

import importlib.util
from functools import partial
from typing import Any

import numpy as np

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.costs import costs
from convcli.core.engines.engine import NANOSECOND, Offer, Work, band_rows
from convcli.core.engines.evenness import local_bounds
from convcli.core.geometry import extent
from convcli.core.problem.exactness import exact_dtype
from convcli.core.problem.problem import Problem
from convcli.errors import OptionError

LIBRARY = "cv2"
MISSING = "needs an extra: pip install 'convcli[opencv]'"
MOST_CHANNELS = 4
# Weights from which on filter2D transforms (its dft_filter_size): of float32 on processors with SSE3, and of the rest.
TRANSFORMED, TRANSFORMED_SOONER = 130, 50
SSE3 = 3  # OpenCV's number of that feature


def offer(problem: Problem) -> Offer | None:
    """Sums of products; none for sums over channels, for strides, nor where OpenCV would transform.

    Raises:
        OptionError: it is not installed.
    """
    if importlib.util.find_spec(LIBRARY) is None:
        raise OptionError("engine", "opencv", MISSING)
    if problem.mixing or problem.stride != (1, 1) or problem.channels > MOST_CHANNELS:
        return None
    dtype = exact_dtype(problem)
    height, width = _extents(problem)
    if height * width >= _transformed(dtype):
        return None
    return Offer(_nanoseconds(problem, dtype) * NANOSECOND, partial(OpencvRunner, problem, dtype))


def _extents(problem: Problem) -> tuple[int, int]:
    return extent(problem.kernel_height, problem.dilation[0]), extent(problem.kernel_width, problem.dilation[1])


def _transformed(dtype: np.dtype[Any]) -> int:
    import cv2

    return TRANSFORMED if dtype == np.float32 and cv2.checkHardwareSupport(SSE3) else TRANSFORMED_SOONER


def _nanoseconds(problem: Problem, dtype: np.dtype[Any]) -> float:
    """On one thread: a multiplication a weight, and a response handed over."""
    cost, weights = costs().opencv, problem.kernel_height * problem.kernel_width
    outputs = problem.out_height * problem.out_width * problem.channels * problem.filters
    return cost.fixed + outputs * (dtype.itemsize / 4) * (cost.multiply * weights + cost.response)


class OpencvRunner:
    """One call a kernel and strip."""

    divisor = 1

    def __init__(self, problem: Problem, dtype: np.dtype[Any]) -> None:
        self.problem, self.dtype, self.strip_dtype = problem, dtype, dtype
        self.bounds = local_bounds(problem.weights, dtype)
        self.band_rows = band_rows(problem)
        self.kernels = [_spread(kernel, problem, dtype) for kernel in problem.weights[:, 0]]

    def bind(self, strip: Array, scratch: Scratch, *, whole: bool = False) -> Work:
        """Calls on one strip's memory; see `engine.Runner`."""
        import cv2

        del whole  # there are no whole responses
        shape, depth = self.problem.band_shape(strip.shape[0]), cv2.CV_32F if self.dtype == np.float32 else cv2.CV_64F
        own = scratch.array("responses", shape, self.dtype)
        pixels = strip.reshape(strip.shape[0], self.problem.padded_width, self.problem.channels)
        filtered = scratch.array("filtered", pixels.shape, self.dtype)
        response = filtered[: shape[0], : shape[1]]

        def work(target: Array | None) -> Array:
            together = own if target is None else target
            for f, kernel in enumerate(self.kernels):
                cv2.filter2D(pixels, depth, kernel, filtered, (0, 0), 0, cv2.BORDER_REPLICATE)
                if target is None and len(self.kernels) == 1:
                    return response[:, :, np.newaxis]
                np.copyto(together[:, :, f], response, casting="unsafe")
            return together

        return work


def _spread(kernel: Array, problem: Problem, dtype: np.dtype[Any]) -> Array:
    """The kernel with zeros where its dilation leaves gaps."""
    spread = np.zeros(_extents(problem), dtype)
    spread[:: problem.dilation[0], :: problem.dilation[1]] = kernel
    return spread
