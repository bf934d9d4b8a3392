"""Check: from a picture's samples, kernels and options to a Problem, or one clear error."""

from __future__ import annotations

import math

import numpy as np

from convcli.core.arrays import Array, Floats
from convcli.core.border import Border
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options
from convcli.core.problem.problem import Problem
from convcli.errors import GeometryError, OptionError, Setting

MOST_VALUES = 2**40
PADDED = 4  # times the most pixels is what a picture may have with its border


def check_problem(samples: Array, stack: KernelStack, options: Options) -> Problem:
    """The problem that these make; shapes that do not fit are found when it is asked for them.

    Args:
        samples: from `samples.check_picture`; luma is taken already.

    Raises:
        KernelError, OptionError: weights or biases that do not fit the picture or the kernels.
    """
    window = options.window
    ends = _ends(samples, window.border)
    depth = samples.shape[2] if samples.ndim == 3 else 1
    weights, mixing = stack.weights(depth, add_channels=options.channels == "sum")
    return Problem(
        height=samples.shape[0],
        width=samples.shape[1],
        channels=depth,
        dtype=samples.dtype,
        weights=weights,
        mixing=mixing,
        bias=_check_bias(options.bias, len(stack)),
        padding=window.sides((weights.shape[2], weights.shape[3])),
        stride=window.stride,
        dilation=window.dilation,
        border=window.border,
        magnitude=max(_magnitude(samples, ends), abs(window.border.fill)),
        precision=options.precision,
        ends=ends,
    )


def check_values(problem: Problem) -> None:
    """Refuse what no machine holds, before an array library has to: padding may be any whole number.

    Raises:
        GeometryError: more than 2^40 values, or a window larger than the padded input.
    """
    if math.prod(problem.response_shape) > MOST_VALUES:
        raise GeometryError(
            f"the response would have {problem.out_height} x {problem.out_width} pixels "
            f"in {problem.filters * problem.out_channels} maps; at most 2^40 values are computed"
        )


def check_pixels(problem: Problem, max_pixels: int) -> None:
    """Refuse what padding or dilation has made larger than a picture may be, before it is allocated.

    Raises:
        GeometryError: with the size and the limit.
    """
    padding, padded_width = problem.padding, problem.padded_width
    padded_height = problem.height + padding.top + padding.bottom
    for what, height, width, most in (
        ("response", problem.out_height, problem.out_width, max_pixels),
        ("picture with its border", padded_height, padded_width, PADDED * max_pixels),
    ):
        if height * width > most:
            size = f"the {what} has {height} x {width} = {height * width:,} pixels, more than {most:,}; "
            raise GeometryError(size, Setting("max_pixels"), " allows more")


def _check_bias(bias: tuple[float, ...], filters: int) -> Floats:
    if len(bias) not in (1, filters):
        raise OptionError("bias", f"{len(bias)} numbers", f"give one number, or one for each of {filters} kernels")
    if not all(map(math.isfinite, bias)):
        raise OptionError("bias", bias[0] if len(bias) == 1 else bias, "every bias must be finite")
    return np.broadcast_to(np.array(bias, dtype=np.float64), (filters,)).copy()


def _magnitude(samples: Array, ends: tuple[int, int] | None) -> float:
    """An upper bound of |sample|: from the dtype, or measured where the dtype's bound says nothing useful."""
    if samples.dtype.kind == "f":
        return math.inf
    if ends is None:
        limits = np.iinfo(samples.dtype)
        ends = int(limits.min), int(limits.max)
    return float(max(-ends[0], ends[1]))


def _ends(samples: Array, border: Border) -> tuple[int, int] | None:
    """The least and the largest of integers of more than 16 bits, and of a whole fill."""
    if samples.dtype.kind == "f" or samples.dtype.itemsize <= 2:
        return None
    fill = [math.floor(border.fill), math.ceil(border.fill)] if border.fills else []
    values = [int(samples.min()), int(samples.max()), *fill]
    return min(values), max(values)
