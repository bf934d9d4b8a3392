"""Mistakes with numbers: the bias, rounding and clamping before the end, bytes that overflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from convcli.core.arrays import Array
from convcli.core.checking.exercise import Exercise, Stage, unchanged
from convcli.core.checking.of_kernels import Variants

BYTE = 255
Place = Callable[[Exercise, Stage], Callable[[], Array]]  # where in the arithmetic something is done


def bias(exercise: Exercise) -> Variants:
    """None; taken away instead of added; of several kernels the biases in another order."""
    given = exercise.options.bias
    if not any(given):
        return
    several = len(set(given)) > 1
    yield "the bias is forgotten", _biased(exercise, (0.0,)).answer
    yield "the bias is taken away and not added", _biased(exercise, tuple(-each for each in given)).answer
    yield "the bias is added twice", _biased(exercise, tuple(2 * each for each in given)).answer
    if several:
        yield "the biases stand in another order", _biased(exercise, given[::-1]).answer


def _biased(exercise: Exercise, bias: tuple[float, ...]) -> Exercise:
    return exercise.changed(options=replace(exercise.options, bias=bias))


def rounded(exercise: Exercise) -> Variants:
    """To whole numbers or cut off: the responses, each product, the weights; of pixels, cut off at the end."""
    if not exercise.arithmetic:
        return
    for words, change in (("rounded to whole numbers", np.rint), ("cut off after the point", np.trunc),
                          ("rounded down", np.floor)):  # fmt: skip
        yield f"responses are {words}", _late(exercise, change)
        yield f"responses are {words} before the bias or what follows", _early(exercise, change)
        yield f"each product is {words} before the sum", _each_product(exercise, change)
        yield f"the weights are {words}", exercise.with_weights(change).answer


def clamped(exercise: Exercise) -> Variants:
    """To 0..255, at the end, before the bias or what follows, or each product; rounded as well."""
    if not exercise.arithmetic:
        return
    top = exercise.pixels or BYTE
    for words, change in (
        (f"clamped to 0..{top}", lambda values: np.clip(values, 0, top)),
        (f"rounded and clamped to 0..{top}", lambda values: np.clip(np.rint(values), 0, top)),
        (f"cut off and clamped to 0..{top}", lambda values: np.clip(np.trunc(values), 0, top)),
        ("clamped at 0", lambda values: np.maximum(values, 0)),
        (f"clamped at {top}", lambda values: np.minimum(values, top)),
    ):
        yield f"responses are {words}", _if_it_acts(change, _late, exercise)
        yield f"responses are {words} before the bias or what follows", _if_it_acts(change, _early, exercise)
        yield f"each product is {words} before the sum", _if_it_acts(change, _each_product, exercise)


def overflow(exercise: Exercise) -> Variants:
    """Sums or products that are kept in 8 bits and begin again at 0; of signed ones, at -128."""
    if not exercise.arithmetic:
        return
    scaled = _whole_multiple(exercise)
    for words, change in (("a byte (0..255)", _wrapped), ("a signed byte (-128..127)", _wrapped_signed)):
        yield f"responses overflow {words}", _if_it_acts(change, _late, exercise)
        yield f"responses overflow {words} before the bias or what follows", _if_it_acts(change, _early, exercise)
        yield f"products overflow {words} before the sum", _if_it_acts(change, _each_product, exercise)
        if scaled != 1:
            times = _times(change, scaled)
            yield f"sums overflow {words} before they are divided", _if_it_acts(times, _early, exercise)


def _wrapped(values: Array) -> Array:
    return np.asarray(np.mod(np.trunc(values), 256))


def _wrapped_signed(values: Array) -> Array:
    return np.asarray(np.mod(np.trunc(values) + 128, 256) - 128)


def _times(change: Stage, factor: float) -> Stage:
    return lambda values: change(np.rint(values * factor)) / factor


def _whole_multiple(exercise: Exercise) -> float:
    """The factor that makes whole numbers of weights such as 1/9 and 2/9; 1 where there is none."""
    weights = np.concatenate([np.abs(kernel.weights).ravel() for kernel in exercise.kernels])
    least = float(np.min(weights, initial=np.inf, where=weights > 0))
    if not np.isfinite(least):
        return 1.0
    times = weights / least
    return 1.0 / least if np.allclose(times, np.rint(times), atol=1e-9) else 1.0


class Drastic:
    """A change that does more than rounding to some value; what it did is known after the fact."""

    def __init__(self, change: Stage) -> None:
        self._change = change
        self.acted = False

    def __call__(self, values: Array) -> Array:
        changed = self._change(values)
        self.acted |= not any(np.array_equal(changed, mild(values)) for mild in (unchanged, np.rint, np.trunc))
        return changed


def _if_it_acts(change: Stage, place: Place, exercise: Exercise) -> Callable[[], Array]:
    """Where the change does nothing but round, nothing was clamped and nothing overflowed: then the right answer."""

    def made() -> Array:
        drastic = Drastic(change)
        values = place(exercise, drastic)()
        return values if drastic.acted else exercise.answer()

    return made


def _late(exercise: Exercise, change: Stage) -> Callable[[], Array]:
    """At the end: of pixels in place of the display, so that they are clamped, or not, by the change alone."""

    def made() -> Array:
        values = change(exercise.reduce(exercise.responses).astype(np.float64))
        return np.clip(np.rint(values), 0, exercise.pixels) if exercise.pixels else exercise.show(values)

    return made


def _early(exercise: Exercise, change: Stage) -> Callable[[], Array]:
    """Before the bias is added and before what follows the responses."""

    def made() -> Array:
        bias = exercise.responses - exercise.unbiased
        return exercise.show(exercise.reduce(change(exercise.unbiased) + bias))

    return made


def _each_product(exercise: Exercise, change: Stage) -> Callable[[], Array]:
    """Tap by tap, and the bias at the end."""

    def made() -> Array:
        if not exercise.products:
            return exercise.answer()
        total = sum((change(product) for product in exercise.products), exercise.responses - exercise.unbiased)
        return exercise.show(exercise.reduce(total))

    return made
