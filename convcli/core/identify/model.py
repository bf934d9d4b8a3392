"""The model of a filter: from pixels to pixels, every step with its value, so that it can be computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convcli.core.arrays import Floats

ROUNDINGS = ("half up", "half even", "half away", "half down", "down", "toward zero", "up")
OVERFLOWS = ("clamp", "wrap", "absolute")
BORDERS_ALONE = ("copied", "blank", "cropped")  # what stands at the border and is no rule of positions


@dataclass(frozen=True)
class Edges:
    """What a filter does at the border.

    Attributes:
        name: a border of `core.border`, "constant", "copied" (pixels stay), "blank" (pixels are `value`), "cropped".
        value: of "constant", in the input's units, and of "blank", in the output's.
        band: rows and columns (top, bottom, left, right) of "copied" and "blank".
    """

    name: str
    value: float = 0.0
    band: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True)
class Axis:
    """One axis: output i reads positions i * stride - before ... ; it has floor((n + spare) / stride) + 1 outputs.

    >>> Axis(stride=2, before=1, spare=-1).count(9)
    5
    """

    stride: int
    before: int
    spare: int

    def count(self, n: int) -> int:
        """Outputs of an axis of n samples."""
        return (n + self.spare) // self.stride + 1


@dataclass(frozen=True, eq=False)
class Model:
    """out = over(round(encode(offset + sum_ij w[i, j] * decode(in)[r * s + i - top, c * s + j - left])))

    Attributes:
        weights: float64, (h, w), for correlation; `numerators` / `denominator` where they are fractions.
        numerators: int64, (h, w), or None; then the weights are known to within `error`.
        offset: in the output's units; before encoding.
        gamma: 1.0, another power, or "srgb".
        rounding: of `ROUNDINGS`; None where answers are floats.
        overflow: of `OVERFLOWS`.
        top: the largest value of the input, for decoding: 255, 65535, or 1.
        dtype: of the output.
        arithmetic: "exact" (whole sums, then one division), "float64", "float32".
    """

    weights: Floats
    numerators: Any
    denominator: int
    error: float
    rows: Axis
    columns: Axis
    edges: Edges
    offset: float = 0.0
    gamma: float | str = 1.0
    rounding: str | None = "half up"
    overflow: str = "clamp"
    top: float = 255.0
    dtype: str = "uint8"
    arithmetic: str = "exact"
