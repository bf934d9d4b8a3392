"""The catalogue as a table and as records; it is given the entries and says what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.report.printing.table import Column, Table
from convcli.report.printing.wrapping import INDENT, shortened

SHORTEST = 12  # columns of a meaning, however narrow the terminal


@dataclass(frozen=True)
class Listed:
    """One line of the catalogue.

    Attributes:
        size: "3x3" (rows x columns), for a bank "8 of 3x3".
        arguments: with their defaults, as in "sigma=1, size=auto".
    """

    family: str
    name: str
    size: str
    arguments: str
    about: str
    source: str


def catalogue_lines(entries: Sequence[Listed], width: int) -> dict[str, list[str]]:
    """For a terminal of that many columns: a line a kernel under its family: name, size, what it answers to."""
    families: dict[str, list[Listed]] = {}
    for entry in entries:
        families.setdefault(entry.family, []).append(entry)
    return {family: _lines(members, width) for family, members in families.items()}


def _lines(entries: Sequence[Listed], width: int) -> list[str]:
    name, size = max(len(entry.name) for entry in entries), max(len(entry.size) for entry in entries)
    heads = [f"{INDENT}{entry.name:<{name}}  {entry.size:<{size}}  " for entry in entries]
    room = max(SHORTEST, width - len(heads[0]))
    return [head + shortened(entry.about, room) for head, entry in zip(heads, entries, strict=True)]


def catalogue_table(entries: Sequence[Listed]) -> Table:
    """One table of everything, for a pipe."""
    names = ("name", "family", "size", "arguments", _MEANING, "source")
    return Table(
        [Column(name) for name in names], [(e.name, e.family, e.size, e.arguments, e.about, e.source) for e in entries]
    )


_MEANING = "positive response"
