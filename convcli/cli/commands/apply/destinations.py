"""Destinations: which output each input and kernel goes to, known before any work is done."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convcli import images
from convcli.cli.commands.apply.pipeline import Settings
from convcli.errors import OptionError, UsageError, printable
from convcli.files import check_target
from convcli.images.naming import FRAME


@dataclass(frozen=True, eq=False)
class Part:
    """One output of one input.

    Attributes:
        settings: what is done, for all kernels or for one of them.
        target: a path, "-" for stdout, or None: not written (a preview only).
        format: canonical name; None is decided by the input's kind.
    """

    settings: Settings
    target: str | None
    format: str | None

    @property
    def each_frame(self) -> bool:
        """Whether every frame goes to a file of its own."""
        return self.target is not None and FRAME in self.target

    def to(self, target: str | None) -> Part:
        """The same with another target."""
        return replace(self, target=target)


@dataclass(frozen=True, eq=False)
class Task:
    """One input and its outputs."""

    source: str
    parts: tuple[Part, ...]


def plan_tasks(sources: Sequence[str], settings: Settings, output: str | None, file_format: str | None) -> list[Task]:
    """Where everything goes, decided before any work is done.

    Raises:
        UsageError: several inputs and one place for them; two inputs for one output; an output
            that is another input; an unknown suffix.
    """
    if output is None or output == "-":
        _one_source(sources)
        return [Task(sources[0], (Part(settings, output, file_format),))]
    tasks = [_task(source, settings, output, file_format, index) for index, source in enumerate(sources)]
    targets = [part.target for task in tasks for part in task.parts if part.target is not None]
    if len(targets) > 1 and set(targets) == {output}:
        raise UsageError(f"{len(targets)} results cannot share {output}; give -o a folder or a pattern with {{stem}}")
    images.refuse_clashes(targets)
    _refuse_other_inputs(tasks)
    return tasks


def check_targets(tasks: Sequence[Task], *, force: bool) -> None:
    """Refuse outputs that exist or cannot be written, before the first input is read."""
    for task in tasks:
        for part in task.parts:
            if part.target is not None:
                # Frames that each have a file of their own are checked when their numbers are known.
                check_target(images.numbered(part.target), force=force or part.each_frame)


def without_existing(tasks: Sequence[Task]) -> list[Task]:
    """What is still to be made (`--skip-existing`): of each task the parts whose output is missing."""
    missing = [Task(task.source, tuple(part for part in task.parts if not _exists(part.target))) for task in tasks]
    return [task for task in missing if task.parts]


def _exists(target: str | None) -> bool:
    return target is not None and os.path.lexists(target)


def _refuse_other_inputs(tasks: Sequence[Task]) -> None:
    """Refuse a batch that would replace an input which it may still have to read."""
    inputs = {_identity(task.source): task.source for task in tasks} if len(tasks) > 1 else {}
    for task in tasks:
        for part in task.parts:
            source = inputs.get(_identity(part.target)) if part.target is not None else None
            if source is not None and _identity(source) != _identity(task.source):
                raise UsageError(
                    f"the result of {printable(task.source)} would replace {printable(source)}, which is an input too; "
                    "give -o another folder"
                )


def _identity(path: str) -> object:
    """What two names of one file have in common; a name by itself where there is no file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return path
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else path


def _one_source(sources: Sequence[str]) -> None:
    if len(sources) != 1:
        raise OptionError(
            "-o", "stdout", f"{len(sources)} inputs need a folder (out/) or a pattern such as '{{stem}}-edges.png'"
        )


def _task(source: str, settings: Settings, output: str, file_format: str | None, index: int) -> Task:
    if "{kernel}" not in output:
        target = images.target_for(output, source, kernel=None, index=index, format=file_format)
        return Task(source, (Part(settings, target, file_format or images.output_format(target).name),))
    if settings.combine:
        raise UsageError("--combine makes one result of all kernels; leave {kernel} out of -o")
    parts = []
    for position, kernel in enumerate(settings.kernels):
        target = images.target_for(output, source, kernel=kernel.name, index=index, format=file_format)
        parts.append(Part(settings.only(position), target, file_format or images.output_format(target).name))
    return Task(source, tuple(parts))
