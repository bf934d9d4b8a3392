"""Hands: who computes the rows of an output, this process or others."""

from __future__ import annotations

from typing import Protocol, cast

from convcli.cli.commands.apply.row_sight import CheckedRows
from convcli.cli.commands.apply.row_stream import Stream, measured_range
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.images.large.by_rows import ResumableWriter, RowWriter
from convcli.report.printing.progress import Meter


class Hands(Protocol):
    """Who computes the rows of one output."""

    def measured(self, part: int, response: Response, checked: CheckedRows, meter: Meter) -> RangeSink:
        """The range of the responses.

        Args:
            part: which of the task's outputs.
            checked: the samples; it knows afterwards whether NaN or infinity was among them, whoever read them.
        """
        ...

    def send(
        self, part: int, stream: Stream, writer: RowWriter, ranges: RangeSink | None, *, resume: bool
    ) -> tuple[str, ...]:
        """Compute all rows and write them; what is to be said of that.

        Args:
            resume: the writer is a `ResumableWriter`, and what it has already is kept.
        """
        ...


class Here:
    """This process."""

    def measured(self, part: int, response: Response, checked: CheckedRows, meter: Meter) -> RangeSink:
        """See `Hands.measured`."""
        return measured_range(response, meter)

    def send(
        self, part: int, stream: Stream, writer: RowWriter, ranges: RangeSink | None, *, resume: bool
    ) -> tuple[str, ...]:
        """See `Hands.send`."""
        if resume:
            return stream.complete(cast(ResumableWriter, writer))
        stream.send(writer)
        return ()


HERE: Hands = Here()
