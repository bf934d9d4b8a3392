"""What `apply` does with its options: settings, destinations, the run, and what it says."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import click

from convcli import images
from convcli.cli.app import stop
from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.asked import remark
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.batch import run_all
from convcli.cli.commands.apply.destinations import Task, plan_tasks, prepare_targets, without_existing
from convcli.cli.commands.apply.missing import Missing, check_kernels
from convcli.cli.commands.apply.outcome import Done, Show
from convcli.cli.commands.apply.pipeline import Result, Settings
from convcli.cli.commands.apply.saying import say, sights
from convcli.cli.commands.apply.sight import Seeing
from convcli.cli.first_words import KERNEL, SAMPLE, IncompleteError
from convcli.cli.hints import Told
from convcli.core.kernel.normalize import normalized
from convcli.core.kernel.stack import KernelStack
from convcli.core.pooling import parse_pool
from convcli.core.problem.options import Options
from convcli.errors import InputError, UsageError, printable
from convcli.files.name_list import read_names
from convcli.images.formats import default_format, format_named
from convcli.images.inputs import Gathered, gather
from convcli.images.naming import is_for_many, many_outputs, results_folder
from convcli.report.apply.closing import closing_line
from convcli.report.printing.progress import Meter, Silence


def apply_to(options: ApplyOptions) -> None:
    """Run `apply` on its inputs and leave with the exit code that says how it went."""
    _check_usage(options)
    gathered = _gathered(options)
    batch = gathered.batch or len(gathered.inputs) > 1
    settings = settings_of(options, stdin_taken="-" in options.inputs)
    output = _output(options)
    output = many_outputs(output) if output and batch else output
    tasks = plan_tasks(gathered.inputs, settings, output, options.file_format)
    existing = len(tasks)
    if options.skip_existing:
        tasks = without_existing(tasks)
    existing -= len(tasks)
    prepare_targets(tasks, output, force=options.force)
    show = partial(_show, options=options) if options.preview or output is None else None
    failed = _run(tasks, gathered.failed, options, show, batch=batch)
    if batch or existing:
        done = len(tasks) + len(gathered.failed) - failed
        left = {"folders": gathered.folders, "links": gathered.links, "others": gathered.others}
        remark(closing_line(done, failed, existing=existing, **left), options.quiet and not failed)
    if failed:
        stop(3)


def _check_usage(options: ApplyOptions) -> None:
    if not options.inputs and options.from_file is None:
        words = "apply needs an INPUT: a picture, an array, '-', sample:NAME or a matrix like '0 1; 2 3'"
        raise IncompleteError(words, SAMPLE, *(() if options.kernel_texts else ("-k", KERNEL)))
    if options.by_nul and options.from_file is None:
        raise UsageError("-0/--null says how the names of a list end; give the list with --from-file LIST")
    if options.from_file == "-" and ("-" in options.inputs or "@-" in map(str.strip, options.kernel_texts)):
        raise UsageError("stdin can be read once: '-' as the list or an input, or '@-' as one kernel")
    if options.as_json and options.output in (None, "-"):
        raise UsageError("--json and the result cannot both go to stdout; give the result a place with -o FILE")
    if options.cluster is not None:
        _check_shared(options)
    if options.combine and options.columns:
        raise UsageError("--columns lays out a sheet of maps; --combine makes a single map")
    if options.min_valid is not None and options.missing is None:
        raise UsageError("--min-valid goes with --missing: say which samples are missing, as in --missing nan")


def _check_shared(options: ApplyOptions) -> None:
    """Refuse what workers cannot see, and what they cannot show."""
    for source in options.inputs:
        if source == "-" or (os.path.exists(source) and not (os.path.isfile(source) or os.path.isdir(source))):
            name = "stdin" if source == "-" else printable(source)
            raise UsageError(f"--cluster: {name} can be read on this machine alone; save it to a file")
    if options.preview:
        raise UsageError("--cluster and --preview do not go together: the pictures stay where the workers are")
    if options.output in (None, "-"):
        raise UsageError("--cluster: workers write files; give -o a file or a folder that they see")


def _gathered(options: ApplyOptions) -> Gathered:
    """The inputs, those of a list and of folders among them."""
    listed = read_names(options.from_file, by_nul=options.by_nul) if options.from_file is not None else None
    output = options.output if options.output not in (None, "-") else ""
    results = results_folder(output) if output and is_for_many(output) else None
    return gather(options.inputs, listed, recursive=options.recursive, results=results)


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
    """The format in which numbers are shown, exactly; "" where a terminal may round and align them."""
    return options.file_format if options.file_format and _as_text(options) else ""


def settings_of(options: ApplyOptions, *, stdin_taken: bool) -> Settings:
    """What is done to each picture, its kernels loaded."""
    given = load_kernels(
        options.kernel_texts,
        anchor=options.anchor,
        layout=options.kernel_layout,
        groups=options.groups,
        stdin_taken=stdin_taken,
    )
    kernels = given.map(lambda kernel: normalized(kernel, options.normalize, options.scale))
    if options.convolve:
        kernels = kernels.map(lambda kernel: kernel.flipped().renamed(kernel.name))
    return Settings(
        kernels=kernels,
        options=Options(options.window, options.bias, options.channels, options.precision, groups=options.groups),
        combine=options.combine,
        relu=options.relu,
        pool=parse_pool(options.pool) if options.pool else None,
        display=options.display,
        colormap=options.colormap,
        sheet_scale=options.sheet_scale,
        columns=options.columns,
        dpi=options.dpi,
        max_pixels=options.max_pixels,
        seeing=_seeing(options, kernels),
        convolves=options.convolve,
        range=options.range,
    )


def _seeing(options: ApplyOptions, kernels: KernelStack) -> Seeing:
    if options.missing is None:
        return Seeing(options.alpha, None, options.linear)
    check_kernels(kernels)
    return Seeing(options.alpha, Missing(options.missing, options.min_valid or 0.0), options.linear)


def _show(result: Result, options: ApplyOptions) -> None:
    """A preview on a terminal, of several maps each below its name; the numbers, if it is a small matrix."""
    picture = result.picture
    if picture.kind == "text" or picture.pixels.dtype.itemsize > 2:
        from convcli.report.printing.aligned import number_lines
        from convcli.report.printing.wrapping import terminal_width

        width, text = terminal_width(sys.stdout), _text_format(options)
        if width is None or text or picture.channels > 1:
            images.write(picture, "-", format=text or default_format("text").name)
        else:
            rows = picture.pixels.reshape(picture.height, picture.width).tolist()
            click.echo("\n".join(number_lines(rows, width)))
        return
    stream = sys.stdout if sys.stdout.isatty() else sys.stderr
    if result.sheet is not None:
        from convcli.report.drawing.map_previews import preview_maps

        preview_maps(result.sheet.maps, result.sheet.names, columns=options.columns, stream=stream)
        return
    from convcli.report.drawing.preview import preview

    preview(picture.pixels, stream=stream)


def _run(
    tasks: Sequence[Task], refused: Sequence[InputError], options: ApplyOptions, show: Show | None, *, batch: bool
) -> int:
    """Run every task, say what is to be said of it, and return how many failed."""
    told, failed = Told(), len(refused)
    with _meter(len(tasks)) if batch and not options.quiet else nullcontext(Silence()) as bar:
        for error in refused:
            say(Done(error.path, error=error), options, bar, batch=batch)
        for done in _outcomes(tasks, options, _beside(bar, show), alone=not batch):
            told.see(*sights(done, options))
            failed += done.error is not None
            if done.error is None or batch:
                say(done, options, bar, batch=batch)
            bar.advance()
    for line in told.lines(len(tasks)):
        options.remark(line)
    if failed and not batch:
        assert done.error is not None
        raise done.error
    return failed


def _outcomes(tasks: Sequence[Task], options: ApplyOptions, show: Show | None, *, alone: bool) -> Iterator[Done]:
    if options.cluster is None:
        return run_all(tasks, options, show, alone=alone)
    from convcli.cli.commands.apply.cluster import run_on_cluster

    return run_on_cluster(tasks, options, alone=alone)


def _meter(pictures: int) -> AbstractContextManager[Meter]:
    from convcli.report.printing.progress import progress

    return progress(pictures, "apply", unit="pictures")


def _beside(bar: Meter, show: Show | None) -> Show | None:
    """A preview on a terminal where a bar is drawn."""

    def shown(result: Result) -> None:
        assert show is not None
        with bar.aside():
            show(result)

    return shown if show is not None else None
