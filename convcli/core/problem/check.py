"""Check: from a caller's picture, kernels and options to a Problem, or one clear error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.core.border import Border, border, default_border
from convcli.core.geometry import Padding, check_stride, padding_for
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.problem import Problem
from convcli.errors import GeometryError, KernelError, OptionError

Array = NDArray[Any]
Sides = Padding | tuple[int, int, int, int] | int


def check_problem(
    samples: Array,
    stack: tuple[Kernel, ...],
    rule: str | Border | None,
    size: str,
    padding: Sides | None,
    stride: int,
    dilation: int,
    bias: float | Sequence[float],
    channels: str,
    precision: str,
) -> Problem:
    """Every option checked and completed; shapes that do not fit are found when the Problem is asked for them."""
    rule = border(default_border(size, padding) if rule is None else rule)
    dilation = check_stride(dilation, "--dilation")
    depth = samples.shape[2] if samples.ndim == 3 else 1
    weights, mixing = _stacked_weights(stack, depth, channels)
    sides = _check_padding(padding) if padding is not None else padding_for(size, weights.shape[2:], dilation)
    return Problem(
        height=samples.shape[0],
        width=samples.shape[1],
        channels=depth,
        dtype=samples.dtype,
        weights=weights,
        mixing=mixing,
        bias=_check_bias(bias, len(stack)),
        padding=sides,
        stride=check_stride(stride),
        dilation=dilation,
        border=rule,
        magnitude=max(_magnitude(samples), abs(rule.fill)),
        precision=precision,
    )


def check_picture(picture: ArrayLike) -> Array:
    """C-ordered samples of a plain dtype: bool becomes uint8, float16 float32, big-endian native."""
    try:
        samples = np.asarray(picture)
    except ValueError as error:
        raise GeometryError("the picture is ragged; every row needs as many numbers") from error
    if samples.ndim not in (2, 3) or samples.size == 0:
        raise GeometryError(f"the picture has shape {samples.shape}; expected (H, W) or (H, W, C), none of them 0")
    if samples.dtype.kind == "b":
        samples = samples.astype(np.uint8)
    elif samples.dtype == np.float16:
        samples = samples.astype(np.float32)
    if samples.dtype.kind not in "iuf" or samples.dtype.itemsize > 8:
        raise GeometryError(f"the picture holds {samples.dtype}; expected integers, float16, float32 or float64")
    return np.ascontiguousarray(samples, dtype=samples.dtype.newbyteorder("="))


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


def _check_padding(padding: Sides) -> Padding:
    sides = Padding(*padding) if isinstance(padding, tuple) else Padding(padding, padding, padding, padding)
    if any(side < 0 or side != int(side) for side in sides):
        raise OptionError("--padding", ",".join(map(str, sides)), "give whole numbers of at least 0")
    return sides


def _check_bias(bias: float | Sequence[float], filters: int) -> NDArray[np.float64]:
    values = np.atleast_1d(np.asarray(bias, dtype=np.float64))
    if values.ndim != 1 or values.size not in (1, filters):
        raise OptionError("--bias", f"{values.size} numbers", f"give one number, or one for each of {filters} kernels")
    if not np.isfinite(values).all():
        raise OptionError("--bias", bias, "every bias must be finite")
    return np.broadcast_to(values, (filters,)).copy()


def _magnitude(samples: Array) -> float:
    """An upper bound of |sample|: from the dtype, or measured where the dtype's bound says nothing useful."""
    if samples.dtype.kind == "f":
        return math.inf
    if samples.dtype.itemsize <= 2:
        limits = np.iinfo(samples.dtype)
        return float(max(-limits.min, limits.max))
    return float(max(-int(samples.min()), int(samples.max())))
