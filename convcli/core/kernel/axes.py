"""The axes of a layer's weights: filters first, as PyTorch and ONNX have them, or last, as Keras and TensorFlow do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convcli.core.arrays import Array
from convcli.core.kernel.kernel import Kernel

FILTERS_FIRST, FILTERS_LAST = "fchw", "hwcf"
LARGEST_SIDE = 31  # rows or columns of a kernel of a network; more are another axis


def filters_first(weights: Array, layout: str) -> Array:
    """(F, C, h, w) or (F, h, w) from weights in a layout; (h, w) stays.

    Args:
        weights: of "hwcf" (h, w, C, F) or (h, w, F).

    >>> filters_first(np.zeros((3, 5, 2, 7)), "hwcf").shape
    (7, 2, 3, 5)
    """
    if layout == FILTERS_FIRST or weights.ndim < 3:
        return weights
    return np.moveaxis(weights, (-1, -2), (0, 1)) if weights.ndim == 4 else np.moveaxis(weights, -1, 0)


def read_the_other_way(kernels: Sequence[Kernel]) -> tuple[Kernel, ...]:
    """Filters with channels that were read as (F, C, h, w), read as (h, w, C, F); none where nobody would mean that.

    >>> kernels = [Kernel(f"k-{f}", np.zeros((3, 3, 2))) for f in range(3)]
    >>> [kernel.weights.shape for kernel in read_the_other_way(kernels)]
    [(3, 3, 3), (3, 3, 3)]
    """
    first = kernels[0]
    alike = all(k.channels is not None and k.weights.shape == first.weights.shape for k in kernels)
    if not alike or any(kernel.anchor is not None for kernel in kernels):
        return ()
    if max(len(kernels), first.weights.shape[0]) > LARGEST_SIDE:
        return ()
    name = first.name.removesuffix("-0")
    weights = filters_first(np.stack([kernel.weights for kernel in kernels]), FILTERS_LAST)
    return tuple(Kernel(f"{name}-{number}", each) for number, each in enumerate(weights))


def depthwise(kernels: Sequence[Kernel], groups: int) -> tuple[Kernel, ...]:
    """Filters read as (h, w, C, M), Keras' order of a depthwise layer: M kernels of one channel for each of C; none
    where there are not as many groups as channels.

    Args:
        kernels: M filters of C channels, that is (h, w, C, M) read as (h, w, C, F).

    >>> kernels = [Kernel("k-0", [[[1]], [[2]]]), Kernel("k-1", [[[3]], [[4]]])]
    >>> [kernel.weights.tolist() for kernel in depthwise(kernels, 2)]
    [[[[1.0]]], [[[3.0]]], [[[2.0]]], [[[4.0]]]]
    """
    weights = np.stack([kernel.weights for kernel in kernels])
    if weights.ndim != 4 or weights.shape[1] != groups:
        return ()
    apart = np.moveaxis(weights, 1, 0).reshape(-1, 1, *weights.shape[2:])
    name = kernels[0].name.removesuffix("-0")
    return tuple(Kernel(f"{name}-{number}", each) for number, each in enumerate(apart))


def is_doubtful(kernels: Sequence[Kernel], otherwise: Sequence[Kernel]) -> bool:
    """Whether somebody may mean the other reading where both are possible: not if only this one has square kernels."""
    return otherwise[0].height == otherwise[0].width or kernels[0].height != kernels[0].width
