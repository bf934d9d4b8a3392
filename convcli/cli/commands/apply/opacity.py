"""Opacity: what becomes of a picture's alpha when a kernel runs over its colours."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.ratio_sink import centres
from convcli.core.correlation.response import Response
from convcli.core.display.mapping import mapping
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options
from convcli.images.picture import Picture


class Opacity(NamedTuple):
    """Alpha as it is used.

    Attributes:
        mode: "weight", "separate", "keep" or "drop"; what is done, which may be less than what was asked for.
        values: (H, W), 0..full.
        full: the value of what is opaque.
        flat: the first kernel that sums to zero, if it matters.
    """

    mode: str
    values: Array
    full: float
    flat: str = ""


def opacity_of(picture: Picture, kernels: KernelStack, mode: str) -> Opacity | None:
    """What is done with a picture's alpha; None where it has none.

    An opaque picture is filtered as one without alpha.  Alpha is an average where the kernel averages; a kernel that
    sums to zero has no average, and leaves alpha as it was.
    """
    if picture.alpha is None:
        return None
    full = _full(picture.alpha)
    values = np.nan_to_num(picture.alpha).clip(0, full) if picture.alpha.dtype.kind == "f" else picture.alpha
    opaque = mode in ("weight", "separate") and bool((values == full).all())
    return decided(values, full, kernels, mode, opaque=opaque)


def decided(values: Array, full: float, kernels: KernelStack, mode: str, *, opaque: bool) -> Opacity:
    """What is done with alpha of these values, all of which may be opaque."""
    if mode not in ("weight", "separate") or opaque:
        return Opacity("drop" if mode == "drop" else "keep", values, full)
    flat = [kernel.name for kernel in kernels if kernel.sums_to_zero]
    if not flat:
        return Opacity(mode, values, full)
    return Opacity("keep" if len(flat) == len(kernels) else mode, values, full, flat[0])


def alpha_note(opacity: Opacity, lost: str) -> str:
    """What is to be said of alpha that is less than filtered; nothing where there is nothing to say.

    Args:
        lost: what has no alpha; empty where the result has one.
    """
    if lost:
        weighs = "weighs the colours but is" if opacity.mode == "weight" else "is"
        also = f"; it does not weigh those of {opacity.flat}, which sums to zero" if opacity.flat else ""
        return f"alpha {weighs} left out of the result: {lost} none{also}"
    return f"alpha is carried as it was: {opacity.flat} sums to zero and averages nothing" if opacity.flat else ""


def _full(alpha: Array) -> float:
    """What is opaque: the largest integer of the dtype; of floats 1, or 255 or 65535 where they go beyond."""
    if alpha.dtype.kind != "f":
        return float(np.iinfo(alpha.dtype).max)
    highest = float(np.fmax.reduce(alpha, axis=None, initial=0.0))
    return next((full for full in (1.0, 255.0, 65535.0) if highest <= full), highest)


def alpha_after(opacity: Opacity, response: Response, kernels: KernelStack, options: Options) -> Array:
    """Alpha of the output, (H', W') in its own dtype: under each window's centre, or filtered.

        alpha[r, c] = corr(alpha, k)[r, c] / sum(k), clamped; the largest of several kernels that are combined

    A constant beyond the edge is opaque.
    """
    if opacity.mode not in ("weight", "separate") or any(kernel.sums_to_zero for kernel in kernels):
        down, across = centres(response.correlation.problem)
        in_place = (
            np.array_equal(at, np.arange(n)) for at, n in zip((down, across), opacity.values.shape, strict=True)
        )
        return opacity.values if all(in_place) else np.ascontiguousarray(opacity.values[np.ix_(down, across)])
    correlation = prepare(opacity.values, averaging_kernels(kernels), opaque_border(options, opacity.full))
    filtered = Response(correlation, "max" if kernels.several else None)
    if opacity.values.dtype.kind == "f":
        return np.asarray(filtered.raw().array.clip(0, opacity.full).astype(opacity.values.dtype, copy=False))
    if opacity.values.dtype.itemsize > 2 or opacity.values.dtype.kind == "i":
        return np.asarray(np.rint(filtered.raw().array).clip(0, opacity.full).astype(opacity.values.dtype))
    pixels = filtered.pixels([mapping("clip", opacity.values.dtype)], opacity.values.dtype).array
    return pixels.reshape(filtered.shape)


def opaque_border(options: Options, full: float) -> Options:
    """The options for alpha: a constant beyond the edge is opaque, and nothing is added."""
    border = options.window.border
    if border.fills:
        options = replace(options, window=replace(options.window, border=replace(border, fill=full)))
    return replace(options, bias=(0.0,), channels="each", groups=1)


def averaging_kernels(kernels: KernelStack) -> KernelStack:
    """The kernels with sum 1, for one channel."""
    return kernels.map(_averaging)


def _averaging(kernel: Kernel) -> Kernel:
    """The kernel with sum 1; of weights per channel their sum, for alpha is one for all."""
    weights = kernel.weights if kernel.weights.ndim == 2 else kernel.weights.sum(axis=0)
    return replace(kernel, weights=weights if kernel.sum == 1 else weights / kernel.sum)


def fitted(alpha: Array, full: float, pixels: Array) -> Array:
    """Alpha in the pixels' dtype, if it can be: floats from 0 to 1, or 8 or 16 bits."""
    if alpha.dtype == pixels.dtype:
        return alpha
    if pixels.dtype.kind == "f":
        return (alpha / full).astype(pixels.dtype)
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize <= 2:
        return np.rint(alpha * (np.iinfo(pixels.dtype).max / full)).astype(pixels.dtype)
    return alpha
