"""Clipped: how many responses lie beyond black and beyond white."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from convcli.core.arithmetic.scratch import work_memory
from convcli.core.arrays import Array
from convcli.core.display.narrowing import largest


class Clipped(NamedTuple):
    """Counts of values, one for each channel of a pixel.

    Attributes:
        black: lay below black, and became it.
        white: lay above white.
        total: of all values that were looked at or known to lie in between.
    """

    black: int = 0
    white: int = 0
    total: int = 0

    def plus(self, other: Clipped) -> Clipped:
        """Both together."""
        return Clipped(*(a + b for a, b in zip(self, other, strict=True)))

    def of(self, total: int) -> Clipped:
        """The same of so many values."""
        return self._replace(total=total)

    @property
    def shares(self) -> tuple[float, float]:
        """Of all values, those that became black and those that became white: 0 to 1 each."""
        return (self.black / self.total, self.white / self.total) if self.total else (0.0, 0.0)


NOTHING_CLIPPED = Clipped()


def count_beyond(values: Array, top: int, *, below: bool = True) -> Clipped:
    """How many values would be rounded to less than 0, or to more than top; NaN is neither.

    Args:
        values: whole numbers, or floats, rounded or not; of any layout, never modified.
        below: some may lie below black; where none can, nothing looks for them.

    >>> count_beyond(np.array([-0.5, -0.6, 0.0, 255.4, 255.5, np.nan, np.inf]), 255)
    Clipped(black=1, white=2, total=0)
    """
    if values.ndim > 1 and values.strides[-1] != values.itemsize:
        # Strided against its memory a comparison takes several times as long.
        values = values.transpose(sorted(range(values.ndim), key=lambda axis: -values.strides[axis]))
    if values.dtype.kind == "f":
        # Halves go to the even neighbour: -0.5 to 0, and 255.5 to 256.
        with np.errstate(invalid="ignore"):
            black = _count(np.less, values, -0.5) if below else 0
            return Clipped(black, _count(np.greater_equal, values, top + 0.5))
    if top >= largest(values.dtype):
        return Clipped(_count(np.less, values, 0) if below else 0)
    if values.dtype.kind == "u":
        return Clipped(0, _count(np.greater, values, top))
    # As unsigned numbers negative ones are larger than any top: where there are none, one look is enough.
    either = _count(np.greater, values.view(f"u{values.itemsize}"), top)
    black = _count(np.less, values, 0) if either and below else 0
    return Clipped(black, either - black)


def _count(compare: np.ufunc, values: Array, end: float) -> int:
    return int(np.count_nonzero(compare(values, end, out=work_memory("beyond", values.shape, np.bool_))))
