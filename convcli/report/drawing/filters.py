"""Filters as small pictures, one pixel a weight: signed colours, the colours of an RGB filter, a tile a channel."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.arrays import Bytes
from convcli.report.drawing import palette
from convcli.report.drawing.resizing import signed_picture

CHANNELS_DRAWN = 16  # more are too many to be told apart: their norm is drawn


def filter_picture(weights: NDArray[Any], largest: float | None = None) -> Bytes:
    """A filter's weights as a picture.

    (h, w) or one channel: white is 0, red positive, blue negative.  Three channels: the weights of red, green and
    blue as a colour, mid-grey is 0.  Up to 16: a tile of signed colours each, about as many in a row as rows.
    More: the norm over the channels, white is 0 and red the largest.

    Args:
        weights: (h, w) or (C, h, w).
        largest: the magnitude at the ends of the scale; that of the weights themselves (or their norm) when None.

    Returns:
        uint8, (h, w, 3); of tiles (rows of h, columns of w, 3), a line of one pixel between them.

    >>> red_minus_blue = np.array([[[1.0]], [[0.0]], [[-1.0]]])
    >>> filter_picture(red_minus_blue).tolist()
    [[[255, 128, 0]]]
    """
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim == 3 and len(given) == 1:
        given = given[0]
    if given.ndim == 2:
        return signed_picture(given, largest)
    largest = scale_of(given) if largest is None else largest
    if len(given) == 3:
        shares = np.moveaxis(given, 0, -1) / (largest or 1.0)
        return np.rint(127.5 + 127.5 * shares.clip(-1, 1)).astype(np.uint8)
    if len(given) > CHANNELS_DRAWN:
        return signed_picture(_norm(given), largest)
    return _tiles(given, largest)


def _tiles(given: NDArray[np.float64], largest: float) -> Bytes:
    """The channels on a grid, a line of one pixel between them."""
    across = math.ceil(math.sqrt(len(given)))
    height, width = given.shape[1] + 1, given.shape[2] + 1
    grid = np.empty((math.ceil(len(given) / across) * height - 1, across * width - 1, 3), np.uint8)
    grid[...] = palette.LINE
    for index in range(-(-len(given) // across) * across):
        top, left = index // across * height, index % across * width
        tile = signed_picture(given[index], largest) if index < len(given) else palette.FAINT
        grid[top : top + height - 1, left : left + width - 1] = tile
    return grid


def scale_of(weights: NDArray[Any]) -> float:
    """The largest magnitude that is drawn: of the weights, or of their norm over the channels."""
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim == 3 and len(given) > CHANNELS_DRAWN:
        given = _norm(given)
    return float(np.abs(given).max())


def _norm(given: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sqrt((given**2).sum(axis=0)))


def colours_words(channels: int | None) -> str:
    """What the colours mean.

    >>> colours_words(3)
    'colours are the weights of red, green and blue, mid-grey is 0'
    """
    if channels in (None, 1):
        return "red is positive, blue negative, white is 0"
    if channels == 3:
        return "colours are the weights of red, green and blue, mid-grey is 0"
    if channels is not None and channels > CHANNELS_DRAWN:
        return f"red is the L2 norm over the {channels} channels, white is 0"
    return f"a tile for each of the {channels} channels, row by row: red is positive, blue negative, white is 0"
