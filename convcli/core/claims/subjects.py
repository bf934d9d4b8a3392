"""The part of a picture that claims are tried on."""

from __future__ import annotations

from convcli.core.arrays import Array
from convcli.core.claims.plainly import middle_of
from convcli.core.luma import luma

LARGEST = 512  # rows and columns: claims are tried dozens of times on it
SMALLEST = 24
LARGEST_KERNEL = 31  # rows and columns: claims change each input of a kernel's neighbourhood by itself


def part_of(picture: Array) -> Array:
    """The grey values in the middle of a picture, at most 512 x 512.

    Args:
        picture: (H, W) or (H, W, C); of three channels the luma is taken, of another number the first.

    Returns:
        (H', W'), of the picture's dtype where luma keeps it; never a view of what could be modified.
    """
    part = middle_of(picture, LARGEST)
    if part.ndim == 3:
        part = luma(part) if part.shape[2] == 3 else part[..., 0]
    return part.copy()
