"""The model of a filter: from pixels to pixels, every step with its value, so that it can be computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convcli.core.arrays import Floats

ROUNDINGS = ("half up", "half even", "half away", "half down", "down", "toward zero", "up")
OVERFLOWS = ("clamp", "wrap")
RULES = ("edge", "constant", "symmetric", "reflect", "wrap")
RENORMALISED = "renormalised"  # weights beyond the ends are left out, the others made larger to the same sum
ALONE = ("copied", "blank")  # what stands at the border and is no rule of positions


@dataclass(frozen=True)
class Edges:
    """What a filter does at the border.

    Attributes:
        name: of `RULES` or `ALONE`, `RENORMALISED`, or "none" where no output reads beyond an end; "constant" 0 is
            `zero`.
        across: of `RULES`, what columns do beyond the left and right end where `name` is of rows alone; else "".
        value: of "constant", in the input's units, and of "blank", in the output's.
        band: of "copied" (pixels stay) and "blank" (pixels are `value`): (top, bottom, left, right) outputs.
    """

    name: str
    value: float = 0.0
    band: tuple[int, int, int, int] = (0, 0, 0, 0)
    across: str = ""

    @property
    def said(self) -> str:
        """The name to people, "zero" for the constant 0.

        >>> Edges("constant").said, Edges("edge", across="wrap").said
        ('zero', 'rows edge, columns wrap')
        """
        rows, columns = (
            "zero" if name == "constant" and self.value == 0 else name for name in (self.name, self.across or self.name)
        )
        return f"rows {rows}, columns {columns}" if self.across else rows

    @property
    def fills(self) -> bool:
        """Whether a constant stands beyond an end."""
        return "constant" in (self.name, self.across)


@dataclass(frozen=True)
class Axis:
    """One axis: output i reads positions i * stride - before ... ; it has floor((n + spare) / stride) + 1 outputs.

    Attributes:
        length: of the kernel.

    >>> Axis(stride=2, before=1, spare=-1, length=3).count(9)
    5
    """

    stride: int
    before: int
    spare: int
    length: int

    def count(self, n: int) -> int:
        """Outputs of an axis of n samples."""
        return max((n + self.spare) // self.stride + 1, 0)

    def inside(self, n: int) -> tuple[int, int]:
        """The outputs first, stop whose windows lie within n samples."""
        first = -(-max(self.before, 0) // self.stride)
        stop = (n - self.length + self.before) // self.stride + 1
        first, stop = min(first, self.count(n)), min(max(stop, 0), self.count(n))
        return first, max(first, stop)


@dataclass(frozen=True, eq=False)
class Model:
    """out = over(round(encode(offset + sum_ij w[i, j] * decode(in)[r * s + i - top, c * s + j - left])))

    Attributes:
        weights: float64, (h, w), for correlation.
        numerators: int64, (h, w), with weights = numerators / denominator, or None where fractions do not fit.
        offset: in the output's units, before encoding.
        gamma: 1.0, another power, or "srgb".
        rounding: of `ROUNDINGS`; None where answers are floats.
        overflow: of `OVERFLOWS`.
        absolute: whether the magnitude is taken before rounding.
        white: the largest value of the input, for decoding.
        dtype: of the output.
        arithmetic: "exact" (whole sums, one division) or "float" (rounded weights; what is half-way goes either way).
        mix: output channels by input channels, or None: each by itself.
    """

    weights: Floats
    numerators: Any
    denominator: int
    rows: Axis
    columns: Axis
    edges: Edges
    offset: float = 0.0
    gamma: float | str = 1.0
    rounding: str | None = "half up"
    overflow: str = "clamp"
    absolute: bool = False
    white: float = 255.0
    dtype: str = "uint8"
    arithmetic: str = "exact"
    mix: tuple[tuple[float, ...], ...] | None = None
    alpha: str = "kept"

    @property
    def exact(self) -> bool:
        """Whether sums are whole numbers, with one division after them."""
        whole = self.numerators is not None and self.gamma == 1.0 and self.arithmetic == "exact"
        return whole and float(self.offset * self.denominator).is_integer()
