"""Lettering: the font that ships with Pillow; mathematics that it lacks, by strokes; other scripts, by fonts there are.

Words are taken apart into pieces, each drawn in one way; width, pixels, stencils and PDF's glyphs follow from them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from convcli.report.drawing.palette import RGB
from convcli.report.drawing.pieces import Piece, font, pieces
from convcli.report.drawing.signs import SIGNS, STROKE, Sign, Stroke

CAP_HEIGHT = 0.72  # of a digit, in the font's size


class Stencil(NamedTuple):
    """A character's ink: (rows, columns) of bool; left of it from the pen, and its lower edge below the baseline."""

    mask: NDArray[np.bool_]
    left: int
    bottom: int


def font_file() -> bytes:
    """The file of that font, which is in the public domain (CC0)."""
    content: bytes = font(20).font_bytes
    return content


def font_name() -> str:
    """The font's name, as files call it."""
    return "-".join(part for part in font(20).getname() if part)


def strokes(character: str) -> tuple[Stroke, ...]:
    """The strokes of a character that is drawn by strokes; none where it is a font's."""
    return SIGNS[character].strokes if character in SIGNS else ()


def width(words: str, size: int) -> float:
    """Width of words in pixels."""
    return sum(_advance(run, size) for run in _runs(words))


def draw(brush: ImageDraw.ImageDraw, x: float, baseline: float, words: str, size: int, colour: RGB) -> None:
    """Draw words from x to the right, standing on the baseline.

    There is one weight: the font has no bold, and letters struck twice smear.
    """
    for run in _runs(words):
        if run.looks in SIGNS:
            _draw_sign(brush, x, baseline, SIGNS[run.looks], size, colour)
        else:
            brush.text((x, baseline), run.looks, fill=colour, font=_font_of(run, size), anchor="ls")
        x += _advance(run, size)


def stencil(character: str, size: int) -> Stencil:
    """A character's ink at a size in pixels, whatever it is drawn with."""
    wide, high = math.ceil(width(character, size)) + 2 * size, 3 * size
    canvas = Image.new("RGB", (wide, high))
    brush = ImageDraw.Draw(canvas)
    draw(brush, size, 2 * size, character, size, (255, 255, 255))
    inked = np.array(canvas)[:, :, 0] >= 128
    if not inked.any():
        return Stencil(np.zeros((0, 0), np.bool_), 0, 0)
    rows, columns = np.nonzero(inked.any(axis=1))[0], np.nonzero(inked.any(axis=0))[0]
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    return Stencil(inked[top:bottom, left:right], int(left) - size, int(bottom) - 2 * size)


def _advance(run: Piece, size: int) -> float:
    return SIGNS[run.looks].advance * size if run.looks in SIGNS else _font_of(run, size).getlength(run.looks)


def _font_of(run: Piece, size: int) -> ImageFont.FreeTypeFont:
    return font(size) if run.face is None else run.face.at(size, joined=run.joined)


def _draw_sign(brush: ImageDraw.ImageDraw, x: float, baseline: float, sign: Sign, size: int, colour: RGB) -> None:
    thickness = max(1, round(STROKE * size))
    for stroke in sign.strokes:
        points = [(x + across * size, baseline - up * size) for across, up in stroke]
        brush.line(points, fill=colour, width=thickness, joint="curve")


def _runs(words: str) -> Iterator[Piece]:
    """Pieces of one font drawn as one, so that kerning is the font's."""
    if words.isascii() and words.isprintable():
        yield from [Piece(words, words)] if words else []
        return
    for (face, single), group in groupby(pieces(words), key=lambda piece: (piece.face, piece.looks in SIGNS)):
        parts = list(group)
        if single or any(part.joined for part in parts):
            yield from parts
        else:
            yield Piece("".join(part.looks for part in parts), "".join(part.means for part in parts), face)
