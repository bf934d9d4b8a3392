"""Marking: an answer beside the right one, output by output, and the mistake that explains all of it.

An answer with fewer digits is right to its digits: |answer - right| <= step / 2, where the step is the largest of
0.1, 0.01 ... that all its numbers are multiples of.  Whole numbers for a right answer that is none are rounded, and
that is a mistake.  Numbers with all their digits agree to the rounding of float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.checking.exercise import Exercise
from convcli.core.checking.mistakes import MISTAKES
from convcli.errors import ConvcliError
from convcli.lazy import load

DECIMALS = (1, 2, 3, 4, 5, 6)
SINGLE = 2e-6  # of the largest value: float32 arithmetic
FIRST = 4096  # numbers that nearly always show that there is no grid


class Diagnosis(NamedTuple):
    """A mistake that gives the whole answer, by its name, and what exactly it is."""

    name: str
    words: str


class Mark(NamedTuple):
    """An answer, marked.

    Attributes:
        right: every output is.
        shapes: of the right answer and of the one given.
        at: index of the first wrong output, row first; None where all are right or the shapes differ.
        expected, given: its values; None with `at`.
        outputs, agreeing: how many outputs there are, and how many of them are right; none where the shapes differ.
        diagnoses: mistakes of which each gives the whole answer, in the registry's order; empty where none does.
        figure: of a layer's figures the first wrong one, by its name.
    """

    right: bool
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    at: tuple[int, ...] | None
    expected: float | int | None
    given: float | int | None
    outputs: int
    agreeing: int
    diagnoses: tuple[Diagnosis, ...] = ()
    figure: str = ""

    @property
    def score(self) -> float:
        """Share of the outputs that are right."""
        return self.agreeing / self.outputs if self.outputs else 0.0


def plain_shape(values: Array) -> Array:
    """The values without an axis of one map: (H, W, 1) is (H, W); one number is (1, 1)."""
    values = np.asarray(values)
    if values.ndim > 2 and values.shape[2:] == (1,):
        return values[:, :, 0]
    return np.atleast_2d(values)


def mark(exercise: Exercise, right: Array, answer: Array) -> Mark:
    """Mark an answer.

    Args:
        right: the right answer; the exercise is only asked what mistakes would have given.
        answer: what was handed in.  Neither is modified.
    """
    right, answer = plain_shape(right), plain_shape(answer)
    shapes = right.shape, answer.shape
    if right.shape != answer.shape:
        return Mark(False, shapes, None, None, None, right.size, 0, diagnoses(exercise, answer))
    good = agree(answer, right)
    if good.all():
        return Mark(True, shapes, None, None, None, right.size, right.size)
    first = tuple(int(i) for i in np.unravel_index(int(np.argmin(good)), good.shape))
    found = diagnoses(exercise, answer)
    values = right[first].item(), answer[first].item()
    return Mark(False, shapes, first, *values, right.size, int(good.sum()), found)


def agree(answer: Array, right: Array) -> Array:
    """Where an answer is right to its digits: booleans of the shape of both.

    >>> agree(np.array([0.33, 0.34, 1.0]), np.array([1 / 3, 1 / 3, 1.0])).tolist()
    [True, False, True]
    """
    given, wanted = answer.astype(np.float64), right.astype(np.float64)
    finite = np.isfinite(wanted)
    single = SINGLE * float(np.max(np.abs(wanted), initial=0.0, where=finite))
    if answer.dtype.kind != "f" and right.dtype.kind != "f":
        single = 0.0
    allowed = max(typed_step(answer) / 2 * (1 + 1e-6), single)
    both = np.isnan(given) & np.isnan(wanted)
    with np.errstate(invalid="ignore"):
        close: Array = (given == wanted) | both | (finite & (np.abs(given - wanted) <= allowed))
    return close


def typed_step(answer: Array) -> float:
    """The largest step among 0.1 ... 0.000001 of which all numbers are multiples; 0 without one, and of whole numbers.

    >>> typed_step(np.array([0.33, 2.5])), typed_step(np.array([3.0, 4.0])), typed_step(np.array([1 / 3]))
    (0.01, 0.0, 0.0)
    """
    flat = answer.ravel()
    flat = flat[np.isfinite(flat)].astype(np.float64) if answer.dtype.kind == "f" else flat[:0].astype(np.float64)
    if not flat.size or (flat == np.rint(flat)).all():
        return 0.0
    doubt = 1e-9 if answer.dtype == np.float64 else 1e-6
    for decimals in DECIMALS:
        if _on_grid(flat[:FIRST], decimals, doubt) and _on_grid(flat, decimals, doubt):
            return float(10.0**-decimals)
    return 0.0


def _on_grid(values: Array, decimals: int, doubt: float) -> bool:
    allowed = doubt * np.maximum(np.abs(values), 1e-3)
    return bool((np.abs(values - np.round(values, decimals)) <= allowed).all())


def diagnoses(exercise: Exercise, answer: Array) -> tuple[Diagnosis, ...]:
    """Every mistake of which a variant gives the whole answer, in the registry's order."""
    return tuple(_found(exercise, answer))


def _found(exercise: Exercise, answer: Array) -> Iterator[Diagnosis]:
    for mistake in MISTAKES:
        for words, made in load(mistake.variants)(exercise):
            if _gives(made, answer):
                yield Diagnosis(mistake.name, words)
                break


def _gives(made: Callable[[], Array], answer: Array) -> bool:
    """Whether a variant gives this answer; one that cannot be computed gives none."""
    try:
        values = plain_shape(made())
    except ConvcliError:  # a window that does not fit, a kernel that is none
        return False
    return values.shape == answer.shape and bool(agree(answer, values).all())
