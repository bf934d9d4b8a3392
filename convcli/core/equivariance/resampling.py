"""Rotation and scaling: moves that need values between the samples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from convcli.core.arrays import Array
from convcli.core.border import Border
from convcli.core.equivariance.moves import ALL, Axes, float_dtype

BAND_ROWS = 16


@dataclass(frozen=True)
class Resampling:
    """Rotation by `degrees` counter-clockwise and magnification by `zoom` about the picture's centre.

    out(p) = in(c + R(-degrees) (p - c) / zoom), interpolated bilinearly in floats;
    the frame keeps its size and what comes in from outside follows `fill`.
    """

    name: str
    degrees: float
    zoom: float
    fill: Border

    @property
    def interpolates(self) -> bool:
        return True

    def sources(self, y: Array, x: Array, axes: Axes) -> tuple[Array, Array]:
        """Where in the picture the values at positions (y, x) of the moved picture come from, in its pixels."""
        centre_y, centre_x = (axes[0].picture - 1) / 2, (axes[1].picture - 1) / 2
        cosine, sine = _turn(self.degrees)
        y, x = (y - centre_y) / self.zoom, (x - centre_x) / self.zoom
        return centre_y + sine * x + cosine * y, centre_x + cosine * x - sine * y

    def shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        return shape

    def __call__(self, array: Array, axes: Axes, rows: slice = ALL) -> Array:
        planes = array.reshape(*array.shape[:2], -1)
        lines = np.arange(axes[0].length)[rows]
        moved = np.empty((len(lines), *planes.shape[1:]), float_dtype(array.dtype))
        x = axes[1].step * np.arange(axes[1].length) + axes[1].origin
        for first in range(0, len(lines), BAND_ROWS):
            o = lines[first : first + BAND_ROWS]
            at = self.sources((axes[0].step * o + axes[0].origin)[:, np.newaxis], x[np.newaxis], axes)
            at_y, at_x = ((p - axis.origin) / axis.step for p, axis in zip(at, axes, strict=True))
            moved[first : first + len(o)] = self._bilinear(planes, at_y, at_x)
        return moved.reshape(len(lines), *array.shape[1:])

    def _bilinear(self, planes: Array, y: Array, x: Array) -> Array:
        top, left = np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)
        down, across = (y - top)[..., np.newaxis], (x - left)[..., np.newaxis]
        height, width = planes.shape[:2]
        rows, columns = (
            [self.fill.sources(at + next_one, length) for next_one in (0, 1)]
            for at, length in ((top, height), (left, width))
        )
        upper, lower = (
            (1 - across) * self._at(planes, row, columns[0]) + across * self._at(planes, row, columns[1])
            for row in rows
        )
        blended: Array = (1 - down) * upper + down * lower
        return blended

    def _at(self, planes: Array, rows: Array, columns: Array) -> Array:
        return self.fill.take_sources(planes, rows, columns, np.float64)


def _turn(degrees: float) -> tuple[float, float]:
    """Cosine and sine, exact for quarter turns."""
    quarters = {0.0: (1.0, 0.0), 90.0: (0.0, 1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, -1.0)}
    angle = math.radians(degrees)
    return quarters.get(degrees % 360, (math.cos(angle), math.sin(angle)))
