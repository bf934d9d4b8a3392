"""Font files of a few square glyphs, made byte by byte: what a test needs of fonts on a machine without any."""

from __future__ import annotations

import struct
from collections.abc import Mapping

PER_EM = 1000
FULL = (100, 0, 900, 800)  # left, bottom, right, top of a glyph that fills its square


def tiny_font(
    characters: str, family: str = "Tiny", *, wide: bool = False, boxes: Mapping[str, tuple[int, int, int, int]] = {}
) -> bytes:
    """A TrueType font with one rectangle for each character, 1000 units wide.

    Args:
        wide: the map of characters has all planes (format 12), or the first alone (format 4).
        boxes: other rectangles than FULL, by character.
    """
    glyphs = [b"", *(_glyph(boxes.get(character, FULL)) for character in characters)]
    offsets = [sum(map(len, glyphs[:index])) for index in range(len(glyphs) + 1)]
    tables = {
        b"cmap": _cmap(characters, wide=wide),
        b"glyf": b"".join(glyphs) or b"\0",
        b"head": struct.pack(">IIIIHH16x4hHHhhh", 0x10000, 0, 0, 0x5F0F3CF5, 0, PER_EM, 0, 0, 1000, 800, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">I3hH11hH", 0x10000, 800, -200, 0, 1000, *([0] * 11), len(glyphs)),
        b"hmtx": struct.pack(">Hh", 1000, 100) * len(glyphs),
        b"loca": struct.pack(f">{len(offsets)}I", *offsets),
        b"maxp": struct.pack(">IH13H", 0x10000, len(glyphs), 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _name(family),
    }
    return _assembled(tables)


def collection(*fonts: bytes) -> bytes:
    """Fonts in one file (.ttc)."""
    start = 12 + 4 * len(fonts)
    starts, body = [], b""
    for font in fonts:
        at = start + len(body)
        starts.append(at)
        (count,) = struct.unpack_from(">H", font, 4)
        moved = bytearray(font)
        for record in range(count):
            (offset,) = struct.unpack_from(">I", font, 12 + 16 * record + 8)
            struct.pack_into(">I", moved, 12 + 16 * record + 8, offset + at)
        body += bytes(moved)
    return b"ttcf" + struct.pack(f">II{len(fonts)}I", 0x10000, len(fonts), *starts) + body


def _glyph(box: tuple[int, int, int, int]) -> bytes:
    left, bottom, right, top = box
    points = [(left, bottom), (left, top), (right, top), (right, bottom)]
    moves = [b - a for axis in (0, 1) for a, b in zip([0, *(p[axis] for p in points)], [p[axis] for p in points])]  # noqa: B905
    return struct.pack(">5hHH4B8h2x", 1, left, bottom, right, top, 3, 0, 1, 1, 1, 1, *moves)


def _cmap(characters: str, *, wide: bool) -> bytes:
    codes = sorted((ord(character), glyph) for glyph, character in enumerate(characters, start=1))
    if wide:
        groups = b"".join(struct.pack(">III", code, code, glyph) for code, glyph in codes)
        table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(codes)) + groups
        return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table
    runs = [*codes, (0xFFFF, 0)]
    count = len(runs)
    ends = starts = struct.pack(f">{count}H", *(code for code, _ in runs))
    deltas = struct.pack(f">{count}H", *((glyph - code) % 65536 for code, glyph in runs))
    body = ends + b"\0\0" + starts + deltas + b"\0\0" * count
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + struct.pack(">7H", 4, 14 + len(body), 0, 2 * count, 0, 0, 0) + body


def _name(family: str) -> bytes:
    text = family.encode("utf-16-be")
    return struct.pack(">HHH6H", 0, 1, 18, 3, 1, 0x409, 1, len(text), 0) + text


def _assembled(tables: Mapping[bytes, bytes]) -> bytes:
    directory, body, at = b"", b"", 12 + 16 * len(tables)
    for tag, content in tables.items():
        directory += struct.pack(">4sIII", tag, 0, at + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    return struct.pack(">IHHHH", 0x10000, len(tables), 0, 0, 0) + directory + body
