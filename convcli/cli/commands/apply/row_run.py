"""One picture by rows: read, correlated, made into pixels and written band by band, never held whole."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from convcli import lazy
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part, Task
from convcli.cli.commands.apply.large import NotByRowsError, stand_in, writer_of
from convcli.cli.commands.apply.linear import light_of, options_in_light
from convcli.cli.commands.apply.map_sheet import Shown
from convcli.cli.commands.apply.outcome import Done, Made
from convcli.cli.commands.apply.pipeline import Result, check_drawn, keeps_raw
from convcli.cli.commands.apply.rendering import Way, is_sheet, needs_range, way_to_pixels
from convcli.cli.commands.apply.row_key import key_of
from convcli.cli.commands.apply.row_memory import jobs_within
from convcli.cli.commands.apply.row_stream import HERE, Hands, Stream
from convcli.cli.commands.apply.sight import light_remarks
from convcli.core.correlation.correlate import Correlation, prepare_rows
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.core.display.displays import PER_KERNEL, RAW
from convcli.core.light import Light
from convcli.core.problem.options import Options
from convcli.core.quantities import short
from convcli.errors import ConvcliError
from convcli.images.formats import FORMATS, Format
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import LargeFormat, Order
from convcli.images.metadata.carrying import stripped
from convcli.images.picture import Picture
from convcli.report.apply.record import Facts, Seen, facts
from convcli.report.printing.numbers import human_bytes
from convcli.report.printing.progress import Meter, Silence


def run_rows(
    rows: RowPicture, task: Task, options: ApplyOptions, jobs: int | None, *, alone: bool, hands: Hands = HERE
) -> Done:
    """Every output of one input.

    Args:
        alone: it is the one input there is, whose progress is shown.
        hands: who computes the rows.

    Raises:
        NotByRowsError: one of them cannot be made by rows; nothing was written then.
    """
    picture = stand_in(rows, task.source)
    done = Done(task.source, facts(picture), notes=rows.notes)
    planned = [Passage(picture, rows, part, options, Planned(jobs)) for part in task.parts]
    try:
        for number, passage in enumerate(planned):
            made, notes = passage.run(hands, number, alone=alone and not options.quiet)
            done = replace(done, made=(*done.made, made), notes=(*done.notes, *notes))
    except ConvcliError as error:
        return replace(done, error=error)
    return done


class _Lit:
    """Rows as amounts of light."""

    def __init__(self, rows: Any, light: Light) -> None:
        self._rows, self._light, self.shape = rows, light, rows.shape
        self.dtype = light.linear(np.zeros((1, 1, *rows.shape[2:]), rows.dtype)).dtype

    def read(self, start: int, stop: int) -> Any:
        """See `Rows.read`."""
        samples = self._rows.read(start, stop).reshape(stop - start, *self.shape[1:])
        return self._light.linear(samples).reshape(stop - start, -1)


class Planned(NamedTuple):
    """What is known of a plan before it is made.

    Attributes:
        jobs: threads.
        engine, ends: by name, and as `Problem.ends`, where the same was planned elsewhere.
    """

    jobs: int | None
    engine: str | None = None
    ends: tuple[int, int] | None = None


class Passage:
    """One picture on its way to one output, by rows."""

    def __init__(self, picture: Picture, rows: RowPicture, part: Part, options: ApplyOptions, known: Planned) -> None:
        self.picture, self.part, self.options = picture, part, options
        self.writer = writer_of(part, picture.kind, options)
        self.format = _format(self.writer)
        _refuse(rows, options)
        self.settings, self.axes = part.settings.of(picture)
        self.light: Light | None = None
        self.notes: tuple[str, ...] = ()
        if options.linear:
            self.light, self.notes = light_of(picture)
        self.correlation = self._planned(rows, known)
        settings = self.settings
        self.response = Response(self.correlation, settings.combine, settings.relu, settings.pool)
        check_drawn(self.format, settings, picture, self.response)
        self.raw = keeps_raw(self.format, settings, picture, self.response)
        if not self.raw and is_sheet(self.response):
            maps = self.response.filters * self.response.channels
            rule = f"{maps} maps are drawn on one sheet, which is held whole"
            raise NotByRowsError(f"{rule}; --display raw with .npy or .tiff keeps them, --combine makes one")

    def _planned(self, rows: RowPicture, known: Planned) -> Correlation:
        settings, source = self.settings, rows.rows
        asked: Options = settings.options
        if self.light is not None:
            source, asked = _Lit(source, self.light), options_in_light(asked, self.light)
        asked = replace(asked, jobs=known.jobs, engine=known.engine or asked.engine)
        correlation = prepare_rows(source, settings.kernels, asked, known.ends)
        return jobs_within(correlation, self.options.memory, rows.held)

    def run(self, hands: Hands, number: int, *, alone: bool) -> tuple[Made, tuple[str, ...]]:
        """Compute and write it; what is to be said of it."""
        began = time.perf_counter()
        measured = self._is_measured()
        with self._meter(1 + measured) if alone else nullcontext(Silence()) as meter:
            ranges = hands.measured(number, self.response, meter) if measured else None
            way = self.way(ranges)
            stream = self.stream(way, meter)
            notes = self._written(stream, ranges, hands, number)
        seconds = time.perf_counter() - began
        return self._made(stream, way, seconds), (*self.notes, *notes, *self._remarks(way))

    def way(self, ranges: RangeSink | None) -> Way | None:
        """To pixels, where the responses were measured if that is needed; None for the raw response."""
        return None if self.raw else way_to_pixels(self.picture, self.response, self._shown(), ranges)

    def stream(self, way: Way | None, meter: Meter) -> Stream:
        """The rows of the response, on that way."""
        return Stream(self.response, way, self._shown(), meter, measured=self.options.as_json)

    def _meter(self, passes: int) -> AbstractContextManager[Meter]:
        from convcli.report.printing.progress import progress

        height, width = self.picture.pixels.shape[:2]
        return progress(passes * self.response.shape[0], f"apply, {short(height * width / 1e6)} MP", unit="rows")

    def _is_measured(self) -> bool:
        """Whether all rows are gone through once before, for the range of the responses."""
        if self.raw:
            return self.writer.narrows and self.response.dtype.kind in "iu" and self.response.dtype.itemsize > 2
        return needs_range(self.picture, self.response, self._shown())

    def _shown(self) -> Shown:
        settings = self.settings
        return Shown(
            kernels=settings.kernels,
            combine=settings.combine,
            display=settings.display,
            colormap=settings.colormap,
            sheet_scale=settings.sheet_scale,
            columns=settings.columns,
            curve=self.light.back if self.light else None,
            convolves=settings.convolves,
            range=settings.range,
        )

    def _written(self, stream: Stream, ranges: RangeSink | None, hands: Hands, number: int) -> tuple[str, ...]:
        order = self._order(stream, ranges if self.raw else None)
        with lazy.load(self.writer.creates)(order) as writer:
            said = hands.send(number, stream, writer, ranges)
            notes: tuple[str, ...] = writer.finish()
        return (*said, *notes)

    def _order(self, stream: Stream, ranges: RangeSink | None) -> Order:
        options, metadata = self.options, self.picture.metadata
        assert self.part.target is not None
        return Order(
            self.part.target,
            stream.shape,
            stripped(metadata) if options.strip else metadata,
            force=options.force,
            layout=options.layout,
            tile=options.tile,
            pyramid=options.pyramid,
            resume=options.resume,
            key=key_of(self.picture, self.part.settings, options),
            kind=self.picture.kind,
            range=(ranges.low.min().item(), ranges.high.max().item()) if ranges else None,
        )

    def _made(self, stream: Stream, way: Way | None, seconds: float) -> Made:
        ranges = way.ranges if way else None
        displays = way.displays if way else (RAW,)
        plan, settings = self.correlation.plan, self.settings
        result = Result(
            picture=self.picture.with_pixels(np.empty((0, 0))),
            display=displays[0] if len(set(displays)) == 1 else PER_KERNEL,
            displays=displays,
            clipped=stream.sent.clipped,
            engine=plan.engine,
            plan=plan.reason(stream.sent.seconds),
            seconds=seconds,
            shape=(*self.response.shape, *self.correlation.shape[2:]),
            not_finite=ranges.not_finite if ranges else stream.sent.not_finite,
            rounded=way is None and stream.sent.is_rounded,
            range=(ranges.low.min().item(), ranges.high.max().item()) if ranges else None,
            kernels=settings.kernels,
            axes=self.axes,
            seen=Seen(linear=self.light is not None),
        )
        return Made(self.part, result, self._facts(stream), self.writer.format)

    def _facts(self, stream: Stream) -> Facts:
        shape, (low, high) = stream.shape, stream.sent.range
        channels = max(1, shape.channels)
        return Facts(
            self.picture.source, shape.height, shape.width, channels, shape.dtype.name, low, high, self.picture.kind
        )

    def _remarks(self, way: Way | None) -> tuple[str, ...]:
        height, width = self.picture.pixels.shape[:2]
        size = f"{height:,} × {width:,} pixels, {human_bytes(self.picture.pixels.nbytes)},"
        lines = (f"{size} were read by rows", *light_remarks(self.light, way.displays[0] if way else RAW))
        return lines


def _format(writer: LargeFormat) -> Format:
    """The format of what is written; one that is only written by rows holds pixels and raw responses."""
    row = FORMATS.get(writer.format)
    return row or Format(writer.format, writer.label, writer.suffixes, "", raw=True)


def _refuse(rows: RowPicture, options: ApplyOptions) -> None:
    """Refuse what looks at more than a band of a picture at a time.

    Raises:
        NotByRowsError: with what to do instead.
    """
    if rows.alpha is not None and options.alpha != "drop":
        raise NotByRowsError("alpha is not filtered by rows; --alpha drop leaves it out")
    if options.missing is not None:
        raise NotByRowsError("--missing is not done by rows; fill the samples in first, or take a part with --region")
    if options.resume and options.inputs == ("-",):
        raise NotByRowsError("--resume must know that the input is the same, and stdin is not kept; give a file")
    if options.preview:
        raise NotByRowsError("--preview needs the whole picture, and this one is written by rows; leave it out")
