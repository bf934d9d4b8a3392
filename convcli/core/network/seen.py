"""What units really see: not the padding, and not what a stride before them has stepped over."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from convcli.core.network.field import Field, Span, hull
from convcli.core.network.joints import Taps

LONGEST = 4096  # positions along an axis that are followed one by one
MOST_STEPS = 1 << 18  # taps of all units of a layer that are looked at for it
NOTHING = (0, -1)  # a unit that sees padding only


class Reach(NamedTuple):
    """First and last input position that each unit along one axis really sees.

    A field says how wide a unit looks; its reach is what is there to be seen.

    Attributes:
        n: inputs along the axis.
        spans: one for each unit, NOTHING where all is padding; None where there are too many
            to follow, and a unit joined to all of them is taken to see everything.
        ordered: whether no unit begins or ends before the unit before it.
    """

    n: int
    spans: tuple[Span, ...] | None
    ordered: bool = False

    @classmethod
    def of_input(cls, n: int) -> Reach:
        """Every input sees itself."""
        return cls(n, tuple((i, i) for i in range(n)) if n <= LONGEST else None, ordered=True)

    @classmethod
    def of_spans(cls, n: int, spans: tuple[Span, ...]) -> Reach:
        """Units of which each sees one of the spans."""
        ordered = NOTHING not in spans and all(
            before[0] <= span[0] and before[1] <= span[1] for before, span in pairwise(spans)
        )
        return cls(n, spans, ordered)

    def after(self, taps: Taps, units: int) -> Reach:
        """The reach of so many units that are joined to these by a rule.

        >>> from convcli.core.network.joints import Window
        >>> Reach.of_input(5).after(Window(3, stride=2, before=1), 3).spans
        ((0, 1), (1, 3), (3, 4))
        """
        if self.spans is None or units > LONGEST or not (self.ordered or units * len(taps.at(0)) <= MOST_STEPS):
            return Reach(self.n, None)
        return Reach.of_spans(self.n, tuple(self._seen(taps.at(o)) for o in range(units)))

    def _seen(self, taps: range) -> Span:
        spans = self.spans or ()
        inside = _within(taps, len(spans))
        if not inside:
            return NOTHING
        if self.ordered:
            return spans[inside[0]][0], spans[inside[-1]][1]
        # Not the outer two alone: at a border a dilated unit may begin later than its neighbour.
        return hull([spans[tap] for tap in inside if spans[tap] != NOTHING]) or NOTHING

    def joined(self) -> Reach:
        """The reach of one unit that is joined to all of them."""
        if self.spans is None:
            return Reach(self.n, ((0, self.n - 1),), ordered=True)
        return Reach(self.n, (self._seen(range(len(self.spans))),), ordered=True)

    def united(self, other: Reach) -> Reach:
        """The reach of units of which each is joined to one here and its counterpart there; one alone meets all."""
        if self.spans is None or other.spans is None or self is other:
            return self if self.spans is None or self is other else other
        units = max(len(self.spans), len(other.spans))
        here, there = (spans * units if len(spans) == 1 else spans for spans in (self.spans, other.spans))
        both = ([span for span in pair if span != NOTHING] for pair in zip(here, there, strict=True))
        return Reach.of_spans(self.n, tuple(hull(pair) or NOTHING for pair in both))

    def field(self) -> Field:
        """The field of a single unit: what it sees, with no step to a next one."""
        return Field(((self.spans[0] if self.spans else (0, self.n - 1)),), 0)


def _within(taps: range, units: int) -> range:
    """The taps from 0 up to the last unit.

    >>> _within(range(-3, 9, 2), 4)
    range(1, 4, 2)
    """
    start = taps.start if taps.start >= 0 else taps.start % taps.step
    return range(start, min(taps.stop, units), taps.step)
