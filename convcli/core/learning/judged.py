"""Judged: what may be said of a learned kernel, given how much of AFTER it leaves."""

from __future__ import annotations

from dataclasses import dataclass

from convcli.core.geometry import Pair
from convcli.core.learning.match import Match


@dataclass(frozen=True)
class Judged:
    """What is said of one learned kernel besides its numbers.

    Attributes:
        explained: whether it leaves no more of AFTER than rounding does; without that it has no name.
        allowed: the RMS that rounding, and noise that was granted, may leave.
        step: of the grid that AFTER's values lie on; 0 without one.
        match: the named kernel that it is, or is nearest to.
        move: rows down and columns to the right, and the factor, where it only moves the picture.
        rounded: "down" or "up" where its bias is only AFTER's rounding to one side.
        wider: a larger size that explains AFTER where this one does not; the same size where it explains all but the
            border and what is clamped.
    """

    explained: bool
    allowed: float
    step: float
    match: Match | None = None
    move: tuple[Pair, float] | None = None
    rounded: str | None = None
    wider: Pair | None = None
