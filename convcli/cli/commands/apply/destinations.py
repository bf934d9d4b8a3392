"""Destinations: which output each input and kernel goes to, known before any work is done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convcli import images
from convcli.cli.commands.apply.pipeline import Settings
from convcli.errors import UsageError, printable
from convcli.files import check_target, make_folders
from convcli.images.inputs import Found, identity
from convcli.images.large.large_formats import only_by_rows
from convcli.images.naming import FRAME, is_for_many, results_folder


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


def plan_tasks(inputs: Sequence[Found], settings: Settings, output: str | None, file_format: str | None) -> list[Task]:
    """Where everything goes, decided before any work is done.

    Raises:
        UsageError: several inputs and one place for them; two inputs for one output; an output
            that is another input; an unknown suffix.
    """
    if output is None or output == "-":
        _one_input(inputs)
        return [Task(each.path, (Part(settings, output, file_format),)) for each in inputs]
    shares = _shares(settings, output)
    tasks = [_task(each, shares, output, file_format, index) for index, each in enumerate(inputs)]
    made = [(part.target, task.source) for task in tasks for part in task.parts if part.target is not None]
    targets = [target for target, _ in made]
    if len(targets) > 1 and set(targets) == {output}:
        raise UsageError(f"{len(targets)} results cannot share {output}; give -o a folder or a pattern with {{stem}}")
    images.refuse_clashes(targets, [source for _, source in made])
    _refuse_other_inputs(tasks)
    return tasks


def prepare_targets(tasks: Sequence[Task], output: str | None, *, force: bool) -> None:
    """Refuse outputs that exist or cannot be written, before the first input is read; then make their folders.

    Made are the folder that -o names, if only that is missing, and what a tree or a pattern needs below it.

    Raises:
        OutputError: with the first that cannot be.
    """
    folders: dict[str, bool] = {}
    several = output is not None and is_for_many(output)
    for task in tasks:
        for part in task.parts:
            # Frames that each have a file of their own are checked when their numbers are known.
            target = part.target and images.numbered(part.target)
            folder = os.path.dirname(target or "")
            there = folders.setdefault(folder, not folder or os.path.isdir(folder))
            if target is not None and (there or not several) and only_by_rows(target) is None:
                check_target(target, force=force or part.each_frame)
    missing = [folder for folder, there in folders.items() if not there]
    if several and missing:
        make_folders(results_folder(output or ""), missing)


def without_existing(tasks: Sequence[Task]) -> list[Task]:
    """What is still to be made (`--skip-existing`): of each task the parts whose output is missing."""
    missing = [Task(task.source, tuple(part for part in task.parts if not _exists(part.target))) for task in tasks]
    return [task for task in missing if task.parts]


def _exists(target: str | None) -> bool:
    return target is not None and os.path.lexists(target)


def _refuse_other_inputs(tasks: Sequence[Task]) -> None:
    """Refuse a batch that would replace an input which it may still have to read."""
    inputs = {_file(task.source): task.source for task in tasks} if len(tasks) > 1 else {}
    for task in tasks if inputs else ():
        for part in task.parts:
            source = inputs.get(_file(part.target)) if part.target is not None else None
            if source is not None and _file(source) != _file(task.source):
                raise UsageError(
                    f"the result of {printable(task.source)} would replace {printable(source)}, which is an input too; "
                    "give -o another folder"
                )


def _file(path: str) -> object:
    """What two names of one file have in common; a name by itself where there is no file."""
    return identity(path) if os.path.isfile(path) else path


def _one_input(inputs: Sequence[Found]) -> None:
    if len(inputs) > 1:
        raise UsageError(
            f"{len(inputs)} inputs need -o with a folder (-o out/) or a pattern such as -o '{{stem}}-edges.png'"
        )


def _shares(settings: Settings, output: str) -> list[tuple[str | None, Settings]]:
    """What each output of an input is made with: all kernels, or by their names one by one."""
    if "{kernel}" not in output:
        return [(None, settings)]
    if settings.combine:
        raise UsageError("--combine makes one result of all kernels; leave {kernel} out of -o")
    if settings.options.groups > 1:
        raise UsageError("the kernels of --groups make one result; leave {kernel} out of -o")
    return [(kernel.name, settings.only(position)) for position, kernel in enumerate(settings.kernels)]


def _task(
    found: Found, shares: Sequence[tuple[str | None, Settings]], output: str, file_format: str | None, index: int
) -> Task:
    parts = []
    for kernel, settings in shares:
        target = images.target_for(
            output, found.path, kernel=kernel, index=index, format=file_format, below=found.below
        )
        parts.append(Part(settings, target, file_format or _format_of(target)))
    return Task(found.path, tuple(parts))


def _format_of(target: str) -> str:
    """The name of the format that a suffix stands for, of those that are written whole or by rows."""
    row = only_by_rows(target)
    return images.output_format(target).name if row is None else row.format
