"""What need not be whole: moved maps, made a few rows at a time, and responses of which few samples are kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from convcli.core.arrays import Array
from convcli.core.equivariance.moves import Axes, Move
from convcli.core.geometry import Pair

BAND_SAMPLES = 1 << 18


class Lines(Protocol):
    """An array, or what makes its rows when they are asked for."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(H, W) or (H, W, maps)."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of its samples."""
        ...

    def __getitem__(self, rows: slice, /) -> Array:
        """These rows."""
        ...


@dataclass(frozen=True, eq=False)
class MovedLines:
    """g(y), row by row: the whole of it never stands beside y.

    Attributes:
        still: y, (H, W) or (H, W, maps).
        move, axes: g, and where the samples of y stand.
        finish: what is done to the moved samples, each by itself.
    """

    still: Array
    move: Move
    axes: Axes
    finish: Callable[[Array], Array]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of g(y)."""
        return self.move.shape(self.still.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of g(y): floats where values between samples are needed."""
        return self[:1].dtype

    def __getitem__(self, rows: slice) -> Array:
        return self.finish(self.move(self.still, self.axes, rows))

    def whole(self) -> Array:
        """All rows; what it takes to make them is never held for more than a band."""
        moved = np.empty(self.shape, self.dtype)
        for rows in bands(len(moved), math.prod(self.shape[1:])):
            moved[rows] = self[rows]
        return moved


def bands(height: int, per_row: int, first: int = 0) -> list[slice]:
    """Rows from the first on, as many at a time as stay in cache: BAND_SAMPLES samples."""
    rows = max(1, BAND_SAMPLES // max(1, per_row))
    return [slice(start, min(start + rows, height)) for start in range(first, height, rows)]


class SubsampledSink:
    """Keeps every s-th row and column of a response: kept[r, c] = response[r * s, c * s]."""

    divides = False
    in_pieces = False

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any], strides: Pair) -> None:
        self._down, self._across = strides
        rows, columns = -(-shape[0] // self._down), -(-shape[1] // self._across)
        self.kept = np.empty((rows, columns, *shape[2:]), dtype)

    def target(self, rows: slice) -> None:
        """The response is not kept as it is."""

    def take(self, rows: slice, response: Array, divisor: int = 1, columns: slice = slice(None)) -> None:
        """Keep what is not stepped over."""
        first = -(-rows.start // self._down)
        taken = response[first * self._down - rows.start :: self._down, :: self._across]
        self.kept[first : first + len(taken)] = taken

    def stop(self) -> None:
        """Nobody waits."""
