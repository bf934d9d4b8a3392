"""Colour maps: from a number between 0 and 1 to a colour."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Bytes
from convcli.errors import UnknownNameError

COLORMAPS = ("gray", "diverging", "viridis")

# Anchors fitted to Matplotlib's viridis (van der Walt & Smith, 2015; CC0): within 4 levels of the full table.
_VIRIDIS = (
    "440154 48176a 482a7a 433d85 3d4e8a 355e8d 2e6d8e 297b8e 23898e "
    "1e978b 20a586 2db37d 46c070 64cb5e 88d548 b0dd2f d8e217 fde725"
)
# ColorBrewer's RdBu (Brewer, 2002), safe for red-green colour blindness, but white and not grey at 0.
_NEGATIVE = "ffffff d1e5f0 92c5de 4393c3 2166ac 053061"
_POSITIVE = "ffffff fddbc7 f4a582 d6604d b2182b 67001f"


def colormap(name: str) -> Bytes:
    """The colours of a map, from its lowest value to its highest.

    gray: black to white.  viridis: even steps of lightness, dark violet to yellow.
    diverging: dark blue (-1) through white (0, entries 127 and 128) to dark red (+1),
    about as light for a value as for its negative.

    Returns:
        uint8, shape (256, 3), RGB; the caller's own copy.

    Raises:
        UnknownNameError: no such map.

    >>> colormap("diverging")[[0, 127, 128, 255]].tolist()
    [[5, 48, 97], [255, 255, 255], [255, 255, 255], [103, 0, 31]]
    """
    if name == "gray":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    if name == "viridis":
        return _between(_VIRIDIS, 256)
    if name == "diverging":
        return np.concatenate([_between(_NEGATIVE, 128)[::-1], _between(_POSITIVE, 128)])
    raise UnknownNameError("colour map", name, COLORMAPS)


def colour(values: NDArray[Any], name: str) -> Bytes:
    """Colour values between 0 and 1.

    out = colormap(name)[floor(255 * v + 1/2)]

    Args:
        values: floats of any shape; below 0 counts as 0, above 1 as 1, NaN as 0. Never modified.
            For "diverging", 0 is blue, 1/2 white and 1 red.

    Returns:
        uint8, the values' shape with an axis of 3 (RGB) appended.

    Raises:
        UnknownNameError: no such map.

    >>> colour(np.array([0.0, 0.5, 1.0]), "gray")[:, 0].tolist()
    [0, 128, 255]
    """
    given = np.asarray(values)
    entry = np.nan_to_num(given if given.dtype == np.float32 else given.astype(np.float64), nan=0.0)
    np.clip(entry, 0.0, 1.0, out=entry)
    entry *= 255.0
    entry += 0.5
    coloured: Bytes = colormap(name)[entry.astype(np.uint8)]
    return coloured


def _between(anchors: str, count: int) -> Bytes:
    colours = np.array([list(bytes.fromhex(anchor)) for anchor in anchors.split()], dtype=np.float64)
    places = np.linspace(0, len(colours) - 1, count)
    channels = [np.interp(places, np.arange(len(colours)), colours[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)
