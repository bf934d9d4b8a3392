"""What `apply` does with its options: settings, destinations, the run, and what it says."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import click

from convcli import images
from convcli.cli import options
from convcli.cli.app import stop
from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.commands.apply.batch import Done, Encoding, Made, run_all
from convcli.cli.commands.apply.destinations import Task, check_targets, plan_tasks, without_existing
from convcli.cli.commands.apply.pipeline import Settings
from convcli.cli.spelling import spelled
from convcli.core.border import Border
from convcli.core.kernel.normalize import normalized
from convcli.core.pooling import parse_pool
from convcli.errors import UsageError
from convcli.files.folders import make_folder
from convcli.images.picture import Picture
from convcli.report.apply.record import display_remark, kernel_records
from convcli.report.printing.json_lines import json_line

Chosen = dict[str, Any]


def apply_to(inputs: Sequence[str], chosen: Chosen) -> None:
    """Run `apply` on its inputs and leave with the exit code that says how it went."""
    _check_usage(inputs, chosen)
    sources = images.expand(inputs)
    settings = _settings(chosen, stdin_taken="-" in sources)
    tasks = plan_tasks(sources, settings, _output(chosen), chosen["file_format"])
    if chosen["skip_existing"]:
        tasks = without_existing(tasks)
    if tasks:
        make_folder(chosen["output"] or "")
    check_targets(tasks, force=chosen["force"])
    failed = _run(tasks, settings, chosen, batch=len(sources) > 1)
    if failed:
        stop(3)


def _check_usage(inputs: Sequence[str], chosen: Chosen) -> None:
    if not inputs:
        raise UsageError("apply needs an INPUT: a picture, an array, '-', sample:NAME or a matrix like '0 1; 2 3'")
    if chosen["as_json"] and chosen["output"] in (None, "-"):
        raise UsageError("--json and the result cannot both go to stdout; give the result a place with -o FILE")
    if chosen["combine"] and chosen["columns"]:
        raise UsageError("--columns lays out a sheet of maps; --combine makes a single map")


def _output(chosen: Chosen) -> str | None:
    """Where the result goes: -o, or stdout unless that is a terminal and would be flooded with bytes."""
    if chosen["output"] is not None:
        if chosen["output"] == "-" and sys.stdout.isatty() and chosen["file_format"] != "text":
            raise UsageError("picture bytes are not written to a terminal; leave -o out for a preview, or name a file")
        return str(chosen["output"])
    if not sys.stdout.isatty():
        return "-"
    if chosen["file_format"] not in (None, "text"):
        raise UsageError(f"{chosen['file_format']} is not written to a terminal; name a file with -o")
    return None


def _settings(chosen: Chosen, *, stdin_taken: bool) -> Settings:
    given, stacked = load_kernels(chosen["kernel_texts"], stdin_taken=stdin_taken)
    kernels = tuple(normalized(kernel, chosen["normalize"], chosen["scale"]) for kernel in given)
    if chosen["convolve"]:
        kernels = tuple(kernel.flipped().renamed(kernel.name) for kernel in kernels)
    passed = ("border", "size", "padding", "stride", "dilation", "bias", "channels", "precision")
    return Settings(
        kernels=kernels,
        stacked=stacked,
        options={name: chosen[name] for name in passed},
        combine=chosen["combine"],
        relu=chosen["relu"],
        pool=parse_pool(chosen["pool"]) if chosen["pool"] else None,
        display=chosen["display"],
        colormap=chosen["colormap"],
        sheet_scale=chosen["sheet_scale"],
        columns=chosen["columns"],
        max_pixels=chosen["max_pixels"],
    )


def _encoding(chosen: Chosen) -> Encoding:
    reading = {name: chosen[name] for name in ("max_pixels", "allow_truncated", "layout")}
    writing = {name: chosen[name] for name in ("quality", "png_level", "force", "layout") if chosen[name] is not None}
    shown = chosen["preview"] or _output(chosen) is None
    return Encoding(reading, writing, _show if shown else None, measure=chosen["as_json"])


def _show(picture: Picture) -> None:
    """A preview on a terminal; the numbers, if it is a small matrix."""
    if picture.kind == "text" or picture.pixels.dtype.itemsize > 2:
        images.write(picture, "-", format="text")
        return
    from convcli.report.drawing.preview import preview

    preview(picture.pixels, stream=sys.stdout if sys.stdout.isatty() else sys.stderr)


def _run(tasks: Sequence[Task], settings: Settings, chosen: Chosen, *, batch: bool) -> int:
    failed = 0
    with _meter(len(tasks)) if batch and not chosen["quiet"] else nullcontext(None) as bar:
        for done in run_all(tasks, _encoding(chosen), chosen["jobs"]):
            if done.error is not None and not batch:
                raise done.error
            failed += done.error is not None
            _report(done, settings, chosen, batch=batch)
            if bar is not None:
                bar.advance()
    if batch:
        options.remark(f"{len(tasks) - failed} done, {failed} failed", chosen["quiet"] and not failed)
    return failed


def _meter(pictures: int) -> AbstractContextManager[Any]:
    from convcli.report.printing.progress import progress

    return progress(pictures, "apply", unit="pictures")


def _report(done: Done, settings: Settings, chosen: Chosen, *, batch: bool) -> None:
    quiet = chosen["quiet"]
    for note in done.notes:
        options.remark(f"{done.source}: {note}", quiet)
    if done.error is not None:
        message = spelled(done.error, click.get_current_context().command)
        click.echo(f"Error: {message}", err=True)
        if chosen["as_json"]:
            record = {"command": "apply", "input": {"path": done.source}, "error": message}
            click.echo(json_line(record))
        return
    for made in done.made:
        if chosen["as_json"]:
            click.echo(json_line(_record(done, made, settings, chosen)))
        _remark(done, made, chosen, batch=batch)


def _remark(done: Done, made: Made, chosen: Chosen, *, batch: bool) -> None:
    quiet, result = chosen["quiet"], made.result
    if result.not_finite:
        options.remark(f"{done.source}: {result.not_finite} values of the response are NaN or infinite", quiet)
    if result.display != "raw" and not batch:
        options.remark(display_remark(result.display, result.range), quiet)
    if chosen["verbose"]:
        options.remark(f"plan: {result.plan}", quiet)
        options.remark(f"took {result.seconds * 1e3:.3g} ms; response {_axes(result.shape, chosen['layout'])}", quiet)


def _axes(shape: tuple[int, ...], layout: str) -> str:
    if len(shape) == 2:
        return f"{shape[0]} x {shape[1]} (rows, columns)"
    if layout == "chw":
        return f"{shape[2]} x {shape[0]} x {shape[1]} (maps, rows, columns)"
    return f"{shape[0]} x {shape[1]} x {shape[2]} (rows, columns, maps)"


def _record(done: Done, made: Made, settings: Settings, chosen: Chosen) -> dict[str, Any]:
    assert done.input is not None
    border: Border = chosen["border"]
    output = {**made.facts.record(), "path": made.part.target, "min": made.facts.low, "max": made.facts.high}
    return {
        "command": "apply",
        "input": done.input.record(),
        "kernels": kernel_records(made.part.settings.kernels),
        "output": {**output, "format": made.format},
        "operation": "convolution" if chosen["convolve"] else "correlation",
        "border": border.label,
        "size": chosen["size"],
        "padding": chosen["padding"],
        "stride": chosen["stride"],
        "dilation": chosen["dilation"],
        "channels": chosen["channels"],
        "display": made.result.display,
        "engine": made.result.engine,
        "seconds": round(made.result.seconds, 6),
    }
