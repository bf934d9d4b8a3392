"""Correlation and convolution: check -> plan -> run.

    correlation   out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left]
    convolution   correlation with the kernel flipped in both axes

with stride s and dilation d, each of which may differ down and across.  A "convolution layer" is correlation, as in the
deep-learning literature.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from numpy.typing import ArrayLike

from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.correlation.bands import Sink, run_bands
from convcli.core.correlation.part import Part, checked_rows
from convcli.core.correlation.plan import Plan, make_plan
from convcli.core.correlation.row_source import ArrayRows, Rows
from convcli.core.correlation.row_views import ends_of_rows, grey_rows, plain_rows
from convcli.core.correlation.sinks import KeepSink
from convcli.core.geometry import PairLike
from convcli.core.kernel.stack import KernelsLike, KernelStack
from convcli.core.luma import luma
from convcli.core.problem.check import check_values, countable, problem_of
from convcli.core.problem.options import Keywords, Options, Sides
from convcli.core.problem.problem import Problem
from convcli.core.samples import check_picture, integer_ends


def correlate(
    picture: ArrayLike,
    kernels: KernelsLike,
    *,
    border: str | Border | None = None,
    size: str = "same",
    padding: Sides | None = None,
    stride: PairLike = 1,
    dilation: PairLike = 1,
    bias: float | Sequence[float] = 0.0,
    channels: str = "each",
    groups: int = 1,
    precision: str = "auto",
    jobs: int | None = None,
    engine: str | None = None,
) -> Array:
    """Correlate a picture with one kernel or many (no flip).

    out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left]

    Args:
        picture: (H, W) or (H, W, C), real numbers, never modified.
        kernels: a Kernel or (h, w) array; or several: a sequence of Kernels, an
            array (F, h, w), or (F, C, h, w) with weights for every channel.
        border: what lies beyond the edge; see `border.BORDERS`.  None is "edge", or
            "zero" for size "full", which is the textbook's sum over the samples there are.
        size: "same", "valid" or "full"; ignored when `padding` is given.
        padding: rows and columns added (top, bottom, left, right), or one number for all.
        stride, dilation: of the window, at least 1: one number, or (down, across).
        bias: one number, or one per kernel.
        channels: "each" channel by itself, "gray" (luma first), or "sum" (responses of
            all channels added; implied by weights that have a channel axis).
        groups: the first F/groups kernels see the first C/groups channels, and so on; weights are then
            (F, C/groups, h, w).  With as many as channels the layer is depthwise.
        precision: "float64" forces that arithmetic.
        jobs: threads; the result does not depend on it.
        engine: one of the plan's engines, by name; None lets the plan choose.

    Returns:
        In the picture's units, not clipped.  One kernel: (H', W') or (H', W', C).
        Several: (H', W', F), or (H', W', F*C) kernel by kernel for "each" of C channels.
        Integer picture and whole-number kernel: the exact integers, int32 or int64.
        Else float32, or float64 for float64 and for integers of more than 16 bits.
        What is no number reaches every output that has a weight for it other than 0, and no other.

    Raises:
        GeometryError, KernelError, OptionError, UnknownNameError.

    >>> correlate([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]], size="valid")
    array([[19, 25],
           [37, 43]], dtype=int32)
    """
    options = Options.of(
        border=border,
        size=size,
        padding=padding,
        stride=stride,
        dilation=dilation,
        bias=bias,
        channels=channels,
        groups=groups,
        precision=precision,
        jobs=jobs,
        engine=engine,
    )
    return prepare(picture, kernels, options).response()


def convolve(picture: ArrayLike, kernels: KernelsLike, **keywords: Unpack[Keywords]) -> Array:
    """Convolve: correlate with the kernel flipped in both axes, by definition.

    Takes and returns what `correlate` does.

    >>> convolve([[1, 2, 3]], [[0, 1, 0.5]], size="full")
    array([[0. , 1. , 2.5, 4. , 1.5]])
    """
    return correlate(picture, KernelStack.of(kernels).flipped(), **keywords)


@dataclass(frozen=True, eq=False)
class Correlation:
    """A checked and planned correlation, ready to run.

    Attributes:
        problem: what is computed.
        plan: how.
        source: hands out the rows it reads (luma already taken), of (H, W) or (H, W, C).
        shape: of the response: (H', W'), (H', W', C), or (H', W', F*C) for a stack.
    """

    problem: Problem
    plan: Plan
    source: Rows
    shape: tuple[int, ...]

    @property
    def picture(self) -> Array:
        """The samples it reads, all of them, (H, W) or (H, W, C)."""
        return self.source.read(0, self.source.shape[0]).reshape(self.source.shape)

    def response(self) -> Array:
        """The whole response, raw, in `problem.result_dtype`."""
        sink = KeepSink(self.problem.response_shape, self.problem.result_dtype)
        self.run(sink)
        return sink.response.reshape(self.shape)

    def run(self, sink: Sink, rows: slice | None = None) -> float:
        """Send the response, band by band, to a sink (see `bands.Sink`); returns the seconds it took.

        Args:
            rows: of the output, [start, stop): only these are handed on, and counted from the first of them.  The
                bands that they lie in are computed whole, so that no value depends on the rows that are asked for.

        Raises:
            GeometryError: rows that the output has not.
        """
        within = checked_rows(rows, self.problem.out_height)
        start = time.perf_counter()
        part = sink if rows is None else Part(sink, within)
        run_bands(self.problem, self.plan.relay, self.source, part, self.plan.jobs, within)
        return time.perf_counter() - start


def prepare(picture: ArrayLike, kernels: KernelsLike, options: Options | None = None) -> Correlation:
    """Check and plan a correlation without running it; errors as in `correlate`."""
    options = Options() if options is None else options
    stack, samples = KernelStack.of(kernels), check_picture(picture)
    if options.channels == "gray":
        samples = luma(samples)
    return _planned(ArrayRows(samples), stack, options, integer_ends(samples))


def prepare_rows(
    source: Rows, kernels: KernelsLike, options: Options | None = None, ends: tuple[int, int] | None = None
) -> Correlation:
    """As `prepare`, of a picture that is read by rows and never held whole: the response is the same, byte for byte.

    Of integers of more than 16 bits all rows are read once before, for the least and the largest, unless `ends`
    (`Problem.ends` of the same picture) says them.
    """
    options = Options() if options is None else options
    stack, rows = KernelStack.of(kernels), plain_rows(source)
    if options.channels == "gray":
        rows = grey_rows(rows)
    return _planned(rows, stack, options, ends or ends_of_rows(rows))


def _planned(source: Rows, stack: KernelStack, options: Options, ends: tuple[int, int] | None) -> Correlation:
    problem = countable(problem_of(source.shape, source.dtype, ends, stack, options))
    check_values(problem)
    shape: tuple[int, ...] = (problem.out_height, problem.out_width)
    if stack.several or (len(source.shape) == 3 and not problem.mixing):
        shape += (problem.filters * problem.out_channels,)
    return Correlation(problem, make_plan(problem, jobs=options.jobs, engine=options.engine), source, shape)
