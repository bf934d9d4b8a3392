"""Passes over many pairs: each is read, worked on and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol, Self

from convcli.cli.commands.learn.asked import LearnOptions
from convcli.cli.commands.learn.pairs_of_folders import Pair
from convcli.cli.commands.learn.reading import Read, remarks
from convcli.core.learning.several import Shape, Survey, survey
from convcli.errors import ConvcliError


class Looked(NamedTuple):
    """What the first pass finds of a pair.

    Attributes:
        shape: of its kernels; None, as its survey, where it failed.
        opaque: whether no sample is left out for its alpha.
        notes: what is to be said of it; hints: what is to be said once.
        error: why it cannot be used.
    """

    shape: Shape | None = None
    survey: Survey | None = None
    opaque: bool = True
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    error: ConvcliError | None = None


def look(pair: Pair, options: LearnOptions, jobs: int | None) -> Looked:
    """Read a pair and survey it; whatever is wrong with it is its outcome."""
    from convcli.cli.hints import of_pictures

    try:
        read = Read.of(*pair, options)
        notes = tuple(f"{path}: {note}" for path, of in zip(pair, read, strict=True) for note in remarks(of, options))
        pairs = read.paired(options, among_others=True)
        hints = tuple(of_pictures(read, options.layout))
        return Looked(Shape.of(pairs), survey(pairs), read.all_count, notes, hints)
    except ConvcliError as error:
        return Looked(error=error)


def visit(
    pair: Pair, options: LearnOptions, work: Callable[..., Any], arguments: Sequence[Any], jobs: int | None
) -> Any:
    """Read a pair, and what some work makes of it."""
    return work(Read.of(*pair, options).paired(options, among_others=True), *arguments, jobs)


class Place(Protocol):
    """Where passes are made."""

    def only(self, pairs: Sequence[Pair]) -> Self:
        """The same over some of the pairs."""
        ...

    def looks(self) -> Iterator[Looked]:
        """The first pass."""
        ...

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
        """One of the others."""
        ...


@dataclass(frozen=True)
class Here:
    """Passes in this process, with all threads for the pair that is looked at."""

    pairs: tuple[Pair, ...]
    options: LearnOptions

    def only(self, pairs: Sequence[Pair]) -> Self:
        """The same over some of the pairs."""
        return replace(self, pairs=tuple(pairs))

    def looks(self) -> Iterator[Looked]:
        """The first pass."""
        return (look(pair, self.options, self.options.jobs) for pair in self.pairs)

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
        """One of the others."""
        return (visit(pair, self.options, work, arguments, self.options.jobs) for pair in self.pairs)
