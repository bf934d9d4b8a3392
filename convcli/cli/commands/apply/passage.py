"""Passage: one picture on its way to one output, read, made into pixels and written by rows, never held whole."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from convcli import lazy
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.destinations import Part
from convcli.cli.commands.apply.hands import Hands
from convcli.cli.commands.apply.large import NotByRowsError, writer_of
from convcli.cli.commands.apply.outcome import Made
from convcli.cli.commands.apply.pipeline import Result, check_drawn, keeps_raw, shown_as
from convcli.cli.commands.apply.rendering import Way, is_sheet, needs_range, watched, way_to_pixels
from convcli.cli.commands.apply.row_key import key_of
from convcli.cli.commands.apply.row_memory import Need, jobs_within
from convcli.cli.commands.apply.row_sight import AlphaRows, CheckedRows, see_rows, with_jobs
from convcli.cli.commands.apply.row_stream import Stream
from convcli.cli.commands.apply.sight import NOT_FINITE
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import RangeSink
from convcli.core.correlation.weighted import WeightedCorrelation
from convcli.core.display.displays import RAW, name_of_all
from convcli.core.quantities import short
from convcli.images.formats import FORMATS, Format
from convcli.images.large.by_rows import RowPicture
from convcli.images.large.large_formats import LargeFormat, Order
from convcli.images.metadata.carrying import stripped
from convcli.images.picture import Picture
from convcli.images.reading import HOLDS_NAN
from convcli.report.apply.record import Facts
from convcli.report.printing.numbers import human_bytes
from convcli.report.printing.progress import Meter, Silence


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
        _refuse(options)
        self.settings, self.axes = part.settings.of(picture)
        self.samples = CheckedRows(rows.rows)
        settings = self.settings
        asked = replace(settings.options, jobs=known.jobs, engine=known.engine or settings.options.engine)
        seen = see_rows(rows, picture, settings.kernels, asked, settings.seeing, self.samples, known.ends)
        need = Need(rows, self.writer, options.tile, pyramid=options.pyramid)
        drawn = picture.pixels.dtype if picture.pixels.dtype.kind != "f" else np.dtype(np.float64)
        self.seen = with_jobs(seen, jobs_within(seen.sight.correlation, options.memory, need, drawn))
        self.sight = self.seen.sight
        self.correlation, self.light = self.sight.correlation, self.sight.light
        self.response = Response(self.correlation, settings.combine, settings.relu, settings.pool)
        self.shown = shown_as(settings, self.sight, self.response)
        check_drawn(self.format, settings, picture, self.response)
        self.raw = keeps_raw(self.format, settings, picture, self.response)
        if not self.raw and is_sheet(self.response):
            maps = self.response.filters * self.response.channels
            rule = f"{maps} maps are drawn on one sheet, which is held whole"
            raise NotByRowsError(f"{rule}; --display raw with .npy or .tiff keeps them, --combine makes one")

    def run(self, hands: Hands, number: int, *, alone: bool) -> tuple[Made, tuple[str, ...]]:
        """Compute and write it; what is to be said of it."""
        began = time.perf_counter()
        measured = self._is_measured()
        with self._meter(1 + measured) if alone else nullcontext(Silence()) as meter:
            ranges = hands.measured(number, self.response, self.samples, meter) if measured else None
            way, before = self.way(ranges), self._absent()
            alpha, said = self._alpha(way)
            stream = self.stream(way, meter, alpha)
            notes = self._written(stream, ranges, hands, number)
        self.sight = replace(self.sight, counted=self._absent() - before)
        seconds = time.perf_counter() - began
        return self._made(stream, way, seconds), (*self._found(), *self.sight.notes, *said, *notes, *self._remarks(way))

    def _absent(self) -> int:
        """Responses that were missing in all runs so far."""
        return sum(self.correlation.absent) if isinstance(self.correlation, WeightedCorrelation) else 0

    def _found(self) -> tuple[str, ...]:
        """What was found in the samples while they went by."""
        if not self.samples.not_finite or HOLDS_NAN in self.picture.notes:  # it was said where it was decoded whole
            return ()
        return (HOLDS_NAN, *([] if self.settings.seeing.missing else [NOT_FINITE]))

    def _alpha(self, way: Way | None) -> tuple[AlphaRows | None, tuple[str, ...]]:
        """Alpha of what is written, and what is said of alpha; a format that has none says so."""
        opacity = self.sight.opacity
        lost, notes = self.sight.alpha_lost(self.response, drawn=way is not None)
        if opacity is None or opacity.mode == "drop" or lost:
            return None, notes
        dtype = way.dtype if way else self.response.dtype
        fits = dtype.kind == "f" or (dtype.kind == "u" and dtype.itemsize <= 2)
        if not (self.writer.keeps_alpha and fits and not is_sheet(self.response)):
            return None, (*notes, self.writer.without_alpha)
        return self.seen.alpha_rows(self.response, lost=lost), notes

    def way(self, ranges: RangeSink | None) -> Way | None:
        """To pixels, where the responses were measured if that is needed; None for the raw response."""
        return None if self.raw else way_to_pixels(self.picture, self.response, self.shown, ranges)

    def stream(self, way: Way | None, meter: Meter, alpha: AlphaRows | None = None) -> Stream:
        """The rows of the response, on that way."""
        shown, measured = self.shown, self.options.as_json
        response = watched(self.picture, self.response, shown) if way else self.response
        return Stream(response, way, shown, meter, self.samples, measured=measured, alpha=alpha)

    def _meter(self, passes: int) -> AbstractContextManager[Meter]:
        from convcli.report.printing.progress import progress

        height, width = self.picture.pixels.shape[:2]
        return progress(passes * self.response.shape[0], f"apply, {short(height * width / 1e6)} MP", unit="rows")

    def _is_measured(self) -> bool:
        """Whether all rows are gone through once before, for the range of the responses."""
        if self.raw:
            return self.writer.narrows and self.response.dtype.kind in "iu" and self.response.dtype.itemsize > 2
        return needs_range(self.picture, self.response, self.shown)

    def _written(self, stream: Stream, ranges: RangeSink | None, hands: Hands, number: int) -> tuple[str, ...]:
        order = self._order(stream, ranges if self.raw else None)
        with lazy.load(self.writer.creates)(order) as writer:
            said = hands.send(number, stream, writer, ranges, resume=order.resume)
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
        plan, settings, absent = self.correlation.plan, self.settings, self.sight.absent
        not_finite = ranges.not_finite if ranges and not stream.response.watch else stream.sent.not_finite
        result = Result(
            picture=self.picture.with_pixels(np.empty((0, 0))),
            display=name_of_all(displays),
            displays=displays,
            clipped=stream.sent.clipped,
            engine=plan.engine,
            plan=plan.reason(stream.sent.seconds),
            seconds=seconds,
            shape=(*self.response.shape, *self.correlation.shape[2:]),
            not_finite=0 if absent and not_finite == absent else not_finite,
            rounded=way is None and stream.sent.is_rounded,
            range=(ranges.low.min().item(), ranges.high.max().item()) if ranges else None,
            kernels=settings.kernels,
            axes=self.axes,
            seen=self.sight.seen(),
        )
        return Made(self.part, result, self._facts(stream), self.writer.format)

    def _facts(self, stream: Stream) -> Facts:
        shape, (low, high) = stream.shape, stream.sent.range
        channels = max(1, shape.channels - shape.alpha)
        return Facts(
            self.picture.source, shape.height, shape.width, channels, shape.dtype.name, low, high, self.picture.kind
        )

    def _remarks(self, way: Way | None) -> tuple[str, ...]:
        height, width = self.picture.pixels.shape[:2]
        size = f"{height:,} × {width:,} pixels, {human_bytes(self.picture.pixels.nbytes)},"
        displays = way.displays if way else (RAW,)
        display = name_of_all(displays)
        return (f"{size} were read by rows", *self.sight.remarks(display, way.dtype if way else self.response.dtype))


def _format(writer: LargeFormat) -> Format:
    """The format of what is written; one that is only written by rows holds pixels and raw responses."""
    row = FORMATS.get(writer.format)
    return row or Format(writer.format, writer.label, writer.suffixes, "", raw=True)


def _refuse(options: ApplyOptions) -> None:
    """Refuse what looks at more than a band of a picture at a time.

    Raises:
        NotByRowsError: with what to do instead.
    """
    if options.resume and options.inputs == ("-",):
        raise NotByRowsError("--resume must know that the input is the same, and stdin is not kept; give a file")
    if options.preview:
        raise NotByRowsError("--preview needs the whole picture, and this one is written by rows; leave it out")
