"""Which units before a layer each unit behind it is joined to, along one axis: one rule a way of joining.

Unit o is joined to the units in `at(o)`, ascending; those below 0 and beyond the last are padding.
What holds for o holds `rate[0]` units on, `rate[1]` along: at(o + rate[0]) is at(o), each rate[1] larger.
"""

from __future__ import annotations

from math import gcd
from typing import NamedTuple


class Window(NamedTuple):
    """A window of k taps that is slid: unit o sees o*stride - before + i*dilation for i < k.

    >>> list(Window(3, stride=2, before=1).at(4))
    [7, 8, 9]
    """

    k: int
    stride: int = 1
    dilation: int = 1
    before: int = 0

    def at(self, o: int) -> range:
        """The units under the window."""
        start = o * self.stride - self.before
        return range(start, start + (self.k - 1) * self.dilation + 1, self.dilation)

    @property
    def rate(self) -> tuple[int, int]:
        """One unit on is one stride along."""
        return 1, self.stride


class Spread(NamedTuple):
    """A window that is transposed: unit o sees every u with u*stride - before + i*dilation = o for an i < k.

    >>> list(Spread(3, stride=2, before=1).at(4)), list(Spread(3, stride=2, before=1).at(5))
    ([2], [2, 3])
    """

    k: int
    stride: int = 1
    dilation: int = 1
    before: int = 0

    def at(self, o: int) -> range:
        """The units whose windows, laid down one stride apart, cover o."""
        place, step = o + self.before, self.dilation // gcd(self.dilation, self.stride)
        # Taps i with place - i*dilation a multiple of the stride come round every stride / gcd of them.
        turn = self.stride // gcd(self.dilation, self.stride)
        first = next((i for i in range(min(self.k, turn)) if (place - i * self.dilation) % self.stride == 0), None)
        if first is None:
            return range(0)
        last = first + (self.k - 1 - first) // turn * turn
        low, high = ((place - i * self.dilation) // self.stride for i in (last, first))
        return range(low, high + 1, step)

    @property
    def rate(self) -> tuple[int, int]:
        """One stride on is one unit along."""
        return self.stride, 1


class Nearest(NamedTuple):
    """Every unit `scale` times: unit o sees o // scale."""

    scale: int

    def at(self, o: int) -> range:
        """The one unit that is repeated."""
        return range(o // self.scale, o // self.scale + 1)

    @property
    def rate(self) -> tuple[int, int]:
        """One scale on is one unit along."""
        return self.scale, 1


class Bilinear(NamedTuple):
    """Between two units: unit o lies at (o + 1/2) / scale - 1/2, and sees both neighbours, or the one it lies on.

    Beyond the border the outermost unit is repeated, which adds nothing that is seen.  Frameworks call it
    align_corners=False, half_pixel.
    """

    scale: int

    def at(self, o: int) -> range:
        """The neighbours."""
        low, rest = divmod(2 * o + 1 - self.scale, 2 * self.scale)
        return range(low, low + (rest > 0) + 1)

    @property
    def rate(self) -> tuple[int, int]:
        """One scale on is one unit along."""
        return self.scale, 1


Taps = Window | Spread | Nearest | Bilinear
