"""What each kind of layer does with what comes in: a function a kind, from a layer and a flow to what it counts.

A step says which shape goes out, how its units look at the network's input,
and how many weights, biases and multiply-accumulates that takes.  A layer that
what comes in does not fit is refused through `spec.written.problem`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from convcli.core.geometry import Pair, output_length
from convcli.core.network.field import Field, Reach
from convcli.core.network.spec import LayerSpec, Shape, padding_of, shape_text
from convcli.errors import WindowTooLargeError, many


class Flow(NamedTuple):
    """What runs from one layer to the next: its shape, and how its units look at the network's input.

    Attributes:
        shape: (H, W, C) or (N,).
        fields, grid, reach: along each axis of the network's input: the receptive field, the units
            that it is spaced by, and what each of them really sees.
    """

    shape: Shape
    fields: tuple[Field, ...]
    grid: tuple[int, ...]
    reach: tuple[Reach, ...]

    @classmethod
    def of_input(cls, shape: Shape) -> Flow:
        """Every input sees itself."""
        axes = shape[:2]
        return cls(shape, tuple(Field() for _ in axes), axes, tuple(Reach.of_input(n) for n in axes))

    def joined(self, shape: Shape) -> Flow:
        """The flow of units that are joined to everything here."""
        reach = tuple(seen.joined() for seen in self.reach)
        return Flow(shape, tuple(seen.field() for seen in reach), tuple(1 for _ in reach), reach)

    def maps(self, spec: LayerSpec) -> tuple[int, int, int]:
        """H, W and C, for a layer that needs maps; a row of numbers is refused."""
        if len(self.shape) != 3:
            raise spec.written.problem(f"it needs maps (HxWxC), but {shape_text(self.shape)} numbers in a row came in")
        return self.shape[0], self.shape[1], self.shape[2]

    def slid(self, spec: LayerSpec, stride: Pair, channels: int) -> Flow:
        """HxWxC' -> H'xW'xC: the flow behind the layer's window, slid over the maps with that stride."""
        pad = padding_of(spec)
        axes = list(zip(spec.kernel, stride, spec.dilation, (pad[:2], pad[2:]), strict=True))
        try:
            grid = tuple(
                output_length(n, k, before=before, after=after, stride=s, dilation=d)
                for n, (k, s, d, (before, after)) in zip(self.grid, axes, strict=True)
            )
        except WindowTooLargeError as error:
            advice = "use a smaller kernel, more padding (pad=)"
            raise spec.written.problem(f"{shape_text(self.shape)} came in, and {error.problem}; {advice}") from error
        fields = tuple(
            field.after(k, stride=s, dilation=d, before=before)
            for field, (k, s, d, (before, _)) in zip(self.fields, axes, strict=True)
        )
        reach = tuple(
            seen.after(k, units, stride=s, dilation=d, before=before)
            for seen, units, (k, s, d, (before, _)) in zip(self.reach, grid, axes, strict=True)
        )
        return Flow((*grid, channels), fields, grid, reach)


class Counted(NamedTuple):
    """What one layer comes to.

    Attributes:
        out: what goes out of it.
        weight_shape: of the array of weights that it learns; () without any.
        biases: learned numbers that are added.
        macs: multiply-accumulate operations for one picture; adding a bias is none.
    """

    out: Flow
    weight_shape: Shape = ()
    biases: int = 0
    macs: int = 0


Step = Callable[[LayerSpec, Flow], Counted]


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
    if any(2 * side > k for side, k in zip(padding_of(spec)[::2], spec.kernel, strict=True)):
        raise spec.written.problem("pad is at most half the window; beyond that a pool would see padding only")
    return Counted(given.slid(spec, spec.stride or spec.kernel, channels))


def global_pool(spec: LayerSpec, given: Flow) -> Counted:
    """HxWxC -> 1x1xC, the mean or maximum of each whole map."""
    return Counted(given.joined((1, 1, given.maps(spec)[2])))


def flatten(spec: LayerSpec, given: Flow) -> Counted:
    """HxWxC -> H*W*C numbers in a row, which see what they saw before."""
    return Counted(given._replace(shape=(prod(given.shape),)))


def unchanged(spec: LayerSpec, given: Flow) -> Counted:
    """Number by number: the shape stays, and nothing is learned."""
    return Counted(given)


def batchnorm(spec: LayerSpec, given: Flow) -> Counted:
    """A scale and an offset for each of C channels: C weights, C biases; what is multiplied once a number is no MAC."""
    channels = given.shape[-1]
    return Counted(given, (channels,), channels)


def _windows(spec: LayerSpec, given: Flow) -> Flow:
    """HxWxC -> H'xW'xF: the flow behind windows of which each sees C/groups of the channels."""
    channels = given.maps(spec)[2]
    if channels % spec.groups or spec.filters % spec.groups:
        raise spec.written.problem(
            f"groups={spec.groups} has to divide the {many(channels, 'channel')} that came in "
            f"and the {many(spec.filters, 'filter')}"
        )
    return given.slid(spec, spec.stride or (1, 1), spec.filters)


def _window(spec: LayerSpec, given: Flow) -> tuple[int, int, int]:
    """Channels, rows and columns of the weights of one unit."""
    return given.shape[2] // spec.groups, *spec.kernel
