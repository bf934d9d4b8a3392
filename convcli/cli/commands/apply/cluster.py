"""`apply` on a cluster: one input and all its outputs are a task, and its outcome is that of a local batch.

Of a large picture whose outputs are stored in stripes, a few stripes are one.

Paths go to the workers from the root on, and come back as they were given.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from convcli.cli.cluster.checking import check_places, check_versions, versions
from convcli.cli.cluster.connecting import Cluster, connected
from convcli.cli.cluster.futures import in_order
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.batch import run_one
from convcli.cli.commands.apply.destinations import Task
from convcli.cli.commands.apply.moved_paths import Move
from convcli.cli.commands.apply.on_worker import Job, Shared, run_again, run_task
from convcli.cli.commands.apply.outcome import Done
from convcli.cli.commands.apply.stripe_tasks import KILLED, Workers, is_by_stripes, with_note
from convcli.errors import ClusterError, InputError, OutputExistsError
from convcli.report.language.chosen import chosen

Work = Callable[[Job, bytes], bytes]
STRIPES_NEED = ("zarr", "numcodecs")  # what the bytes of stripes depend on, too
MARKS = ("zarr.json", ".zarray", ".zgroup")  # a file of an input that is a folder


def run_on_cluster(tasks: Sequence[Task], options: ApplyOptions, *, alone: bool) -> Iterator[Done]:
    """Run every task on the cluster that was asked for, and yield the outcomes in the order of the inputs.

    Args:
        alone: there is one input, whose progress is shown.

    Raises:
        ClusterError: there is none, its workers differ from this process or do not see the files, or it is gone.
    """
    if not tasks or options.cluster is None:
        return
    moves, shared = [Move.of(task) for task in tasks], Shared.by(tasks)
    with connected(options.cluster) as cluster:
        check_versions(cluster)
        check_places(cluster, *_places(moves))
        batch = _Batch(cluster, Job(versions(), chosen(), options.changed(cluster=None), shared), cluster.workers())
        for by_stripes, group in groupby(moves, lambda move: is_by_stripes(move.there, batch.job, alone=alone)):
            run = partial(batch.by_stripes, alone=alone) if by_stripes else batch.whole
            for done in run(group):
                yield with_note(done, options) if alone and not by_stripes else done


@dataclass(frozen=True, eq=False)
class _Batch:
    """A batch on a cluster.

    Attributes:
        workers: those that there were when it began.
    """

    cluster: Cluster
    job: Job
    workers: frozenset[str]

    def whole(self, moves: Iterable[Move]) -> Iterator[Done]:
        """Each task on one worker."""
        for move, content in self.run(run_task, moves, self.job.options.jobs):
            yield move.back(self.settled(move, _done(move, content, self.job.shared)))

    def by_stripes(self, moves: Iterable[Move], *, alone: bool) -> Iterator[Done]:
        """One task after the other, each on all workers.

        Raises:
            ClusterError: they are gone, or have not what stripes need.
        """
        check_versions(self.cluster, STRIPES_NEED)
        for move in moves:
            hands = Workers(self.cluster, self.job, move.there, self.job.options.jobs)
            done = run_one(move.there, self.job.options, None, 1, alone=alone, hands=hands)
            if isinstance(done.error, ClusterError):
                raise done.error
            yield move.back(done)

    def run(self, work: Work, moves: Iterable[Move], ahead: int | None = None) -> Iterator[tuple[Move, bytes | None]]:
        """Each task's outcome as the worker packed it; None where it lost worker after worker."""
        items = ((move, self.job.shared.packed(move.there)) for move in moves)
        return in_order(self.cluster, work, self.job, items, ahead)

    def settled(self, move: Move, done: Done) -> Done:
        """The outcome; where outputs exist that a lost worker may have finished, what comes of looking into them.

        None existed before, but for the frames' own files, which are looked for when their numbers are known.
        """
        numbered = any(part.each_frame for part in move.there.parts)
        finished = isinstance(done.error, OutputExistsError) and not self.job.options.force
        if not finished or (numbered and self.cluster.workers() == self.workers):
            return done
        ((_, content),) = self.run(run_again, [move])
        return _done(move, content, self.job.shared)


def _done(move: Move, content: bytes | None, shared: Shared) -> Done:
    if content is None:
        return Done(move.there.source, error=InputError(move.there.source, KILLED))
    done: Done = shared.unpacked(content)
    return done


def _places(moves: Sequence[Move]) -> tuple[list[str], list[str]]:
    """Inputs that are files, and outputs."""
    sources = [move.there.source for move in moves if os.path.isabs(move.there.source)]
    inputs = [path for source in sources for path in (source, *(os.path.join(source, mark) for mark in MARKS))]
    outputs = [part.target for move in moves for part in move.there.parts if part.target is not None]
    return [path for path in inputs if os.path.isfile(path)], outputs
