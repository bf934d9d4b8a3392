"""What each kind of layer does with what comes in: a function a kind, from a layer and its flows to what it counts.

A step says which shape goes out, how its units look at the network's input,
and how many weights, biases and multiply-accumulates that takes.  A layer that
what comes in does not fit is refused through `spec.written.problem`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from convcli.core.geometry import extent
from convcli.core.network.flow import Flow
from convcli.core.network.joints import Bilinear, Nearest, Spread, Taps, Window
from convcli.core.network.meeting import met
from convcli.core.network.spec import TF_SAME, LayerSpec, Shape, padding_of, shape_text, steps_of
from convcli.errors import many


class Counted(NamedTuple):
    """What one layer comes to.

    Attributes:
        out: what goes out of it.
        weight_shape: of the array of weights that it learns; () without any.
        biases: learned numbers that are added.
        macs: multiply-accumulate operations for one picture; adding a bias is none.
        remark: what is odd about where its units look; "" where nothing is.
    """

    out: Flow
    weight_shape: Shape = ()
    biases: int = 0
    macs: int = 0
    remark: str = ""


Step = Callable[..., Counted]  # of the layer and the flow that comes in; of every flow where several do


def conv(spec: LayerSpec, given: Flow) -> Counted:
    """F filters of k = h*w*C/groups weights, each slid over the maps to n units: k*F weights, F biases, k*n MACs."""
    out = _windows(spec, given)
    shape = (spec.filters, *_window(spec, given))
    return Counted(out, shape, spec.filters * spec.bias, prod(shape[1:]) * prod(out.shape))


def local(spec: LayerSpec, given: Flow) -> Counted:
    """As `conv`, but each of the n units has a window of its own: k*n weights, n biases, k*n MACs."""
    out = _windows(spec, given)
    shape = (*out.shape, *_window(spec, given))
    return Counted(out, shape, prod(out.shape) * spec.bias, prod(shape))


def transposed(spec: LayerSpec, given: Flow) -> Counted:
    """Every unit that comes in, times a window of h*w*F/groups weights, is added to where the window lies.

    Windows lie a stride apart, so that n rows become (n - 1)*stride + dilation*(h - 1) + 1, less
    the padding, and the output padding more.  C*k weights with k = h*w*F/groups, F biases, and
    k MACs for each of the numbers that come in, those included that fall into the padding.

    Source: ConvTranspose2d of PyTorch; tf-same as Conv2DTranspose of Keras: n*stride rows.
    """
    height, width, channels = given.maps(spec)
    _check_groups(spec, channels)
    strides = steps_of(spec)
    pads = [cropping_of(spec, axis) for axis in (0, 1)]
    taps: list[Taps] = []
    grid: list[int] = []
    for n, k, s, d, (before, rest) in zip((height, width), spec.kernel, strides, spec.dilation, pads, strict=True):
        taps.append(Spread(k, s, d, before))
        grid.append((n - 1) * s + extent(k, d) - before - rest)
    if min(grid) < 1:
        raise spec.written.problem(f"{shape_text(given.shape)} came in, and its padding leaves nothing of the output")
    shape = (channels, spec.filters // spec.groups, *spec.kernel)
    out = given.through(spec, taps, (grid[0], grid[1], spec.filters))
    return Counted(out, shape, spec.filters * spec.bias, prod(shape) * height * width)


def fully_connected(spec: LayerSpec, given: Flow) -> Counted:
    """n units, each joined to all m inputs: m*n weights, n biases, m*n MACs."""
    if len(given.shape) != 1:
        raise spec.written.problem(
            f"it needs numbers in a row, but {shape_text(given.shape)} came in; put flatten before it"
        )
    shape = (spec.units, given.shape[0])
    return Counted(given.joined((spec.units,)), shape, spec.units * spec.bias, prod(shape))


def pool(spec: LayerSpec, given: Flow) -> Counted:
    """The mean or maximum of h x w numbers of a map; windows stand side by side where no stride is given."""
    channels = given.maps(spec)[2]
    pad = padding_of(spec, given.grid)
    for axis, sides in enumerate((pad[:2], pad[2:])):
        if 2 * max(sides) > extent(spec.kernel[axis], spec.dilation[axis]):
            raise spec.written.problem("pad is at most half the window; beyond that a pool would see padding only")
    return Counted(given.slid(spec, steps_of(spec), channels))


def global_pool(spec: LayerSpec, given: Flow) -> Counted:
    """HxWxC -> 1x1xC, the mean or maximum of each whole map."""
    return Counted(given.joined((1, 1, given.maps(spec)[2])))


def upsample(spec: LayerSpec, given: Flow) -> Counted:
    """HxWxC -> a*H x b*W x C: rows and columns repeated, or between two their weighted mean; nothing is learned."""
    height, width, channels = given.maps(spec)
    taps = [Bilinear(times) if spec.how == "bilinear" else Nearest(times) for times in spec.scale]
    return Counted(given.through(spec, taps, (height * spec.scale[0], width * spec.scale[1], channels)))


def crop(spec: LayerSpec, given: Flow) -> Counted:
    """HxWxC -> (H - 2a) x (W - 2b) x C: the rows and columns that are left in the middle."""
    height, width, channels = given.maps(spec)
    rows, columns = (n - 2 * off for n, off in zip((height, width), spec.crop, strict=True))
    if min(rows, columns) < 1:
        raise spec.written.problem(f"{shape_text(given.shape)} came in, of which it leaves nothing")
    return Counted(given.through(spec, [Window(1, before=-off) for off in spec.crop], (rows, columns, channels)))


def flatten(spec: LayerSpec, given: Flow) -> Counted:
    """HxWxC -> H*W*C numbers in a row, which see what they saw before."""
    return Counted(given._replace(shape=(prod(given.shape),)))


def unchanged(spec: LayerSpec, given: Flow) -> Counted:
    """Number by number, or across the channels at one place: the shape stays, and nothing is learned."""
    return Counted(given)


def softmax(spec: LayerSpec, given: Flow) -> Counted:
    """exp(x) / sum(exp(x)), the sum over the channels at one place, or over all numbers of a row."""
    return Counted(given if len(given.shape) == 3 else given.joined(given.shape))


def batchnorm(spec: LayerSpec, given: Flow) -> Counted:
    """A scale and an offset for each of C channels: C weights, C biases; what is multiplied once a number is no MAC."""
    channels = given.shape[-1]
    return Counted(given, (channels,), channels)


def add(spec: LayerSpec, *given: Flow) -> Counted:
    """Branches of equal shapes, added number by number."""
    if len({flow.shape for flow in given}) > 1:
        raise spec.written.problem(f"its branches have to be of equal shapes; they are {_shapes(given)}")
    out, remark = met(spec, given, given[0].shape)
    return Counted(out, remark=remark)


def multiply(spec: LayerSpec, *given: Flow) -> Counted:
    """Branches of equal shapes, multiplied number by number; one of 1x1xC multiplies whole maps."""
    shape = max((flow.shape for flow in given), key=prod)
    if any(flow.shape not in (shape, (1, 1, *shape[2:])) for flow in given):
        raise spec.written.problem(f"its branches have to be of equal shapes, or 1x1xC; they are {_shapes(given)}")
    out, remark = met(spec, given, shape)
    return Counted(out, remark=remark)


def concat(spec: LayerSpec, *given: Flow) -> Counted:
    """Branches with equal rows and columns, their channels one after the other; rows of numbers end to end."""
    if len({(len(flow.shape), flow.shape[:-1]) for flow in given}) > 1:
        rule = "its branches have to have equal rows and columns"
        raise spec.written.problem(f"{rule}; they are {_shapes(given)}")
    out, remark = met(spec, given, (*given[0].shape[:-1], sum(flow.shape[-1] for flow in given)))
    return Counted(out, remark=remark)


def cropping_of(spec: LayerSpec, axis: int) -> tuple[int, int]:
    """Positions that a transposed convolution leaves out before and after; fewer than none are added."""
    stride, added = steps_of(spec)[axis], spec.output_pad[axis]
    if spec.pad == TF_SAME:
        total = extent(spec.kernel[axis], spec.dilation[axis]) - stride
        return max(total, 0) // 2, total - max(total, 0) // 2 - added
    if isinstance(spec.pad, str):
        raise spec.written.problem(f"pad={spec.pad} is not said of a transposed convolution; give pad=N or pad=tf-same")
    if added and added >= max(stride, spec.dilation[axis]):
        raise spec.written.problem("output-pad has to be smaller than the stride or the dilation")
    pad = padding_of(spec)[2 * axis : 2 * axis + 2]
    return pad[0], pad[1] - added


def _shapes(given: tuple[Flow, ...]) -> str:
    return ", ".join(shape_text(flow.shape) for flow in given)


def _windows(spec: LayerSpec, given: Flow) -> Flow:
    """HxWxC -> H'xW'xF: the flow behind windows of which each sees C/groups of the channels."""
    _check_groups(spec, given.maps(spec)[2])
    return given.slid(spec, steps_of(spec), spec.filters)


def _check_groups(spec: LayerSpec, channels: int) -> None:
    if channels % spec.groups or spec.filters % spec.groups:
        raise spec.written.problem(
            f"groups={spec.groups} has to divide the {many(channels, 'channel')} that came in "
            f"and the {many(spec.filters, 'filter')}"
        )


def _window(spec: LayerSpec, given: Flow) -> tuple[int, int, int]:
    """Channels, rows and columns of the weights of one unit."""
    return given.shape[2] // spec.groups, *spec.kernel
