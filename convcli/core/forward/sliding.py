"""Windows that slide: kernel, stride, dilation and padding of convolutions and pools, from ONNX's attributes."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from convcli.core.forward.call import Call
from convcli.core.forward.graph import MOST_ELEMENTS, Shape
from convcli.core.geometry import extent


class Slide(NamedTuple):
    """A window along each axis; a figure for each.

    Attributes:
        before, after: padding; negative to leave samples out, in ConvTranspose.
        out: outputs.
    """

    kernel: Shape
    stride: Shape
    dilation: Shape
    before: Shape
    after: Shape
    out: Shape


def slide_over(call: Call, spatial: Shape, kernel: Shape) -> Slide:
    """The window of a Conv or a pool over axes of these lengths.

    out = floor((n + before + after - dilation*(k-1) - 1) / stride) + 1; with ceil_mode rounded up, but for a last
    window that would begin in the padding after the input.
    """
    stride, dilation = steps(call, "strides", len(spatial)), steps(call, "dilations", len(spatial))
    spans = tuple(extent(k, d) for k, d in zip(kernel, dilation, strict=True))
    auto = call.get("auto_pad", "NOTSET")
    if auto.startswith("SAME"):
        needed = [max(0, (-(-n // s) - 1) * s + span - n) for n, s, span in zip(spatial, stride, spans, strict=True)]
        before, after = _halves(needed, more_after=auto == "SAME_UPPER")
    else:
        before, after = _padding(call, len(spatial), none=auto == "VALID")
    _check_padded(call, [n + b + a for n, b, a in zip(spatial, before, after, strict=True)])
    out, ceil = [], bool(call.get("ceil_mode", 0))
    for n, span, s, b, a in zip(spatial, spans, stride, before, after, strict=True):
        if span > n + b + a + (s - 1 if ceil else 0):
            raise call.problem(f"its window spans {span} positions but the padded input has {n + b + a}")
        out.append(_outputs(n, span, s, b, a, ceil=ceil))
    return Slide(kernel, stride, dilation, before, after, tuple(out))


def slide_out_of(call: Call, spatial: Shape, kernel: Shape) -> Slide:
    """The window of a ConvTranspose: out = (n-1)*stride + dilation*(k-1) + 1 + output_padding - before - after."""
    axes = len(spatial)
    stride, dilation = steps(call, "strides", axes), steps(call, "dilations", axes)
    extra = _per_axis(call, "output_padding", axes, 0)
    whole = [
        (n - 1) * s + extent(k, d) + e for n, k, s, d, e in zip(spatial, kernel, stride, dilation, extra, strict=True)
    ]
    _check_padded(call, whole)
    auto, wanted = call.get("auto_pad", "NOTSET"), call.get("output_shape")
    if wanted is not None or auto.startswith("SAME"):
        wanted = tuple(wanted or (n * s for n, s in zip(spatial, stride, strict=True)))[-axes:]
        if len(wanted) != axes:
            raise call.problem(f"output_shape has {len(wanted)} lengths for {axes} axes")
        total = [w - n for w, n in zip(whole, wanted, strict=True)]
        if auto.startswith("SAME"):  # where the windows do not reach so far, onnxruntime stops where they do
            total = [max(0, n) for n in total]
        before, after = _halves(total, more_after=auto == "SAME_UPPER")
    else:
        before, after = _padding(call, axes, none=auto == "VALID")
    out = tuple(w - b - a for w, b, a in zip(whole, before, after, strict=True))
    if min(out) < 1:
        raise call.problem(f"its padding leaves an output of {out}")
    return Slide(kernel, stride, dilation, before, after, out)


def kernel_of(call: Call, axes: int) -> Shape:
    """The attribute kernel_shape, which pools need."""
    kernel = tuple(call.get("kernel_shape", ()))
    if len(kernel) != axes or min(kernel, default=0) < 1:
        raise call.problem(f"kernel_shape {kernel} is not one for {axes} axes")
    return kernel


def spatial_of(call: Call) -> Shape:
    """The lengths of the axes behind (N, C); one or two are run."""
    shape = call.shape()
    if len(shape) not in (3, 4):
        raise call.problem(f"its input has shape {shape}; (N, C, L) and (N, C, H, W) are run")
    if min(shape) < 1:
        raise call.problem(f"its input has shape {shape}, which holds nothing")
    return shape[2:]


def steps(call: Call, name: str, axes: int) -> Shape:
    """Strides or dilations, at least 1."""
    given = _per_axis(call, name, axes, 1)
    if min(given) < 1:
        raise call.problem(f"{name} {given}: each has to be at least 1")
    return given


def _per_axis(call: Call, name: str, axes: int, default: int) -> Shape:
    given = tuple(call.get(name) or (default,) * axes)
    if len(given) != axes or max(map(abs, given)) > 1 << 31:
        raise call.problem(f"{name} {given} is not one for {axes} axes")
    return given


def _padding(call: Call, axes: int, *, none: bool) -> tuple[Shape, Shape]:
    given = (0,) * 2 * axes if none else _per_axis(call, "pads", 2 * axes, 0)
    if min(given) < 0:
        raise call.problem(f"pads {given}: each has to be at least 0")
    return given[:axes], given[axes:]


def _check_padded(call: Call, lengths: Iterable[int]) -> None:
    """Padding is memory: what one tensor may not be, an input with its padding may not be either."""
    lengths = tuple(lengths)
    if prod((*call.shape()[:2], *lengths)) > MOST_ELEMENTS:
        raise call.problem(f"with its padding the input would span {lengths}; at most 2^28 numbers are held")


def _halves(needed: list[int], *, more_after: bool) -> tuple[Shape, Shape]:
    """Padding before and after; the odd one stands on the side that is named, samples that are missing after."""
    small = tuple(max(0, n) // 2 for n in needed)
    large = tuple(max(0, n) - s for n, s in zip(needed, small, strict=True))
    missing = tuple(min(0, n) for n in needed)
    before, after = (small, large) if more_after else (large, small)
    return before, tuple(a + m for a, m in zip(after, missing, strict=True))


def _outputs(n: int, span: int, stride: int, before: int, after: int, *, ceil: bool) -> int:
    room = n + before + after - span
    if not ceil:
        return room // stride + 1
    count = -(-room // stride) + 1
    return count - 1 if (count - 1) * stride >= n + before else count
