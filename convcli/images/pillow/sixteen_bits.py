"""Colour of 16 bits a sample, exactly.

Pillow keeps 8 bits of it.  But its unpackers take the first byte of each
sample for one byte order and the second for the other, so two passes over the
same file give both.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from convcli.images.pillow.in_place import repack
from convcli.images.pillow.unpacking import Samples, samples_of

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

NATIVE = "L" if sys.byteorder == "little" else "B"
OTHER = {"L": "B", "B": "L"}


def rawmode_of(image: ImageFile) -> str:
    """How the file's samples are packed, in Pillow's words: "RGB;16B"."""
    arguments = image.tile[0][3] if image.tile else ""
    return str(arguments if isinstance(arguments, str) or not arguments else arguments[0])


def is_deep_colour(image: ImageFile) -> bool:
    """Whether the file holds 16-bit colour that two passes read exactly."""
    kind, _, packing = rawmode_of(image).partition(";")
    return kind in ("RGB", "RGBA", "RGBX") and packing[:2] == "16" and packing[2:] in ("B", "L", "N")


def decode_deep(image: ImageFile, again: Callable[[], ImageFile], orientation: Callable[[ImageFile], int]) -> Samples:
    """Samples of 16-bit colour: uint16, (H, W, 3), with alpha where the file has it.

    Args:
        image: opened, not decoded yet.
        again: opens the same picture a second time.
        orientation: read after decoding.
    """
    kind, _, packing = rawmode_of(image).partition(";")
    order = packing[2:].replace("N", NATIVE)
    image.load()
    high = samples_of(image, orientation(image))
    pixels = high.pixels.astype(np.uint16) << 8
    alpha = None if high.alpha is None else high.alpha.astype(np.uint16) << 8
    del high
    second = again()
    repack(second, f"{kind};16{OTHER[order]}")
    second.load()
    low = samples_of(second, orientation(second))
    pixels |= low.pixels
    if alpha is not None and low.alpha is not None:
        alpha |= low.alpha
    return Samples(pixels, alpha, (), True)
