"""Paths of a batch that goes elsewhere: from the root on where the work is done, as they were given in what is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

from convcli.cli.cluster.paths import given_again, reworded, rooted, rooted_input
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.outcome import Done, Made, Once


@dataclass(frozen=True, eq=False)
class Move:
    """A task as it is elsewhere.

    Attributes:
        there: its paths from the root on; samples and matrices are as they were.
        names: (path from the root on, what stands for it here), of the input and of the outputs' folders.
    """

    there: Task
    names: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, task: Task) -> Move:
        """A task's move from this working folder."""
        source = rooted_input(task.source)
        parts = tuple(part.to(part.target and rooted(part.target)) for part in task.parts)
        folders = {_folder(there): _folder(here.target) for there, here in _both(parts, task.parts)}
        return cls(Task(source, parts), ((source, task.source), *folders.items()))

    def back(self, done: Done) -> Done:
        """An outcome from there, its paths as they are here."""
        here = given_again(self.names)
        return replace(
            done,
            source=here(done.source),
            input=done.input and replace(done.input, path=here(done.input.path)),
            made=tuple(_made(made, here) for made in done.made),
            notes=tuple(Once(here(note)) if isinstance(note, Once) else here(note) for note in done.notes),
            error=done.error and reworded(done.error, here),
        )


def _made(made: Made, here: Callable[[str], str]) -> Made:
    target = made.part.target and here(made.part.target)
    return replace(made, part=made.part.to(target), facts=replace(made.facts, path=here(made.facts.path)))


def _both(there: tuple[Part, ...], here: tuple[Part, ...]) -> list[tuple[str, Part]]:
    return [(moved.target, part) for moved, part in zip(there, here, strict=True) if moved.target is not None]


def _folder(path: str | None) -> str:
    """A path's folder, with the slash; "" for the working folder."""
    return os.path.join(os.path.dirname(path), "") if path and os.path.dirname(path) else ""
