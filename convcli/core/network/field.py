"""The receptive field: how wide units look, and how far apart, followed through a network along one axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple

from convcli.core.network.joints import Taps

if TYPE_CHECKING:
    from fractions import Fraction

MOST_PHASES = 4096  # different views side by side, which upsampling makes
MOST_LOOKS = 1 << 18  # taps that are looked at for one layer

Span = tuple[int, int]  # the first and the last position


class TooFineError(ArithmeticError):
    """Raised when upsampling makes more different views than are followed."""


class Field(NamedTuple):
    """The receptive field of a row of units along one axis, in input positions.

    Unit u sees from `spans[u % p]` on, moved by `step` for every p units before it,
    where p = len(spans); positions in the padding (below 0 or beyond the input)
    included.  Without upsampling p is 1: every unit looks as the first does, and
    `step` is the stride.  Behind upsampling by p, units in turn look p ways.

    With a dilation, or a stride larger than the window, a span may have holes.

    Attributes:
        spans: what the first p units see; None for a unit that sees nothing, as between
            the windows of a transposed convolution.
        step: input positions from one unit to the one p further on; 0 where units are
            joined to everything before them.

    Source: Araujo, Norris, Sim: Computing Receptive Fields of CNNs, Distill, 2019.
    """

    spans: tuple[Span | None, ...] = ((0, 0),)
    step: int = 1

    @property
    def size(self) -> int:
        """Positions spanned by one unit: by the one that spans most."""
        return max((span[1] - span[0] + 1 for span in self.spans if span), default=0)

    @property
    def jump(self) -> int | Fraction:
        """Input positions from one unit to the next, the effective stride; 1/2 behind upsampling by 2."""
        if self.step % len(self.spans) == 0:
            return self.step // len(self.spans)
        from fractions import Fraction

        return Fraction(self.step, len(self.spans))

    @property
    def first(self) -> int:
        """Where the span of unit 0 begins; negative in the padding."""
        return self.spans[0][0] if self.spans[0] else 0

    @property
    def doubled_centre(self) -> int:
        """Twice the centre of unit 0's span, so that a half stays a whole number."""
        return sum(self.spans[0]) if self.spans[0] else 0

    def span(self, u: int) -> Span | None:
        """What unit u sees.

        >>> from convcli.core.network.joints import Window
        >>> Field().after(Window(3, stride=2, before=1)).span(4)
        (7, 9)
        """
        turns, phase = divmod(u, len(self.spans))
        seen = self.spans[phase]
        return seen and (seen[0] + turns * self.step, seen[1] + turns * self.step)

    def beyond(self, farthest: int) -> bool:
        """Whether it is wider, steps farther or begins earlier than that."""
        return max(self.size, self.step, *(-span[0] for span in self.spans if span)) > farthest

    def after(self, taps: Taps) -> Field:
        """The field of the units that are joined to these by a rule.

        Raises:
            TooFineError: more than MOST_PHASES different views.

        >>> from convcli.core.network.joints import Window
        >>> Field().after(Window(5, before=2)).after(Window(2, stride=2)).after(Window(5))
        Field(spans=((-2, 11),), step=2)
        """
        on, along = taps.rate
        turns = len(self.spans) // gcd(along, len(self.spans))
        phases = on * turns
        # Beyond one turn of the phases a rule's taps see nothing that lies outside what the ends see.
        if phases > MOST_PHASES or phases * len(self.spans) > MOST_LOOKS:
            raise TooFineError
        spans = tuple(self._joined(taps.at(o)) for o in range(phases))
        return Field(spans, self.step * (along * turns // len(self.spans))).reduced()

    def _joined(self, units: range) -> Span | None:
        p = len(self.spans)
        inner = [*units[:p], *units[-p:]] if len(units) > 2 * p else units
        return hull([self.span(u) for u in inner])

    def reduced(self) -> Field:
        """The same with as few phases as say it."""
        for p in range(1, len(self.spans) // 2 + 1):
            turns, rest = divmod(len(self.spans), p)
            if not rest and self.step % turns == 0:
                shorter = Field(self.spans[:p], self.step // turns)
                if all(shorter.span(u) == self.spans[u] for u in range(p, len(self.spans))):
                    return shorter
        return self

    def united(self, other: Field) -> Field | None:
        """What units see that are joined to one here and its counterpart there; None where the steps differ.

        >>> from convcli.core.network.joints import Window
        >>> Field().after(Window(3, before=1)).united(Field())
        Field(spans=((-1, 1),), step=1)
        """
        if self.step * len(other.spans) != other.step * len(self.spans):
            return None
        phases = lcm(len(self.spans), len(other.spans))
        if phases > MOST_PHASES:
            raise TooFineError
        spans = tuple(hull([self.span(u), other.span(u)]) for u in range(phases))
        return Field(spans, self.step * (phases // len(self.spans))).reduced()

    def before(self, other: Field) -> int | Fraction:
        """How much earlier than their counterparts there units here are centred, on average over the phases, in pixels.

        Both have the same effective stride, and no unit that sees nothing.
        """
        phases = lcm(len(self.spans), len(other.spans))
        pairs = ((self.span(u) or (0, 0), other.span(u) or (0, 0)) for u in range(phases))
        doubled = sum(sum(there) - sum(here) for here, there in pairs)
        if doubled % (2 * phases) == 0:
            return doubled // (2 * phases)
        from fractions import Fraction

        return Fraction(doubled, 2 * phases)


def hull(spans: Sequence[Span | None]) -> Span | None:
    """From the first position that any of them sees to the last.

    >>> hull([(3, 5), None, (-1, 4)])
    (-1, 5)
    """
    there = [span for span in spans if span]
    return (min(first for first, _ in there), max(last for _, last in there)) if there else None
