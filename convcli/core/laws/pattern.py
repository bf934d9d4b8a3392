"""A border read from its letter pattern alone: the second way to know what lies beyond an edge.

    c b a | a b c d | d c b      beyond the end: d c b, from the last sample backwards
    d c b | a b c d | c b a      beyond the end: c b a, from the last sample but one backwards

The three letters beyond each end say where a walk outwards starts, and which
way it steps; where it leaves the row, the letters beyond the end it leaves by
lead on.  `Border.rule` is never asked: a rule that does not do what its own
pattern shows has nothing here to agree with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from convcli.errors import OptionError

if TYPE_CHECKING:
    from convcli.core.border import Border

NOWHERE = -1  # a position that is the constant's
_ROW = "abcd"
_CONSTANT = "000"


@dataclass(frozen=True)
class End:
    """What stands beyond one end, from the row outwards.

    Attributes:
        start: the sample it begins with: 0, 1 ... from the first, -1, -2 ... from the last.
        step: to the next one: 1 forwards, -1 backwards, 0 stays.
    """

    start: int
    step: int

    def place(self, outwards: int, n: int) -> int:
        """Where it is after so many steps, in the row of n samples or once more beyond it."""
        return self.start % n + self.step * outwards


def positions(border: Border, n: int, before: int, after: int) -> list[int]:
    """Where each place of a padded axis takes its sample from; NOWHERE where a constant stands.

    An axis of one sample has only itself to repeat.

    Raises:
        OptionError: the border's pattern cannot be read.

    >>> from convcli.core.border import border
    >>> positions(border("symmetric"), 3, 4, 1)
    [2, 2, 1, 0, 0, 1, 2, 2]
    """
    left, right = read_pattern(border)
    found = {place: place for place in range(n)}
    for outwards in range(max(before, after)):
        for end, place in ((left, -1 - outwards), (right, n + outwards)):
            if end is None:
                found[place] = NOWHERE
            else:  # what is still outside is nearer to its end than this one, so that it is known already
                found[place] = found[end.place(outwards, n)] if n > 1 else 0
    return [found[place] for place in range(-before, n + after)]


def read_pattern(border: Border) -> tuple[End | None, End | None]:
    """What stands beyond the first and the last sample; None where a constant stands.

    Raises:
        OptionError: not three letters of the row, in steps of one, or 0 0 0, beyond each end of a b c d.
    """
    parts = ["".join(part.split()) for part in border.pattern.split("|")]
    if len(parts) != 3 or parts[1] != _ROW:
        raise _unreadable(border)
    return _end(parts[0][::-1], border), _end(parts[2], border)


def _end(letters: str, border: Border) -> End | None:
    """The end whose letters these are, the nearest to the row first."""
    if letters == _CONSTANT:
        return None
    places = [_ROW.find(letter) for letter in letters]
    steps = {after - before for before, after in pairwise(places)}
    if len(places) != 3 or -1 in places or len(steps) != 1 or not steps <= {-1, 0, 1}:
        raise _unreadable(border)
    return End(places[0] if places[0] < 2 else places[0] - len(_ROW), steps.pop())


def _unreadable(border: Border) -> OptionError:
    return OptionError(
        "border",
        border.name,
        f"its pattern {border.pattern!r} cannot be read; beyond each end of a b c d it needs three of these letters, "
        "all the same or in steps of one, or 0 0 0",
    )
