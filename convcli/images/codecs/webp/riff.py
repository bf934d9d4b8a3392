"""RIFF, as WebP has it: a file of chunks."""

from __future__ import annotations

import struct
from collections.abc import Iterator

HEADER = 12  # bytes: RIFF, length, WEBP
ANIMATED, HAS_ALPHA = 0x02, 0x10  # of the chunk VP8X
CLEARED, TAKES_PLACE = 1, 2  # of a frame's chunk, ANMF
FRAME_HEADER = 16
PICTURE = (b"ALPH", b"VP8 ", b"VP8L")


def is_animated(head: bytes) -> bool:
    """Whether a file that begins so is an animation."""
    return head[12:16] == b"VP8X" and len(head) > 20 and bool(head[20] & ANIMATED)


def chunks(content: bytes, position: int) -> Iterator[tuple[bytes, bytes, bool]]:
    """Kind and content of each chunk from a position on, and whether all of it is there."""
    while position + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, position)
        yield kind, content[position + 8 : position + 8 + length], position + 8 + length <= len(content)
        position += 8 + length + length % 2


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk: kind, length, content, a byte more where that is odd."""
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def file(content: bytes) -> bytes:
    """A file of these chunks."""
    return b"RIFF" + struct.pack("<I", 4 + len(content)) + b"WEBP" + content


def extended(width: int, height: int, flags: int) -> bytes:
    """The chunk that says the canvas's size and what the file holds."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return chunk(b"VP8X", bytes([flags, 0, 0, 0]) + size)


def see_through(content: bytes) -> bool:
    """Whether a picture's chunks, which begin so, hold alpha."""
    kind = content[:4]
    return kind == b"ALPH" or (kind == b"VP8L" and bool(content[12:13] and content[12] & 0x10))
