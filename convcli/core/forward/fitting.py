"""A picture made to fit a network's rows and columns: a part of it resampled linearly, blurred first where it shrinks.

out[o] = sum_i w(o, i) in[i], w falling linearly from the sample's place to max(1, step) pixels off, normalised to
sum 1.  That is Pillow's BILINEAR, which torchvision resizes pictures with, without the rounding to whole numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from convcli.core.arrays import Array
from convcli.core.geometry import Pair

FITS = ("crop", "resize", "none")


class Part(NamedTuple):
    """The part of a picture that a network is shown, in pixels of the picture: from its top left corner."""

    top: float
    left: float
    height: float
    width: float


def part_of(height: int, width: int, size: Pair, fit: str) -> Part:
    """The part of a picture that becomes `size`: all of it, or the middle that has that shape.

    >>> part_of(400, 600, (224, 224), "crop"), part_of(400, 600, (224, 224), "resize")
    (Part(top=0.0, left=100.0, height=400.0, width=400.0), Part(top=0.0, left=0.0, height=400.0, width=600.0))
    """
    rows, columns = float(height), float(width)
    if fit == "crop":
        step = min(height / size[0], width / size[1])
        rows, columns = min(rows, step * size[0]), min(columns, step * size[1])
    return Part((height - rows) / 2, (width - columns) / 2, rows, columns)


def fitted(picture: Array, part: Part, size: Pair) -> Array:
    """The part of a picture (H, W, C), resampled to (*size, C): float32, in the picture's units."""
    rows = _resampled(picture, part.top, part.height, size[0])
    columns = _resampled(rows.swapaxes(0, 1), part.left, part.width, size[1])
    return np.ascontiguousarray(columns.swapaxes(0, 1))


def _resampled(picture: Array, start: float, length: float, count: int) -> Array:
    """Along the first axis, `count` samples of the stretch from `start` on."""
    out = np.empty((count, *picture.shape[1:]), np.float32)
    step = length / count
    reach = max(step, 1.0)
    for o in range(count):
        centre = start + (o + 0.5) * step
        first, end = max(0, int(centre - reach + 0.5)), min(len(picture), int(centre + reach + 0.5))
        weights = np.maximum(0, 1 - np.abs(np.arange(first, end) + 0.5 - centre) / reach)
        weights = (weights / weights.sum()).astype(np.float32)
        out[o] = np.tensordot(weights, picture[first:end].astype(np.float32, copy=False), 1)
    return out
