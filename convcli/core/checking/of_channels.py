"""Mistakes with channels: added where they stay apart, one alone taken, in another order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from convcli.core.arrays import Array
from convcli.core.checking.exercise import Exercise
from convcli.core.checking.of_kernels import Variants
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options


def summed(exercise: Exercise) -> Variants:
    """The channels' responses added up, averaged, apart, of grey values, or one alone."""
    depth = _depth(exercise)
    if depth < 2 or exercise.picture is None:
        return
    own = any(kernel.channels is not None for kernel in exercise.kernels)
    if own:
        yield "the channels' responses are not added up", lambda: _apart(exercise)
    else:
        for mode, words in (("sum", "added up"), ("each", "not added up"), ("gray", "those of grey values")):
            if mode != exercise.options.channels:
                yield f"the channels' responses are {words}", _mode(exercise, mode).answer
        yield "the channels' responses are averaged", lambda: _averaged(exercise, depth)
    for c in range(depth):
        yield f"channel {c} alone is taken", _alone(exercise, c)


def _depth(exercise: Exercise) -> int:
    return 1 if exercise.picture is None or exercise.picture.ndim == 2 else exercise.picture.shape[2]


def _mode(exercise: Exercise, mode: str) -> Exercise:
    return exercise.changed(options=replace(exercise.options, channels=mode))


def _averaged(exercise: Exercise, depth: int) -> Array:
    total = _mode(exercise, "sum").changed(options=replace(exercise.options, channels="sum", bias=(0.0,)))
    added = total.respond(total)
    whole = _mode(exercise, "sum")
    bias = whole.respond(whole) - added
    return exercise.show(exercise.reduce(added / depth + bias))


def _of_channel(exercise: Exercise, c: int) -> Exercise:
    """The exercise of one channel, with the weights that it has of its own."""
    assert exercise.picture is not None
    kernels = tuple(
        kernel if kernel.channels is None else Kernel(kernel.name, kernel.weights[c], kernel.anchor)
        for kernel in exercise.kernels
    )
    stack = KernelStack(kernels, exercise.kernels.several)
    return exercise.changed(picture=exercise.picture[:, :, c], kernels=stack, options=_each(exercise))


def _each(exercise: Exercise) -> Options:
    return replace(exercise.options, channels="each")


def _alone(exercise: Exercise, c: int) -> Callable[[], Array]:
    return lambda: _of_channel(exercise, c).answer()


def _apart(exercise: Exercise) -> Array:
    """(H', W', F*C), kernel by kernel: each channel with its own weights."""
    answers = [np.atleast_3d(one.respond(one)) for one in (_of_channel(exercise, c) for c in range(_depth(exercise)))]
    return exercise.show(np.stack(answers, axis=3).reshape(*answers[0].shape[:2], -1))


def swapped(exercise: Exercise) -> Variants:
    """Blue for red; maps backwards, channel by channel, or in front of rows and columns."""
    if _depth(exercise) > 1:
        assert exercise.picture is not None
        turned = exercise.changed(picture=exercise.picture[:, :, ::-1])
        yield "the channels are taken in the opposite order: blue for red, as in BGR", turned.answer
    yield "the maps stand in the opposite order", lambda: _turned(exercise.answer())
    yield "the maps stand before rows and columns", lambda: _first(exercise.answer())
    if _depth(exercise) > 1 and len(exercise.kernels) > 1:
        yield "the maps stand channel by channel, not kernel by kernel", lambda: _by_channel(exercise)


def _turned(answer: Array) -> Array:
    return answer[:, :, ::-1] if answer.ndim == 3 else answer


def _first(answer: Array) -> Array:
    return np.moveaxis(answer, 2, 0) if answer.ndim == 3 else answer


def _by_channel(exercise: Exercise) -> Array:
    answer, count = exercise.answer(), len(exercise.kernels)
    if answer.ndim != 3 or answer.shape[2] % count:
        return answer
    return answer.reshape(*answer.shape[:2], count, -1).swapaxes(2, 3).reshape(answer.shape)
