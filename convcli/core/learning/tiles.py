"""Tiles: a few thousand pairs of window and value, stacked as the columns of a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Array

Floats = NDArray[Any]  # float64, or float32 where that is exact


class Scale(NamedTuple):
    """value = shift + unit * scaled, with |scaled| about 1 at most.

    The unit is a power of two, so that whole numbers stay exact sums of halves.
    """

    shift: float
    unit: float


@dataclass(frozen=True, eq=False)
class Tile:
    """Pairs of one tile for one target: scaled windows and values, and which of them take part.

    Attributes:
        stack: (K + 2, n); its first K rows are the windows, the other two are free to use.
        values: (n,), scaled; 0 where not finite.
        keep: (n,), or None when all take part.
        clamped, not_finite: pairs left out for that reason.
        place: rows and columns of AFTER, and its channel.
    """

    stack: Floats
    values: Floats
    keep: NDArray[np.bool_] | None
    clamped: int
    not_finite: int
    place: tuple[slice, slice, int]

    @property
    def windows(self) -> Floats:
        """(K, n), scaled; 0 where not finite."""
        return self.stack[:-2]


@dataclass(frozen=True, eq=False)
class Found:
    """AFTER in one band: (rows, columns), scaled; see Tile."""

    values: Floats
    keep: NDArray[np.bool_] | None
    clamped: int
    not_finite: int
    place: tuple[slice, slice, int]

    def tile(self, stack: Floats, part: slice) -> Tile:
        """The pairs of some of the rows; what was left out is counted with the first."""
        rows, columns, channel = self.place
        return Tile(
            stack,
            self.values[part].reshape(-1),
            None if self.keep is None else self.keep[part].reshape(-1),
            0 if part.start else self.clamped,
            0 if part.start else self.not_finite,
            (slice(rows.start + part.start, rows.start + part.stop), columns, channel),
        )


def scaled_by(values: Array, scale: Scale, dtype: Any) -> Floats:
    """Samples in scaled units, in a dtype of floats."""
    scaled: Floats = values.astype(dtype)
    with np.errstate(invalid="ignore"):  # infinities of both signs; such pairs are left out
        scaled -= scale.shift
        scaled *= 1.0 / scale.unit
    return scaled
