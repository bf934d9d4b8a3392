"""A verdict in a few lines, as a figure has it: the border with its letters, and only what says something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from convcli.core.border import BORDERS
from convcli.core.identify.verdict import CLOSE, EXACT, OPEN, UNKNOWN, Point, Verdict
from convcli.report.identify.text import FEW, NOT_TOLD, value_words
from convcli.report.identify.told import Compared
from convcli.report.language.chosen import Name
from convcli.report.printing.numbers import short

USUAL: Mapping[str, Any] = {"stride": (1, 1), "gamma": 1.0, "scale": 1.0, "offset": 0.0, "deterministic": True,
                            "shift_invariant": True}  # fmt: skip
ABOVE = ("kernel", "fractions")  # these stand elsewhere
TOLD: Mapping[tuple[str, Any], str] = {
    ("linear", False): "answers do not add up",
    ("deterministic", False): "two answers to one picture",
    ("shift_invariant", False): "another answer in another place",
    ("flipped", False): "as it was named",
    ("border", "copied"): "its pixels stay as they were",
    ("border", "blank"): "nothing is computed there",
    ("border", "none"): "no answer reads beyond an end",
}
LIGHT = "sums are of light"


class Row(NamedTuple):
    """One line: what it is about, what was found; below it letters of a border, or weights of channels."""

    name: str
    words: str
    letters: tuple[str, ...] = ()


def verdict_rows(verdict: Verdict) -> list[Row]:
    """The points that are not as in any plain filter, in the order in which they are told."""
    points = [point for point in verdict.points if point.name not in ABOVE and not _usual(point)]
    return [_row(point, verdict) for point in points]


def _usual(point: Point) -> bool:
    if point.value is None and not point.alternatives and point.certainty in (UNKNOWN, EXACT):
        return True
    return point.name in USUAL and point.value == USUAL[point.name] and point.certainty != OPEN


def _row(point: Point, verdict: Verdict) -> Row:
    letters: tuple[str, ...] = ()
    if point.name == "border":
        letters = _patterns(verdict)
    elif point.name == "channels" and verdict.model is not None and verdict.model.mix is not None:
        letters = tuple("  ".join(f"{weight + 0.0:.4g}" for weight in row) for row in verdict.model.mix)
    sure = "" if point.certainty != CLOSE or point.value is None else ", within the error of the answers"
    return Row(point.name.replace("_", "-"), f"{_words(point, verdict)}{sure}", letters)


def _words(point: Point, verdict: Verdict) -> str:
    if point.name == "linear" and point.value is False and verdict.model is not None:
        return LIGHT
    if point.name == "flipped" and point.certainty == OPEN:
        return "the kernel is its own flip"
    if point.name == "border" and verdict.border_indistinguishable:
        return "one of these, which agree here"
    if point.certainty == OPEN and 0 < len(point.alternatives) <= FEW:
        return f"one of: {', '.join(map(str, point.alternatives))}"
    if isinstance(point.value, bool | str) and (point.name, point.value) in TOLD:
        return TOLD[point.name, point.value]
    return NOT_TOLD if point.value is None else value_words(point)


def _patterns(verdict: Verdict) -> tuple[str, ...]:
    """Each border that gives the answers, with its letters."""
    names = [str(name) for name in verdict.border_indistinguishable or (verdict.border.value,)]
    known = [name for name in names if name in BORDERS.names() or name == "constant"]
    several = len(known) > 1
    lines = [(f"{name}:  " if several else "") + _letters(name, verdict.border_value) for name in known]
    return tuple(map(Name, lines))


def _letters(name: str, value: float | None) -> str:
    if name != "constant":
        return BORDERS.find(name).pattern
    filled = "k" if value is None else f"{value:g}"
    return f"{filled} {filled} {filled} | a b c d | {filled} {filled} {filled}"


def proof_words(found: Compared, source: str) -> str:
    """How the prediction for an unseen picture does.

    >>> proof_words(Compared(240000, 3, 1.0), "sample:coffee")
    '3 of 240,000 pixels of sample:coffee differ, by 1 at most'
    """
    away = "; away from the border" if found.inside else ""
    if found.same:
        return f"none of {found.pixels:,} pixels of {source} differs{away}"
    return f"{found.differing:,} of {found.pixels:,} pixels of {source} differ, by {short(found.largest)} at most{away}"


def missing_kinds(answers: Mapping[str, Any]) -> list[str]:
    """The kinds of pictures for which no answer came back."""
    kinds = {"colour": "colour", "alpha": "alpha", "deep": "16 bits"}
    return [kind for name, kind in kinds.items() if name in answers and answers[name] is None]
