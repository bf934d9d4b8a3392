"""Borders: what a kernel sees beyond the picture's edge.

Each border is one row of `BORDERS`: a name, the letter pattern that shows it,
the names other tools give it, and an index rule.  The rule maps any position
along an axis, however far outside, to the position inside that it repeats, so
that kernels larger than the picture reflect several times and wrap round and
round.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convcli.core.arrays import Index
from convcli.errors import OptionError, UnknownNameError

OUTSIDE = -(1 << 30)  # an index that means "take the fill value"; no run of real rows can touch it


def _edge(position: Index, n: int) -> Index:
    return np.clip(position, 0, n - 1)


def _zero(position: Index, n: int) -> Index:
    return np.where((position < 0) | (position >= n), OUTSIDE, position)


def _symmetric(position: Index, n: int) -> Index:
    folded = position % (2 * n)
    return np.where(folded < n, folded, 2 * n - 1 - folded)


def _reflect(position: Index, n: int) -> Index:
    period = max(2 * (n - 1), 1)
    folded = position % period
    return np.where(folded < n, folded, period - folded)


def _wrap(position: Index, n: int) -> Index:
    return position % n


@dataclass(frozen=True)
class Border:
    """What lies beyond the picture's edge.

    Attributes:
        name: the canonical name.
        pattern: three letters beyond each end of a row a b c d.
        aliases: names other tools give it.
        rule: positions along an axis of length n -> positions inside, or OUTSIDE.
        fill: the value where the rule says OUTSIDE, in the picture's units.
    """

    name: str
    pattern: str
    aliases: tuple[str, ...]
    rule: Callable[[Index, int], Index]
    fill: float = 0.0

    @property
    def fills(self) -> bool:
        """Whether the border is a constant and not made of the picture's own pixels."""
        return self.rule is _zero

    @property
    def label(self) -> str:
        """The name as an option would be written."""
        return f"constant:{self.fill:g}" if self.fill else self.name

    def index(self, n: int, before: int, after: int) -> Index:
        """Source positions of a padded axis: length before + n + after, OUTSIDE where filled.

        >>> border("reflect").index(4, 3, 3).tolist()
        [3, 2, 1, 0, 1, 2, 3, 2, 1, 0]
        """
        return self.rule(np.arange(-before, n + after, dtype=np.intp), n).astype(np.intp, copy=False)


BORDERS: tuple[Border, ...] = (
    Border("edge", "a a a | a b c d | d d d", ("nearest", "replicate"), _edge),
    Border("zero", "0 0 0 | a b c d | 0 0 0", ("constant", "black"), _zero),
    Border("symmetric", "c b a | a b c d | d c b", ("scipy:reflect", "cv:reflect", "half"), _symmetric),
    Border("reflect", "d c b | a b c d | c b a", ("mirror", "reflect101", "scipy:mirror"), _reflect),
    Border("wrap", "b c d | a b c d | a b c", ("circular", "periodic", "tile"), _wrap),
)


def border_names() -> list[str]:
    """Every accepted name, canonical ones first."""
    return [b.name for b in BORDERS] + [alias for b in BORDERS for alias in b.aliases]


def border(text: str | Border) -> Border:
    """The border of that name or alias; `constant:V` fills with V.

    >>> border("replicate").name
    'edge'
    >>> border("constant:7").fill
    7.0
    """
    if isinstance(text, Border):
        return text
    name = text.strip().lower()
    if name.startswith("constant:"):
        return replace(border("zero"), fill=_fill(text.strip()[len("constant:") :]))
    for candidate in BORDERS:
        if name == candidate.name or name in candidate.aliases:
            return candidate
    canonical = ", ".join(choice.name for choice in BORDERS)
    raise UnknownNameError("border", text, border_names(), f"choose from {canonical}, constant:V")


def default_border(size: str, padding: object = None) -> str:
    """The border when none is named: "edge", as ImageMagick and libvips have it.

    For size "full" it is "zero": a full convolution is the sum over the samples there are.
    """
    return "zero" if size == "full" and padding is None else "edge"


def _fill(text: str) -> float:
    rule = "constant:V needs one finite number, as in constant:128"
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise OptionError("--border", f"constant:{text}", rule)
    return value
