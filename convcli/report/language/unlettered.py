"""What is said of a drawing whose words no font could letter."""

from __future__ import annotations

from collections.abc import Iterator

from convcli.report.drawing.marks import Drawing, Inset, Text
from convcli.report.drawing.pieces import lacking
from convcli.report.drawing.typefaces.fallback import NAMED
from convcli.report.language.chosen import chosen, language
from convcli.report.language.spoken import is_lettered

MOST_SHOWN = 12  # characters that a remark names
EASTERN = "fonts-noto-cjk"


def remarks(drawing: Drawing, *, as_text: bool = False) -> list[str]:
    """A sentence for a language that was asked for and has no font, and one for characters that became boxes.

    Args:
        as_text: what was written keeps its words as text, which its viewer letters.
    """
    said = []
    if not is_lettered(chosen()):
        asked = language(chosen())
        said.append(
            f"words in the drawing are in English: no font here has {asked.english}; install one "
            f"({asked.font}), or name a font's file in {NAMED}"
        )
    missing = "" if as_text else "".join(dict.fromkeys("".join(map(lacking, words_of(drawing)))))
    if missing:
        more = "" if len(missing) <= MOST_SHOWN else f" and {len(missing) - MOST_SHOWN} more"
        said.append(
            f"drawn as boxes, since no font here has them: {' '.join(missing[:MOST_SHOWN])}{more}; install one "
            f"({EASTERN} for Chinese, Japanese, Korean), name a font's file in {NAMED}, or write .svg"
        )
    return said


def words_of(drawing: Drawing) -> Iterator[str]:
    """Every line of words."""
    for mark in drawing.marks:
        if isinstance(mark, Text):
            yield mark.words
        elif isinstance(mark, Inset):
            yield from words_of(mark.drawing)
