"""Wider: whether a larger kernel, or the inside alone, explains what one of the size asked for does not."""

from __future__ import annotations

from collections.abc import Callable

from convcli.core.arrays import Array, Mask
from convcli.core.geometry import Pair
from convcli.core.learning.explained import explained
from convcli.core.learning.lesson import Lesson
from convcli.core.learning.pairing import MOST_WEIGHTS, prepare
from convcli.errors import GeometryError

GROWTH = (0, 2, 4, 8)  # rows and columns more; 0: without the border and what is clamped
SIDE = 384  # of the middle that is looked at: a hint need not cost what the answer does
MOST_UNKNOWNS = 800


def wider_size(
    before: Array,
    after: Array,
    size: Pair,
    *,
    channels: str = "one",
    anchor: Pair | None = None,
    counts: tuple[Mask | None, Mask | None] = (None, None),
    noise: float = 0.0,
    jobs: int | None = None,
    tell: Callable[[int], None] = lambda steps: None,
) -> Pair | None:
    """The smallest of a few sizes that explains the pictures' middle, its border and clamped values left out.

    Returns:
        Rows and columns, more on all sides of the anchor; None where none does, where the pictures are too small
        to tell, or where AFTER has not BEFORE's size.
    """
    if before.shape[:2] != after.shape[:2]:
        return None
    middle = tuple(slice((n - min(n, SIDE)) // 2, (n + min(n, SIDE)) // 2) for n in before.shape[:2])
    cut = tuple(None if mask is None else mask[middle] for mask in counts)
    for more in GROWTH:
        larger = size[0] + more, size[1] + more
        if larger[0] * larger[1] > min(MOST_UNKNOWNS, MOST_WEIGHTS):
            return None
        moved = None if anchor is None else (anchor[0] + more // 2, anchor[1] + more // 2)
        try:
            pairs = prepare(
                before[middle],
                after[middle],
                larger,
                channels=channels,
                anchor=moved,
                counts=(cut[0], cut[1]),
            )
            if pairs.count < 4 * pairs.weights:
                return None  # as many weights as pixels explain anything
            found = Lesson(pairs, jobs=jobs, advance=tell).learn()
        except GeometryError:  # the pictures are too small for a larger kernel
            return None
        if all(explained(found, pairs.before, pairs.after, noise=noise).holds):
            return larger
    return None
