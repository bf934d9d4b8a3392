"""Mistakes with a kernel: flipped in both axes or one, transposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from convcli.core.arrays import Array
from convcli.core.checking.exercise import Exercise
from convcli.core.kernel.symmetry import transformed

Variants = Iterator[tuple[str, Callable[[], Array]]]


def flipped(exercise: Exercise) -> Variants:
    """Convolution for correlation, or the other way round; the anchor stays where it was, or is turned, too."""
    words = "the kernel is flipped in both axes: this is convolution, and correlation is asked for"
    if exercise.turned:
        words = "the kernel is not flipped, and its flip in both axes is asked for"
    yield words, exercise.with_weights(lambda w: transformed(w, "rotate180")).answer
    yield words, exercise.changed(kernels=exercise.kernels.flipped()).answer


def flipped_lr(exercise: Exercise) -> Variants:
    """The kernel's columns backwards, its rows as they were given."""
    yield _alone(exercise, "left to right", "flip-y" if exercise.turned else "flip-x")


def flipped_ud(exercise: Exercise) -> Variants:
    """The kernel's rows backwards, its columns as they were given."""
    yield _alone(exercise, "upside down", "flip-x" if exercise.turned else "flip-y")


def _alone(exercise: Exercise, way: str, symmetry: str) -> tuple[str, Callable[[], Array]]:
    """A flip along one axis: of what is a flip in both axes already, the other one undone."""
    words = f"the kernel is flipped {way}" + (" alone, and not in both axes" if exercise.turned else "")
    return words, exercise.with_weights(lambda w: transformed(w, symmetry)).answer


def transposed(exercise: Exercise) -> Variants:
    """The kernel, the answer, or the picture."""
    turned = exercise.with_weights(lambda w: transformed(w, "transpose"))
    yield "the kernel is transposed: its rows are taken for columns", turned.answer
    yield "the answer is transposed: rows stand where columns belong", lambda: _swapped(exercise.answer())
    yield "the input is transposed: its rows are taken for columns", lambda: _swapped(turned.answer())


def _swapped(answer: Array) -> Array:
    return answer if answer.ndim < 2 else np.swapaxes(answer, 0, 1)
