"""A command line that is still being typed, taken apart as a shell does."""

from __future__ import annotations

import re
from typing import NamedTuple

_PIECE = re.compile(
    r"""(?P<blank>[ \t]+)
      | \\(?P<escaped>.?)
      | '(?P<single>[^']*)(?P<single_end>'|$)
      | "(?P<double>(?:\\.|[^"\\])*)(?P<double_end>"|\\?$)
      | (?P<plain>[^ \t\\'"])""",
    re.DOTALL | re.VERBOSE,
)


class Line(NamedTuple):
    """A command line up to the cursor.

    Attributes:
        words: those before the last, without their quotes.
        word: the one being typed, without its quotes; "" behind a blank.
        raw: the same as it was typed.
        quote: the quote that is open in it, or "".
        begin: where in `raw` the part begins that bash completes: behind a quote that is open, or a break.
    """

    words: list[str]
    word: str
    raw: str
    quote: str
    begin: int


def read_line(text: str, breaks: str = "") -> Line:
    r"""Take a line apart.

    Args:
        breaks: characters at which bash, where they are not quoted, begins to complete anew; "@" itself included.

    >>> read_line("convcli apply 'my pic.png' -k gau").words
    ['convcli', 'apply', 'my pic.png', '-k']
    >>> line = read_line(r"apply a\ b --border=re", ":=")
    >>> line.words, line.raw[line.begin :]
    (['apply', 'a b'], 're')
    """
    words: list[str] = []
    word: str | None = None
    start, begin, quote = 0, 0, ""
    for piece in _PIECE.finditer(text):
        if piece["blank"]:
            words += [] if word is None else [word]
            word, start, begin = None, piece.end(), piece.end()
            continue
        word = (word or "") + _meant(piece)
        if piece["single_end"] == "" or piece["double_end"] in ("", "\\"):
            quote, begin = piece[0][0], piece.start() + 1
        elif piece["plain"] and piece["plain"] in breaks:
            begin = piece.start() if piece["plain"] == "@" else piece.end()
    return Line(words, word or "", text[start:], quote, begin - start)


def _meant(piece: re.Match[str]) -> str:
    """What a piece of a word stands for."""
    if piece["double"] is not None:
        return re.sub(r'\\(["\\$`])', r"\1", piece["double"])
    return piece["escaped"] or piece["single"] or piece["plain"] or ""
