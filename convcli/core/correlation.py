"""Correlation and convolution: check -> plan -> run.

    correlation   out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left]
    convolution   correlation with the kernel flipped in both axes

with stride s and dilation d.  A "convolution layer" is correlation, as in the
deep-learning literature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.core.bands import Sink, run_bands
from convcli.core.border import Border, border, default_border
from convcli.core.engines.direct import DirectRunner
from convcli.core.geometry import Padding, check_stride, padding_for
from convcli.core.kernel import Kernel, KernelsLike, as_kernels
from convcli.core.luma import luma
from convcli.core.plan import Plan, make_plan
from convcli.core.problem import Problem
from convcli.core.sinks import KeepSink
from convcli.errors import GeometryError, KernelError, OptionError, UnknownNameError

Array = NDArray[Any]
CHANNEL_MODES = ("each", "gray", "sum")
PRECISIONS = ("auto", "float64")


def correlate(
    picture: ArrayLike,
    kernels: KernelsLike,
    *,
    border: str | Border | None = None,
    size: str = "same",
    padding: Padding | tuple[int, int, int, int] | int | None = None,
    stride: int = 1,
    dilation: int = 1,
    bias: float | Sequence[float] = 0.0,
    channels: str = "each",
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
        stride, dilation: of the window, at least 1.
        bias: one number, or one per kernel.
        channels: "each" channel by itself, "gray" (luma first), or "sum" (responses of
            all channels added; implied by weights that have a channel axis).
        precision: "float64" forces that arithmetic.
        jobs: threads; the result does not depend on it.
        engine: one of the plan's engines, by name; None lets the plan choose.

    Returns:
        In the picture's units, not clipped.  One kernel: (H', W') or (H', W', C).
        Several: (H', W', F), or (H', W', F*C) kernel by kernel for "each" of C channels.
        Integer picture and whole-number kernel: the exact integers, int32 or int64.
        Else float32, or float64 for float64 and for integers of more than 16 bits.

    Raises:
        GeometryError, KernelError, OptionError, UnknownNameError.

    >>> correlate([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]], size="valid")
    array([[19, 25],
           [37, 43]], dtype=int32)
    """
    return prepare(
        picture,
        kernels,
        border=border,
        size=size,
        padding=padding,
        stride=stride,
        dilation=dilation,
        bias=bias,
        channels=channels,
        precision=precision,
        jobs=jobs,
        engine=engine,
    ).response()


def convolve(picture: ArrayLike, kernels: KernelsLike, **options: Any) -> Array:
    """Convolve: correlate with the kernel flipped in both axes, by definition.

    Takes and returns what `correlate` does.

    >>> convolve([[1, 2, 3]], [[0, 1, 0.5]], size="full")
    array([[0. , 1. , 2.5, 4. , 1.5]])
    """
    given, stacked = as_kernels(kernels)
    flipped = [kernel.flipped() for kernel in given]
    return correlate(picture, flipped if stacked else flipped[0], **options)


@dataclass(frozen=True, eq=False)
class Correlation:
    """A checked and planned correlation, ready to run.

    Attributes:
        problem: what is computed.
        plan: how.
        picture: the samples it reads (luma already taken), (H, W) or (H, W, C).
        shape: of the response: (H', W'), (H', W', C), or (H', W', F*C) for a stack.
    """

    problem: Problem
    plan: Plan
    picture: Array
    shape: tuple[int, ...]

    def response(self) -> Array:
        """The whole response, raw, in `problem.result_dtype`."""
        sink = KeepSink(self.problem.response_shape, self.problem.result_dtype)
        self.run(sink)
        return sink.response.reshape(self.shape)

    def run(self, sink: Sink) -> None:
        """Send the response, band by band, to a sink (see `bands.Sink`)."""
        runner = self.plan.runner
        fallback = DirectRunner(self.problem, runner.dtype) if runner.spreads else runner
        run_bands(self.problem, runner, fallback, self.picture, sink, self.plan.jobs)


def prepare(
    picture: ArrayLike,
    kernels: KernelsLike,
    *,
    border: str | Border | None = None,
    size: str = "same",
    padding: Padding | tuple[int, int, int, int] | int | None = None,
    stride: int = 1,
    dilation: int = 1,
    bias: float | Sequence[float] = 0.0,
    channels: str = "each",
    precision: str = "auto",
    jobs: int | None = None,
    engine: str | None = None,
) -> Correlation:
    """Check and plan a correlation without running it; arguments as in `correlate`."""
    stack, stacked = as_kernels(kernels)
    samples = _check_picture(picture)
    for name, value, choices in (("channel mode", channels, CHANNEL_MODES), ("precision", precision, PRECISIONS)):
        if value not in choices:
            raise UnknownNameError(name, value, choices)
    if channels == "gray":
        samples = luma(samples)
    problem = _problem(samples, stack, border, size, padding, stride, dilation, bias, channels, precision)
    shape: tuple[int, ...] = (problem.out_height, problem.out_width)  # raises when the window is too large
    if stacked or (samples.ndim == 3 and not problem.mixing):
        shape += (problem.filters * problem.out_channels,)
    return Correlation(problem, make_plan(problem, jobs=jobs, engine=engine), samples, shape)


def _problem(
    samples: Array,
    stack: tuple[Kernel, ...],
    rule: str | Border | None,
    size: str,
    padding: Padding | tuple[int, int, int, int] | int | None,
    stride: int,
    dilation: int,
    bias: float | Sequence[float],
    channels: str,
    precision: str,
) -> Problem:
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


def _check_picture(picture: ArrayLike) -> Array:
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


def _check_padding(padding: Padding | tuple[int, int, int, int] | int) -> Padding:
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
        return float(np.finfo(samples.dtype).max)
    if samples.dtype.itemsize <= 2:
        limits = np.iinfo(samples.dtype)
        return float(max(-limits.min, limits.max))
    return float(max(-int(samples.min()), int(samples.max())))
