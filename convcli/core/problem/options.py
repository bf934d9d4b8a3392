"""Options: how a correlation is to be done, complete and checked, before a picture or a kernel is known.

Plain values only: nothing here imports NumPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from convcli.core.border import Border, default_border
from convcli.core.border import border as named_border
from convcli.core.geometry import ONES, SIZES, Padding, Pair, PairLike, check_stride, is_whole, padding_for
from convcli.core.text.whole_numbers import as_float
from convcli.errors import OptionError, check_name

Sides = Padding | tuple[int, int, int, int] | int
CHANNEL_MODES = ("each", "gray", "sum")
PRECISIONS = ("auto", "float64")


class WindowKeywords(TypedDict, total=False):
    """What a caller may say of the window; see `Window`."""

    border: str | Border | None
    size: str
    padding: Sides | None
    stride: PairLike
    dilation: PairLike


class Keywords(WindowKeywords, total=False):
    """What a caller may say of a correlation; see `correlate`."""

    bias: float | Sequence[float]
    channels: str
    groups: int
    precision: str
    jobs: int | None
    engine: str | None


@dataclass(frozen=True)
class Window:
    """Where the window stands, and what it sees beyond the edge.  Complete: no border is left to be filled in.

    Attributes:
        border: what lies beyond the edge.
        size: "same", "valid" or "full": the padding, where `padding` is None.
        padding: rows and columns added on each side.
        stride, dilation: down and across, each at least 1.
    """

    border: Border
    size: str = "same"
    padding: Padding | None = None
    stride: Pair = ONES
    dilation: Pair = ONES

    @classmethod
    def of(
        cls,
        border: str | Border | None = None,
        size: str = "same",
        padding: Sides | None = None,
        stride: PairLike = 1,
        dilation: PairLike = 1,
    ) -> Window:
        """The window that a caller describes: the one place where a border that is not named is decided.

        Raises:
            OptionError, UnknownNameError: a value that breaks its rule.

        >>> Window.of(size="full").border.name, Window.of().border.name
        ('zero', 'edge')
        """
        check_name("size", size, SIZES)
        return cls(
            named_border(border if border is not None else default_border(size, padding)),
            size,
            None if padding is None else _sides(padding),
            check_stride(stride),
            check_stride(dilation, "dilation"),
        )

    def __post_init__(self) -> None:
        check_name("size", self.size, SIZES)
        object.__setattr__(self, "dilation", check_stride(self.dilation, "dilation"))
        object.__setattr__(self, "stride", check_stride(self.stride))

    def sides(self, kernel: Pair, anchor: Pair | None = None) -> Padding:
        """Padding of all four sides for a kernel of (rows, columns) and its anchor."""
        return padding_for(self.size, kernel, self.dilation, anchor) if self.padding is None else self.padding


@dataclass(frozen=True)
class Options:
    """How a correlation is done.

    Attributes:
        window: where it stands.
        bias: added to each response: one number, or one per kernel.
        channels: "each" by itself, "gray" (luma first), or "sum": the responses of all channels added.
        precision: "auto", or "float64" to force that arithmetic.
        jobs: threads; None takes the processors.
        engine: by name; None lets the plan choose.
        groups: kernels and channels are shared out among them; see `kernel.grouping`.
    """

    window: Window = field(default_factory=Window.of)
    bias: tuple[float, ...] = (0.0,)
    channels: str = "each"
    precision: str = "auto"
    jobs: int | None = None
    engine: str | None = None
    groups: int = 1

    @classmethod
    def of(
        cls,
        *,
        bias: float | Sequence[float] = 0.0,
        channels: str = "each",
        precision: str = "auto",
        jobs: int | None = None,
        engine: str | None = None,
        groups: int = 1,
        **window: Unpack[WindowKeywords],
    ) -> Options:
        """The options that the keywords of `correlate` describe.

        Raises:
            OptionError, UnknownNameError: a value that breaks its rule.
        """
        return cls(Window.of(**window), _numbers(bias), channels, precision, _jobs(jobs), engine, groups)

    def __post_init__(self) -> None:
        for name, value, choices in (
            ("channel mode", self.channels, CHANNEL_MODES),
            ("precision", self.precision, PRECISIONS),
        ):
            check_name(name, value, choices)
        if self.engine is not None and not isinstance(self.engine, str):
            raise OptionError("engine", self.engine, "give an engine's name, or None to let the plan choose")
        if not is_whole(self.groups, 1):
            raise OptionError("groups", self.groups, "give a whole number of at least 1")

    def at_stride(self, stride: Pair) -> Options:
        """The same with another step of the window."""
        return replace(self, window=replace(self.window, stride=stride))

    def only_bias(self, index: int) -> Options:
        """The same for one of the kernels."""
        return replace(self, bias=(self.bias[index],)) if len(self.bias) > 1 else self


def _sides(padding: Sides) -> Padding:
    sides = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * 4
    if len(sides) != 4 or not all(is_whole(side, 0) for side in sides):
        rule = "give a whole number of at least 0, or four: (top, bottom, left, right)"
        raise OptionError("padding", padding, rule)
    return Padding(*map(int, sides))


def _numbers(bias: float | Iterable[float]) -> tuple[float, ...]:
    try:
        several = isinstance(bias, Iterable) and not isinstance(bias, str) and getattr(bias, "ndim", 1) > 0
        values: Iterable[float] = bias if several else (bias,)  # type: ignore[assignment]
        return tuple(as_float(value, "bias") for value in values)
    except (TypeError, ValueError):
        raise OptionError("bias", bias, "give a number, or one for each kernel") from None


def _jobs(jobs: int | None) -> int | None:
    if jobs is not None and not is_whole(jobs, 1):
        raise OptionError("jobs", jobs, "give a whole number of at least 1, or None for one thread a processor")
    return jobs
