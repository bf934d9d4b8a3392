"""Exercise: what is to be computed, as a value that a mistake changes.

    answer = show(reduce(respond(exercise)))

the responses of all kernels, what follows them (combination, ReLU, pooling), and what is handed in of that: the
numbers, some of them, or pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array
from convcli.core.geometry import Padding
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.options import Options

Stage = Callable[[Array], Array]
MOST_TAPS = 49  # of kernels whose products are looked at one by one
MOST_PRODUCTS = 1 << 22


def unchanged(values: Array) -> Array:
    """The values, as they are."""
    return values


@dataclass(frozen=True, eq=False)
class Exercise:
    """One exercise.

    Attributes:
        picture: (H, W) or (H, W, C), in its own units, never modified; None where there is none.
        kernels: as they are multiplied, flipped for a convolution.
        options: window, bias, channels.
        respond: the exercise's responses before anything follows, (H', W') or (H', W', F) or (H', W', F*C).
        reduce: what follows the responses.
        show: what is handed in of it.
        pixels: what is handed in are pixels, whole numbers from 0 to this; 0 where it is not.
        turned: flipping the kernel was part of the exercise: what is multiplied is its flip.
        arithmetic: sums of products are handed in, so that they can be rounded, clamped or overflow.
    """

    picture: Array | None
    kernels: KernelStack
    options: Options
    respond: Callable[[Exercise], Array]
    reduce: Stage = unchanged
    show: Stage = unchanged
    pixels: int = 0
    turned: bool = False
    arithmetic: bool = True

    def answer(self) -> Array:
        """The right answer, if nothing of the exercise was changed."""
        return self.show(self.reduce(self.respond(self)))

    @cached_property
    def responses(self) -> Array:
        """Before anything follows: float64."""
        return self.respond(self).astype(np.float64)

    @cached_property
    def unbiased(self) -> Array:
        """The same without the bias."""
        return self.without_bias.responses if any(self.options.bias) else self.responses

    @property
    def without_bias(self) -> Exercise:
        """The exercise without its bias."""
        return self.changed(options=replace(self.options, bias=(0.0,)))

    @cached_property
    def products(self) -> tuple[Array, ...]:
        """Tap by tap what adds up to the responses without a bias; none of kernels that are too large for that."""
        shapes = {kernel.weights.shape for kernel in self.kernels}
        taps = max(kernel.weights.size for kernel in self.kernels)
        if len(shapes) > 1 or taps > MOST_TAPS or self.responses.size * taps > MOST_PRODUCTS:
            return ()
        plain = self.without_bias
        return tuple(plain.with_weights(partial(_only, place=place)).responses for place in np.ndindex(*shapes.pop()))

    def changed(self, **values: Any) -> Exercise:
        """The same with other values."""
        return replace(self, **values)

    def with_window(self, **values: Any) -> Exercise:
        """The same, the window standing otherwise."""
        return self.changed(options=replace(self.options, window=replace(self.options.window, **values)))

    def with_weights(self, change: Callable[[NDArray[np.float64]], Array]) -> Exercise:
        """The same, the kernels' weights changed; anchors go where the size does not hold them any more."""
        return self.changed(kernels=self.kernels.map(lambda kernel: _changed(kernel, change(kernel.weights))))

    @property
    def sides(self) -> Padding:
        """Rows and columns of padding on each side."""
        height, width = max(k.height for k in self.kernels), max(k.width for k in self.kernels)
        return self.options.window.sides((height, width), self.kernels.origin)


def _only(weights: Array, place: tuple[int, ...]) -> Array:
    alone = np.zeros_like(weights)
    alone[place] = weights[place]
    return alone


def _changed(kernel: Kernel, weights: Array) -> Kernel:
    fits = weights.shape == kernel.weights.shape
    return Kernel(kernel.name, weights, kernel.anchor if fits else None)
