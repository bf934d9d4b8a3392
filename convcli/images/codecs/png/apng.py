"""Animated PNG: each frame a PNG of its own, whose image data stands in other chunks.

The header, palette and transparency of the file are every frame's; a frame's
control chunk says where on the canvas it lies, for how long, and what comes after.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, NamedTuple

from convcli.errors import InputError, Setting
from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.codecs.png.chunks import MAGIC
from convcli.images.compositing import After, Part, composited
from convcli.images.frames import MOST, Frame, Frames
from convcli.images.picture import Metadata, Picture
from convcli.images.pillow import decoding

MOST_CHUNKS = 1_000_000  # 8 KiB pieces of 8 GB
SHARED = (b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs", b"sBIT")
WORDS = (b"tEXt", b"zTXt", b"iTXt", b"tIME")  # read with the first frame
COLOUR_TYPE, HAS_ALPHA = 9, 4  # a byte of the header, and a bit of it
CLEARED = 1
AFTER = (After.LEAVE, After.CLEAR, After.RESTORE)
Decode = Callable[[Source, Reading], Picture]
STILL_LEFT_OUT = "the still picture that it has beside the animation is left out"


class Control(NamedTuple):
    """A frame's control chunk: its size and place, its time as a fraction of a second, what comes after, and how."""

    number: int
    width: int
    height: int
    left: int
    top: int
    delay: int
    per_second: int
    after: int
    over: int

    @property
    def ms(self) -> float:
        return 1000 * self.delay / (self.per_second or 100)


class Data(NamedTuple):
    """Where a chunk of image data lies."""

    kind: bytes
    start: int
    length: int

    def read(self, stream: BinaryIO) -> bytes | None:
        """The data, less the number that an fdAT chunk begins with; None where they are damaged."""
        stream.seek(self.start)
        content = stream.read(self.length + 4)
        whole = zlib.crc32(self.kind + content[:-4]) == int.from_bytes(content[-4:], "big")
        return content[0 if self.kind == b"IDAT" else 4 : -4] if whole and len(content) == self.length + 4 else None


