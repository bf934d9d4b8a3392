"""Check: from a caller's picture, kernels and options to a Problem, or one clear error."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.core.border import Border, border, default_border
from convcli.core.geometry import Padding, check_stride, padding_for
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import _stacked_weights
from convcli.core.problem.problem import Problem
from convcli.errors import OptionError

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
    dilation = check_stride(dilation, "dilation")
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


def _check_padding(padding: Sides) -> Padding:
    sides = Padding(*padding) if isinstance(padding, tuple) else Padding(padding, padding, padding, padding)
    if any(side < 0 or side != int(side) for side in sides):
        raise OptionError("padding", ",".join(map(str, sides)), "give whole numbers of at least 0")
    return sides


def _check_bias(bias: float | Sequence[float], filters: int) -> NDArray[np.float64]:
    values = np.atleast_1d(np.asarray(bias, dtype=np.float64))
    if values.ndim != 1 or values.size not in (1, filters):
        raise OptionError("bias", f"{values.size} numbers", f"give one number, or one for each of {filters} kernels")
    if not np.isfinite(values).all():
        raise OptionError("bias", bias, "every bias must be finite")
    return np.broadcast_to(values, (filters,)).copy()


def _magnitude(samples: Array) -> float:
    """An upper bound of |sample|: from the dtype, or measured where the dtype's bound says nothing useful."""
    if samples.dtype.kind == "f":
        return math.inf
    if samples.dtype.itemsize <= 2:
        limits = np.iinfo(samples.dtype)
        return float(max(-limits.min, limits.max))
    return float(max(-int(samples.min()), int(samples.max())))
