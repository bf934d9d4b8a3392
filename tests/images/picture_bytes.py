"""Picture files built byte by byte, so that the truth does not come from Pillow."""

from __future__ import annotations

import struct
import zlib

import numpy as np


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(
    rows: np.ndarray | bytes,
    size: tuple[int, int],
    depth: int,
    colour: int,
    *,
    before: bytes = b"",
    after: bytes = b"",
    interlaced: int = 0,
) -> bytes:
    """A PNG whose rows (packed bytes, one line each) have filter 0; `rows` as bytes are taken as they are."""
    height, width = size
    raw = rows if isinstance(rows, bytes) else b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(raw)) + after
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def tiff(tags: dict[int, tuple[int, tuple[int, ...]]], content: bytes, *, big_endian: bool = False) -> bytes:
    """A TIFF of one strip: tags map a number to (type 3 or 4, values); offset and length are added."""
    order = ">" if big_endian else "<"
    tags = {**tags, 273: (4, (0,)), 279: (4, (len(content),))}
    start = 8 + 2 + 12 * len(tags) + 4
    behind = b""
    table = b""
    sizes = {3: "H", 4: "I"}
    total_behind = sum(
        len(struct.pack(f"{order}{len(v)}{sizes[t]}", *v)) for t, v in tags.values() if len(v) * (2, 4)[t == 4] > 4
    )
    for tag, (kind, values) in sorted(tags.items()):
        if tag == 273:
            values = (start + total_behind,)
        packed = struct.pack(f"{order}{len(values)}{sizes[kind]}", *values)
        if len(packed) > 4:
            place = struct.pack(f"{order}I", start + len(behind))
            behind += packed
        else:
            place = packed.ljust(4, b"\0")
        table += struct.pack(f"{order}HHI", tag, kind, len(values)) + place
    magic = b"MM\0*" if big_endian else b"II*\0"
    count = struct.pack(f"{order}H", len(tags))
    return magic + struct.pack(f"{order}I", 8) + count + table + struct.pack(f"{order}I", 0) + behind + content


def grey_tags(
    height: int, width: int, bits: int, *, kind: int = 1, photometric: int = 1
) -> dict[int, tuple[int, tuple[int, ...]]]:
    """The tags of a one-channel, uncompressed TIFF."""
    return {
        256: (3, (width,)),
        257: (3, (height,)),
        258: (3, (bits,)),
        259: (3, (1,)),
        262: (3, (photometric,)),
        277: (3, (1,)),
        278: (3, (height,)),
        339: (3, (kind,)),
    }
