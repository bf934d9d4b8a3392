"""Moves of a picture: whole and sub-pixel shifts, turns and mirrors of the grid; rotation is in `resampling`.

A move acts on the picture and, in the same way, on a layer's output: an Axis
says where the samples of either stand, in pixels of the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.equivariance.move_names import GRID
from convcli.core.kernel.symmetry import SYMMETRIES
from convcli.core.quantities import plain
from convcli.errors import GeometryError, OptionError, Setting, many


class Axis(NamedTuple):
    """Sample o of `length` stands at `step * o + origin` on an axis of `picture` pixels."""

    length: int
    picture: int
    step: int = 1
    origin: float = 0.0


Axes = tuple[Axis, Axis]
ALL = slice(None)


class Move(Protocol):
    """What is done to the picture, and to the layer's output."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def interpolates(self) -> bool:
        """Whether values between samples are needed on the picture's own grid."""
        ...

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Of the moved array."""
        ...

    def __call__(self, array: Array, axes: Axes, rows: slice = ALL) -> Array:
        """These rows of the moved array; (H, W) or (H, W, C), never a view of the given one."""
        ...


@dataclass(frozen=True)
class Shift:
    """out(y, x) = in(y - dy, x - dx): dx pixels to the right and dy down.

    On an output of stride s the samples move by dx / s and dy / s.  What falls
    between samples is interpolated linearly, in floats.

    Attributes:
        fill: what comes in at the vacated side; `wrap` makes the shift circular.
    """

    dx: float
    dy: float
    fill: Border

    @property
    def name(self) -> str:
        return "shift"

    @property
    def interpolates(self) -> bool:
        return bool(self.dx % 1 or self.dy % 1)

    def check(self, height: int, width: int) -> None:
        """Refuse a shift that leaves nothing of the picture.

        Raises:
            OptionError: as large as the picture, or larger.
        """
        for option, amount, length, unit in (("dx", self.dx, width, "wide"), ("dy", self.dy, height, "high")):
            if abs(amount) >= length:
                rule = f"the picture is {many(length, 'pixel')} {unit}; shift by less, in either direction"
                raise OptionError(option, plain(amount), rule)

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return shape

    def __call__(self, array: Array, axes: Axes, rows: slice = ALL) -> Array:
        down, across = self.dy / axes[0].step, self.dx / axes[1].step
        if down % 1 == 0 and across % 1 == 0:
            return shifted(array, self.fill, int(down), int(across), rows)
        rows_moved = self._between(array, down, (1, 0), rows)
        return self._between(rows_moved, across, (0, 1))

    def _between(self, array: Array, amount: float, direction: tuple[int, int], rows: slice = ALL) -> Array:
        """Shifted along one axis, linearly interpolated between the two whole shifts around the amount."""
        below = math.floor(amount)
        share = amount - below
        near = shifted(array, self.fill, below * direction[0], below * direction[1], rows)
        if not share:
            return near
        far = shifted(array, self.fill, (below + 1) * direction[0], (below + 1) * direction[1], rows)
        dtype = float_dtype(array.dtype)
        return (1 - share) * near.astype(dtype, copy=False) + share * far.astype(dtype, copy=False)


def float_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """float32 for 8- and 16-bit integers and float32, which it holds exactly; else float64."""
    narrow = dtype.itemsize <= 2 or dtype == np.float32
    return np.dtype(np.float32 if narrow else np.float64)


def shifted(array: Array, fill: Border, down: int, across: int, rows: slice = ALL) -> Array:
    """Rows of the array shifted by whole samples, the vacated sides filled.

    out[r, c] = array[rule(r - down), rule(c - across)], or the fill value where a rule says OUTSIDE.

    Returns:
        A new array, in the array's dtype (a float one where the fill value does not fit it).

    >>> from convcli.core.border import border
    >>> shifted(np.array([[1, 2, 3, 4]]), border("symmetric"), 0, 2).tolist()
    [[2, 1, 1, 2]]
    """
    return fill.take(array, np.arange(array.shape[0])[rows] - down, np.arange(array.shape[1]) - across)


@dataclass(frozen=True)
class GridMove:
    """One of the eight symmetries of the square: exact, sample by sample.

    Attributes:
        name: of `symmetry.SYMMETRIES`; turns are counter-clockwise, flip-x mirrors left to right.
    """

    name: str

    @property
    def interpolates(self) -> bool:
        return False

    @property
    def swaps(self) -> bool:
        """Whether rows become columns."""
        return GRID[self.name][0]

    def source(self, axis: int) -> tuple[int, bool]:
        """The axis of the picture that an axis of the moved one runs along, and whether backwards."""
        swaps, rows_back, columns_back = GRID[self.name]
        source = 1 - axis if swaps else axis
        return source, (rows_back, columns_back)[source]

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return (shape[1], shape[0], *shape[2:]) if self.swaps else shape

    def __call__(self, array: Array, axes: Axes, rows: slice = ALL) -> Array:
        planes = array[np.newaxis] if array.ndim == 2 else np.moveaxis(array, -1, 0)
        moved = SYMMETRIES[self.name](planes)[:, rows]
        return np.array(moved[0] if array.ndim == 2 else np.moveaxis(moved, 0, -1), order="C")


def check_grid_move(move: GridMove, height: int, width: int, steps: tuple[int, int]) -> None:
    """Refuse a turn that changes the picture's shape where the output is subsampled, or where steps differ.

    Raises:
        GeometryError: rows and columns would be subsampled at different places.
    """
    if move.swaps and steps[0] != steps[1]:
        raise GeometryError(
            f"{move.name} makes rows of columns, and a step of {steps[0]} down and {steps[1]} across then leaves "
            "another number of each; use steps of one size: ",
            Setting("stride", "N"),
            " and ",
            Setting("pool", "KIND:N"),
        )
    if move.swaps and height != width and max(steps) > 1:
        raise GeometryError(
            f"{move.name} makes the {height} × {width} picture {width} × {height}, and a step of {max(steps)} then "
            "meets other rows and columns; use a square picture, or no ",
            Setting("stride"),
            " and ",
            Setting("pool"),
        )
