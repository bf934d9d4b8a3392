"""Sequences of one dimension: the third one that they are tried with."""

from __future__ import annotations

import numpy as np

from convcli.core.kernel.kernel import Kernel

SEQUENCES = (1, 2, -1), (2, 1, -1)  # no flip leaves them alone; the second for the first itself


def another_sequence(shape: tuple[int, ...], kernel: Kernel) -> Kernel | None:
    """The g of associativity for a sequence and another along the same axis; None where there are two axes.

    Args:
        shape: of the picture, (H, W) or (H, W, C).

    >>> another_sequence((1, 9), Kernel("k", [[1, -1]])).weights.tolist()
    [[1.0, 2.0, -1.0]]
    """
    row = shape[0] == kernel.height == 1
    if not row and not shape[1] == kernel.width == 1:
        return None
    form = (1, -1) if row else (-1, 1)
    others = (np.reshape(sequence, form) for sequence in SEQUENCES)
    weights = next(other for other in others if not np.array_equal(other, kernel.weights))
    return Kernel((" " if row else "; ").join(str(weight) for weight in weights.ravel()), weights)
