"""What all drawings that keep their lines have in common: samples of pictures, words for every reader, numbers."""

from __future__ import annotations

import math
from typing import NamedTuple

from convcli.core.arrays import Bytes
from convcli.report.drawing.marks import UNITS_PER_INCH, Embedded
from convcli.report.drawing.resizing import as_rgb, resized

PER_INCH = 300  # samples of a picture, at most: what a printer tells apart
REPLACED = "\ufffd"
JOINERS = "\u200c\u200d"  # format characters that words of some scripts need


class Samples(NamedTuple):
    """What is taken along of a picture.

    Attributes:
        pixels: uint8, (H, W) or (H, W, 3).
        enlarged: whether a sample is larger than a unit along an axis, so that it must stay a square.
    """

    pixels: Bytes
    enlarged: bool


def samples_of(mark: Embedded, scale: float) -> Samples:
    """The samples of a picture, averaged where there would be more than PER_INCH of them.

    Args:
        scale: how much larger than in inches of 96 units the drawing is.
    """
    given = mark.pixels
    rows, columns = as_rgb(given).shape[:2]
    given = given.reshape(rows, columns) if given.ndim == 3 and given.shape[2] == 1 else given
    enlarged = rows < mark.height or columns < mark.width
    # Of a picture that is enlarged along one axis, the other has a sample a unit, for then none is smoothed.
    density = scale * (1.0 if enlarged else PER_INCH / UNITS_PER_INCH)
    height, width = (max(1, math.ceil(side * density)) for side in (mark.height, mark.width))
    return Samples(resized(given, min(rows, height), min(columns, width)), enlarged)


def readable(words: str) -> str:
    """The words with U+FFFD for what no file of text may hold, or what would turn the words round it about.

    >>> readable("a\\x01b\\udcffc\\u202ed")
    'a�b�c�d'
    """
    return "".join(c if c.isprintable() or c in JOINERS else REPLACED for c in words)


def number(value: float) -> str:
    """A length to a thousandth of a unit, as short as it can be written.

    >>> number(2.0), number(1 / 3), number(-0.0001)
    ('2', '0.333', '0')
    """
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
