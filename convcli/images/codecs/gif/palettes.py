"""At most 256 colours a frame: its own where they are no more, else the nearest of a few that suit it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from PIL import Image

from convcli.images.picture import Array, Picture

MOST = 256
OPAQUE_FROM = 128
SAMPLED = 1 << 17  # pixels, at most, that colours are chosen by
WORSE = 1.15  # times the error that a palette had on the frame it was made for: a new one would flicker for little
REDUCED = "GIF holds 256 colours a frame; the others became the nearest of them"
HARD = "GIF has no half transparency: alpha from 128 became opaque, below it transparent"


class Indexed(NamedTuple):
    """A frame as indices (H, W), their colours (three bytes each), and the index that is not drawn."""

    indices: Array
    palette: bytes
    transparent: int | None = None


class Palettes:
    """The colours of an animation's frames, which keep a palette as long as it suits them.

    Attributes:
        notes: what was lost so far.
    """

    def __init__(self) -> None:
        self._current: Image.Image | None = None
        self._error = 0.0
        self.notes: tuple[str, ...] = ()

    def indexed(self, picture: Picture) -> Indexed:
        """A frame's indices and colours; grey without alpha is exact."""
        if picture.channels == 1 and picture.alpha is None:
            pixels = picture.pixels.reshape(picture.pixels.shape[:2])
            return Indexed(pixels, bytes(level for level in range(MOST) for _ in range(3)))
        colours = np.broadcast_to(
            picture.pixels.reshape(picture.height, picture.width, -1), (*picture.pixels.shape[:2], 3)
        )
        if picture.alpha is None:
            return Indexed(*self._in(colours, MOST))
        if not np.isin(picture.alpha, (0, 255)).all():
            self._note(HARD)
        seen = picture.alpha >= OPAQUE_FROM
        # What is not seen takes no colour of its own.
        filled = np.where(seen[:, :, np.newaxis], colours, colours[seen][0] if seen.any() else 0).astype(np.uint8)
        indices, palette = self._in(filled, MOST - 1)
        hidden = len(palette) // 3
        return Indexed(np.where(seen, indices, hidden).astype(np.uint8), palette + b"\0\0\0", hidden)

    def _in(self, colours: Array, room: int) -> tuple[Array, bytes]:
        image = Image.fromarray(np.ascontiguousarray(colours))
        own = image.getcolors(room)
        if own is None:
            self._note(REDUCED)
            return self._nearest(image, room)
        codes = np.sort(_codes(np.array([colour for _, colour in own])))
        palette = b"".join(int(code).to_bytes(3, "big") for code in codes)
        return np.searchsorted(codes, _codes(colours)).astype(np.uint8), palette

    def _nearest(self, image: Image.Image, room: int) -> tuple[Array, bytes]:
        kept = self._current and image.quantize(palette=self._current, dither=Image.Dither.NONE)
        if kept is None or _error(image, kept) > WORSE * self._error:
            self._current = _sample(image).quantize(room, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
            kept = image.quantize(palette=self._current, dither=Image.Dither.NONE)
            self._error = _error(image, kept)
        return np.asarray(kept), bytes(kept.getpalette() or ())[: 3 * room]

    def _note(self, note: str) -> None:
        self.notes = tuple(dict.fromkeys((*self.notes, note)))


def _sample(image: Image.Image) -> Image.Image:
    """Pixels of a large picture that stand for all of them."""
    step = math.ceil(math.sqrt(image.width * image.height / SAMPLED))
    return image if step == 1 else Image.fromarray(np.ascontiguousarray(np.asarray(image)[::step, ::step]))


def _error(image: Image.Image, mapped: Image.Image) -> float:
    """Root of the mean square of what the samples differ by."""
    difference = np.asarray(image).astype(np.int16) - np.asarray(mapped.convert("RGB"))
    return float(np.sqrt(np.mean(np.square(difference, dtype=np.int32))))


def _codes(colours: Array) -> Array:
    wide = colours.astype(np.int32)
    codes: Array = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return codes
