"""Match: the named kernel that a learned one is, or is nearest to, and by what factor; and whether it only moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from convcli.core.arrays import Floats
from convcli.core.geometry import Pair

EXACT = 1e-9  # of the largest weight: rounding in float64
SURE = 5.0  # standard errors
ALIKE = 0.5  # of the learned kernel's norm: what differs by more has little in common with it


@dataclass(frozen=True)
class Match:
    """learned = factor * named, up to `distance`.

    Attributes:
        name: of the named kernel.
        factor: the best one, in the sense of least squares.
        noise: standard error of the factor.
        distance: |learned - factor * named| / |learned|, from 0 (the same) to 1 (nothing in common).
        same: whether the difference is no more than the noise of the learned weights.
    """

    name: str
    factor: float
    noise: float
    distance: float
    same: bool


def match(
    weights: Floats, noise: Floats, named: Iterable[tuple[str, Floats]], anchor: Pair | None = None
) -> Match | None:
    """The nearest of the named kernels that fit into (h, w), with its factor.

    Smaller ones are surrounded by zeros, their anchor (k // 2) on the learned kernel's.
    Among equally near ones a positive factor comes first, then the order given.

    Args:
        weights: (h, w); noise: its standard errors, of the same shape.
        named: names and weights (h', w').
        anchor: of the learned kernel; (h // 2, w // 2) without one.

    Returns:
        None if the weights are all zero, or nothing is that near.

    >>> found = match(np.array([[2.0, -2.0, 0.0]]), np.zeros((1, 3)), [("step", np.array([[1.0, -1.0]]))])
    >>> (found.name, found.factor, found.same) if found else None
    ('step', 2.0, True)
    """
    origin = (weights.shape[0] // 2, weights.shape[1] // 2) if anchor is None else anchor
    candidates = [
        found
        for name, kernel in named
        if (placed := _placed(kernel, weights.shape, origin)) is not None
        if (found := _compared(weights, noise, name, placed))
    ]
    alike = [found for found in candidates if found.same or found.distance < ALIKE]
    return min(alike, key=lambda found: (round(found.distance, 6), found.factor < 0), default=None)


def moves(weights: Floats, noise: Floats, anchor: Pair | None = None) -> tuple[Pair, float] | None:
    """Where a kernel with one weight moves the picture to, and the weight; None for any other kernel.

    after[r + down, c + right] = weight * before[r, c]

    Args:
        weights, noise, anchor: as in `match`.

    Returns:
        (down, right) in pixels, (0, 0) being the identity, and the weight.

    >>> moves(np.array([[0.0, 0.0, 1.0]]), np.zeros((1, 3)))
    ((0, -1), 1.0)
    """
    row, column = (int(at) for at in np.unravel_index(np.abs(weights).argmax(), weights.shape))
    weight = float(weights[row, column])
    others = np.abs(weights) > np.maximum(SURE * noise, EXACT * abs(weight))
    others[row, column] = False
    if not weight or others.any():
        return None
    origin = (weights.shape[0] // 2, weights.shape[1] // 2) if anchor is None else anchor
    return (origin[0] - row, origin[1] - column), weight


def _placed(kernel: Floats, shape: tuple[int, ...], anchor: Pair) -> Floats | None:
    top, left = (at - part // 2 for at, part in zip(anchor, kernel.shape, strict=True))
    if top < 0 or left < 0 or top + kernel.shape[0] > shape[0] or left + kernel.shape[1] > shape[1]:
        return None
    placed = np.zeros(shape)
    placed[top : top + kernel.shape[0], left : left + kernel.shape[1]] = kernel
    return placed


def _compared(weights: Floats, noise: Floats, name: str, kernel: Floats) -> Match | None:
    size, own = float(np.linalg.norm(weights)), float((kernel**2).sum())
    if not size or not own:
        return None
    factor = float((weights * kernel).sum()) / own
    left = weights - factor * kernel
    same = bool((np.abs(left) <= np.maximum(SURE * noise, EXACT * np.abs(weights).max())).all())
    spread = float(np.linalg.norm(noise * kernel)) / own
    return Match(name, factor, spread, float(np.linalg.norm(left)) / size, same)
