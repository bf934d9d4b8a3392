"""A verdict in a few lines, as a figure has it: the border with its letters, and only what says something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from convcli.core.border import BORDERS
from convcli.core.identify.verdict import CLOSE, OPEN, UNKNOWN, Point, Verdict
from convcli.errors import listed
from convcli.report.identify.text import NOT_TOLD, value_words

USUAL: Mapping[str, Any] = {"stride": (1, 1), "gamma": 1.0, "scale": 1.0, "offset": 0.0, "deterministic": True,
                            "shift_invariant": True}  # fmt: skip
ABOVE = ("kernel", "fractions")  # these stand elsewhere


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
    nothing = point.value is None and not point.alternatives
    if point.certainty == UNKNOWN and nothing:
        return True
    if nothing and point.certainty == "exact":
        return True
    return point.name in USUAL and point.value == USUAL[point.name] and point.certainty != OPEN


def _row(point: Point, verdict: Verdict) -> Row:
    words = value_words(point)
    letters: tuple[str, ...] = ()
    if point.name == "border":
        names = [str(name) for name in verdict.border_indistinguishable or (point.value,)]
        known = [name for name in names if name in BORDERS.names() or name == "constant"]
        letters = tuple(_letters(name, verdict.border_value) for name in known)
        words = listed(names, "or") if point.value is not None else NOT_TOLD
        if verdict.border_value is not None and len(names) == 1:
            words = f"{words} {verdict.border_value:g}"
    if point.name == "channels" and verdict.model is not None and verdict.model.mix is not None:
        letters = tuple("  ".join(f"{weight:.4g}" for weight in row) for row in verdict.model.mix)
    sure = "" if point.certainty != CLOSE or point.value is None else ", within the error of the answers"
    return Row(point.name.replace("_", "-"), f"{words}{sure}", letters)


def _letters(name: str, value: float | None) -> str:
    if name != "constant":
        return BORDERS.find(name).pattern
    filled = "k" if value is None else f"{value:g}"
    return f"{filled} {filled} {filled} | a b c d | {filled} {filled} {filled}"


def taken_words(answers: Mapping[str, Any], verdict: Verdict) -> list[str]:
    """The kinds of pictures for which no answer came back."""
    kinds = {"colour": "colour", "alpha": "alpha", "deep": "16 bits"}
    return [kind for name, kind in kinds.items() if name in answers and answers[name] is None]
