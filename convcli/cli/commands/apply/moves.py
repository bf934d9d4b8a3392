"""Paths of a batch that goes elsewhere: from the root on where the work is done, as they were given in what is said."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.outcome import Done, Made, Once
from convcli.errors import printable


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
        source = _rooted(task.source) if os.path.lexists(task.source) else task.source
        parts = tuple(part.to(part.target and _rooted(part.target)) for part in task.parts)
        folders = {_folder(there): _folder(here.target) for there, here in _both(parts, task.parts)}
        changed = {source: task.source, **folders}.items()
        return cls(Task(source, parts), tuple((there, here) for there, here in changed if there != here))

    def back(self, done: Done) -> Done:
        """An outcome from there, its paths as they are here."""
        if not self.names:
            return done
        return replace(
            done,
            source=self._here(done.source),
            input=done.input and replace(done.input, path=self._here(done.input.path)),
            made=tuple(map(self._made, done.made)),
            notes=tuple(Once(self._here(note)) if isinstance(note, Once) else self._here(note) for note in done.notes),
            error=done.error and done.error.reworded(self._here),
        )

    def _made(self, made: Made) -> Made:
        target = made.part.target and self._here(made.part.target)
        return replace(made, part=made.part.to(target), facts=replace(made.facts, path=self._here(made.facts.path)))

    def _here(self, text: str) -> str:
        for there, here in self.names:
            text = text.replace(there, here).replace(printable(there), printable(here))
        return text


def _both(there: tuple[Part, ...], here: tuple[Part, ...]) -> list[tuple[str, Part]]:
    return [(moved.target, part) for moved, part in zip(there, here, strict=True) if moved.target is not None]


def _folder(path: str | None) -> str:
    """A path's folder, with the slash; "" for the working folder."""
    return os.path.join(os.path.dirname(path), "") if path and os.path.dirname(path) else ""


def _rooted(path: str) -> str:
    return os.path.join(os.getcwd(), path)
