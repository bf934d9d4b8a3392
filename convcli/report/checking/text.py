"""`check` in words: the verdict, the first wrong output with its arithmetic, the diagnosis; a sheet of marks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from convcli.core.checking.marking import Mark
from convcli.errors import listed, many
from convcli.report.printing.numbers import plain
from convcli.report.printing.table import Column, Table
from convcli.report.printing.wrapping import wrapped

HEADINGS = ("name", "right", "score", "at", "expected", "given", "diagnosis", "note")


class Line(NamedTuple):
    """One answer of a sheet: its mark, or why there is none.

    Attributes:
        name: of the file.
        mark: None where it could not be read.
        place: row, column and, of several, the map of the first wrong output.
        error: why it could not be read.
    """

    name: str
    mark: Mark | None
    place: tuple[int, ...] | None = None
    error: str = ""


def mark_lines(
    mark: Mark, place: tuple[int, ...] | None, arithmetic: Sequence[str], width: int | None = None
) -> list[str]:
    """All that is said of one answer."""
    if mark.right:
        return [f"right: {_all(mark.outputs)}"]
    lines = [wrapped(_verdict(mark, place), width)]
    if arithmetic:
        lines += ["", *arithmetic]
    return [*lines, "", *(wrapped(line, width) for line in diagnosis_lines(mark))]


def _all(outputs: int) -> str:
    return "the output agrees" if outputs == 1 else f"all {outputs:,} outputs agree"


def _verdict(mark: Mark, place: tuple[int, ...] | None) -> str:
    expected, given = mark.shapes
    if expected != given:
        return f"wrong: the answer has {_size(given)}, and the right one {_size(expected)}"
    values = f"{_value(mark.given)} is given, {_value(mark.expected)} is right"
    if mark.outputs == 1:
        return f"wrong: {values}"
    where = mark.figure or where_words(place)
    return f"wrong: {mark.agreeing:,} of {mark.outputs:,} outputs are right; the first wrong one is {where}: {values}"


def where_words(place: tuple[int, ...] | None) -> str:
    """A place as messages have it.

    >>> where_words((1, 2)), where_words((1, 2, 3))
    ('[1, 2]', '[1, 2] of map 3')
    """
    if not place:
        return ""
    return f"[{place[0]}, {place[1]}]" + (f" of map {place[2]}" if len(place) > 2 else "")


def _value(value: float | int | None) -> str:
    return "nothing" if value is None else plain(value)


def _size(shape: tuple[int, ...]) -> str:
    maps = f", {many(shape[2], 'map')}" if len(shape) > 2 else ""
    return " × ".join(map(str, shape[:2])) + f" values{maps}"


def diagnosis_lines(mark: Mark) -> list[str]:
    """The first mistake that gives the whole answer, and which others do."""
    if not mark.diagnoses:
        return ["no mistake that is known gives this answer"]
    first, *others = mark.diagnoses
    lines = [f"diagnosis: {first.name}: {first.words}"]
    if others:
        names = listed([other.name for other in others], "or")
        lines.append(f"the same answer comes from: {names}")
    return lines


def _cells(line: Line) -> tuple[str, ...]:
    mark = line.mark
    if mark is None:
        return (line.name, "", "", "", "", "", "", line.error)
    expected, given = mark.shapes
    note = "" if expected == given else f"{'x'.join(map(str, given))} for {'x'.join(map(str, expected))}"
    values = ["" if value is None else plain(value) for value in (mark.expected, mark.given)]
    where = mark.figure or (",".join(map(str, line.place)) if line.place else "")
    name = mark.diagnoses[0].name if mark.diagnoses else ""
    return (line.name, "yes" if mark.right else "no", f"{mark.score:.4g}", where, *values, name, note)


def sheet_csv(lines: Sequence[Line]) -> bytes:
    """A line for each answer, below the headings, as spreadsheets read it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(_cells(line) for line in lines)
    return text.getvalue().encode("utf-8", "replace")


def sheet_table(lines: Sequence[Line]) -> Table:
    """The same for a terminal."""
    numbers = ("score", "expected", "given")
    columns = [Column(name, "right" if name in numbers else "left") for name in HEADINGS]
    return Table(columns, [_cells(line) for line in lines], None, [closing_line(lines)])


def closing_line(lines: Sequence[Line]) -> str:
    """How many there are of each."""
    right = sum(line.mark is not None and line.mark.right for line in lines)
    failed = sum(line.mark is None for line in lines)
    unread = f", {failed} not read" if failed else ""
    return f"{many(len(lines), 'answer')}: {right} right, {len(lines) - right - failed} wrong{unread}"
