"""Levels of a pyramid: each half as high and as wide as the one before, its samples means of 2 × 2."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array

SMALLEST = 256  # the last level is no larger each way


def level_sizes(height: int, width: int, *, pyramid: bool) -> list[tuple[int, int]]:
    """(height, width) of the full size, and of each level below, rounded up.

    >>> level_sizes(1000, 300, pyramid=True)
    [(1000, 300), (500, 150), (250, 75)]
    """
    sizes = [(height, width)]
    while pyramid and max(sizes[-1]) > SMALLEST:
        above = sizes[-1]
        sizes.append((-(-above[0] // 2), -(-above[1] // 2)))
    return sizes


def halved(samples: Array) -> Array:
    """Means of 2 × 2 samples, of whole numbers rounded half up; at an odd edge, of those that are there.

    Args:
        samples: (H, W, C); H even, but for the last rows of a picture.

    Returns:
        (ceil(H / 2), ceil(W / 2), C), of the same dtype.

    >>> halved(np.array([[0, 1, 5], [0, 1, 6]], np.uint8)[:, :, np.newaxis])[:, :, 0]
    array([[1, 6]], dtype=uint8)
    """
    padded = _even(samples)
    four = [padded[row::2, column::2] for row in (0, 1) for column in (0, 1)]
    if samples.dtype.kind == "f":
        quarter = samples.dtype.type(0.25)
        return np.asarray((four[0] * quarter + four[1] * quarter) + (four[2] * quarter + four[3] * quarter))
    if samples.dtype.itemsize == 8:  # their sum may not fit
        rests = sum((each & 3).astype(samples.dtype) for each in four)
        return np.asarray(sum(each >> 2 for each in four) + ((rests + 2) >> 2))
    wide = np.int64 if samples.dtype.itemsize == 4 else np.int32
    total = np.add(four[0], four[1], dtype=wide)
    total += four[2]
    total += four[3]
    return np.asarray((total + 2) >> 2, samples.dtype)


def _even(samples: Array) -> Array:
    """With the last row and column twice where their number is odd."""
    height, width = samples.shape[:2]
    if height % 2 == width % 2 == 0:
        return samples
    return np.pad(samples, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
