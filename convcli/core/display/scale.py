"""Scale: what black, mid-grey and white of a display mean, in the responses' own units."""

from __future__ import annotations

from typing import NamedTuple

from convcli.core.display.clipped import Clipped
from convcli.core.display.mapping import Mapping


class Scale(NamedTuple):
    """The responses at the two ends of a display's greys.

    Attributes:
        low, high: the response that is black, and the one that is white; equal where all responses are.
        clamps: pixels at an end stand for the responses beyond it, too.
        absolute: of |v|: both signs of a response are one grey.
    """

    low: float
    high: float
    clamps: bool = False
    absolute: bool = False

    @property
    def zero(self) -> float | None:
        """Where 0 lies between black (0) and white (1); None where it is an end or beyond."""
        return -self.low / (self.high - self.low) if self.low < 0 < self.high else None


def scale_of(mapping: Mapping, clipped: Clipped) -> Scale:
    """What the greys of a mapping mean.

    Args:
        clipped: how many responses lay beyond them: where none did, an end is that response alone.

    >>> from convcli.core.display.mapping import mapping
    >>> none, some = Clipped(0, 0, 9), Clipped(0, 1, 9)
    >>> scale_of(mapping("signed", "uint8", -3.0, 2.0), none)[:3], scale_of(mapping("offset", "uint8"), some)[:3]
    ((-3.0, 3.0, False), (-128.0, 127.0, True))
    """
    if mapping.slope == 0:
        return Scale(mapping.low, mapping.low, absolute=mapping.absolute)
    if not mapping.sloped:
        low, high = (level - mapping.offset for level in (0, mapping.top))
        clamps = clipped.black + clipped.white > 0
        return Scale(low / mapping.slope, high / mapping.slope, clamps, mapping.absolute)
    # A line with an offset is drawn to both sides of its low end: nominally, for below it lies one level more.
    low = mapping.low - (mapping.high - mapping.low) if mapping.offset else mapping.low
    return Scale(low, mapping.high, absolute=mapping.absolute)
