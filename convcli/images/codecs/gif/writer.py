"""The bytes of a GIF: each frame a picture with colours of its own.

Pillow compresses the indices; times, repeats and places are written here, so
that every frame keeps its time and no two become one.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from convcli.images.codec import Moving
from convcli.images.codecs.gif.blocks import walk
from convcli.images.codecs.gif.palettes import Indexed, Palettes
from convcli.images.compositing import Place, changed, cut
from convcli.images.picture import Picture
from convcli.images.pillow import encoding

MOST_REPEATS = 65_535
MOST_HUNDREDTHS = 65_535
LEAVE, CLEAR = 1, 2
ROUNDED = "GIF counts times in 1/100 s, at most 655 s; some are rounded"


def write(moving: Moving, stream: BinaryIO) -> tuple[str, ...]:
    """Write frames that `refusal` has passed, all of one size.

    Returns:
        Notes: colours, transparency and times that GIF cannot hold.
    """
    palettes, clock = Palettes(), Clock()
    before: Picture | None = None
    for frame in moving.frames:
        picture = frame.picture
        see_through = picture.alpha is not None
        if before is None:
            size = struct.pack("<HH", picture.width, picture.height)
            stream.write(b"GIF89a" + size + b"\x70\0\0" + _repeats(moving.plays))
        # Through what is transparent the frame before would show: then each is drawn whole, on a clean canvas.
        place = changed(None if see_through else before, picture)
        control = CLEAR if see_through else LEAVE, clock.hundredths(frame.ms or 0)
        stream.write(_block(palettes.indexed(cut(picture, place)), place, *control))
        before = picture
    stream.write(b";")
    return (*palettes.notes, *((ROUNDED,) if clock.rounded else ()))


class Clock:
    """Times in whole hundredths of a second, so rounded that no error adds up."""

    def __init__(self) -> None:
        self._due = self._given = 0.0
        self.rounded = False

    def hundredths(self, ms: float) -> int:
        """The next frame's.

        >>> clock = Clock()
        >>> [clock.hundredths(1000 / 30) for _ in range(6)]
        [3, 4, 3, 3, 4, 3]
        """
        self._due += ms / 10
        count = min(max(round(self._due - self._given), 0), MOST_HUNDREDTHS)
        self._given += count
        if abs(count - ms / 10) > 1e-6:
            self.rounded, self._due = True, min(self._due, self._given + 1)
        return count


def _repeats(plays: int) -> bytes:
    """How often the frames are shown after the first time; 0 is for ever, and without this they are shown once."""
    if plays == 1:
        return b""
    repeats = min(plays - 1, MOST_REPEATS) if plays else 0
    return b"!\xff\x0bNETSCAPE2.0\3\1" + struct.pack("<H", repeats) + b"\0"


def _block(indexed: Indexed, place: Place, after: int, hundredths: int) -> bytes:
    """One frame: its control, place, colours and compressed indices."""
    whole = io.BytesIO()
    encoding.save(Picture(indexed.indices), whole, "GIF", optimize=False, interlace=0)
    compressed = whole.getvalue()
    (alone,) = walk(compressed, 2).blocks
    hidden = indexed.transparent
    flags = after << 2 | (hidden is not None)
    control = b"!\xf9\4" + struct.pack("<BHB", flags, hundredths, hidden or 0) + b"\0"
    bits = max(1, (len(indexed.palette) // 3 - 1).bit_length())
    palette = indexed.palette.ljust(3 << bits, b"\0")
    corner = struct.pack("<HHHHB", *place[:2], *place[2:], 0x80 | bits - 1)
    return control + b"," + corner + palette + compressed[alone.start : alone.end]
