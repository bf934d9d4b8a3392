"""correlate and convolve, for kernels by name."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Unpack

from numpy.typing import ArrayLike

from convcli.api.kernels_named import AnyKernels, stack_of
from convcli.api.responses import Response
from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.correlation import correlate as core
from convcli.core.geometry import PairLike
from convcli.core.problem.options import Keywords, Sides
from convcli.errors import GeometryError, printable


def correlate(
    picture: ArrayLike,
    kernels: AnyKernels,
    *,
    border: str | Border | None = None,
    size: str = "same",
    padding: Sides | None = None,
    stride: PairLike = 1,
    dilation: PairLike = 1,
    bias: float | Sequence[float] = 0.0,
    channels: str = "each",
    precision: str = "auto",
    jobs: int | None = None,
    engine: str | None = None,
    groups: int = 1,
) -> Array:
    """Correlate a picture with one kernel or many (no flip).

        out[r, c] = bias + sum_ij kernel[i, j] * in[r*s + i*d - top, c*s + j*d - left]

    with stride s and dilation d.

    Args:
        picture: (H, W) or (H, W, C), real numbers; never modified.
        kernels: one, by name ("sobel-x"), as text ("0 1; 2 3"), as an (h, w) array or a `Kernel`; or several:
            a bank ("bank:sobel"), a sequence of any of these, an array (F, h, w), or (F, C, h, w) with weights
            for every channel.  See `kernel`.
        border: what lies beyond the edge: "edge", "zero", "constant:V", "symmetric", "reflect" or "wrap".
            None is "edge", and for size "full" "zero".
        size: "same", "valid" or "full"; ignored when `padding` is given.
        padding: rows and columns added (top, bottom, left, right), or one number for all.
        stride, dilation: of the window, at least 1: one number, or (down, across).
        bias: one number, or one per kernel.
        channels: "each" channel by itself, "gray" (luma first), or "sum" (responses of all channels
            added; implied by weights that have a channel axis).
        precision: "float64" forces that arithmetic.
        jobs: threads; the result does not depend on it.
        engine: one of the plan's engines, by name; None lets the plan choose.  "opencv" is OpenCV's filter2D under
            these borders and bounds, which no plan chooses by itself; it needs the extra `opencv`.
        groups: the first F/groups kernels see the first C/groups channels, and so on; weights are then
            (F, C/groups, h, w).  With as many as channels the layer is depthwise.

    Returns:
        In the picture's units, not clipped.  One kernel: (H', W') or (H', W', C).
        Several: (H', W', F), or (H', W', F*C) kernel by kernel for "each" of C channels.
        Integer picture and whole-number kernel: the exact integers, int32 or int64.
        Else float32, or float64 for float64 and for integers of more than 16 bits.
        A notebook shows it as a picture (`Response`); arithmetic with it gives plain arrays.
        What is no number reaches every output that has a weight for it other than 0, and no other.

    Raises:
        ConvcliError: a kernel, a keyword or a shape that breaks its rule; the message says which.

    >>> correlate([[0, 1, 2], [3, 4, 5], [6, 7, 8]], "0 1; 2 3", size="valid")
    array([[19, 25],
           [37, 43]], dtype=int32)
    >>> correlate([[0, 1, 2], [3, 4, 5], [6, 7, 8]], "bank:sobel").shape
    (3, 3, 2)
    """
    response = core.correlate(
        samples_of(picture),
        stack_of(kernels),
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
        groups=groups,
    )
    return response.view(Response)


def convolve(picture: ArrayLike, kernels: AnyKernels, **keywords: Unpack[Keywords]) -> Array:
    """Convolve: correlate with each kernel flipped in both axes, by definition.

    Takes, returns and raises what `correlate` does.

    >>> convolve([[1, 2, 3]], "0 1 1/2", size="full")
    array([[0. , 1. , 2.5, 4. , 1.5]])
    """
    return core.correlate(samples_of(picture), stack_of(kernels).flipped(), **keywords).view(Response)


convolve.__signature__ = inspect.signature(correlate)  # type: ignore[attr-defined]  # what help() and Tab show


def samples_of(picture: ArrayLike) -> ArrayLike:
    """The picture; a text in its place is what people try.

    Raises:
        GeometryError: a text or a path.
    """
    if isinstance(picture, (str, bytes)) or hasattr(picture, "__fspath__"):
        raise GeometryError(f"the picture is the text {printable(str(picture))!r}; it has to be an array: see read()")
    return picture
