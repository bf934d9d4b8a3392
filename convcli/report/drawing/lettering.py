"""Lettering: the font that ships with Pillow, and the mathematics it lacks, drawn by strokes."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from convcli.report.drawing.palette import RGB

CAP_HEIGHT = 0.72  # of a digit, in the font's size
UNKNOWN = "?"  # stands for what cannot be drawn
STROKE = 0.075  # thickness of a sign's strokes, in the font's size

Stroke = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Sign:
    """A glyph as strokes in units of the font's size: x from the left, y up from the baseline."""

    advance: float
    strokes: tuple[Stroke, ...]


_SIGNS = {
    "×": Sign(0.58, (((0.12, 0.13), (0.46, 0.47)), ((0.12, 0.47), (0.46, 0.13)))),
    "−": Sign(0.58, (((0.09, 0.30), (0.49, 0.30)),)),
    "–": Sign(0.56, (((0.04, 0.27), (0.52, 0.27)),)),
    "—": Sign(1.0, (((0.04, 0.27), (0.96, 0.27)),)),
    "→": Sign(1.0, (((0.08, 0.30), (0.90, 0.30)), ((0.66, 0.52), (0.90, 0.30), (0.66, 0.08)))),
    "←": Sign(1.0, (((0.92, 0.30), (0.10, 0.30)), ((0.34, 0.52), (0.10, 0.30), (0.34, 0.08)))),
    "↑": Sign(0.6, (((0.30, 0.02), (0.30, 0.70)), ((0.08, 0.46), (0.30, 0.70), (0.52, 0.46)))),
    "↓": Sign(0.6, (((0.30, 0.70), (0.30, 0.02)), ((0.08, 0.26), (0.30, 0.02), (0.52, 0.26)))),
    "Σ": Sign(0.66, (((0.58, 0.70), (0.09, 0.70), (0.37, 0.36), (0.09, 0.02), (0.58, 0.02)),)),
    "≤": Sign(0.6, (((0.50, 0.60), (0.10, 0.38), (0.50, 0.16)), ((0.10, 0.02), (0.50, 0.02)))),
    "≥": Sign(0.6, (((0.10, 0.60), (0.50, 0.38), (0.10, 0.16)), ((0.10, 0.02), (0.50, 0.02)))),
    "≠": Sign(0.6, (((0.09, 0.40), (0.51, 0.40)), ((0.09, 0.20), (0.51, 0.20)), ((0.44, 0.56), (0.16, 0.04)))),
    "≈": Sign(
        0.6,
        tuple(
            ((0.08, y - 0.04), (0.19, y + 0.04), (0.30, y), (0.41, y - 0.04), (0.52, y + 0.04)) for y in (0.40, 0.20)
        ),
    ),
    "✓": Sign(0.7, (((0.08, 0.30), (0.27, 0.06), (0.62, 0.62)),)),
}
_WORDS = {
    "∗": "*", "⋆": "*", "∑": "Σ", "′": "'", "″": '"', "µ": "u", "÷": "/", "∕": "/", "∞": "inf", "•": "·",
    "α": "alpha", "β": "beta", "γ": "gamma", "θ": "theta", "λ": "lambda", "σ": "sigma", "ψ": "psi", "π": "pi",
    "½": "1/2", "⅓": "1/3", "¼": "1/4", "√": "sqrt ", "‑": "-", "\u00a0": " ", "\u202f": " ",
    "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ł": "l", "Ł": "L", "²": "^2", "³": "^3",
}  # fmt: skip


class Stencil(NamedTuple):
    """A character's ink: (rows, columns) of bool; left of it from the pen, and its lower edge below the baseline."""

    mask: NDArray[np.bool_]
    left: int
    bottom: int


@lru_cache(maxsize=64)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font (Aileron) at a size in pixels."""
    return ImageFont.load_default(size=size)  # type: ignore[return-value]  # a FreeTypeFont whenever a size is given


def font_file() -> bytes:
    """The file of that font, which is in the public domain (CC0)."""
    content: bytes = font(20).font_bytes
    return content


def font_name() -> str:
    """The font's name, as files call it."""
    return "-".join(part for part in font(20).getname() if part)


def strokes(character: str) -> tuple[Stroke, ...]:
    """The strokes of a character that is drawn by strokes; none where it is a font's."""
    return _SIGNS[character].strokes if character in _SIGNS else ()


def spelled(words: str) -> str:
    """The words in characters that can be drawn: accents dropped, Greek spelled out, "?" for the rest.

    >>> spelled("σ = 2, Café × 3")
    'sigma = 2, Cafe × 3'
    """
    return "".join(_spelled(character) for character in words)


def width(words: str, size: int) -> float:
    """Width of words in pixels."""
    return sum(_advance(run, size) for run in _runs(spelled(words)))


def draw(brush: ImageDraw.ImageDraw, x: float, baseline: float, words: str, size: int, colour: RGB) -> None:
    """Draw words from x to the right, standing on the baseline.

    There is one weight: the font has no bold, and letters struck twice smear.
    """
    for run in _runs(spelled(words)):
        if run in _SIGNS:
            _draw_sign(brush, x, baseline, _SIGNS[run], size, colour)
        else:
            brush.text((x, baseline), run, fill=colour, font=font(size), anchor="ls")
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


def _advance(run: str, size: int) -> float:
    return _SIGNS[run].advance * size if run in _SIGNS else font(size).getlength(run)


def _draw_sign(brush: ImageDraw.ImageDraw, x: float, baseline: float, sign: Sign, size: int, colour: RGB) -> None:
    thickness = max(1, round(STROKE * size))
    for stroke in sign.strokes:
        points = [(x + across * size, baseline - up * size) for across, up in stroke]
        brush.line(points, fill=colour, width=thickness, joint="curve")


def _runs(words: str) -> Iterator[str]:
    run = ""
    for character in words:
        if character in _SIGNS:
            if run:
                yield run
            yield character
            run = ""
        else:
            run += character
    if run:
        yield run


@lru_cache(maxsize=1024)
def _spelled(character: str) -> str:
    if character in _SIGNS or " " <= character <= "~":
        return character
    if character in _WORDS:
        return _WORDS[character]
    if character.isspace():
        return " "
    if character.isprintable() and _in_font(character):
        return character
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return "".join(_spelled(c) for c in bare) if bare not in ("", character) else UNKNOWN


def _in_font(character: str) -> bool:
    # The font draws one empty box for everything that it lacks.
    return _shape(character) not in (_shape("\U000f1234"), _shape(" "))


def _shape(character: str) -> bytes:
    canvas = Image.new("L", (40, 40))
    ImageDraw.Draw(canvas).text((4, 30), character, fill=255, font=font(24), anchor="ls")
    return canvas.tobytes()
