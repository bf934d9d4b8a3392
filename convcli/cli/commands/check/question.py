"""Question: an exercise that was posed on the command line, and how an answer to it is read, marked and explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.checking.exercise import Exercise
from convcli.core.checking.marking import Mark, mark
from convcli.images.picture import Picture


class Posed(NamedTuple):
    """The exercise and its right answer, as this kind of answer is compared."""

    exercise: Exercise
    right: Array


class Marked(NamedTuple):
    """A mark; row, column and map of the first wrong output; the arithmetic there, in a terminal's width."""

    mark: Mark
    place: tuple[int, ...] | None = None
    arithmetic: Callable[[int | None], list[str]] = lambda width: []


Question = Callable[[str], Marked]  # the name of an answer -> the answer, marked


def marked(
    posed: Posed,
    answer: Array,
    place: Callable[[tuple[int, ...]], tuple[int, ...]],
    arithmetic: Callable[[tuple[int, ...], int | None], list[str]],
) -> Marked:
    """Mark an answer; `place` says where the output of an index is, `arithmetic` how it came."""
    made = mark(posed.exercise, posed.right, answer)
    if made.at is None:
        return Marked(made)
    where = place(made.at)
    return Marked(made, where, lambda width: arithmetic(where, width))


def pixels_of(answer: Picture, right: Array) -> Array:
    """The answer's samples; of a grey picture that was saved in colour, one channel."""
    pixels = answer.pixels
    same = pixels.ndim == 3 and pixels.shape[2] == 3 and np.ndim(right) == 2
    return pixels[:, :, 0] if same and (pixels == pixels[:, :, :1]).all() else pixels
