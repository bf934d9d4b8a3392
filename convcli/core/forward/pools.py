"""Pools: the maximum or the mean of a window, of each map by itself; down the columns, then across the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.maps import channels_first, channels_last, padded, two, working
from convcli.core.forward.sliding import Slide, kernel_of, slide_over, spatial_of
from convcli.core.geometry import extent


def max_pool(call: Call) -> Array:
    """out[n, c, r, c'] = the largest of the window; padding counts as less than everything."""
    maps, slide = call.value(0), _slide(call)
    lowest = -np.inf if maps.dtype.kind == "f" else np.iinfo(maps.dtype.name).min
    return channels_first(_slid(channels_last(maps), slide, lowest, np.maximum), maps.ndim - 2)


def average_pool(call: Call) -> Array:
    """The window's mean: of the samples that are there, or with count_include_pad of the padding's zeros too."""
    maps, slide = call.value(0), _slide(call)
    pixels = channels_last(working(maps))
    sums = _slid(pixels, slide, 0, np.add)
    counts = _counts(pixels.shape[1:3], slide, padding=bool(call.get("count_include_pad", 0)))
    sums /= counts.astype(sums.dtype)
    return channels_first(sums, maps.ndim - 2).astype(maps.dtype, copy=False)


def global_average_pool(call: Call) -> Array:
    """Each map's mean, (N, C, 1..)."""
    maps = call.value(0)
    axes = tuple(range(2, maps.ndim))
    return np.asarray(working(maps).mean(axis=axes, keepdims=True)).astype(maps.dtype, copy=False)


def global_max_pool(call: Call) -> Array:
    """Each map's maximum, (N, C, 1..)."""
    maps = call.value(0)
    return np.asarray(maps.max(axis=tuple(range(2, maps.ndim)), keepdims=True))


def _slide(call: Call) -> Slide:
    spatial = spatial_of(call)
    return slide_over(call, spatial, kernel_of(call, len(spatial)))


def _slid(pixels: Array, slide: Slide, fill: Any, join: Callable[..., Any]) -> Array:
    """(N, H', W', C): the window's samples joined, along one axis and then the other."""
    lengths = pixels.shape[1:3]
    axes = _axes(slide)
    sides = []
    for n, (k, s, d, before, _, out) in zip(lengths, axes, strict=True):
        # Rounding up may let the last window reach beyond the padding.
        sides.append((before, max(0, (out - 1) * s + extent(k, d) - before - n)))
    whole = padded(pixels, sides[0], sides[1], fill)
    for axis, (k, s, d, _, _, out) in enumerate(axes, 1):
        whole = _along(whole, axis, (k, s, d, out), join)
    return whole if whole is not pixels and whole.base is not pixels else whole.copy()


def _along(pixels: Array, axis: int, figures: tuple[int, int, int, int], join: Callable[..., Any]) -> Array:
    k, s, d, out = figures
    stretch = [slice(None)] * 4
    joined: Array | None = None
    for tap in range(k):
        stretch[axis] = slice(tap * d, tap * d + (out - 1) * s + 1, s)
        part = pixels[tuple(stretch)]
        if tap == 0:
            first = part
        elif joined is None:
            joined = join(first, part)
        else:
            join(joined, part, out=joined)
    return np.ascontiguousarray(first) if joined is None else joined


def _axes(slide: Slide) -> list[tuple[int, int, int, int, int, int]]:
    """Kernel, stride, dilation, before, after and outputs, down and across."""
    singles = (1, 1, 1, 0, 0, 1)
    pairs = [two(figures, single) for figures, single in zip(slide, singles, strict=True)]
    return [tuple(pair[axis] for pair in pairs) for axis in (0, 1)]  # type: ignore[misc]


def _counts(lengths: tuple[int, ...], slide: Slide, *, padding: bool) -> Array:
    """How many samples each window has, (H', W', 1)."""
    down, across = window_counts(lengths, slide, padding=padding)
    return np.asarray(np.maximum(down[:, np.newaxis] * across, 1)[:, :, np.newaxis])


def window_counts(lengths: tuple[int, ...], slide: Slide, *, padding: bool) -> list[Array]:
    """How many taps of each window count, down and across; what rounding up adds beyond the padding is none."""
    counts = []
    for n, (k, s, d, before, after, out) in zip(lengths, _axes(slide), strict=True):
        starts = np.arange(out) * s - before
        first, last = (-before, n + after) if padding else (0, n)
        inside = [np.clip(-((starts - end) // d), 0, k) for end in (first, last)]  # taps before each end
        counts.append(inside[1] - inside[0])
    return counts
