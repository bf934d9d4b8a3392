"""Conv: correlation with learned kernels, by the package's own correlation.

    out[n, f, r, c] = bias[f] + sum_kij weights[f, k, i, j] * in[n, group(f) + k, r*s + i*d - top, c*s + j*d - left]

Two kinds of layers have a shorter way: with windows of one sample it is a
product of matrices as it stands, and with a channel for each group (depthwise)
no channels are added up.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.border import BORDERS
from convcli.core.correlation.correlate import Correlation
from convcli.core.correlation.plan import Plan, make_plan
from convcli.core.correlation.row_source import ArrayRows
from convcli.core.correlation.sinks import KeepSink
from convcli.core.forward.call import Call
from convcli.core.forward.maps import channels_first, channels_last, padded, two, working
from convcli.core.forward.sliding import Slide, slide_over, spatial_of
from convcli.core.geometry import Padding
from convcli.core.problem.problem import Problem

BAND_BYTES = 1 << 18  # of depthwise sums, that stay in a core's own cache


def conv(call: Call) -> Array:
    """(N, C, ..), weights (F, C/groups, k..) and biases (F) give (N, F, ..), in the input's float dtype."""
    maps, weights, bias = working(call.value(0)), call.value(1), call.maybe(2)
    axes = maps.ndim - 2
    slide = slide_over(call, spatial_of(call), weights.shape[2:])
    groups = call.get("group", 1)
    if axes == 1:
        weights = weights[:, :, np.newaxis]
    pixels = channels_last(maps)
    if groups > 1 and max(weights.shape[2:]) == 1 and not any((*slide.before, *slide.after)):
        out = _pointwise(pixels, weights, slide, groups)
    elif groups == pixels.shape[3] and groups > 1:
        out = _depthwise(pixels, weights, slide)
    else:
        out = _correlated(call, pixels, weights, slide, groups)
    if bias is not None:
        out += bias.astype(out.dtype, copy=False)
    return channels_first(out, axes).astype(call.value(0).dtype, copy=False)


def _pointwise(pixels: Array, weights: Array, slide: Slide, groups: int) -> Array:
    """Windows of one sample: (positions, C) @ (C, F), for each group."""
    down, across = two(slide.stride, 1)
    rows = np.ascontiguousarray(pixels[:, ::down, ::across])
    shape, filters = rows.shape, weights.shape[0]
    matrix = weights.reshape(groups, filters // groups, -1).transpose(0, 2, 1).astype(pixels.dtype, copy=False)
    out = np.empty((math.prod(shape[:3]), groups, filters // groups), pixels.dtype)
    # A copy with the groups in front: BLAS takes no stretches of rows that are interleaved with others'.
    apart = np.ascontiguousarray(rows.reshape(-1, groups, shape[3] // groups).transpose(1, 0, 2))
    out[...] = np.matmul(apart, matrix).transpose(1, 0, 2)
    return np.asarray(out.reshape(*shape[:3], filters))


def _depthwise(pixels: Array, weights: Array, slide: Slide) -> Array:
    """A channel a group: shift, weigh and add, a band of rows after the other."""
    (kernel, stride, dilation, before, after), single = slide[:5], (1, 1, 1, 0, 0)
    (height, width), (down, across), (gap, apart), first, last = (
        two(figures, alone) for figures, alone in zip((kernel, stride, dilation, before, after), single, strict=True)
    )
    source = padded(pixels, (first[0], last[0]), (first[1], last[1]))
    rows, columns = two(slide.out, 1)
    times = weights.shape[0] // pixels.shape[3]
    if times > 1:
        source = np.repeat(source, times, axis=3)
    taps = np.ascontiguousarray(weights[:, 0].transpose(1, 2, 0), pixels.dtype)
    out = np.empty((len(source), rows, columns, weights.shape[0]), pixels.dtype)
    band = max(1, BAND_BYTES // (out[0, 0].nbytes or 1))
    product = np.empty((band, columns, weights.shape[0]), pixels.dtype)
    for picture, response in zip(source, out, strict=True):
        for top in range(0, rows, band):
            sums = response[top : top + band]
            for i in range(height):
                for j in range(width):
                    start, left = top * down + i * gap, j * apart
                    window = picture[start : start + (len(sums) - 1) * down + 1 : down]
                    window = window[:, left : left + (columns - 1) * across + 1 : across]
                    if i == j == 0:
                        np.multiply(window, taps[i, j], out=sums)
                        continue
                    np.multiply(window, taps[i, j], out=product[: len(sums)])
                    sums += product[: len(sums)]
    return out


class _Ready(NamedTuple):
    """A group's correlation, checked and planned, for pictures of one shape."""

    problem: Problem
    plan: Plan


def _correlated(call: Call, pixels: Array, weights: Array, slide: Slide, groups: int) -> Array:
    """By the engine that the package's plan chooses, group by group."""
    ready = _ready(call, pixels, weights, slide, groups)
    rows, columns = two(slide.out, 1)
    filters, depth = weights.shape[0] // groups, weights.shape[1]
    out = np.empty((len(pixels), rows, columns, weights.shape[0]), pixels.dtype)
    for picture, response in zip(pixels, out, strict=True):
        for group, (problem, plan) in enumerate(ready):
            part = picture if groups == 1 else np.ascontiguousarray(picture[:, :, group * depth : (group + 1) * depth])
            sink = KeepSink(problem.response_shape, problem.result_dtype)
            Correlation(problem, plan, ArrayRows(part), problem.response_shape).run(sink)
            response[:, :, group * filters : (group + 1) * filters] = sink.response[..., 0]
    return out


def _ready(call: Call, pixels: Array, weights: Array, slide: Slide, groups: int) -> list[_Ready]:
    key = (pixels.shape[1:], pixels.dtype.str)
    if 1 not in call.constant:
        return [_group(pixels, part, slide) for part in np.split(weights, groups)]
    if key not in call.memory:
        call.memory.clear()  # for pictures of one shape alone
        call.memory[key] = [_group(pixels, part, slide) for part in np.split(weights, groups)]
    ready: list[_Ready] = call.memory[key]
    return ready


def _group(pixels: Array, weights: Array, slide: Slide) -> _Ready:
    before, after = two(slide.before, 0), two(slide.after, 0)
    problem = Problem(
        height=pixels.shape[1],
        width=pixels.shape[2],
        channels=weights.shape[1],
        dtype=pixels.dtype,
        # As they are: the sums are done in the picture's own floats, and twice as wide copies would stay.
        weights=weights if weights.dtype == pixels.dtype else weights.astype(np.float64),
        mixing=True,
        bias=np.zeros(weights.shape[0]),
        anchor=(0, 0),
        padding=Padding(before[0], after[0], before[1], after[1]),
        stride=two(slide.stride, 1),
        dilation=two(slide.dilation, 1),
        border=BORDERS.find("zero"),
        magnitude=math.inf,
    )
    return _Ready(problem, make_plan(problem))
