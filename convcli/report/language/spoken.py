"""Words of a drawing in the language that was chosen, where a font can letter it."""

from __future__ import annotations

from functools import lru_cache

from convcli.report.drawing.pieces import lacking
from convcli.report.drawing.typefaces.fallback import Shelf, shelf
from convcli.report.language.chosen import ENGLISH, Name, chosen, language


def translated(words: str) -> str:
    """The words in the language that was chosen, as far as it has phrases for them; a Name as it is.

    >>> translated("input x")
    'input x'
    """
    code = chosen()
    if code == ENGLISH or isinstance(words, Name) or not is_lettered(code):
        return words
    return language(code).translate(words)


def is_lettered(code: str) -> bool:
    """Whether the fonts that there are have a language's characters."""
    return code == ENGLISH or _has_letters(code, shelf())


@lru_cache(maxsize=8)
def _has_letters(code: str, fonts: Shelf) -> bool:
    return not lacking(language(code).letters)
