"""The kernel that was meant against the one that was found: flipped, and by how much larger."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Meant(NamedTuple):
    """How the kernel that was found relates to the one that was meant: found = scale * (flipped) meant."""

    flipped: bool | None
    scale: float
    matches: bool


def compare_with_meant(found: Array, meant: Array, error: float) -> Meant:
    """Whether `found` is `meant`, as it is or flipped in both axes, times a number; margins of zeros aside.

    flipped is None where both hold, as for a kernel that is its own flip, or neither.

    >>> compare_with_meant(np.array([[1.0, -1.0]]), np.array([[-2.0, 2.0]]), 0.0)
    Meant(flipped=True, scale=0.5, matches=True)
    """
    scales = [_scale(_trimmed(found), _trimmed(side), error) for side in (meant, meant[::-1, ::-1])]
    # Turned round and negative is the same as it is for what is odd: the positive one is meant.
    if scales[0] is not None and scales[1] is not None:
        if scales[0] * scales[1] > 0:
            return Meant(None, scales[0], True)
        return Meant(scales[0] < 0, max(scales[0], scales[1]), True)
    if scales[0] is not None:
        return Meant(False, scales[0], True)
    if scales[1] is not None:
        return Meant(True, scales[1], True)
    return Meant(None, 1.0, False)


def _trimmed(weights: Array) -> Array:
    rows, columns = np.flatnonzero(weights.any(axis=1)), np.flatnonzero(weights.any(axis=0))
    if not rows.size:
        return weights[:1, :1]
    return weights[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scale(found: Array, meant: Array, error: float) -> float | None:
    """found / meant where that is one number; None where it is none."""
    if not meant.any():
        return None
    found, meant = _one_upon_the_other(found, meant)
    scale = float((found * meant).sum() / (meant**2).sum())
    allowed = max(6 * error, 1e-9 * float(np.abs(found).max()))
    if not scale or np.abs(found - scale * meant).max() > allowed:
        return None
    near = round(scale)
    return float(near) if near and abs(scale - near) <= allowed / float(np.abs(meant).max()) else scale


def _one_upon_the_other(found: Array, meant: Array) -> tuple[Array, Array]:
    """Both with zeros around them, as large as each other, where they go together best."""
    height, width = (max(sizes) for sizes in zip(found.shape, meant.shape, strict=True))

    def places(weights: Array) -> list[Array]:
        down, across = height - weights.shape[0], width - weights.shape[1]
        return [
            np.pad(weights, ((r, down - r), (c, across - c))) for r in range(down + 1) for c in range(across + 1)
        ]  # fmt: skip

    return max(product(places(found), places(meant)), key=lambda pair: abs(float((pair[0] * pair[1]).sum())))
