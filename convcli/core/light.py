"""Light: from samples as pictures store them to amounts of light, and back.

A stored sample is no amount of light: half of white, 128 of 255, is a fifth of its light.  The curve between them
is a power with a straight foot, or a table; both run from 0..1 to 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from convcli.core.arrays import Array


class Curve(Protocol):
    """From stored samples to light and back, 0..1 each; floats keep their dtype."""

    def light(self, stored: Array) -> Array:
        """Amounts of light."""
        ...

    def stored(self, light: Array) -> Array:
        """The other way round."""
        ...


@dataclass(frozen=True)
class Power:
    """A power with a straight foot: the parametric curves of ICC profiles, all five kinds.

    light = (scale * v + shift) ** gamma + lift   where v >= foot
            slope * v + base                      below

    >>> np.round(SRGB.light(np.array([0.0, 0.04, 0.5, 1.0])), 4).tolist()
    [0.0, 0.0031, 0.214, 1.0]
    """

    gamma: float
    scale: float = 1.0
    shift: float = 0.0
    slope: float = 0.0
    foot: float = 0.0
    lift: float = 0.0
    base: float = 0.0

    def light(self, stored: Array) -> Array:
        """Amounts of light."""
        above = np.maximum(self.scale * stored + self.shift, 0) ** self.gamma + self.lift
        return np.where(stored >= self.foot, above, self.slope * stored + self.base).astype(stored.dtype, copy=False)

    def stored(self, light: Array) -> Array:
        """The other way round; where the foot is flat, 0."""
        above = (np.maximum(light - self.lift, 0) ** (1 / self.gamma) - self.shift) / self.scale
        below = (light - self.base) / self.slope if self.slope else np.zeros_like(light)
        corner = max(self.scale * self.foot + self.shift, 0.0) ** self.gamma + self.lift
        return np.where(light >= corner, above, below).astype(light.dtype, copy=False)


@dataclass(frozen=True)
class Table:
    """Light at evenly spaced samples, from 0 to 1; straight in between, the ends beyond them."""

    values: tuple[float, ...]

    def light(self, stored: Array) -> Array:
        """Amounts of light."""
        return np.interp(stored, np.linspace(0, 1, len(self.values)), self.values).astype(stored.dtype)

    def stored(self, light: Array) -> Array:
        """The other way round; of a stretch of equal values, an end."""
        rising = np.maximum.accumulate(np.array(self.values))
        return np.interp(light, rising, np.linspace(0, 1, len(self.values))).astype(light.dtype)


SRGB = Power(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)  # IEC 61966-2-1


@dataclass(frozen=True)
class Light:
    """The curves of a picture's channels, between samples in its units and light in the same units.

    Attributes:
        curves: one for all channels, or one for each.
        top: white, 255 or 65535.
    """

    curves: tuple[Curve, ...]
    top: int

    def linear(self, pixels: Array) -> Array:
        """Light, float32, 0..top: uint8 or uint16 pixels, (H, W) or (H, W, C); never modified.

        >>> Light((SRGB,), 255).linear(np.array([[0, 128, 255]], np.uint8)).astype(int).tolist()
        [[0, 55, 255]]
        """
        tables = [self._table(curve) for curve in self._for(pixels.shape[2] if pixels.ndim == 3 else 1)]
        if len(tables) == 1:
            return np.asarray(tables[0][pixels])
        return np.stack([table[pixels[:, :, c]] for c, table in enumerate(tables)], axis=2)

    def value(self, stored: float) -> float:
        """The light of one value of all channels, which may lie beyond 0..top."""
        curve = self._for(1)[0]
        return float(curve.light(np.array(stored / self.top))) * self.top

    def back(self, values: Array) -> Array:
        """Samples, not rounded, from light (H, W), or (..., C) of more axes; NaN stays NaN."""
        light = np.clip(values.astype(values.dtype if values.dtype.kind == "f" else np.float64) / self.top, 0, 1)
        curves = self._for(values.shape[-1] if values.ndim > 2 else 1)
        if len(curves) == 1:
            return curves[0].stored(light) * light.dtype.type(self.top)
        parts = [curve.stored(light[..., c]) for c, curve in enumerate(curves)]
        return np.stack(parts, axis=-1) * light.dtype.type(self.top)

    def _table(self, curve: Curve) -> Array:
        light: Array = curve.light(np.arange(self.top + 1) / self.top) * self.top
        return light.astype(np.float32)

    def _for(self, channels: int) -> Sequence[Curve]:
        """A curve for each channel, or one for all: the middle one's for what has no colours of its own any more."""
        if len(self.curves) == channels:
            return self.curves
        return self.curves[len(self.curves) // 2 :][:1]
