"""Check: from a picture's samples, kernels and options to a Problem, or one clear error."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.border import Border
from convcli.core.geometry import check_positions, used_steps
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options
from convcli.core.problem.problem import Problem
from convcli.core.samples import integer_ends
from convcli.errors import GeometryError, OptionError, Setting, many

MOST_VALUES = 2**40


def check_problem(samples: Array, stack: KernelStack, options: Options) -> Problem:
    """The problem that these make; shapes that do not fit are found when it is asked for them.

    Args:
        samples: from `samples.check_picture`; luma is taken already.

    Raises:
        KernelError, OptionError: weights or biases that do not fit the picture or the kernels.
    """
    return problem_of(samples.shape, samples.dtype, integer_ends(samples), stack, options)


def problem_of(
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    sample_ends: tuple[int, int] | None,
    stack: KernelStack,
    options: Options,
) -> Problem:
    """The problem of samples of which no more is known than this; see `check_problem`.

    Args:
        shape: (H, W) or (H, W, C).
        dtype: plain, see `samples.plain_dtype`.
        sample_ends: see `samples.integer_ends`.
    """
    window = options.window
    ends = _ends(sample_ends, window.border)
    depth = shape[2] if len(shape) == 3 else 1
    anchor = stack.origin
    weights, mixing = stack.weights(depth, add_channels=options.channels == "sum", groups=options.groups)
    return Problem(
        height=shape[0],
        width=shape[1],
        channels=depth,
        dtype=dtype,
        weights=weights,
        mixing=mixing,
        bias=_check_bias(options.bias, len(stack)),
        anchor=anchor,
        padding=window.sides((weights.shape[2], weights.shape[3]), anchor),
        stride=window.stride,
        dilation=window.dilation,
        border=window.border,
        magnitude=max(_magnitude(dtype, ends), abs(window.border.fill)),
        precision=options.precision,
        ends=ends,
    )


def countable(problem: Problem) -> Problem:
    """The same with steps no larger than makes a difference, so that engines can count positions.

    Raises:
        GeometryError: axes of more than 2^62 positions, or a window larger than the padded input.
    """
    outputs, padding = problem.response_shape[:2], problem.padding
    check_positions(problem.padded_height, problem.padded_width)
    if max(*problem.stride, *problem.dilation) <= max(*outputs, problem.height, problem.width):
        return problem
    lengths, kernel = (problem.height, problem.width), problem.weights.shape[2:]
    axes = zip(lengths, kernel, (padding[:2], padding[2:]), problem.stride, problem.dilation, strict=True)
    down, across = (used_steps(n, k, *sides, stride, dilation) for n, k, sides, stride, dilation in axes)
    return replace(problem, stride=(down[0], across[0]), dilation=(down[1], across[1]))


def check_values(problem: Problem) -> None:
    """Refuse what no machine holds, before an array library has to: padding may be any whole number.

    Raises:
        GeometryError: more than 2^40 values, or a window larger than the padded input.
    """
    if math.prod(problem.response_shape) > MOST_VALUES:
        raise GeometryError(
            f"the response would have {problem.out_height:,} × {problem.out_width:,} pixels "
            f"in {many(problem.filters * problem.out_channels, 'map')}; at most 2^40 values are computed"
        )


def check_pixels(problem: Problem, max_pixels: int) -> None:
    """Refuse a response that padding has made larger than a picture may be, before it is allocated.

    Raises:
        GeometryError: with the size and the limit.
    """
    height, width = problem.out_height, problem.out_width
    if height * width > max_pixels:
        size = f"the response has {height:,} × {width:,} = {height * width:,} pixels, more than {max_pixels:,}; "
        raise GeometryError(size, Setting("max_pixels"), " allows more")


def _check_bias(bias: tuple[float, ...], filters: int) -> Floats:
    if len(bias) not in (1, filters):
        each = f", or one for each of the {filters} kernels" if filters > 1 else ""
        raise OptionError("bias", many(len(bias), "number"), f"give one number{each}")
    if not all(map(math.isfinite, bias)):
        raise OptionError("bias", bias[0] if len(bias) == 1 else bias, "every bias must be finite")
    return np.broadcast_to(np.array(bias, dtype=np.float64), (filters,)).copy()


def _magnitude(dtype: np.dtype[Any], ends: tuple[int, int] | None) -> float:
    """An upper bound of |sample|: from the dtype, or measured where the dtype's bound says nothing useful."""
    if dtype.kind == "f":
        return math.inf
    if ends is None:
        limits = np.iinfo(dtype.name)
        ends = int(limits.min), int(limits.max)
    return float(max(-ends[0], ends[1]))


def _ends(sample_ends: tuple[int, int] | None, border: Border) -> tuple[int, int] | None:
    """Those of the samples, where they were measured, and of a fill, rounded outwards."""
    if sample_ends is None:
        return None
    fill = [math.floor(border.fill), math.ceil(border.fill)] if border.fills else []
    values = [*sample_ends, *fill]
    return min(values), max(values)
