"""The letters of a page: the raster's own font, embedded, and glyphs drawn one by one for what it lacks.

Text can be searched and copied: every glyph says which character it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import NamedTuple

import numpy as np

from convcli.report.drawing import lettering
from convcli.report.drawing.pdf.document import Document
from convcli.report.drawing.pdf.painting import path
from convcli.report.drawing.pdf.truetype import Face, read_face
from convcli.report.drawing.pieces import pieces
from convcli.report.drawing.signs import STROKE
from convcli.report.drawing.vectors import number, readable

EMBEDDED, DRAWN = "F", "D"  # names of the fonts: one that is embedded, and as many of drawn glyphs as it takes
MOST_DRAWN = 255  # glyphs in one of them
STENCIL = 160  # samples to the size of a glyph that is known only as pixels


class Glyph(NamedTuple):
    """One glyph of a line of words.

    Attributes:
        font: the name of its font on the page.
        code: its number there, in hexadecimal digits.
        advance: in thousandths of the size.
    """

    font: str
    code: str
    advance: float


class Drawn(NamedTuple):
    """A glyph that is drawn: what it looks like, and the character that it stands for."""

    looks: str
    means: str


@cache
def _face() -> Face:
    return read_face(lettering.font_file())


class Letters:
    """All letters of a document, which are embedded when it is known which."""

    def __init__(self) -> None:
        self._used: dict[int, str] = {}
        self._drawn: dict[Drawn, int] = {}

    def line(self, words: str) -> Iterator[tuple[str, str, float]]:
        """A line of words in runs of one font: its name, the codes in hexadecimal digits, and how wide it is."""
        for font, run in groupby(self._glyphs(words), key=lambda glyph: glyph.font):
            glyphs = list(run)
            yield font, "".join(glyph.code for glyph in glyphs), sum(glyph.advance for glyph in glyphs)

    def _glyphs(self, words: str) -> Iterator[Glyph]:
        for piece in pieces(readable(words)):
            glyph = _face().glyphs.get(piece.looks) if piece.face is None else None
            if glyph is None:  # what cannot be drawn is still what it is to those who search
                yield self._as_drawn(Drawn(piece.looks, piece.means))
            else:
                yield self._embedded(glyph, piece.looks)

    def _embedded(self, glyph: int, character: str) -> Glyph:
        self._used.setdefault(glyph, character)
        return Glyph(EMBEDDED, f"{glyph:04X}", 1000 * _face().advances[glyph] / _face().per_em)

    def _as_drawn(self, drawn: Drawn) -> Glyph:
        at = self._drawn.setdefault(drawn, len(self._drawn))
        font, code = divmod(at, MOST_DRAWN)
        return Glyph(f"{DRAWN}{font}", f"{code + 1:02X}", lettering.width(drawn.looks, 1000))

    def added_to(self, document: Document) -> str:
        """Embed what was used; the entries of the page's dictionary of fonts."""
        fonts = [f"/{EMBEDDED} {_add_embedded(document, self._used)} 0 R"] if self._used else []
        drawn = list(self._drawn)
        for index, first in enumerate(range(0, len(drawn), MOST_DRAWN)):
            fonts.append(f"/{DRAWN}{index} {_add_drawn(document, drawn[first : first + MOST_DRAWN])} 0 R")
        return " ".join(fonts)


def _add_embedded(document: Document, used: Mapping[int, str]) -> int:
    face = _face()
    name = lettering.font_name()
    box = " ".join(str(face.thousandths(side)) for side in face.box)
    file = document.add_stream(face.content, f"/Length1 {len(face.content)}")
    ascent, descent = face.thousandths(face.ascent), face.thousandths(face.descent)
    descriptor = document.add(
        f"<< /Type /FontDescriptor /FontName /{name} /Flags 32 /FontBBox [{box}] /ItalicAngle 0 /Ascent {ascent} "
        f"/Descent {descent} /CapHeight {round(1000 * lettering.CAP_HEIGHT)} /StemV 80 /FontFile2 {file} 0 R >>"
    )
    widths = " ".join(f"{glyph} [{face.thousandths(face.advances[glyph])}]" for glyph in sorted(used))
    descendant = document.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity /FontDescriptor {descriptor} "
        f"0 R /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /W [{widths}] >>"
    )
    meant = document.add_stream(_characters({f"{glyph:04X}": used[glyph] for glyph in sorted(used)}))
    return document.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H /DescendantFonts [{descendant} 0 R] "
        f"/ToUnicode {meant} 0 R >>"
    )


def _add_drawn(document: Document, glyphs: list[Drawn]) -> int:
    names = [f"g{index}" for index in range(1, len(glyphs) + 1)]
    procedures = [document.add_stream(_procedure(glyph.looks)) for glyph in glyphs]
    widths = " ".join(number(lettering.width(glyph.looks, 1000)) for glyph in glyphs)
    described = " ".join(f"/{name} {at} 0 R" for name, at in zip(names, procedures, strict=True))
    meant = document.add_stream(
        _characters({f"{index:02X}": glyph.means for index, glyph in enumerate(glyphs, start=1)})
    )
    return document.add(
        f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 0 0] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 "
        f"/LastChar {len(glyphs)} /Widths [{widths}] /CharProcs << {described} >> /Resources << >> "
        f"/Encoding << /Type /Encoding /Differences [1 {' '.join(f'/{name}' for name in names)}] >> "
        f"/ToUnicode {meant} 0 R >>"
    )


def _procedure(looks: str) -> bytes:
    """How a glyph is drawn, in thousandths of its size: its strokes, or a stencil of its pixels."""
    advance, strokes = number(lettering.width(looks, 1000)), lettering.strokes(looks)
    if strokes:
        paths = " S ".join(path([(1000 * x, 1000 * y) for x, y in stroke]) for stroke in strokes)
        width = number(1000 * STROKE)
        return f"{advance} 0 -200 -300 1200 1000 d1\n{width} w 1 j\n{paths} S".encode("ascii")
    stencil = lettering.stencil(looks, STENCIL)
    unit = 1000 / STENCIL
    left, bottom = stencil.left * unit, -stencil.bottom * unit
    wide, high = stencil.mask.shape[1] * unit, stencil.mask.shape[0] * unit
    corners = " ".join(number(value) for value in (left, bottom, left + wide, bottom + high))
    heading = f"{advance} 0 {corners} d1\n"
    if not stencil.mask.size:
        return heading.encode("ascii")
    place = f"q {number(wide)} 0 0 {number(high)} {number(left)} {number(bottom)} cm"
    return f"{heading}{place}\n{_inline(stencil)}\nQ".encode("ascii")


def _inline(stencil: lettering.Stencil) -> str:
    rows, columns = stencil.mask.shape
    bits = np.packbits(~stencil.mask, axis=1).tobytes().hex()  # 0 is painted
    return f"BI /W {columns} /H {rows} /IM true /BPC 1 /F /AHx ID\n{bits}>\nEI"


def _characters(meant: Mapping[str, str]) -> bytes:
    """A CMap from codes, in hexadecimal digits, to the characters that they stand for."""
    wide = len(next(iter(meant)))
    rows = [f"<{code}> <{character.encode('utf-16-be').hex().upper()}>" for code, character in meant.items()]
    blocks = [rows[first : first + 100] for first in range(0, len(rows), 100)]  # as many as a block may have
    mapped = "\n".join(f"{len(block)} beginbfchar\n{chr(10).join(block)}\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<{'0' * wide}> <{'F' * wide}>\nendcodespacerange\n"
        f"{mapped}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")
