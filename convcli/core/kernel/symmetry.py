"""The eight symmetries of the square, on weights: turns, mirrors and the transpose.

Turns are counter-clockwise as seen on the screen, rows counted downwards.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convcli.core.arrays import Array
from convcli.core.geometry import Pair
from convcli.core.kernel.kernel import Kernel

SYMMETRIES: dict[str, Callable[[Array], Array]] = {
    "identity": lambda w: w,
    "rotate90": lambda w: np.rot90(w, 1, axes=(-2, -1)),
    "rotate180": lambda w: w[..., ::-1, ::-1],
    "rotate270": lambda w: np.rot90(w, 3, axes=(-2, -1)),
    "flip-x": lambda w: w[..., ::-1],
    "flip-y": lambda w: w[..., ::-1, :],
    "transpose": lambda w: np.swapaxes(w, -2, -1),
    "anti-transpose": lambda w: np.swapaxes(w, -2, -1)[..., ::-1, ::-1],
}


def transformed(weights: Array, symmetry: str) -> Array:
    """The weights moved by one of SYMMETRIES, over the last two axes (rows, columns).

    flip-x mirrors left to right, flip-y upside down; transpose swaps rows and
    columns, anti-transpose does so about the other diagonal.  A copy, in C order.

    >>> transformed(np.array([[1, 2], [3, 4]]), "rotate90").tolist()
    [[2, 4], [1, 3]]
    """
    return np.array(SYMMETRIES[symmetry](weights), order="C")


def symmetries_of(weights: Array, tolerance: float = 0.0) -> tuple[str, ...]:
    """Which of SYMMETRIES leave the weights as they are, identity first.

    Args:
        weights: (..., rows, columns); every leading index must have the symmetry.
        tolerance: largest difference that still counts as equal, in the weights' units.

    >>> symmetries_of(np.array([[-1, 0, 1]]))
    ('identity', 'flip-y')
    """
    return tuple(name for name, move in SYMMETRIES.items() if _alike(weights, move(weights), tolerance))


def antisymmetries_of(weights: Array, tolerance: float = 0.0) -> tuple[str, ...]:
    """Which of SYMMETRIES turn the weights into their negative; none for weights that are all zero.

    >>> antisymmetries_of(np.array([[-1, 0, 1]]))
    ('rotate180', 'flip-x')
    """
    if not np.any(weights):
        return ()
    return tuple(name for name, move in SYMMETRIES.items() if _alike(-weights, move(weights), tolerance))


def _alike(weights: Array, moved: Array, tolerance: float) -> bool:
    return weights.shape == moved.shape and bool((np.abs(weights - moved) <= tolerance).all())


def moved_anchor(anchor: Pair | None, size: Pair, symmetry: str) -> Pair | None:
    """Where the anchor of (rows, columns) of weights goes when one of SYMMETRIES moves them; None where none is given.

    >>> moved_anchor((0, 2), (2, 3), "rotate90")
    (0, 0)
    """
    if anchor is None:
        return None
    mark = np.zeros(size, bool)
    mark[anchor] = True
    row, column = np.argwhere(SYMMETRIES[symmetry](mark))[0].tolist()
    return row, column


def keeps_anchor(kernel: Kernel, symmetry: str) -> bool:
    """Whether the move leaves the anchor where it is; one that was not given is where the size puts it."""
    return moved_anchor(kernel.anchor, (kernel.height, kernel.width), symmetry) == kernel.anchor


ROUNDING = 1e-12  # relative, of weights that were computed


def symmetries(kernel: Kernel) -> tuple[str, ...]:
    """Which of the eight symmetries of the square the weights have, up to rounding; the anchor is another question."""
    return symmetries_of(kernel.weights, ROUNDING * float(np.abs(kernel.weights).sum()))


def antisymmetries(kernel: Kernel) -> tuple[str, ...]:
    """Which of them turn the kernel into its negative."""
    return antisymmetries_of(kernel.weights, ROUNDING * float(np.abs(kernel.weights).sum()))
