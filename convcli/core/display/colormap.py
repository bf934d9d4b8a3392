"""From a number between 0 and 1 to a colour, by the rows of `COLORMAPS`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Bytes
from convcli.core.display.colormaps import COLORMAPS

ENTRIES = 256


def colormap(name: str) -> Bytes:
    """The colours of a map, from its lowest value to its highest.

    Of the diverging map entries 127 and 128 are white.

    Returns:
        uint8, shape (256, 3), RGB; the caller's own copy.

    Raises:
        UnknownNameError: no such map.

    >>> colormap("diverging")[[0, 127, 128, 255]].tolist()
    [[5, 48, 97], [255, 255, 255], [255, 255, 255], [103, 0, 31]]
    """
    ramps = COLORMAPS.find(name).ramps
    ends = [ENTRIES * part // len(ramps) for part in range(len(ramps) + 1)]
    return np.concatenate(
        [_between(ramp, end - start) for ramp, start, end in zip(ramps, ends, ends[1:], strict=False)]
    )


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
