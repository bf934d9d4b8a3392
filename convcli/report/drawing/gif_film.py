"""A reel as a GIF: one palette, decided before the first frame is written, and of each frame what changed.

Nothing is kept but the frame that is shown, so that memory does not grow with their number.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convcli.core.arrays import Bytes
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.reel import Frame, Place, Reel, draw_part, frames

COLOURS = 255  # in the palette: one entry is "as in the frame before"
UNCHANGED = 255
EXACT = 128  # of more colours, so many of the most frequent are kept as they are: flat grounds, white above all
SAMPLED = 24  # frames whose colours are counted, at most
HIGHEST_COUNT = 30  # of a rare colour, where the others are chosen from
Codes = NDArray[np.int32]


def write_gif(
    reel: Reel,
    stream: BinaryIO,
    *,
    ms: Sequence[float],
    scale: float = 1.0,
    advance: Callable[[], object] = lambda: None,
) -> None:
    """Write all frames; the film is repeated for ever.

    Args:
        ms: time of each frame; a GIF counts in hundredths of a second, and no rounding adds up.
        advance: is called after each frame.
    """
    palette = film_palette(reel, scale)
    colours = _Lookup(palette)
    due = given = 0.0
    shown: Bytes | None = None
    for frame, time in zip(frames(reel, scale), ms, strict=True):
        height, width = frame.pixels.shape[:2]
        if shown is None:
            shown = np.full((height, width), UNCHANGED, np.uint8)
            stream.write(_opening(width, height, palette))
        due += time / 10
        hundredths = min(round(due - given), 65_535)
        given += hundredths
        stream.write(_block(*_changes(shown, colours, frame), hundredths))
        advance()
    stream.write(b";")


def film_palette(reel: Reel, scale: float = 1.0) -> Bytes:
    """At most 255 colours for all frames, (n, 3): all there are, or the most frequent and some for the others."""
    codes, counts = _counted(reel, scale)
    order = np.argsort(-counts, kind="stable")
    codes, counts = codes[order], counts[order]
    if len(codes) <= COLOURS:
        return _apart(codes)
    rest = np.repeat(_apart(codes[EXACT:]), np.minimum(counts[EXACT:], HIGHEST_COUNT), axis=0)
    strip = Image.fromarray(rest[np.newaxis]).quantize(COLOURS - EXACT, Image.Quantize.MEDIANCUT, kmeans=1)
    chosen = np.frombuffer(bytes(strip.getpalette() or ()), np.uint8).reshape(-1, 3)[: COLOURS - EXACT]
    return np.concatenate([_apart(codes[:EXACT]), chosen])


def _counted(reel: Reel, scale: float) -> tuple[Codes, NDArray[np.int64]]:
    """Colours of the ground and of what changes on some frames, and how often each was seen."""
    found, often = [], []
    for pixels in _samples(reel, scale):
        codes, counts = np.unique(_codes(pixels), return_counts=True)
        found.append(codes)
        often.append(counts)
    codes, places = np.unique(np.concatenate(found), return_inverse=True)
    return codes, np.bincount(places.ravel(), np.concatenate(often)).astype(np.int64)


def _samples(reel: Reel, scale: float) -> Iterator[Bytes]:
    page = rasterized(reel.ground, scale)
    yield page
    for number in range(0, reel.length, -(-reel.length // SAMPLED)):
        shown = page.copy()
        for part in (part for parts in reel.change(number) for part in parts):
            yield shown[draw_part(part, shown, scale).box]


class _Lookup:
    """The palette's entry that is nearest to a colour; each colour is searched for once."""

    def __init__(self, palette: Bytes) -> None:
        self._palette = palette.astype(np.int32)
        self._entries = np.full(1 << 24, UNCHANGED, np.uint8)

    def __call__(self, pixels: Bytes) -> Bytes:
        codes = _codes(pixels)
        indices = self._entries[codes]
        unknown = np.unique(codes[indices == UNCHANGED])
        for first in range(0, len(unknown), 512):
            some = unknown[first : first + 512]
            distances = ((_apart(some).astype(np.int32)[:, np.newaxis] - self._palette) ** 2).sum(axis=2)
            self._entries[some] = distances.argmin(axis=1)
        return self._entries[codes] if len(unknown) else indices


def _changes(shown: Bytes, colours: _Lookup, frame: Frame) -> tuple[Bytes, int, int]:
    """The indices of what changed, and where it begins; what did not, inside, is `UNCHANGED`."""
    fresh: list[tuple[Place, Bytes]] = []
    for place in frame.changed:
        part, now = shown[place.box], colours(frame.pixels[place.box])
        differs = now != part
        if differs.any():
            fresh.append((place, np.where(differs, now, UNCHANGED).astype(np.uint8)))
            part[...] = now
    if not fresh:
        return np.full((1, 1), UNCHANGED, np.uint8), 0, 0
    left, top = (min(place[axis] for place, _ in fresh) for axis in (0, 1))
    right, bottom = (max(place[axis] for place, _ in fresh) for axis in (2, 3))
    whole = np.full((bottom - top, right - left), UNCHANGED, np.uint8)
    for place, indices in fresh:
        part = whole[place.top - top : place.bottom - top, place.left - left : place.right - left]
        np.copyto(part, indices, where=indices != UNCHANGED)
    return whole, left, top


def _opening(width: int, height: int, palette: Bytes) -> bytes:
    table = palette.tobytes().ljust(3 * 256, b"\0")
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + table + b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0"


def _block(indices: Bytes, left: int, top: int, hundredths: int) -> bytes:
    """One frame, which leaves what it does not change."""
    height, width = indices.shape
    control = b"!\xf9\4" + struct.pack("<BHB", 1 << 2 | 1, hundredths, UNCHANGED) + b"\0"
    return control + b"," + struct.pack("<HHHHB", left, top, width, height, 0) + _compressed(indices)


def _compressed(indices: Bytes) -> bytes:
    """The indices as a GIF has them: the data of a picture of greys."""
    whole = io.BytesIO()
    Image.fromarray(indices).save(whole, "GIF", optimize=False, interlace=0)
    content = whole.getvalue()
    at = 13 + (3 << (content[10] & 7) + 1)  # behind the header and its colours
    while content[at] == 0x21:  # an extension: two bytes, then blocks with their lengths, then an empty one
        at += 2
        while content[at]:
            at += content[at] + 1
        at += 1
    return content[at + 10 : -1]  # behind where the picture stands; without the file's last byte


def _codes(pixels: Bytes) -> Codes:
    codes: Codes = pixels[..., 0].astype(np.int32)
    for channel in (1, 2):
        codes <<= 8
        codes |= pixels[..., channel]
    return codes


def _apart(codes: Codes) -> Bytes:
    return np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1).astype(np.uint8)
