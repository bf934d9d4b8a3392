"""Walk: the window on its way over one plane, or over the channels of a picture, and the arithmetic at each stop.

    out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left]

of a kernel with weights per channel, bias + the sum over the channels of such sums.

Slow and plain on purpose: this is what is shown to people.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.core.arrays import Array
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.check import check_problem
from convcli.core.problem.options import Options, Window
from convcli.core.problem.problem import Problem
from convcli.core.samples import check_picture
from convcli.errors import GeometryError, OptionError

LONGEST = 2**40  # padding whose positions fit any index


@dataclass(frozen=True, eq=False)
class Step:
    """The arithmetic of one output value.

    Attributes:
        at: row and column of the output.
        rows, columns: positions in the input that the taps fall on; outside it where the border rule is asked.
        window: (h, w), or (C, h, w) of C channels, what the kernel sees, in the input's units.
        beyond: (h, w), true where a value came from the border rule.
        products: of the window's shape, window times kernel; 0 where the weight is 0, whatever the window holds.
        bias, value: value = sum of the products + bias.
    """

    at: tuple[int, int]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    window: Array
    beyond: NDArray[np.bool_]
    products: Array
    bias: float
    value: float


@dataclass(frozen=True, eq=False)
class Walk:
    """A plane, a kernel and the rules of a correlation.

    Attributes:
        plane: (H, W), never modified; (H, W, C) for a kernel with weights per channel.
        given: the kernel as it was given.
        kernel: the kernel as it is multiplied: flipped, for a convolution.
        convolves: whether it was flipped.
        problem: sizes, padding, stride, dilation, border, bias.
        shape: rows and columns of the output.
    """

    plane: Array
    given: Kernel
    kernel: Kernel
    convolves: bool
    problem: Problem
    shape: tuple[int, int]

    @property
    def framed_shape(self) -> tuple[int, int]:
        """Rows and columns of the input with its padding."""
        top, bottom, left, right = self.problem.padding
        return top + self.plane.shape[0] + bottom, left + self.plane.shape[1] + right

    @property
    def channels(self) -> tuple[Walk, ...]:
        """A walk over each channel with its own weights, without the bias; their values add up."""
        return tuple(self._channel(c) for c in range(self.kernel.channels or 0))

    def _channel(self, c: int) -> Walk:
        given, kernel = (Kernel(k.name, k.weights[c], k.anchor) for k in (self.given, self.kernel))
        weights, bias = self.problem.weights[:, c : c + 1], np.zeros(1)
        problem = replace(self.problem, weights=weights, bias=bias, channels=1, mixing=False)
        return replace(self, plane=self.plane[:, :, c], given=given, kernel=kernel, problem=problem)

    def step(self, row: int, column: int) -> Step:
        """The arithmetic at one position of the output.

        Raises:
            OptionError: a position outside the output.
        """
        height, width = self.shape
        if not (0 <= row < height and 0 <= column < width):
            rule = f"the output is {height}x{width}: ROW is 0 to {height - 1}, COL is 0 to {width - 1}"
            raise OptionError("at", f"{row},{column}", rule)
        problem, (down, across) = self.problem, self.problem.dilation
        top, left = row * problem.stride[0] - problem.padding.top, column * problem.stride[1] - problem.padding.left
        rows = np.array([top + down * i for i in range(self.kernel.height)])
        columns = np.array([left + across * j for j in range(self.kernel.width)])
        window, beyond = self.seen(rows, columns)
        weights = self._weights()
        products = np.where(weights == 0, 0, window) * weights
        bias = float(problem.bias[0])
        terms = products.ravel().tolist()
        total = sum(terms) + int(bias) if problem.whole else _sum([*terms, bias])
        return Step((row, column), _ints(rows), _ints(columns), window, beyond, products, bias, total)

    def steps(self) -> Iterator[Step]:
        """Every step: left to right, top to bottom."""
        for row, column in np.ndindex(*self.shape):
            yield self.step(row, column)

    def seen(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> tuple[Array, NDArray[np.bool_]]:
        """Values at positions inside the input or beyond it, and which of them are beyond: (rows, columns) each.

        Of channels the values are (C, rows, columns).
        """
        height, width = self.plane.shape[:2]
        border = self.problem.border
        whole = self.plane.dtype.kind in "iu" and border.fill % 1 == 0
        values = border.take(self.plane, rows, columns, self._whole_dtype if whole else np.float64)
        values = values if values.ndim == 2 else np.moveaxis(values, -1, 0)
        if values.dtype == object:
            values = _python_ints(values)  # a fill came as a float
        beyond = ((rows < 0) | (rows >= height))[:, np.newaxis] | (columns < 0) | (columns >= width)
        return values, beyond

    def _weights(self) -> Array:
        weights = self.kernel.weights
        if not self.problem.whole:
            return weights
        return _python_ints(weights) if self._whole_dtype is object else weights.astype(np.int64)

    @property
    def _whole_dtype(self) -> Any:
        """int64, or Python's integers where sums, or samples that a kernel of zeros does not read, may be too large."""
        return np.int64 if max(self.problem.bound, self.problem.magnitude) < 2**53 else object


def walk(
    plane: ArrayLike,
    kernel: Kernel,
    window: Window | None = None,
    *,
    bias: float = 0.0,
    convolve: bool = False,
) -> Walk:
    """Set out on a walk.

    Args:
        plane: (H, W), one channel; or (H, W, C) for a kernel with weights for each of them.
        window: where it stands; without one, size "same" and the border "edge".
        bias: added to each sum of products.
        convolve: flip the kernel in both axes first.

    Raises:
        GeometryError: several channels for a plain kernel, or a window larger than the padded input.
        KernelError: a kernel with weights for another number of channels.

    >>> plane, kernel = [[0, 1, 2], [3, 4, 5], [6, 7, 8]], Kernel("k", [[0, 1], [2, 3]])
    >>> step = walk(plane, kernel, Window.of(size="valid")).step(0, 1)
    >>> step.window.tolist(), step.products.tolist(), step.value
    ([[1, 2], [4, 5]], [[0, 2], [8, 15]], 25)
    """
    samples = check_picture(plane)
    if kernel.channels is not None:
        samples = np.atleast_3d(samples)
    elif samples.ndim != 2:
        raise GeometryError(f"the walk is over one channel; this picture has {samples.shape[2]}")
    applied = kernel.flipped() if convolve else kernel
    options = Options(Window.of() if window is None else window, (float(bias),))
    problem = check_problem(samples, KernelStack.of(applied), options)
    shape = problem.out_height, problem.out_width  # raises when the window is too large
    if max(problem.padding) > LONGEST:
        raise GeometryError(
            f"padding of {max(problem.padding)} is too much; at most 2^40 rows or columns are walked over"
        )
    return Walk(samples, kernel, applied, convolve, problem, shape)


def _sum(numbers: list[float]) -> float:
    """The sum, rounded once; as floats add up where it is not finite."""
    if all(map(math.isfinite, numbers)):
        try:
            return math.fsum(numbers)
        except OverflowError:  # on the way or at the end
            pass
    return sum(numbers)


def _python_ints(values: Array) -> Array:
    """The whole numbers as Python's, which no width bounds."""
    return np.array([int(value) for value in values.ravel().tolist()], object).reshape(values.shape)


def _ints(positions: NDArray[np.intp]) -> tuple[int, ...]:
    return tuple(int(position) for position in positions)
