"""Which inputs a unit can see, followed through a stack of layers along one axis."""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.geometry import extent


class Field(NamedTuple):
    """The receptive field of a row of units along one axis, in input positions.

    Unit u sees positions first + u*jump ... first + u*jump + size - 1, those in
    the padding (below 0 or beyond the input) included.  With a dilation, or a
    stride larger than the window, it is the span and may have holes.

    Attributes:
        size: positions spanned by one unit.
        jump: input positions from one unit to the next (the effective stride);
            0 where there is one unit only, which sees everything.
        first: where the span of unit 0 begins; negative in the padding.

    Source: Araujo, Norris, Sim: Computing Receptive Fields of CNNs, Distill, 2019.
    """

    size: int = 1
    jump: int = 1
    first: int = 0

    @property
    def doubled_centre(self) -> int:
        """Twice the centre of unit 0's span, so that a half stays a whole number."""
        return 2 * self.first + self.size - 1

    def after(self, k: int, *, stride: int = 1, dilation: int = 1, before: int = 0) -> Field:
        """The field behind a window of k taps with `before` positions of padding.

        >>> Field().after(5, before=2).after(2, stride=2).after(5)
        Field(size=14, jump=2, first=-2)
        """
        size = self.size + (extent(k, dilation) - 1) * self.jump
        return Field(size, self.jump * stride, self.first - before * self.jump)

    def joined(self, units: int, n: int) -> Field:
        """The field of one unit that is joined to all `units`, cut to the n inputs there are."""
        last = min(n - 1, self.first + (units - 1) * self.jump + self.size - 1)
        first = max(0, self.first)
        return Field(max(0, last - first + 1), 0, first)

    def seen(self, unit: int, n: int) -> tuple[int, int]:
        """First and last of the n inputs that a unit can see; first > last where it sees padding only.

        >>> Field(5, 1, -2).seen(0, 28)
        (0, 2)
        """
        start = self.first + unit * self.jump
        return max(0, start), min(n - 1, start + self.size - 1)
