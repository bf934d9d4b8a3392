"""Grids: the step of which all of a picture's values are multiples."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from convcli.core.arrays import Array

STEPS = (1.0, 0.1, 0.01, 1 / 255, 1e-3, 1e-4, 1 / 65535, 1e-5, 1e-6)  # as people and pictures round
HALF = float(np.finfo(np.float16).eps)
FIRST = 4096  # samples that nearly always show that there is no grid


class Grid(NamedTuple):
    """What values lie on.

    Attributes:
        fits: for each of STEPS, whether all values are multiples of it.
        largest: their largest finite magnitude.
        half: float16 holds them all.
    """

    fits: tuple[bool, ...]
    largest: float
    half: bool

    @property
    def step(self) -> float:
        """The largest step that fits; 0 without one.  Of values that float16 holds no less than what that rounds by."""
        step = next((step for step, fits in zip(STEPS, self.fits, strict=True) if fits), 0.0)
        return step if step == 1.0 or not self.half else max(step, HALF * self.largest)

    def joined(self, other: Grid) -> Grid:
        """Of these values and of others."""
        fits = tuple(one and its for one, its in zip(self.fits, other.fits, strict=True))
        return Grid(fits, max(self.largest, other.largest), self.half and other.half)


WHOLE = Grid((True,) * len(STEPS), 0.0, False)


def grid_step(values: Array) -> float:
    """The largest step among 1, 0.1, 0.01, 1/255 ... of which all finite values are multiples; 0 without one.

    Of values that float16 holds it is no less than what float16 rounds the largest of them by.

    >>> [grid_step(np.array(values)) for values in ([3, 4], [0.3, 0.25], [2.0, 7.0], [0.1234567])]
    [1.0, 0.01, 1.0, 0.0]
    """
    if values.dtype.kind not in "fc":
        return 1.0
    flat = values.reshape(-1)
    largest = largest_magnitude(flat)
    step = next((step for step in STEPS if _fits(flat, step, largest)), 0.0)
    return step if step == 1.0 or not _held_by_half(flat, largest) else max(step, HALF * largest)


def grid_of(values: Array) -> Grid:
    """The same before it is known which values are on the grid besides."""
    if values.dtype.kind not in "fc":
        return WHOLE
    flat = values.reshape(-1)
    largest = largest_magnitude(flat)
    fits = tuple(_fits(flat, step, largest) for step in STEPS)
    return Grid(fits, largest, _held_by_half(flat, largest))


def largest_magnitude(values: Array) -> float:
    """The largest magnitude of a finite sample; 0 without one."""
    finite = np.isfinite(values) if values.dtype.kind == "f" else True
    return float(np.max(np.abs(values.astype(np.float64, copy=False)), initial=0.0, where=finite))


def epsilon(kind: np.dtype[Any]) -> float:
    """What floats of that type are rounded by, of their size; 0 of whole numbers."""
    return float(np.finfo(kind).eps) if kind.kind == "f" else 0.0


def _fits(values: Array, step: float, largest: float) -> bool:
    return _on_grid(values[:FIRST], step, largest) and _on_grid(values, step, largest)


def _held_by_half(values: Array, largest: float) -> bool:
    if largest > float(np.finfo(np.float16).max):
        return False
    return bool(((halved := values.astype(np.float16)) == values)[np.isfinite(values)].all() and halved.any())


def _on_grid(values: Array, step: float, largest: float) -> bool:
    doubt = max(1e-6, 4.0 * epsilon(values.dtype) * largest / step)  # of a step
    if doubt > 0.05:
        return False  # samples of this kind are too coarse to tell
    steps = values[np.isfinite(values)].astype(np.float64) / step
    return bool((np.abs(steps - np.rint(steps)) <= doubt).all())
