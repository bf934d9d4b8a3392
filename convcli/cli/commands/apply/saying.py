"""What `apply` says of each input: remarks, errors and records, and what the hints look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from convcli.cli.asked import remark
from convcli.cli.commands.apply.asked import ApplyOptions
from convcli.cli.commands.apply.outcome import Done, Made, Once
from convcli.cli.hints import Sight
from convcli.cli.spelling import spelled
from convcli.core.kernel.labels import kernel_labels
from convcli.core.quantities import duration
from convcli.errors import many
from convcli.report.apply.record import apply_record, display_remark, failure_record
from convcli.report.language.chosen import once
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.numbers import spoken
from convcli.report.printing.progress import Meter


def sights(done: Done, options: ApplyOptions) -> list[Sight]:
    """What the hints look at: the picture alone, and with each of its results."""
    if done.input is None:
        return []
    read = Sight.of(done.input, options.layout)
    return [read, *(_sight(read, made) for made in done.made)]


def _sight(read: Sight, made: Made) -> Sight:
    kernels, settings = made.result.kernels or made.part.settings.kernels, made.part.settings
    seen = made.result.range
    if read.dtype == "bool" and seen is None:  # no pass looks at the range of whole numbers, but a bound is known
        most = [sum(abs(weight) for weight in kernel.weights.flat) for kernel in kernels]
        seen = (0.0, sum(most) if settings.combine else max(most))
    plain = settings.combine is None and not any(settings.options.bias)
    return read._replace(
        asked=settings.display,
        display=made.result.display,
        range=seen,
        clipped=made.result.clipped.shares,
        spread=made.result.spread,
        kernels=kernels,
        plain=plain,
        axes=made.result.axes,
    )


def say(done: Done, options: ApplyOptions, bar: Meter, *, batch: bool) -> None:
    """What is said of one input, on both streams, with the bar out of the way."""
    remarks = [f"{done.source}: {note}" for note in done.notes if not isinstance(note, Once) or once([note])]
    records, failure = [], None
    if done.error is not None:
        failure = spelled(done.error, click.get_current_context().command)
        records = [failure_record(done.source, failure)]
    for made in done.made if done.error is None else ():
        records.append(_record(done, made, options))
        remarks += _remarks(done, made, options, batch=batch)
    remarks = [] if options.quiet else remarks
    if not remarks and failure is None and not options.as_json:
        return
    with bar.aside():
        for line in remarks:
            options.remark(line)
        if failure is not None:
            remark(f"Error: {failure}", quiet=False)
        for record in records if options.as_json else ():
            click.echo(json_line(record))


def _record(done: Done, made: Made, options: ApplyOptions) -> dict[str, Any]:
    assert done.input is not None
    return apply_record(
        done.input,
        made.facts,
        made.part.target,
        file_format=made.format,
        kernels=made.result.kernels or made.part.settings.kernels,
        options=made.part.settings.options,
        convolves=options.convolve,
        display=made.result.display,
        engine=made.result.engine,
        seconds=made.result.seconds,
        seen=made.result.seen,
        clipped=made.result.clipped,
    )


def _remarks(done: Done, made: Made, options: ApplyOptions, *, batch: bool) -> Iterator[str]:
    result, one = made.result, made.result.not_finite == 1
    if result.not_finite:
        values = many(result.not_finite, "value")
        yield f"{done.source}: {values} of the response {'is' if one else 'are'} NaN or infinite"
    if result.rounded:
        yield f"{done.source}: responses beyond 2^53 are rounded to float64; 64 bits do not hold all of them"
    if result.display != "raw" and not batch and not made.told:
        settings = made.part.settings
        labels = [_quoted(label) for label in kernel_labels(settings.kernels.kernels, flipped=settings.convolves)]
        drawn = settings.range and f", drawn from {spoken(settings.range[0])} to {spoken(settings.range[1])}"
        yield display_remark(result.displays, labels, None if drawn else result.range) + (drawn or "")
    if options.verbose:
        yield f"plan: {result.plan}"
        yield f"took {duration(result.seconds)}; response {_axes(result.shape, options.layout)}"


def _quoted(label: str) -> str:
    """Numbers that stand for a name, within quotes."""
    return f"'{label}'" if " " in label and "×" not in label else label


def _axes(shape: tuple[int, ...], layout: str) -> str:
    if len(shape) == 2:
        return f"{shape[0]} × {shape[1]} (rows, columns)"
    if layout == "chw":
        return f"{shape[2]} × {shape[0]} × {shape[1]} (maps, rows, columns)"
    return f"{shape[0]} × {shape[1]} × {shape[2]} (rows, columns, maps)"
