"""Gamma: stored values to light and back, in the values' own units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.light import SRGB, Power

KNOWN = (2.2, 1.8, 2.4, 2.0, 2.6, 0.5, 1 / 2.2)  # powers that pictures are stored by, and their inverses
GAMMAS: tuple[float | str, ...] = (1.0, "srgb", *KNOWN)


def curve(gamma: float | str) -> Power:
    """The curve of that name or power."""
    return SRGB if gamma == "srgb" else Power(float(gamma))


def decode(stored: NDArray[Any], gamma: float | str, white: float) -> NDArray[np.float64]:
    """Light, 0..white, from stored values; below 0 it is 0."""
    values = stored.astype(np.float64)
    if gamma == 1.0:
        return values
    return np.asarray(curve(gamma).light(np.maximum(values, 0) / white) * white, dtype=np.float64)


def encode(light: NDArray[Any], gamma: float | str, white: float) -> NDArray[np.float64]:
    """Stored values from light; below 0 it is 0."""
    if gamma == 1.0:
        return np.asarray(light, dtype=np.float64)
    return np.asarray(curve(gamma).stored(np.maximum(light, 0) / white) * white, dtype=np.float64)
