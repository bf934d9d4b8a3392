"""Compositing: from the parts that an animation's file holds to the frames that a viewer shows, and back.

A part is drawn on the canvas over what is there or instead of it; then the
frame is shown; then the part's place is left, cleared or put back as it was
before.  The canvas is transparent at first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

import numpy as np

from convcli.images.picture import Array, Picture


class Place(NamedTuple):
    """Where a part lies on the canvas."""

    left: int
    top: int
    width: int
    height: int

    @property
    def rows(self) -> slice:
        return slice(self.top, self.top + self.height)

    @property
    def columns(self) -> slice:
        return slice(self.left, self.left + self.width)


class After(Enum):
    """What becomes of a part's place once it was shown."""

    LEAVE = 0
    CLEAR = 1
    RESTORE = 2


class Part(NamedTuple):
    """What is drawn for one frame.

    Attributes:
        pixels: (h, w) or (h, w, 3), as the canvas.
        alpha: (h, w), or None: opaque.
        over: drawn over what is there; else it takes its place, with its transparency.
        ms: how long the frame is shown.
    """

    left: int
    top: int
    pixels: Array
    alpha: Array | None
    over: bool
    after: After
    ms: float

    @property
    def place(self) -> Place:
        return Place(self.left, self.top, self.pixels.shape[1], self.pixels.shape[0])


class Shown(NamedTuple):
    """One frame: pixels of the whole canvas, alpha where something is transparent."""

    pixels: Array
    alpha: Array | None
    ms: float


def composited(parts: Iterable[Part], height: int, width: int) -> Iterator[Shown]:
    """The frames of the parts, one after the other; what lies beyond the canvas is cut off.

    Where a part is half transparent over something half transparent, as PNG and WebP have it:
    a = s + d * (1 - s), colour = (s * source + d * (1 - s) * canvas) / a
    """
    pixels = alpha = None
    for part in parts:
        if pixels is None or alpha is None:
            pixels = np.zeros((height, width, *part.pixels.shape[2:]), part.pixels.dtype)
            alpha = np.zeros((height, width), part.pixels.dtype)
        window = part.place.rows, part.place.columns
        before = (pixels[window].copy(), alpha[window].copy()) if part.after is After.RESTORE else None
        _draw(part, pixels[window], alpha[window])
        yield Shown(pixels.copy(), None if alpha.min() == np.iinfo(alpha.dtype).max else alpha.copy(), part.ms)
        if part.after is After.CLEAR:
            pixels[window], alpha[window] = 0, 0
        elif before is not None:
            pixels[window], alpha[window] = before


def _draw(part: Part, pixels: Array, alpha: Array) -> None:
    rows, columns = alpha.shape
    top = int(np.iinfo(alpha.dtype).max)
    source, cover = part.pixels[:rows, :columns], None if part.alpha is None else part.alpha[:rows, :columns]
    if cover is None or not part.over:
        pixels[...], alpha[...] = source, top if cover is None else cover
        return
    # Where the canvas is empty, the part is taken as it is: colours under no cover stay what the file says.
    taken = (cover == top) | (alpha == 0)
    half = (cover > 0) & ~taken
    if half.any():
        pixels[half], alpha[half] = _mixed(source[half], cover[half] / top, pixels[half], alpha[half] / top, top)
    np.copyto(pixels, source, where=taken if pixels.ndim == 2 else taken[:, :, np.newaxis])
    np.copyto(alpha, cover, where=taken)


def _mixed(source: Array, cover: Array, below: Array, below_alpha: Array, top: int) -> tuple[Array, Array]:
    """Colours and alpha of samples drawn over others."""
    under = below_alpha * (1 - cover)
    total = cover + under
    # The channels of a sample are a row; grey has none, and is turned to look like one.
    colours = (source.T * cover + below.T * under) / total
    return np.rint(colours).T, np.rint(total * top)


def changed(before: Picture | None, after: Picture, *, even: bool = False) -> Place:
    """The smallest rectangle outside which two frames are the same; a single pixel where all of them is.

    Args:
        before: None for the first frame, which is drawn whole.
        even: its left and top are even numbers.
    """
    if before is None:
        return Place(0, 0, after.width, after.height)
    differs = before.pixels != after.pixels
    differs = differs.any(axis=2) if differs.ndim == 3 else differs
    if after.alpha is not None and before.alpha is not None:
        differs |= before.alpha != after.alpha
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not rows.size:
        return Place(0, 0, 1, 1)
    top, left = int(rows[0]), int(columns[0])
    top, left = (top // 2 * 2, left // 2 * 2) if even else (top, left)
    return Place(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


def difference(before: Picture | None, after: Picture, place: Place) -> Picture:
    """A rectangle of an opaque picture to be drawn over the one before: transparent where both are the same."""
    part = cut(after, place)
    seen = np.full(part.pixels.shape[:2], np.iinfo(part.pixels.dtype).max, part.pixels.dtype)
    if before is None:
        return part.with_pixels(part.pixels, seen)
    same = before.pixels[place.rows, place.columns] == part.pixels
    same = same.all(axis=2) if same.ndim == 3 else same
    pixels = part.pixels.copy()
    pixels[same] = seen[same] = 0
    return part.with_pixels(pixels, seen)


def cut(picture: Picture, place: Place) -> Picture:
    """A rectangle of a picture."""
    alpha = None if picture.alpha is None else picture.alpha[place.rows, place.columns]
    return picture.with_pixels(picture.pixels[place.rows, place.columns], alpha)
