"""What a PDF must know of a TrueType font: which character is which glyph, and how wide each is.

Source: Apple's TrueType Reference Manual, tables head, hhea, hmtx and cmap.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

UNICODE = ((3, 1), (0, 3))  # platform and encoding of tables that map the characters of the first plane


@dataclass(frozen=True)
class Face:
    """One font file.

    Attributes:
        content: the whole file.
        per_em: font units to the font's size.
        box: left, bottom, right and top of all glyphs together, in font units.
        ascent, descent: above and below the baseline, the latter negative.
        glyphs: the number of each character's glyph.
        advances: of each glyph, in font units.
    """

    content: bytes
    per_em: int
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    glyphs: dict[str, int]
    advances: tuple[int, ...]

    def thousandths(self, value: int) -> int:
        """A length in font units, as PDF has it."""
        return round(1000 * value / self.per_em)


def read_face(content: bytes) -> Face:
    """Read a font with TrueType outlines.

    Raises:
        ValueError: tables that are missing or of a kind that is not read: a fault of ours, who chose the font.
    """
    tables = _tables(content)
    head, hhea = tables[b"head"], tables[b"hhea"]
    (per_em,) = struct.unpack_from(">H", head, 18)
    ascent, descent = struct.unpack_from(">hh", hhea, 4)
    (long,) = struct.unpack_from(">H", hhea, 34)
    (count,) = struct.unpack_from(">H", tables[b"maxp"], 4)
    advances = [struct.unpack_from(">H", tables[b"hmtx"], 4 * glyph)[0] for glyph in range(long)]
    advances += advances[-1:] * (count - long)  # glyphs behind the table are all as wide as its last one
    box = struct.unpack_from(">4h", head, 36)
    return Face(content, per_em, box, ascent, descent, _glyphs(tables[b"cmap"]), tuple(advances))


def _tables(content: bytes) -> dict[bytes, bytes]:
    if content[:4] != b"\0\1\0\0":
        raise ValueError("the font has no TrueType outlines: a fault of ours")
    (count,) = struct.unpack_from(">H", content, 4)
    records = [struct.unpack_from(">4s4xII", content, 12 + 16 * index) for index in range(count)]
    return {tag: content[start : start + length] for tag, start, length in records}


def _glyphs(cmap: bytes) -> dict[str, int]:
    (count,) = struct.unpack_from(">H", cmap, 2)
    records = {
        struct.unpack_from(">HH", cmap, at): struct.unpack_from(">I", cmap, at + 4)[0]
        for at in range(4, 4 + 8 * count, 8)
    }
    start = next((records[kind] for kind in UNICODE if kind in records), None)
    if start is None or struct.unpack_from(">H", cmap, start)[0] != 4:
        raise ValueError("the font has no map of characters that is read: a fault of ours")
    return _segments(cmap[start:])


def _segments(table: bytes) -> dict[str, int]:
    """Format 4: runs of characters whose glyphs follow each other, or stand in a list."""
    (twice,) = struct.unpack_from(">H", table, 6)
    ends, starts, deltas, offsets = (14, 16 + twice, 16 + 2 * twice, 16 + 3 * twice)
    glyphs = {}
    for at in range(0, twice, 2):
        first, last = struct.unpack_from(">H", table, starts + at)[0], struct.unpack_from(">H", table, ends + at)[0]
        delta, offset = (struct.unpack_from(">H", table, part + at)[0] for part in (deltas, offsets))
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", table, offsets + at + offset + 2 * (code - first))
            if glyph:
                glyphs[chr(code)] = (glyph + delta) % 65536
    return glyphs
