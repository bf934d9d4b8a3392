"""Kernels from whatever a caller gives: one, or a stack of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.core.kernel.kernel import Kernel
from convcli.errors import KernelError


def _stacked_weights(stack: tuple[Kernel, ...], depth: int, channels: str) -> tuple[NDArray[np.float64], bool]:
    """Weights (F, D, h, w), and whether responses of all channels are added."""
    shapes = {kernel.weights.shape for kernel in stack}
    if len({shape[-2:] for shape in shapes}) > 1 or len({len(shape) for shape in shapes}) > 1:
        weights = _padded_to_common_size(stack)
    else:
        weights = np.stack([kernel.weights for kernel in stack])
    if weights.ndim == 4:
        if weights.shape[1] != depth:
            raise KernelError(
                f"kernel {stack[0].name!r} has weights for {weights.shape[1]} channels; the picture has {depth}"
            )
        return weights, True
    if channels == "sum":
        return np.repeat(weights[:, np.newaxis], depth, axis=1), True
    return weights[:, np.newaxis], False


def _padded_to_common_size(stack: tuple[Kernel, ...]) -> NDArray[np.float64]:
    """Kernels of several sizes in one stack: zeros around each so that their anchors (k // 2) meet."""
    if len({kernel.channels for kernel in stack}) > 1:
        raise KernelError("some kernels have weights per channel and some have not, or for other channel counts")
    before = [max(k.weights.shape[axis] // 2 for k in stack) for axis in (-2, -1)]
    after = [max((k.weights.shape[axis] - 1) - k.weights.shape[axis] // 2 for k in stack) for axis in (-2, -1)]
    # The common anchor must be k // 2 of the common size too, or "same" would shift the pictures.
    sizes = []
    for axis in (0, 1):
        reach = max(before[axis], after[axis] + (before[axis] > after[axis]))
        before[axis] = max(before[axis], reach)
        sizes.append(before[axis] + max(after[axis], before[axis] - 1) + 1)
    padded = []
    for kernel in stack:
        whole = np.zeros((*kernel.weights.shape[:-2], *sizes))
        top, left = before[0] - kernel.height // 2, before[1] - kernel.width // 2
        whole[..., top : top + kernel.height, left : left + kernel.width] = kernel.weights
        padded.append(whole)
    return np.stack(padded)


KernelsLike = Union["Kernel", Sequence["Kernel"], ArrayLike]


def as_kernels(kernels: KernelsLike) -> tuple[tuple[Kernel, ...], bool]:
    """Kernels from whatever the Python API was given.

    A Kernel or an (h, w) array is one kernel; a sequence of Kernels, or an
    array (F, h, w) or (F, C, h, w), as frameworks store a layer, is a stack.

    Returns:
        The kernels, and whether a stack was given (the result then has a kernel axis).
    """
    if isinstance(kernels, Kernel):
        return (kernels,), False
    if isinstance(kernels, Sequence) and any(isinstance(k, Kernel) for k in kernels):
        return tuple(k if isinstance(k, Kernel) else Kernel(f"kernel-{i}", k) for i, k in enumerate(kernels)), True
    try:
        weights = np.asarray(kernels)
    except ValueError as error:
        raise KernelError("the kernel is ragged; every row needs as many numbers") from error
    if weights.ndim == 2:
        return (Kernel("kernel", weights),), False
    if weights.ndim in (3, 4) and weights.shape[0] > 0:
        return tuple(Kernel(f"kernel-{i}", w) for i, w in enumerate(weights)), True
    raise KernelError(f"kernels have shape {weights.shape}; expected (h, w), (F, h, w) or (F, C, h, w), none of them 0")
