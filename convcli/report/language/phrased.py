"""Words of a text for a terminal, in the language that was chosen, where the terminal's encoding has its characters."""

from __future__ import annotations

import sys
from functools import lru_cache

from convcli.report.language.chosen import ENGLISH, Name, chosen, language


def phrased(words: str) -> str:
    """The words in the language that was chosen, as far as it has phrases for them; a Name as it is.

    >>> phrased("held")
    'held'
    """
    code = chosen()
    if code == ENGLISH or isinstance(words, Name) or not can_print(code, getattr(sys.stdout, "encoding", None)):
        return words
    return language(code).translate(words)


@lru_cache(maxsize=8)
def can_print(code: str, encoding: str | None) -> bool:
    """Whether an encoding has a language's characters."""
    try:
        language(code).letters.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
