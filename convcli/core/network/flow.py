"""What runs from one layer to the next: a shape, and how its units look at the network's input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from convcli.core.geometry import Pair, output_length
from convcli.core.network.field import Field, TooFineError
from convcli.core.network.joints import Taps, Window
from convcli.core.network.seen import Reach
from convcli.core.network.spec import LayerSpec, Shape, channels_first, padding_of, shape_text
from convcli.errors import WindowTooLargeError

T = TypeVar("T")


class Flow(NamedTuple):
    """What runs from one layer to the next.

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
        return cls(shape, tuple(Field() for _ in axes), axes, _alike(Reach.of_input, *((n,) for n in axes)))

    def joined(self, shape: Shape) -> Flow:
        """The flow of units that are joined to everything here."""
        reach = tuple(seen.joined() for seen in self.reach)
        return Flow(shape, tuple(seen.field() for seen in reach), tuple(1 for _ in reach), reach)

    def unfollowed(self) -> Flow:
        """The same, without what each unit really sees: too much has been followed already."""
        return self._replace(reach=tuple(Reach(seen.n, None) for seen in self.reach))

    def maps(self, spec: LayerSpec) -> tuple[int, int, int]:
        """H, W and C, for a layer that needs maps; a row of numbers is refused."""
        if len(self.shape) != 3:
            raise spec.written.problem(f"it needs maps (HxWxC), but {shape_text(self.shape)} numbers in a row came in")
        return self.shape[0], self.shape[1], self.shape[2]

    def slid(self, spec: LayerSpec, stride: Pair, channels: int) -> Flow:
        """HxWxC' -> H'xW'xC: the flow behind the layer's window, slid over the maps with that stride."""
        pad = padding_of(spec, self.grid)
        axes = list(zip(self.grid, spec.kernel, stride, spec.dilation, (pad[:2], pad[2:]), strict=True))
        try:
            grid = tuple(_positions(*axis, ceil=spec.ceil) for axis in axes)
        except WindowTooLargeError as error:
            meant = channels_first(self.shape)
            advice = (
                f"channels first? write {shape_text(meant)}" if meant else "use a smaller kernel, more padding (pad=)"
            )
            raise spec.written.problem(f"{shape_text(self.shape)} came in, and {error.problem}; {advice}") from error
        return self.through(spec, [Window(k, s, d, before) for _, k, s, d, (before, _) in axes], (*grid, channels))

    def through(self, spec: LayerSpec, taps: Sequence[Taps], shape: Shape) -> Flow:
        """The flow behind a layer whose units are joined to these by a rule for each axis; shape is (H, W, C)."""
        grid = shape[:2]
        try:
            fields = _alike(Field.after, *zip(self.fields, taps, strict=True))
        except TooFineError as error:
            raise spec.written.problem("it upsamples so finely that its receptive field is not followed") from error
        return Flow(shape, fields, grid, _alike(Reach.after, *zip(self.reach, taps, grid, strict=True)))


def _positions(n: int, k: int, stride: int, dilation: int, pad: Pair, *, ceil: bool) -> int:
    """Windows along one axis; with `ceil` one more may hang over the end, if it begins before it.

    Source: pooling_output_shape of PyTorch, ceil_mode.
    """
    before, after = pad
    over = stride - 1 if ceil else 0
    windows = output_length(n, k, before=before, after=after + over, stride=stride, dilation=dilation)
    return windows - 1 if ceil and (windows - 1) * stride >= n + before else windows


def _alike(make: Callable[..., T], *axes: tuple[Any, ...]) -> tuple[T, ...]:
    """`make` for each axis; where the second is as the first, what was made for the first: most pictures are square."""
    first = make(*axes[0])
    return (first, *(first if axis == axes[0] else make(*axis) for axis in axes[1:]))
