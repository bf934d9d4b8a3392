"""Words in pieces, each drawn in one way: by the built-in font, by strokes, or by a typeface that is installed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from convcli.report.drawing.signs import SIGNS, UNKNOWN, UNKNOWN_WIDE
from convcli.report.drawing.typefaces.fallback import Typeface, joins_letters, shelf

WORDS = {
    "∗": "*", "⋆": "*", "∑": "Σ", "′": "'", "″": '"', "µ": "u", "÷": "/", "∕": "/", "∞": "inf", "•": "·",
    "α": "alpha", "β": "beta", "γ": "gamma", "θ": "theta", "λ": "lambda", "σ": "sigma", "ψ": "psi", "π": "pi",
    "½": "1/2", "⅓": "1/3", "¼": "1/4", "√": "sqrt ", "‑": "-", "\u00a0": " ", "\u202f": " ",
    "ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "ł": "l", "Ł": "L", "²": "^2", "³": "^3",
}  # fmt: skip
SPELLED_GREEK = "αβγθλσψπ"


@lru_cache(maxsize=64)
def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font (Aileron) at a size in pixels."""
    return ImageFont.load_default(size=size)  # type: ignore[return-value]  # a FreeTypeFont whenever a size is given


class Piece(NamedTuple):
    """A part of a line of words that is drawn in one way.

    Attributes:
        looks: what is drawn: a character, what stands for it, or letters that are laid out together.
        means: the characters that they stand for.
        face: the typeface; None for the built-in font and for strokes.
    """

    looks: str
    means: str
    face: Typeface | None = None

    @property
    def joined(self) -> bool:
        """Whether its letters are laid out together: they run from right to left, or change by their neighbours."""
        return self.face is not None and any(map(_joins, self.looks))


def spelled(words: str) -> str:
    """The words in characters that can be drawn: Greek letters that stand alone spelled out, boxes for the unknown.

    >>> spelled("σ = 2 × 3")
    'sigma = 2 × 3'
    """
    return "".join(piece.looks for piece in pieces(words))


def lacking(words: str) -> str:
    """The characters that are drawn as boxes, each once.

    >>> lacking("sobel-x \U000f1234")
    '\U000f1234'
    """
    if words.isascii():
        return ""
    return "".join(dict.fromkeys(piece.means for piece in pieces(words) if piece.looks in (UNKNOWN, UNKNOWN_WIDE)))


def pieces(words: str) -> tuple[Piece, ...]:
    """A line of words in pieces, in the order of drawing; each character by itself where letters do not join."""
    if words.isascii() and words.isprintable():
        return tuple(Piece(character, character) for character in words)
    return tuple(_joined_up(_pieces(unicodedata.normalize("NFC", words))))


def _pieces(words: str) -> Iterator[Piece]:
    for at, character in enumerate(words):
        if character in SPELLED_GREEK and _is_greek(words[max(0, at - 1) : at] + words[at + 1 : at + 2]):
            yield from _by_font(character)  # a letter of a word
        else:
            yield from _of_character(character)


def _joined_up(found: Iterable[Piece]) -> Iterator[Piece]:
    """Letters that join, and blanks between them, as one piece."""
    held: list[Piece] = []
    for piece in found:
        if (held and piece.face is held[0].face and piece.joined) or (held and piece.looks == " "):
            held.append(piece)
        else:
            yield from _together(held)
            held = [piece] if piece.joined else []
            yield from [] if held else [piece]
    yield from _together(held)


def _together(held: list[Piece]) -> Iterator[Piece]:
    letters = list(held)
    while letters and letters[-1].looks == " ":
        letters.pop()
    if letters:
        yield Piece("".join(p.looks for p in letters), "".join(p.means for p in letters), letters[0].face)
    yield from held[len(letters) :]


def _of_character(character: str) -> Iterator[Piece]:
    if character in SIGNS or " " <= character <= "~":
        yield Piece(character, character)
    elif character in WORDS:
        yield from (Piece(each, each) for each in WORDS[character])
    elif character.isspace():
        yield Piece(" ", " ")
    elif not _is_ignored(character):
        yield from _by_font(character)


def _by_font(character: str) -> Iterator[Piece]:
    """The built-in font's, an installed one's, without its accent, or a box."""
    built_in = character.isprintable() and _in_font(character)
    face = None if built_in or not character.isprintable() else _typeface(character)
    if built_in or face is not None:
        yield Piece(character, character, face)
        return
    bare = [c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)]
    if bare and all(" " <= c <= "~" for c in bare):
        yield from (Piece(c, c) for c in bare)
    else:
        yield Piece(UNKNOWN_WIDE if unicodedata.east_asian_width(character) in "WF" else UNKNOWN, character)


def _typeface(character: str) -> Typeface | None:
    return shelf().typeface(character) if joins_letters() or not _joins(character) else None


def _joins(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL") or unicodedata.category(character) in ("Mn", "Mc")


def _is_ignored(character: str) -> bool:
    """Whether it has no look of its own: joiners, and selectors of a variant."""
    return character in "\u00ad\u200b\u200c\u200d\u2060" or unicodedata.name(character, "").startswith("VARIATION SEL")


def _is_greek(characters: str) -> bool:
    return any(unicodedata.name(character, "").startswith("GREEK") for character in characters)


@lru_cache(maxsize=1024)
def _in_font(character: str) -> bool:
    # The font draws one empty box for everything that it lacks.
    return _shape(character) not in _empty_shapes()


@lru_cache(maxsize=1)
def _empty_shapes() -> tuple[bytes, bytes]:
    return _shape("\U000f1234"), _shape(" ")


def _shape(character: str) -> bytes:
    canvas = Image.new("L", (40, 40))
    ImageDraw.Draw(canvas).text((4, 30), character, fill=255, font=font(24), anchor="ls")
    return canvas.tobytes()
