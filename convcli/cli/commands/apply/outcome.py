"""Outcomes: what became of one input, as facts, so that a long batch keeps no pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from convcli.cli.commands.apply.destinations import Part
from convcli.cli.commands.apply.pipeline import Result
from convcli.errors import ConvcliError
from convcli.report.apply.record import Facts


class Once(str):
    """A note that a command says once, however many pictures it is true of."""

    __slots__ = ()


Show = Callable[[Result], None]  # called with each result before it is written


@dataclass(frozen=True, eq=False)
class Made:
    """One output's facts.

    Attributes:
        told: its display was said with another frame of the same file.
    """

    part: Part
    result: Result
    facts: Facts
    format: str
    told: bool = False


@dataclass(frozen=True, eq=False)
class Done:
    """One input's outcome.

    Attributes:
        source: the input.
        input: what was read; None when reading failed.
        made: one per output.
        notes: remarks of the reader and the writer.
        error: why it failed, or None.
    """

    source: str
    input: Facts | None = None
    made: tuple[Made, ...] = ()
    notes: tuple[str, ...] = ()
    error: ConvcliError | None = None

    def with_made(self, given: Facts, made: Made) -> Done:
        """With one output more."""
        told = any(other.part.settings is made.part.settings for other in self.made)
        return replace(self, input=self.input or given, made=(*self.made, replace(made, told=told)))
