"""How much a chunk of a Zarr becomes: what says that it is far more than its array's chunks is refused, not decoded.

Sources: RFC 8878 (zstd), RFC 1950 and 1952 (zlib, gzip), the header of Blosc 1, numcodecs' of LZ4.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Any

SLACK = 1 << 18  # bytes beyond a chunk's: of another codec's headers, and of the last block of a zstd frame
BLOCK = 1 << 17  # most bytes of a zstd block
STREAMS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "zlib": zlib.decompressobj,
    "bz2": bz2.BZ2Decompressor,
    "lzma": lzma.LZMADecompressor,
}
GUARDED = ("zstd", "blosc", "lz4", *STREAMS)


def allowed(chunk: int) -> int:
    """Bytes that a chunk of so many may become."""
    return chunk + chunk // 8 + SLACK


def decoded(codec: str, data: bytes, most: int) -> bytes | None:
    """What a stream becomes; None of what says its size, which the codec itself may then decode.

    Raises:
        ValueError: it becomes more than `most` bytes, or is damaged.
    """
    if codec in STREAMS:
        return _stream(STREAMS[codec], data, most)
    size = _zstd(data) if codec == "zstd" else int.from_bytes(data[4:8] if codec == "blosc" else data[:4], "little")
    if size > most:
        raise _far_more(most)
    return None


def _far_more(most: int) -> ValueError:
    return ValueError(f"one of its chunks becomes more than the {most:,} bytes that it may")


def _stream(begin: Callable[[], Any], data: bytes, most: int) -> bytes:
    made: list[bytes] = []
    left = most
    while data:
        stream = begin()
        part = stream.decompress(data, left + 1)
        if len(part) > left:
            raise _far_more(most)
        if not stream.eof:
            raise ValueError("one of its chunks ends too early")
        made.append(part)
        left, data = left - len(part), stream.unused_data
    return b"".join(made)


def _zstd(data: bytes) -> int:
    """Bytes that its frames say, or at most have in their blocks."""
    total = at = 0
    while at < len(data):
        magic, size = int.from_bytes(data[at : at + 4], "little"), int.from_bytes(data[at + 4 : at + 8], "little")
        if magic & ~15 == 0x184D2A50:  # to be skipped
            at += 8 + size
            continue
        if magic != 0xFD2FB528 or at + 6 > len(data):
            raise ValueError("one of its chunks is no zstd")
        at, frame = _frame(data, at + 4)
        total += frame
    return total


def _frame(data: bytes, at: int) -> tuple[int, int]:
    """Where a frame ends, and the bytes that it becomes."""
    said = data[at]
    single, window = said >> 5 & 1, data[at + 1]
    at += 1 + (not single) + (0, 1, 2, 4)[said & 3]
    length = (single, 2, 4, 8)[said >> 6]
    size = int.from_bytes(data[at : at + length], "little") + (256 if length == 2 else 0)
    base = 1 << (10 + (window >> 3))
    block = BLOCK if single else min(BLOCK, base + (base >> 3) * (window & 7))
    at, last, made = at + length, 0, 0
    while not last:
        if at + 3 > len(data):
            raise ValueError("one of its chunks ends too early")
        head = int.from_bytes(data[at : at + 3], "little")
        last, kind, stored = head & 1, head >> 1 & 3, head >> 3
        made += stored if kind < 2 else block
        at += 3 + (1 if kind == 1 else stored)
    return at + (4 if said >> 2 & 1 else 0), size if length else made
