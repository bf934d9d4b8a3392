"""The catalogue as a table and as records; it is given the entries and says what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convcli.report.printing.table import Column, Table


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


def catalogue_tables(entries: Sequence[Listed]) -> list[Table]:
    """One table a family, for a terminal."""
    families = dict.fromkeys(entry.family for entry in entries)
    return [
        Table(
            [Column("name", wrap=False), Column("size", wrap=False), *map(Column, ("arguments", _MEANING, "source"))],
            [(e.name, e.size, e.arguments, e.about, e.source) for e in entries if e.family == family],
            title=family,
        )
        for family in families
    ]


def catalogue_table(entries: Sequence[Listed]) -> Table:
    """One table of everything, for a pipe."""
    names = ("name", "family", "size", "arguments", _MEANING, "source")
    return Table(
        [Column(name) for name in names], [(e.name, e.family, e.size, e.arguments, e.about, e.source) for e in entries]
    )


_MEANING = "positive response"
