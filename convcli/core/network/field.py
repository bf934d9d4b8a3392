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
            0 where units are joined to everything before them.
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


LONGEST = 4096  # positions along an axis that are followed one by one
MOST_STEPS = 1 << 18  # taps of all units of a layer that are looked at for it
NOTHING = (0, -1)  # a unit that sees padding only

Span = tuple[int, int]


class Reach(NamedTuple):
    """First and last input position that each unit along one axis really sees.

    A field says how wide a unit looks; its reach is what is there to be seen:
    not the padding, and not what a stride before it has stepped over.

    Attributes:
        n: inputs along the axis.
        spans: one for each unit, NOTHING where all is padding; None where there are too many
            to follow, and a unit joined to all of them is taken to see everything.
    """

    n: int
    spans: tuple[Span, ...] | None

    @classmethod
    def of_input(cls, n: int) -> Reach:
        """Every input sees itself."""
        return cls(n, tuple((i, i) for i in range(n)) if n <= LONGEST else None)

    def after(self, k: int, units: int, *, stride: int = 1, dilation: int = 1, before: int = 0) -> Reach:
        """The reach of the units behind a window of k taps.

        >>> Reach.of_input(5).after(3, 3, stride=2, before=1).spans
        ((0, 1), (1, 3), (3, 4))
        """
        if self.spans is None or units > LONGEST or units * k > MOST_STEPS:
            return Reach(self.n, None)
        starts = (o * stride - before for o in range(units))
        return Reach(self.n, tuple(self._seen(range(start, start + k * dilation, dilation)) for start in starts))

    def _seen(self, taps: range) -> Span:
        spans = self.spans or ()
        inside = [spans[tap] for tap in taps if 0 <= tap < len(spans) and spans[tap] != NOTHING]
        # Not the outer two alone: at a border a dilated unit may begin later than its neighbour.
        return (min(first for first, _ in inside), max(last for _, last in inside)) if inside else NOTHING

    def joined(self) -> Reach:
        """The reach of one unit that is joined to all of them."""
        if self.spans is None:
            return Reach(self.n, ((0, self.n - 1),))
        return Reach(self.n, (self._seen(range(len(self.spans))),))

    def field(self) -> Field:
        """The field of a single unit: what it sees, with no step to a next one."""
        first, last = self.spans[0] if self.spans else (0, self.n - 1)
        return Field(last - first + 1, 0, first)
