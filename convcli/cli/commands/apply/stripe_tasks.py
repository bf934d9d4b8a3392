"""One large picture on a cluster: a few stripes of an output, each a file of its own, are a task.

What is computed are the bands that meet a stripe, and those are where they always are: so the bytes are those of one
process.  Planning, smaller levels and the renaming at the end are done here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar, cast

import numpy as np

from convcli.cli.cluster.connecting import Cluster
from convcli.cli.cluster.futures import in_order
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.large import COMFORTABLE, approached, size_of
from convcli.cli.commands.apply.on_worker import Job
from convcli.cli.commands.apply.outcome import Done
from convcli.cli.commands.apply.row_sight import CheckedRows
from convcli.cli.commands.apply.row_stream import Stream
from convcli.cli.commands.apply.stripe_on_worker import Open, Stripes, measured_rows, written_stripes
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.errors import ConvcliError, InputError, Setting, listed
from convcli.images.large.by_rows import ResumableWriter, RowWriter
from convcli.images.large.large_formats import LARGE, LargeFormat, only_by_rows
from convcli.report.printing.progress import Meter

Made = TypeVar("Made")
Work = Callable[[Open, Any], "Made | ConvcliError"]
KILLED = "each worker that tried it was lost, for lack of memory or by a crash"
FINISHED_STRIPES = ("; what is finished of it is kept: ", Setting("resume"), " goes on with it")
SHARED = "shared is what is read by rows, without alpha, --missing, or --pool with --range"
BANDS = 4  # that a task has rows of, at least: those that reach beyond its rows are computed by its neighbour, too
SHARES = 3  # tasks of each worker's thread, at least, so that all end at about the same time
MEASURED_ROWS = 512  # of a task that measures, at least


def is_by_stripes(task: Task, job: Job, *, alone: bool) -> bool:
    """Whether workers share one picture: its outputs are stored in stripes, and it is large, or the one there is.

    What cannot be opened is no such picture: a worker says why.  Nor is one of which something is counted that only
    one process can count: samples that have weights, or responses before they are pooled.
    """
    pooled = any(part.settings.pool and part.settings.range is not None for part in task.parts)
    if pooled or not _is_striped(task.parts):
        return False
    try:
        with approached(task, job.options) as way:
            weighted = job.options.missing is not None or (way.rows and way.rows.alpha and job.options.alpha != "drop")
            if way.rows is None or not way.streamed or weighted:
                return False
            return alone or size_of(way.rows.rows) > COMFORTABLE
    except ConvcliError:
        return False


def with_note(done: Done, options: ApplyOptions) -> Done:
    """The outcome of the one input there is, which a single worker had: of a large one, how several share it."""
    if done.error is not None or done.input is None:
        return done
    pixels = done.input.height * done.input.width
    size = pixels * done.input.channels * np.dtype(done.input.dtype).itemsize
    if size <= COMFORTABLE and pixels <= options.max_pixels:
        return done
    if _is_striped([made.part for made in done.made]):
        return replace(done, notes=(*done.notes, f"one worker did all of it; {SHARED}"))
    suffixes = listed((suffix for row in LARGE if row.stripes for suffix in row.suffixes), "or")
    return replace(done, notes=(*done.notes, f"one worker did all of it; an output that ends in {suffixes} is shared"))


def _is_striped(parts: Sequence[Part]) -> bool:
    """Whether all outputs are stored in stripes."""
    formats = [_stored(part) for part in parts]
    return bool(formats) and all(row is not None and row.stripes and row.is_there for row in formats)


def _stored(part: Part) -> LargeFormat | None:
    return None if part.target is None else only_by_rows(part.target)


@dataclass(frozen=True, eq=False)
class Workers:
    """`Hands` of a cluster.

    Attributes:
        jobs: most tasks under way; None: by the cluster's size.
    """

    cluster: Cluster
    job: Job
    task: Task
    jobs: int | None

    def measured(self, part: int, response: Response, checked: CheckedRows, meter: Meter) -> RangeSink:
        """See `Hands.measured`."""
        height, band_rows = response.shape[0], response.correlation.plan.relay.first.band_rows
        step = -(-MEASURED_ROWS // band_rows) * band_rows
        stripes = list(pairwise([*range(0, height, step), height]))
        parts = list(self._run(measured_rows, self._stripes(part, response), stripes, meter))
        checked.not_finite |= any(holds_nan for _, holds_nan in parts)
        return RangeSink.joined([ranges for ranges, _ in parts])

    def send(
        self, part: int, stream: Stream, writer: RowWriter, ranges: RangeSink | None, *, resume: bool
    ) -> tuple[str, ...]:
        """See `Hands.send`."""
        striped, height = cast(ResumableWriter, writer), stream.shape.height
        there = striped.finished() if resume else frozenset[int]()
        kept = stream.keep(striped, there)
        stripes = list(pairwise([*range(0, height, striped.stripe), height]))
        common = self._stripes(part, stream.response)._replace(writer=striped, ranges=ranges)
        left = [rows for rows in stripes if rows[0] not in there]
        most = max(1, len(left) // (SHARES * self.cluster.slots))
        tasks = together(left, min(most, -(-BANDS * common.band_rows // striped.stripe)))
        for sent in self._run(written_stripes, common, tasks, stream.meter):
            stream.sent = stream.sent.plus(sent)
        stream.checked.not_finite |= stream.sent.holds_nan
        return kept

    def _stripes(self, part: int, response: Response) -> Stripes:
        plan = response.correlation.plan
        packed = self.job.shared.packed(self.task)
        return Stripes(
            self.job, packed, part, plan.engine, response.correlation.problem.ends, plan.relay.first.band_rows
        )

    def _run(self, work: Work[Made], common: Stripes, tasks: list[tuple[int, int]], meter: Meter) -> Iterator[Made]:
        """What comes of each task, rows [first, stop), in order.

        Raises:
            ConvcliError: a worker's, or the cluster's.
        """
        cluster = replace(self.cluster, finished=FINISHED_STRIPES)
        items = ((rows, rows) for rows in tasks)
        with closing(in_order(cluster, work, Open(common), items, self.jobs)) as outcomes:
            for (first, stop), outcome in outcomes:
                if outcome is None:
                    raise InputError(self.task.source, f"rows {first:,} to {stop:,}: {KILLED}")
                if isinstance(outcome, ConvcliError):
                    raise outcome
                meter.advance(stop - first)
                yield outcome


def together(stripes: list[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """Runs of neighbours among stripes, rows [first, stop), of so many each at most.

    >>> together([(0, 2), (2, 4), (4, 6), (8, 9)], 2)
    [(0, 4), (4, 6), (8, 9)]
    """
    runs: list[list[tuple[int, int]]] = []
    for stripe in stripes:
        if runs and len(runs[-1]) < most and runs[-1][-1][1] == stripe[0]:
            runs[-1].append(stripe)
        else:
            runs.append([stripe])
    return [(run[0][0], run[-1][1]) for run in runs]
