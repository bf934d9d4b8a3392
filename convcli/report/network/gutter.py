"""The branches of a network, drawn beside the names of its layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convcli.core.network.rows import LayerRow
from convcli.core.network.spec import Place


class Line(NamedTuple):
    """One line of the table.

    Attributes:
        lanes: a letter for each branching around it: begun, another branch, going on, joined.
        row: the layer; None for a branch without layers.
    """

    lanes: str
    row: LayerRow | None


def branch_lines(rows: Sequence[LayerRow]) -> Iterator[Line]:
    """The layers in order, and a line for each branch that has none.

    A branching begins with \u250c, its next branch with \u251c, and the layer that joins them ends it with \u2514.
    """
    begun: dict[int, int] = {}  # the branch that each branching has come to
    for row in rows:
        places = row.spec.places
        for level, (join, branch) in enumerate(places):
            for missing in range(begun.get(join, -1) + 1, branch):
                yield Line(_lanes((*places[:level], Place(join, missing)), begun), None)
        joins = len(places) - 1 if len(row.inputs) > 1 and places else None
        yield Line(_lanes(places, begun, joins), row)


def _lanes(places: Sequence[Place], begun: dict[int, int], joins: int | None = None) -> str:
    """The letters of one line; what begins on it has begun."""
    letters = []
    for level, (join, branch) in enumerate(places):
        if level == joins:
            letters.append("\u2514")
        elif begun.get(join) == branch:
            letters.append("\u2502")
        else:
            letters.append("\u251c" if branch else "\u250c")
        begun[join] = branch
    return "".join(letters)
