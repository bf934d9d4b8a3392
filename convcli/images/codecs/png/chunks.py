"""PNG's chunks, checked.

Pillow neither verifies the checksums of image data nor notices compressed
data that ends early: the missing rows come out black.  This does both, in
bounded memory.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

MAGIC = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 100_000  # 8 KiB pieces of a large picture are some 10,000
MAX_OTHER_CHUNKS = 2_000
BLOCK = 1 << 16
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PALETTE = 3  # the colour type of indices
MOVING = (b"fcTL", b"fdAT")  # two or more for each frame of an animation
CHECKED = (b"IHDR", b"PLTE", b"tRNS", b"IEND")  # besides the image data itself
WORDS = (b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf")  # read here, and hidden from Pillow
COLOURS = (b"gAMA", b"cHRM", b"sRGB", b"cICP")
LENGTHS = {b"pHYs": 9, b"tIME": 7, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4}
NAMES = {b"tEXt": "comments", b"zTXt": "comments", b"iTXt": "comments", b"iCCP": "colour profile", b"eXIf": "EXIF",
         b"pHYs": "resolution", b"gAMA": "gamma"}  # fmt: skip
MAX_WORDS = 32 << 20  # bytes that are kept of chunks that say something
# Adam7: first column, first row, column step, row step of each pass
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


@dataclass
class Chunks:
    """What a walk over the chunks found; `problem` says where it had to stop."""

    width: int = 0
    height: int = 0
    depth: int = 8
    colour: int = 0
    palette: int = 0
    interlaced: bool = False
    image_data: list[tuple[int, int]] = field(default_factory=list)
    words: list[tuple[bytes, bytes]] = field(default_factory=list)
    colours: list[tuple[bytes, bytes]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    problem: str = ""

    @property
    def raw_bytes(self) -> int:
        """Length of the image data once inflated: one filter byte and the packed samples of each row."""
        passes = ADAM7 if self.interlaced else ((0, 0, 1, 1),)
        total = 0
        for left, top, across, down in passes:
            columns = -((left - self.width) // across)
            rows = -((top - self.height) // down)
            if columns > 0 and rows > 0:
                total += rows * (1 + (columns * self.depth * SAMPLES.get(self.colour, 1) + 7) // 8)
        return total


def walk(stream: BinaryIO) -> Chunks:
    """Visit every chunk: order, lengths and the checksums of those that decide pixels."""
    stream.seek(len(MAGIC))
    chunks = Chunks()
    others = 0
    for _ in range(MAX_CHUNKS):
        head = stream.read(8)
        if len(head) < 8:
            chunks.problem = "it ends before the IEND chunk"
            return chunks
        length, kind = struct.unpack(">I4s", head)
        chunks.problem = _visit(stream, chunks, kind, length)
        others += kind != b"IDAT" and kind not in MOVING
        if kind == b"IEND" and not (chunks.problem or chunks.image_data):
            chunks.problem = "it has no image data"
        if chunks.problem or kind == b"IEND":
            return chunks
        if others > MAX_OTHER_CHUNKS:
            break
    chunks.problem = "it has absurdly many chunks"
    return chunks


def is_animated(stream: BinaryIO) -> bool:
    """Whether an animation is announced, which it must be before the image data."""
    stream.seek(len(MAGIC))
    for _ in range(MAX_OTHER_CHUNKS):
        head = stream.read(8)
        if len(head) < 8 or head[4:] in (b"IDAT", b"IEND", b"acTL"):
            return head[4:] == b"acTL"
        stream.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False


def _visit(stream: BinaryIO, chunks: Chunks, kind: bytes, length: int) -> str:
    if kind == b"IDAT":
        chunks.image_data.append((stream.tell(), length))
        if chunks.colour == PALETTE and not chunks.palette:
            return "its palette is missing"
        return _checked(stream, kind, length)
    if kind in CHECKED:
        start = stream.tell()
        problem = _checked(stream, kind, length)
        if kind == b"IHDR" and not problem:
            return _header(stream, chunks, start)
        if kind == b"PLTE":
            chunks.palette = length // 3
            return problem or ("its palette is no list of colours" if length % 3 else "")
        return problem
    if kind[:1].isupper():  # whoever does not know such a chunk would misread the pixels
        return f"it has a chunk {ascii(kind)[2:-1]}, which is none of PNG's"
    if kind == b"acTL" or kind in MOVING:
        stream.seek(length + 4, 1)
    else:
        _read_ancillary(stream, chunks, kind, length)
    return ""


def _read_ancillary(stream: BinaryIO, chunks: Chunks, kind: bytes, length: int) -> None:
    """Keep what a chunk says; hide it if Pillow need not, or must not, see it: damage in it harms no pixel."""
    start = stream.tell()
    kept = sum(len(content) for _, content in chunks.words)
    content = stream.read(length) if kept + length <= MAX_WORDS else b""
    if len(content) < length:
        stream.seek(start + length)
    sound = stream.read(4) == struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))
    sound = sound and length == LENGTHS.get(kind, length)
    if sound and kind in WORDS:
        chunks.words.append((kind, content))
    elif sound and kind in COLOURS:
        chunks.colours.append((kind, content))
    elif not sound and kind in NAMES:
        chunks.unread.append(NAMES[kind])
    if kind in WORDS or not sound:
        chunks.hidden.append((start - 8, start + length + 4))


def _header(stream: BinaryIO, chunks: Chunks, start: int) -> str:
    after = stream.tell()
    stream.seek(start)
    fields = stream.read(13).ljust(13, b"\0")
    stream.seek(after)
    size, methods = struct.unpack(">IIBB", fields[:10]), fields[10:]
    chunks.width, chunks.height, chunks.depth, chunks.colour = size
    chunks.interlaced = bool(methods[2])
    if chunks.depth not in DEPTHS.get(chunks.colour, ()):
        return f"its header names {chunks.depth} bits of colour type {chunks.colour}, which PNG has not"
    return "its header names a compression, filter or interlacing that PNG has not" if methods > b"\0\0\1" else ""


def _checked(stream: BinaryIO, kind: bytes, length: int) -> str:
    name = kind.decode("ascii")
    checksum = zlib.crc32(kind)
    while length:
        block = stream.read(min(length, BLOCK))
        if not block:
            return f"its {name} chunk is cut short"
        checksum = zlib.crc32(block, checksum)
        length -= len(block)
    stored = stream.read(4)
    if len(stored) < 4:
        return f"its {name} chunk is cut short"
    return "" if struct.unpack(">I", stored)[0] == checksum else f"its {name} chunk has a wrong checksum"


def inflates_fully(stream: BinaryIO, chunks: Chunks) -> bool:
    """Whether the compressed data holds every row; at most 1 MiB of it is in memory at a time.

    Raises:
        zlib.error: data that is not compressed at all.
    """
    inflater = zlib.decompressobj()
    missing = chunks.raw_bytes
    for start, length in chunks.image_data:
        stream.seek(start)
        while length and missing > 0 and not inflater.eof:
            block = stream.read(min(length, BLOCK))
            length -= len(block) or length
            while block and missing > 0:
                missing -= len(inflater.decompress(block, 1 << 20))
                block = inflater.unconsumed_tail
    return missing <= 0
