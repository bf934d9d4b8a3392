"""ConvTranspose: each sample spread out by a learned kernel; the transpose of Conv's matrix.

out[n, f, r*s + i*d - top, c*s + j*d - left] += in[n, k, r, c] * weights[k, f, i, j]
"""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.maps import channels_first, channels_last, two, working
from convcli.core.forward.sliding import slide_out_of, spatial_of
from convcli.core.geometry import extent


def conv_transpose(call: Call) -> Array:
    """(N, C, ..), weights (C, F/groups, k..) and biases (F) give (N, F, ..), in the input's float dtype."""
    maps, weights, bias = working(call.value(0)), call.value(1), call.maybe(2)
    axes, groups = maps.ndim - 2, call.get("group", 1)
    slide = slide_out_of(call, spatial_of(call), weights.shape[2:])
    if axes == 1:
        weights = weights[:, :, np.newaxis]
    pixels = channels_last(maps)
    stride, dilation, before = two(slide.stride, 1), two(slide.dilation, 1), two(slide.before, 0)
    filters, depth = weights.shape[1], weights.shape[0] // groups
    out = np.empty((len(pixels), *two(slide.out, 1), filters * groups), pixels.dtype)
    for group in range(groups):
        part = pixels[..., group * depth : (group + 1) * depth]
        taps = weights[group * depth : (group + 1) * depth].astype(pixels.dtype, copy=False)
        whole = _spread(part, taps, stride, dilation)
        target = out[..., group * filters : (group + 1) * filters]
        _cut(whole, before, target)
    if bias is not None:
        out += bias.astype(out.dtype, copy=False)
    return channels_first(out, axes).astype(call.value(0).dtype, copy=False)


def _spread(pixels: Array, weights: Array, stride: tuple[int, int], dilation: tuple[int, int]) -> Array:
    """Every sample's kernels, added where they overlap: (N, H', W', F), without padding."""
    count, height, width, depth = pixels.shape
    _, filters, *kernel = weights.shape
    lengths = [(n - 1) * s + extent(k, d) for n, s, k, d in zip((height, width), stride, kernel, dilation, strict=True)]
    whole = np.zeros((count, *lengths, filters), pixels.dtype)
    rows = np.ascontiguousarray(pixels).reshape(-1, depth)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            response = np.matmul(rows, np.ascontiguousarray(weights[:, :, i, j]))
            top, left = i * dilation[0], j * dilation[1]
            bottom, right = top + (height - 1) * stride[0] + 1, left + (width - 1) * stride[1] + 1
            whole[:, top : bottom : stride[0], left : right : stride[1]] += response.reshape(count, height, width, -1)
    return whole


def _cut(whole: Array, before: tuple[int, int], target: Array) -> None:
    """What lies behind the padding; where there is more asked for than was spread, it is 0."""
    target[...] = 0
    places = []
    for n, m, skipped in zip(whole.shape[1:3], target.shape[1:3], before, strict=True):
        first, last = max(0, skipped), min(n, skipped + m)
        places.append((slice(first, last), slice(first - skipped, last - skipped)))
    (rows, to_rows), (columns, to_columns) = places
    target[:, to_rows, to_columns] = whole[:, rows, columns]
