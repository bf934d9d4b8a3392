"""What `apply` does with its options: settings, destinations, the run, and what it says."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

import click

from convcli import images
from convcli.cli.app import stop
from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.batch import Done, Made, Show, run_all
from convcli.cli.commands.apply.destinations import Task, check_targets, plan_tasks, without_existing
from convcli.cli.commands.apply.pipeline import Settings
from convcli.cli.options import remark
from convcli.cli.spelling import spelled
from convcli.core.kernel.normalize import normalized
from convcli.core.pooling import parse_pool
from convcli.core.problem.options import Options
from convcli.errors import UsageError
from convcli.files import make_folder
from convcli.images.formats import default_format, format_named
from convcli.images.picture import Picture
from convcli.report.apply.record import apply_record, display_remark, failure_record
from convcli.report.printing.json_lines import json_line


def apply_to(options: ApplyOptions) -> None:
    """Run `apply` on its inputs and leave with the exit code that says how it went."""
    _check_usage(options)
    sources = images.expand(options.inputs)
    settings = _settings(options, stdin_taken="-" in sources)
    output = _output(options)
    tasks = plan_tasks(sources, settings, output, options.file_format)
    if options.skip_existing:
        tasks = without_existing(tasks)
    if tasks:
        make_folder(options.output or "")
    check_targets(tasks, force=options.force)
    show = partial(_show, text=_text_format(options)) if options.preview or output is None else None
    failed = _run(tasks, options, show, batch=len(sources) > 1)
    if failed:
        stop(3)


def _check_usage(options: ApplyOptions) -> None:
    if not options.inputs:
        raise UsageError("apply needs an INPUT: a picture, an array, '-', sample:NAME or a matrix like '0 1; 2 3'")
    if options.as_json and options.output in (None, "-"):
        raise UsageError("--json and the result cannot both go to stdout; give the result a place with -o FILE")
    if options.combine and options.columns:
        raise UsageError("--columns lays out a sheet of maps; --combine makes a single map")


def _output(options: ApplyOptions) -> str | None:
    """Where the result goes: -o, or stdout unless that is a terminal and would be flooded with bytes."""
    if options.output is not None:
        if options.output == "-" and sys.stdout.isatty() and not _as_text(options):
            raise UsageError("picture bytes are not written to a terminal; leave -o out for a preview, or name a file")
        return options.output
    if not sys.stdout.isatty():
        return "-"
    if options.file_format is not None and not _as_text(options):
        raise UsageError(f"{options.file_format} is not written to a terminal; name a file with -o")
    return None


def _as_text(options: ApplyOptions) -> bool:
    """Whether a format was asked for that a terminal can show."""
    return options.file_format is not None and format_named(options.file_format).kind == "text"


def _text_format(options: ApplyOptions) -> str:
    """The format in which a terminal shows numbers."""
    return options.file_format if options.file_format and _as_text(options) else default_format("text").name


def _settings(options: ApplyOptions, *, stdin_taken: bool) -> Settings:
    given = load_kernels(options.kernel_texts, stdin_taken=stdin_taken)
    kernels = given.map(lambda kernel: normalized(kernel, options.normalize, options.scale))
    if options.convolve:
        kernels = kernels.map(lambda kernel: kernel.flipped().renamed(kernel.name))
    return Settings(
        kernels=kernels,
        options=Options(options.window, options.bias, options.channels, options.precision),
        combine=options.combine,
        relu=options.relu,
        pool=parse_pool(options.pool) if options.pool else None,
        display=options.display,
        colormap=options.colormap,
        sheet_scale=options.sheet_scale,
        columns=options.columns,
        max_pixels=options.max_pixels,
    )


def _show(picture: Picture, text: str) -> None:
    """A preview on a terminal; the numbers in that format of text, if it is a small matrix."""
    if picture.kind == "text" or picture.pixels.dtype.itemsize > 2:
        images.write(picture, "-", format=text)
        return
    from convcli.report.drawing.preview import preview

    preview(picture.pixels, stream=sys.stdout if sys.stdout.isatty() else sys.stderr)


def _run(tasks: Sequence[Task], options: ApplyOptions, show: Show | None, *, batch: bool) -> int:
    failed = 0
    with _meter(len(tasks)) if batch and not options.quiet else nullcontext(None) as bar:
        for done in run_all(tasks, options, show):
            if done.error is not None and not batch:
                raise done.error
            failed += done.error is not None
            _report(done, options, batch=batch)
            if bar is not None:
                bar.advance()
    if batch:
        remark(f"{len(tasks) - failed} done, {failed} failed", options.quiet and not failed)
    return failed


def _meter(pictures: int) -> AbstractContextManager[Any]:
    from convcli.report.printing.progress import progress

    return progress(pictures, "apply", unit="pictures")


def _report(done: Done, options: ApplyOptions, *, batch: bool) -> None:
    for note in done.notes:
        options.remark(f"{done.source}: {note}")
    if done.error is not None:
        message = spelled(done.error, click.get_current_context().command)
        click.echo(f"Error: {message}", err=True)
        if options.as_json:
            click.echo(json_line(failure_record(done.source, message)))
        return
    for made in done.made:
        if options.as_json:
            click.echo(json_line(_record(done, made, options)))
        _remark(done, made, options, batch=batch)


def _record(done: Done, made: Made, options: ApplyOptions) -> dict[str, Any]:
    assert done.input is not None
    return apply_record(
        done.input,
        made.facts,
        made.part.target,
        file_format=made.format,
        kernels=made.part.settings.kernels,
        options=made.part.settings.options,
        convolves=options.convolve,
        display=made.result.display,
        engine=made.result.engine,
        seconds=made.result.seconds,
    )


def _remark(done: Done, made: Made, options: ApplyOptions, *, batch: bool) -> None:
    result = made.result
    if result.not_finite:
        options.remark(f"{done.source}: {result.not_finite} values of the response are NaN or infinite")
    if result.rounded:
        options.remark(f"{done.source}: responses beyond 2^53 are rounded to float64; 64 bits do not hold all of them")
    if result.display != "raw" and not batch:
        options.remark(display_remark(result.display, result.range))
    if options.verbose:
        options.remark(f"plan: {result.plan}")
        options.remark(f"took {result.seconds * 1e3:.3g} ms; response {_axes(result.shape, options.layout)}")


def _axes(shape: tuple[int, ...], layout: str) -> str:
    if len(shape) == 2:
        return f"{shape[0]} x {shape[1]} (rows, columns)"
    if layout == "chw":
        return f"{shape[2]} x {shape[0]} x {shape[1]} (maps, rows, columns)"
    return f"{shape[0]} x {shape[1]} x {shape[2]} (rows, columns, maps)"
