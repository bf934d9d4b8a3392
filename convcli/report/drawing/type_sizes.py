"""The sizes of lettering in all figures: a title begins each, headings its parts, captions say what is seen."""

from __future__ import annotations

TITLE = 20.0  # of a figure
HEADING = 15.0  # of one of its pictures or parts
CAPTION = 12.5  # below a picture, and of the lines that explain a figure
LABEL = 11.0  # at the ticks of an axis or of a scale


def sentence(words: str) -> str:
    """Words that begin as a caption does: with a capital, unless they begin with a number or a formula.

    >>> sentence("a shift by dx 1"), sentence("−851 to 860"), sentence("f(g(x)), its response")
    ('A shift by dx 1', '−851 to 860', 'f(g(x)), its response')
    """
    return words if words[1:2] == "(" else words[:1].upper() + words[1:]
