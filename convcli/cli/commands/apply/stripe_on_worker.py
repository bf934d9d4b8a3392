"""What a worker of a cluster does for one large picture: some rows of one output, on one thread.

The picture is opened and the correlation planned once in each process, and both last as long as Dask keeps the job.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple, TypeVar

from convcli.cli.cluster.settling import settle
from convcli.cli.commands.apply.batch import NO_MEMORY
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.large import approached, stand_in
from convcli.cli.commands.apply.on_worker import Job
from convcli.cli.commands.apply.passage import Passage, Planned
from convcli.cli.commands.apply.row_stream import Sent
from convcli.cli.commands.apply.stripe_by_stripe import StripeByStripe
from convcli.core.correlation.sinks import RangeSink
from convcli.errors import ClusterError, ConvcliError, InputError
from convcli.images.large.by_rows import StripeWriter
from convcli.report.printing.progress import Silence

Made = TypeVar("Made")


class Stripes(NamedTuple):
    """What the stripes of one output have in common.

    Attributes:
        task: packed, as `Shared` does it.
        part: which of its outputs.
        engine, ends, band_rows: of the plan; see `Planned`.
        writer: None while the responses are measured.
        ranges: of the responses, once they are.
    """

    job: Job
    task: bytes
    part: int
    engine: str
    ends: tuple[int, int] | None
    band_rows: int
    writer: StripeWriter | None = None
    ranges: RangeSink | None = None


class Open:
    """Stripes of one output, and in each process the open picture; it may be sent on, which opens nothing."""

    def __init__(self, stripes: Stripes) -> None:
        self.stripes = stripes
        self._one_at_a_time = threading.Lock()
        self._passage: Passage | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Open, (self.stripes,)

    def passage(self) -> Passage:
        """The picture on its way to the output, planned as it was where it is asked for.

        Raises:
            ConvcliError: it cannot be opened here.
        """
        with self._one_at_a_time:
            if self._passage is None:
                self._passage = self._opened()
            return self._passage

    def _opened(self) -> Passage:
        asked = self.stripes
        settle(asked.job.versions, asked.job.language)
        task: Task = asked.job.shared.unpacked(asked.task)
        with ExitStack() as stack:
            way = stack.enter_context(approached(task, asked.job.options))
            if way.rows is None:
                raise InputError(task.source, "a worker has not the extra that reads it by rows")
            part: Part = task.parts[asked.part]
            known = Planned(1, asked.engine, asked.ends)
            passage = Passage(stand_in(way.rows, task.source), way.rows, part, asked.job.options, known)
            if passage.correlation.plan.relay.first.band_rows != asked.band_rows:
                raise ClusterError("a worker", "it plans otherwise than the process that asks; is it another machine?")
            weakref.finalize(self, stack.pop_all().close)
        return passage


def measured_rows(common: Open, rows: tuple[int, int]) -> tuple[RangeSink, bool] | ConvcliError:
    """The range of rows [start, stop) of the response, and whether samples are not finite; or what went wrong."""
    return _tried(common, lambda: _measured(common.passage(), slice(*rows)))


def _measured(passage: Passage, rows: slice) -> tuple[RangeSink, bool]:
    ranges = passage.response.range(rows)
    return ranges, passage.samples.not_finite


def written_stripes(common: Open, rows: tuple[int, int]) -> Sent | ConvcliError:
    """Compute and write whole stripes of the output; what is known of them, or what went wrong.

    Where that is done once more, files are replaced by others of the same bytes.
    """
    return _tried(common, lambda: _written(common, slice(*rows)))


def _written(common: Open, rows: slice) -> Sent:
    passage, writer = common.passage(), common.stripes.writer
    assert writer is not None
    stream = passage.stream(passage.way(common.stripes.ranges), Silence())
    stream.send(StripeByStripe(writer, stream.shape, rows), rows)
    return stream.sent


def _tried(common: Open, work: Callable[[], Made]) -> Made | ConvcliError:
    """What Dask need not try again is a value; a `ClusterError` it may, on another worker."""
    try:
        return work()
    except ClusterError:
        raise
    except ConvcliError as error:
        return error
    except MemoryError:
        task: Task = common.stripes.job.shared.unpacked(common.stripes.task)
        return InputError(task.source, NO_MEMORY)
