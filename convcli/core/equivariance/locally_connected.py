"""A locally connected layer: the windows of a convolution layer, its own weights at every place."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.border import OUTSIDE
from convcli.core.problem.problem import Problem


def locally_connected(picture: Array, problem: Problem, seed: int) -> Array:
    """The response of weights that are not shared.

    out[r, c] = sum_ij kernel[r, c, i, j] * in[r*s + i*d - top, c*s + j*d - left]

    The weights at each place are drawn from a normal distribution, with the
    root mean square of the problem's own kernel; row r has a stream of its own,
    so that they depend on the seed and the place alone.

    Args:
        picture: (H, W) or (H, W, C), never modified.
        problem: sizes, padding, border, stride, dilation and channels of the layer.
        seed: at least 0.

    Returns:
        float64, (H', W', F, channels) with the problem's number of channels.
    """
    planes = picture.reshape(problem.height, problem.width, -1)
    rows = problem.border.index(problem.height, problem.padding.top, problem.padding.bottom)
    columns = problem.border.index(problem.width, problem.padding.left, problem.padding.right)
    taps = np.arange(problem.kernel_width) * problem.dilation
    places = columns[np.arange(problem.out_width)[:, np.newaxis] * problem.stride + taps]
    scale = np.sqrt((problem.weights**2).mean(axis=(1, 2, 3)))
    response = np.empty(problem.response_shape)
    for r in range(problem.out_height):
        lines = rows[r * problem.stride + np.arange(problem.kernel_height) * problem.dilation]
        response[r] = _row(_windows(planes, lines, places, problem.border.fill), problem, scale, seed, r)
    return response


def _windows(planes: Array, rows: Array, places: Array, fill: float) -> Array:
    """(h, W', w, C): the samples under every window of one output row."""
    windows = planes[np.maximum(rows, 0)][:, np.maximum(places, 0)].astype(np.float64)
    windows[rows == OUTSIDE] = fill
    windows[:, places == OUTSIDE] = fill
    return windows


def _row(windows: Array, problem: Problem, scale: Array, seed: int, r: int) -> Array:
    depth = problem.weights.shape[1]
    shape = (problem.filters, depth, problem.out_width, problem.kernel_height, problem.kernel_width)
    weights = np.random.default_rng((seed, r)).standard_normal(shape) * scale[:, np.newaxis, np.newaxis, None, None]
    if problem.mixing:
        mixed: Array = np.einsum("iojc,fcoij->of", windows, weights)
        return mixed[:, :, np.newaxis]
    each: Array = np.einsum("iojc,foij->ofc", windows, weights[:, 0])
    return each
