"""explain: the arithmetic of one output value, as a value and as text."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.api.filtering import samples_of
from convcli.api.kernels_named import AnyKernels, one_kernel
from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.explain.channel import channel_rule, one_channel
from convcli.core.explain.walk import Step, Walk, walk
from convcli.core.geometry import Padding, Pair, PairLike
from convcli.core.problem.options import Options, Sides
from convcli.core.samples import check_picture
from convcli.errors import GeometryError, OptionError, Setting
from convcli.report.explain.text import step_lines


class Size(NamedTuple):
    """Rows and columns."""

    height: int
    width: int


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """The arithmetic of one output value; its text, `str`, is what the command prints.

    Attributes:
        at: row and column of the output.
        window: (h, w), what the kernel sees, in the picture's units.
        kernel: (h, w), as it is multiplied: flipped, for a convolution.
        products: (h, w), window times kernel.
        bias, value: value = sum of the products + bias.
        operation: "correlation" or "convolution".
        anchor: of `kernel`, row and column.
        given_kernel: (h, w), as it was given.
        rows, columns: positions in the picture that the window falls on.
        beyond: (h, w), true where a value came from the border rule.
        border: its name.
        padding: rows and columns added: top, bottom, left, right.
        stride, dilation: down and across.
        output: rows and columns of the whole output.
    """

    at: Pair
    window: Array
    kernel: NDArray[np.float64]
    products: Array
    bias: float
    value: float
    operation: str
    anchor: Pair
    given_kernel: NDArray[np.float64]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    beyond: NDArray[np.bool_]
    border: str
    padding: Padding
    stride: Pair
    dilation: Pair
    output: Size
    _text: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for array in (self.window, self.products, self.beyond):
            array.flags.writeable = False

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        size = f"{self.kernel.shape[0]}x{self.kernel.shape[1]}"
        return f"Explanation(at={self.at}, value={self.value}: {self.operation}, {size} kernel, border {self.border})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """IPython's: a notebook shows the text."""
        printer.text(self._text)


def explain(
    picture: ArrayLike,
    kernel: AnyKernels,
    *,
    at: tuple[int, int],
    border: str | Border | None = None,
    size: str = "same",
    padding: Sides | None = None,
    stride: PairLike = 1,
    dilation: PairLike = 1,
    bias: float = 0.0,
    convolve: bool = False,
    channel: str | int | None = None,
) -> Explanation:
    """The arithmetic of one output value of `correlate` or `convolve`.

        out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left]

    Args:
        picture: (H, W), or (H, W, C) of which `channel` is taken; never modified.
        kernel: one, in any way that `correlate` takes it.
        at: row and column of the output, from 0.
        border, size, padding, stride, dilation, bias: as in `correlate`.
        convolve: flip the kernel in both axes first.
        channel: of a picture with several: a number, "red", "green", "blue" or "gray".

    Returns:
        Frozen: the window, the products and what else there is to know, and the whole as text.

    Raises:
        ConvcliError: a place outside the output, several kernels, several channels and no `channel` ...

    >>> found = explain([[0, 1, 2], [3, 4, 5], [6, 7, 8]], "0 1; 2 3", at=(0, 1), size="valid")
    >>> found.value, found.products.tolist()
    (25, [[0, 2], [8, 15]])
    >>> print(str(found).splitlines()[0])
    output [0, 1] = 25
    """
    # Of every keyword the same is required as in `correlate`.
    window = {"border": border, "size": size, "padding": padding, "stride": stride, "dilation": dilation}
    options = Options.of(bias=bias, **cast(Any, window))
    if len(options.bias) != 1:
        raise OptionError("bias", bias, "give one number: it is one kernel")
    plane = _plane(check_picture(samples_of(picture)), channel)
    found = walk(plane, one_kernel(kernel), options.window, bias=options.bias[0], convolve=convolve)
    return _explanation(found, found.step(*_position(at)))


def _plane(samples: Array, channel: str | int | None) -> Array:
    if channel is not None:
        return one_channel(samples, channel)
    channels = samples.shape[2] if samples.ndim == 3 else 1
    if channels > 1:
        raise GeometryError(
            f"the picture has {channels} channels, and the arithmetic is of one: {channel_rule(channels)}, as ",
            Setting("channel"),
        )
    return one_channel(samples, 0)


def _position(at: object) -> Pair:
    try:
        row, column = map(operator.index, cast(Any, at))
    except (TypeError, ValueError):
        raise OptionError("at", at, "give (row, column), counted from 0") from None
    return row, column


def _explanation(found: Walk, step: Step) -> Explanation:
    problem = found.problem
    return Explanation(
        at=step.at,
        window=step.window,
        kernel=found.kernel.weights,
        products=step.products,
        bias=step.bias,
        value=step.value,
        operation="convolution" if found.convolves else "correlation",
        anchor=found.kernel.origin,
        given_kernel=found.given.weights,
        rows=step.rows,
        columns=step.columns,
        beyond=step.beyond,
        border=problem.border.label,
        padding=problem.padding,
        stride=problem.stride,
        dilation=problem.dilation,
        output=Size(*found.shape),
        _text="\n".join(step_lines(found, step)),
    )
