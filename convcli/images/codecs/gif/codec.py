"""GIF: indices of at most 256 colours, still or moving."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import numpy as np

from convcli.files.source import Source
from convcli.images.codec import Codec, Moving, Reading, Writing
from convcli.images.codecs.gif.blocks import Block, Screen, walk
from convcli.images.compositing import After, Part, composited
from convcli.images.frames import MOST, Frame, Frames
from convcli.images.picture import Array, Metadata, Picture
from convcli.images.pillow import decoding, encoding

INTERLACED = 0x40
GREYS = bytes(level for level in range(256) for _ in range(3))
AFTER = {2: After.CLEAR, 3: After.RESTORE, 4: After.RESTORE}


def decode(source: Source, reading: Reading) -> Picture:
    """Read a GIF, of an animation the first frame; a note says if there are more."""
    content = _content(source)
    screen = walk(content, MOST + 1)
    count = len(screen.blocks)
    notes = (f"only the first of {count} frames is read",) if count > 1 else ()
    if count and not _covers(screen.blocks[0], screen):
        first = next(_frames(source.name, content, screen, reading, Metadata())).picture
        return first.with_notes((*notes, *_surroundings(screen)))
    whole = Source(source.name, source.head, io.BytesIO(content), len(content))
    picture = decoding.decode(whole, reading, "GIF")
    return picture.with_notes((*notes, *picture.notes))


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the header."""
    return decoding.shape(source, reading, "GIF")


def frames(source: Source, reading: Reading) -> Frames | None:
    """The frames of an animation, as a viewer shows them; None where there is one picture."""
    content = _content(source)
    screen = walk(content, MOST + 1)
    if len(screen.blocks) < 2:
        return None
    width, height = _canvas(screen)
    blocks = screen.blocks
    hides = not _covers(blocks[0], screen) or any(
        b.control.transparent is not None or b.control.after == 2 for b in blocks
    )
    return Frames(
        source.name,
        len(blocks),
        partial(_frames, source.name, content, screen, reading, decoding.metadata_in(source, "GIF")),
        size=(height, width),
        plays=screen.plays,
        hides=hides,
        lenient=reading.allow_truncated,
        max_pixels=reading.max_pixels,
        notes=_surroundings(screen) + ((f"{screen.problem}; frames may be missing",) if screen.problem else ()),
    )


def _content(source: Source) -> bytes:
    return source.seekable().read()


def _canvas(screen: Screen) -> tuple[int, int]:
    """(width, height): the screen, or the first picture where that is larger, as browsers have it."""
    first = screen.blocks[0]
    return max(screen.width, first.left + first.width), max(screen.height, first.top + first.height)


def _covers(block: Block, screen: Screen) -> bool:
    return (block.width, block.height) == _canvas(screen)


def _surroundings(screen: Screen) -> tuple[str, ...]:
    """What is said of a first picture that leaves some of the canvas free."""
    first, (width, height) = screen.blocks[0], _canvas(screen)
    if _covers(first, screen):
        return ()
    size = f"{first.height} × {first.width} of {height} × {width}"
    return (f"its frame covers {size} pixels; the rest is transparent",)


def _frames(name: str, content: bytes, screen: Screen, reading: Reading, metadata: Metadata) -> Iterator[Frame]:
    width, height = _canvas(screen)
    decoding.check_size(name, width, height, reading)
    grey = all(block.is_grey for block in screen.blocks)
    parts = (_part(name, content, block, number, reading, grey) for number, block in enumerate(screen.blocks))
    for shown in composited(parts, height, width):
        yield Frame(Picture(shown.pixels, shown.alpha, name, "picture", "gif", metadata), shown.ms)


def _part(name: str, content: bytes, block: Block, number: int, reading: Reading, grey: bool) -> Part:
    # Of a damaged animation whole frames are kept, and of the first one what is there.
    lenient = reading if number == 0 else reading._replace(allow_truncated=False)
    indices = _indices(f"{name}, frame {number}", content, block, lenient)
    colours = np.frombuffer(block.palette.ljust(3 * 256, b"\0"), np.uint8).reshape(256, 3)
    pixels = indices if grey else colours[indices]
    hidden = block.control.transparent
    alpha = None if hidden is None else np.where(indices == hidden, 0, 255).astype(np.uint8)
    after = AFTER.get(block.control.after, After.LEAVE)
    return Part(block.left, block.top, pixels, alpha, True, after, block.control.hundredths * 10.0)


def _indices(name: str, content: bytes, block: Block, reading: Reading) -> Array:
    """A block's indices, as the greys of a GIF that holds it alone."""
    size = struct.pack("<HH", block.width, block.height)
    alone = b"GIF87a" + size + b"\xf7\0\0" + GREYS + b",\0\0\0\0" + size
    alone += bytes([block.flags & INTERLACED]) + content[block.start : block.end] + b";"
    return decoding.decode(Source(name, alone[:16], io.BytesIO(alone), len(alone)), reading, "GIF").pixels


def refusal(picture: Picture) -> str | None:
    """GIF holds 8-bit grey or RGB, up to 65,535 pixels each way."""
    if max(picture.height, picture.width) > 65_535:
        return f"GIF holds at most 65535 pixels each way, not {picture.height} × {picture.width}; use .png"
    return encoding.refusal(picture, "GIF", ("uint8",))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write a GIF; a note says if it has more colours or finer transparency than GIF holds."""
    from convcli.images.codecs.gif import writer

    return writer.write(Moving(iter([Frame(picture)]), 1, 1), stream)


def encode_frames(moving: Moving, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write an animated GIF."""
    from convcli.images.codecs.gif import writer

    return writer.write(moving, stream)


CODEC = Codec(decode, shape, encode, refusal, frames=frames, encode_frames=encode_frames)
