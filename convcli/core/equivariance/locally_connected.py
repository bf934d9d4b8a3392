"""A locally connected layer: the windows of a convolution layer, its own weights at every place."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
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
    taps = np.arange(problem.kernel_width) * problem.dilation[1] - problem.padding.left
    columns = np.arange(problem.out_width)[:, np.newaxis] * problem.stride[1] + taps
    scale = np.sqrt((problem.weights**2).mean(axis=(1, 2, 3)))
    response = np.empty(problem.response_shape)
    for r in range(problem.out_height):
        taps = np.arange(problem.kernel_height) * problem.dilation[0] - problem.padding.top
        rows = r * problem.stride[0] + taps
        lines = problem.border.take(planes, rows, columns, np.float64)  # (h, W', w, C)
        windows = np.ascontiguousarray(lines.transpose(1, 2, 0, 3))  # a window's samples lie together
        response[r] = _row(windows, problem, scale, seed, r)
    return response


def _row(windows: Array, problem: Problem, scale: Array, seed: int, r: int) -> Array:
    depth = problem.weights.shape[1]
    shape = (problem.filters, depth, problem.out_width, problem.kernel_height, problem.kernel_width)
    weights = np.random.default_rng((seed, r)).standard_normal(shape) * scale[:, np.newaxis, np.newaxis, None, None]
    if problem.mixing:
        mixed: Array = np.einsum("ojic,fcoij->of", windows, weights)
        return mixed[:, :, np.newaxis]
    each: Array = np.einsum("ojic,foij->ofc", windows, weights[:, 0])
    return each
