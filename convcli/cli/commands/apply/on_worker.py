"""What a worker of a cluster does for `apply`: one task, exactly as a local batch does it, on one thread."""

from __future__ import annotations

import filecmp
import io
import os
import pickle
from collections.abc import Iterable, Sequence
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from convcli.cli.cluster.checking import Versions
from convcli.cli.cluster.settling import settle
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.batch import run_one
from convcli.cli.commands.apply.destinations import Task
from convcli.cli.commands.apply.pipeline import Settings


class Shared(NamedTuple):
    """Settings, and the kernels in them: they go to each worker once, and by their numbers in tasks and outcomes."""

    values: tuple[object, ...]

    @classmethod
    def by(cls, tasks: Iterable[Task]) -> Shared:
        """What tasks share."""
        found: dict[int, object] = {}
        for settings in (part.settings for task in tasks for part in task.parts):
            if id(settings) not in found:
                found.update((id(value), value) for value in _values(settings))
        return cls(tuple(found.values()))

    def packed(self, value: object) -> bytes:
        """A task or an outcome as bytes, without what is shared."""
        stream = io.BytesIO()
        _Pickler(stream, self.values).dump(value)
        return stream.getvalue()

    def unpacked(self, content: bytes) -> Any:
        """A task or an outcome, with what is shared."""
        return _Unpickler(io.BytesIO(content), self.values).load()


def _values(settings: Settings) -> list[object]:
    values: list[object] = [settings]
    kernels = settings.kernels
    while kernels is not None:
        values.append(kernels)
        kernels = kernels.otherwise  # type: ignore[assignment]
    return values


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, values: Sequence[object]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._numbers = {id(value): number for number, value in enumerate(values)}

    def persistent_id(self, obj: object) -> int | None:
        return self._numbers.get(id(obj))


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, values: Sequence[object]) -> None:
        super().__init__(stream)
        self._values = values

    def persistent_load(self, pid: int) -> object:
        return self._values[pid]


class Job(NamedTuple):
    """What all tasks of a batch have in common.

    Attributes:
        versions: of the process that asks.
        language: of the words in drawings.
    """

    versions: Versions
    language: str
    options: ApplyOptions
    shared: Shared


def run_task(job: Job, content: bytes) -> bytes:
    """Run one task, and pack what became of it.

    Raises:
        ClusterError: this worker has other versions than the process that asks.
    """
    settle(job.versions, job.language)
    task: Task = job.shared.unpacked(content)
    return job.shared.packed(run_one(task, job.options, None, 1))


def run_again(job: Job, content: bytes) -> bytes:
    """Run a task whose outputs exist: where they hold what it makes, a worker that was lost has written them.

    Nobody else's file is replaced: then the outcome is that it exists.
    """
    settle(job.versions, job.language)
    task: Task = job.shared.unpacked(content)
    options = job.options.changed(force=True) if _is_made(task, job.options) else job.options
    return job.shared.packed(run_one(task, options, None, 1))


def _is_made(task: Task, options: ApplyOptions) -> bool:
    """Whether every output that is there holds the very bytes that this task makes."""
    with TemporaryDirectory(prefix="convcli-") as folder:
        parts, places = [], []
        for number, part in enumerate(task.parts):
            assert part.target is not None
            places.append((os.path.join(folder, str(number)), os.path.dirname(part.target)))
            os.mkdir(places[-1][0])
            parts.append(part.to(os.path.join(places[-1][0], os.path.basename(part.target))))
        done = run_one(Task(task.source, tuple(parts)), options, None, 1)
        return done.error is None and all(_same(*place) for place in places)


def _same(made: str, there: str) -> bool:
    names = [name for name in os.listdir(made) if os.path.lexists(os.path.join(there, name))]
    return not any(filecmp.cmpfiles(made, there, names, shallow=False)[1:])