@dataclass
class Animation:
    """What a walk over the chunks found.

    Attributes:
        header: the IHDR chunk's content.
        shared: chunks that belong to every frame, as they are.
        words: those that say something of the whole.
        frames: of each its control and its image data.
        problem: where the walk had to stop.
    """

    header: bytes = bytes(13)
    shared: list[bytes] = field(default_factory=list)
    words: list[bytes] = field(default_factory=list)
    promised: int = 0
    plays: int = 0
    frames: list[tuple[Control, list[Data]]] = field(default_factory=list)
    has_still: bool = False
    problem: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the canvas."""
        width, height = struct.unpack(">II", self.header[:8])
        return width, height

    @property
    def damage(self) -> str:
        """What is wrong, frames that are missing included; empty if nothing is."""
        if self.problem or len(self.frames) >= min(self.promised, MOST):
            return self.problem
        return f"{self.promised} frames are announced, {len(self.frames)} are there"

    @property
    def hides(self) -> bool:
        """Whether a frame may be transparent somewhere."""
        controls = [control for control, _ in self.frames]
        covered = controls[0][1:5] == (*self.size, 0, 0) and all(control.after != CLEARED for control in controls)
        keyed = any(shared[4:8] == b"tRNS" for shared in self.shared)
        return not covered or keyed or bool(self.header[COLOUR_TYPE] & HAS_ALPHA)


def frames(source: Source, stream: BinaryIO, reading: Reading, decode: Decode) -> Frames | None:
    """The frames of an animated PNG, as a viewer shows them; None where there is one picture.

    Args:
        stream: the file, which can seek.
        decode: reads a PNG.
    """
    found = _walk(stream)
    whole = not found.damage
    if not found.frames or max(len(found.frames), found.promised) < 2:
        return None
    if not whole and not reading.allow_truncated:
        raise InputError(
            source.name, f"the PNG is damaged or cut short: {found.damage}; see ", Setting("allow_truncated")
        )
    return Frames(
        source.name,
        len(found.frames),
        partial(_frames, source.name, stream, found, reading, decode),
        size=found.size[::-1],
        plays=found.plays,
        hides=found.hides,
        lenient=reading.allow_truncated,
        max_pixels=reading.max_pixels,
        notes=((STILL_LEFT_OUT,) if found.has_still else ()) + (() if whole else (found.damage,)),
    )


def _walk(stream: BinaryIO) -> Animation:
    """Visit the chunks up to the last frame; checksums of image data are looked at when a frame is read."""
    stream.seek(len(MAGIC))
    found = Animation()
    for _ in range(MOST_CHUNKS):
        start = stream.tell() + 8
        head = stream.read(8)
        length, kind = struct.unpack(">I4s", head) if len(head) == 8 else (0, b"")
        if not kind:
            found.problem = "it ends before the IEND chunk"
            return found
        if kind == b"IEND" or len(found.frames) > MOST:
            return found
        found.problem = _visit(stream, found, kind, length)
        if found.problem:
            return found
        stream.seek(start + length + 4)
    found.problem = "it has absurdly many chunks"
    return found


def _visit(stream: BinaryIO, found: Animation, kind: bytes, length: int) -> str:
    place = stream.tell()
    if kind == b"IDAT":
        if not found.frames:
            found.has_still = True
            return ""
        found.frames[0][1].append(Data(kind, place, length))
    elif kind == b"fdAT":
        if not found.frames or length < 4:
            return "its fdAT chunk belongs to no frame"
        found.frames[-1][1].append(Data(kind, place, length))
    elif kind in (b"IHDR", b"acTL", b"fcTL", *SHARED, *WORDS):
        content = stream.read(length + 4)
        if zlib.crc32(kind + content[:-4]) != int.from_bytes(content[-4:], "big"):
            return f"its {kind.decode()} chunk is cut short or has a wrong checksum"
        return _note(found, kind, content[:-4])
    return ""


def _note(found: Animation, kind: bytes, content: bytes) -> str:
    if kind == b"fcTL" and len(content) == 26:
        control = Control(*struct.unpack(">IIIIIHHBB", content))
        inside = control.left + control.width <= found.size[0] and control.top + control.height <= found.size[1]
        if not inside or not control.width or not control.height or control.after > 2:
            return f"frame {len(found.frames)} does not lie on the canvas"
        found.frames.append((control, []))
    elif kind == b"acTL" and len(content) == 8:
        found.promised, found.plays = struct.unpack(">II", content)
    elif kind == b"IHDR" and len(content) == 13:
        found.header = content
    elif kind in SHARED:
        found.shared.append(chunk(kind, content))
    elif kind in WORDS:
        found.words.append(chunk(kind, content))
    else:
        return f"its {kind.decode()} chunk has a wrong length"
    return ""


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk: length, kind, content, checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))


def _frames(name: str, stream: BinaryIO, found: Animation, reading: Reading, decode: Decode) -> Iterator[Frame]:
    width, height = found.size
    decoding.check_size(name, width, height, reading)
    metadata = Metadata()

    def parts() -> Iterator[Part]:
        nonlocal metadata
        for number, (control, data) in enumerate(found.frames):
            beside = found.shared if number else [*found.shared, *found.words]
            alone = _alone(f"{name}, frame {number}", stream, found.header, beside, control, data)
            # Of a damaged animation whole frames are kept, and of the first one what is there.
            picture = decode(alone, reading if number == 0 else reading._replace(allow_truncated=False))
            metadata = metadata if number else picture.metadata
            yield Part(
                control.left,
                control.top,
                picture.pixels,
                picture.alpha,
                bool(control.over),
                AFTER[control.after],
                control.ms,
            )

    for shown in composited(parts(), height, width):
        yield Frame(Picture(shown.pixels, shown.alpha, name, "picture", "png", metadata), shown.ms)


def _alone(
    name: str, stream: BinaryIO, header: bytes, beside: list[bytes], control: Control, data: list[Data]
) -> Source:
    """A frame as the PNG that it would be alone; damaged where its data are."""
    header = struct.pack(">II", control.width, control.height) + header[8:]
    pieces = [piece.read(stream) for piece in data]
    image = chunk(b"IDAT", b"".join(piece for piece in pieces if piece is not None))
    if None in pieces:
        image = image[:-4] + bytes(4 * [0xFF ^ image[-1]])
    whole = MAGIC + chunk(b"IHDR", header) + b"".join(beside) + image + chunk(b"IEND", b"")
    return Source(name, whole[:16], io.BytesIO(whole), len(whole))
