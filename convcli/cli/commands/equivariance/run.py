"""What `equivariance` does with its options: one study, or a sweep of runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import click

from convcli.cli.app import stop
from convcli.cli.arguments.drawings import animated, check_drawing, check_enlarged, is_animation, write_drawing
from convcli.cli.arguments.kernels import fitted, load_kernels
from convcli.cli.arguments.shapes import check_sizes
from convcli.cli.commands.equivariance.asked import EquivarianceOptions
from convcli.cli.commands.equivariance.settings import build, depth_of
from convcli.cli.commands.equivariance.sweep import sweep_runs, swept
from convcli.core.equivariance.causes import BLUR_TAPS, find_remedy
from convcli.core.equivariance.routes import measure
from convcli.core.equivariance.study import Study, study
from convcli.core.equivariance.sweep import parse_sweep
from convcli.core.kernel.stack import KernelStack
from convcli.core.problem.check import check_pixels
from convcli.errors import UsageError, many
from convcli.files import check_target, write_bytes
from convcli.images.picture import Picture
from convcli.report.equivariance.record import study_record, sweep_record
from convcli.report.equivariance.sweep import Outcome, sweep_subject, sweep_table
from convcli.report.equivariance.table import study_tables
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.progress import Silence, progress
from convcli.report.printing.table import show_table


def investigate(options: EquivarianceOptions) -> None:
    """One layer, one move: measure, explain, draw."""
    _check_output(options)
    kernels = _kernels(options)
    picture = _read(options)
    _say_axes(kernels, picture, options)
    layer, move = build(options, kernels, picture.pixels)
    check_pixels(layer.prepared(picture.pixels).problem, options.max_pixels)
    found = study(picture.pixels, layer, move)
    panel = _draw(found, picture, options)
    if options.as_json:
        click.echo(json_line(study_record(found, picture.source, panel)))
    elif not options.quiet and options.output != "-":
        for table in study_tables(found, picture.source):
            show_table(table)
    if not found.ledger.holds:
        stop(1)


def sweep(options: EquivarianceOptions, text: str) -> None:
    """Every run of a sweep: a grid of where it holds."""
    _check_output(options, walks=False)
    runs = parse_sweep(text, swept())
    kernels = _kernels_beside(runs.names, options)
    picture = _read(options)
    _say_axes(kernels, picture, options)
    taps = options.blurpool or BLUR_TAPS
    outcomes = []
    bar = nullcontext(Silence()) if options.quiet else progress(len(runs), "sweeping", unit="runs")
    with bar as meter:
        for run in sweep_runs(runs, options, kernels, picture.pixels):
            check_pixels(run.layer.prepared(picture.pixels).problem, options.max_pixels)
            ledger = measure(picture.pixels, run.layer, run.move)
            remedy = None if ledger.holds else find_remedy(picture.pixels, run.layer, run.move, ledger, taps)
            outcomes.append(Outcome(run.set_to, ledger, remedy))
            if options.as_json:
                with meter.aside():
                    click.echo(json_line(sweep_record(run.set_to, run.layer, run.move, ledger, remedy, picture.source)))
            meter.advance()
    subject = sweep_subject(outcomes, None if kernels is None else kernels.kernels, picture.source)
    if options.output is not None:
        from convcli.report.equivariance.heat_map import heat_map

        write_drawing(heat_map(outcomes, subject), options.output, options)
    if not (options.as_json or options.quiet or options.output == "-"):
        show_table(sweep_table(outcomes, subject))
    if not all(outcome.ledger.holds for outcome in outcomes):
        stop(1)


def _kernels_beside(swept_names: Sequence[str], options: EquivarianceOptions) -> KernelStack | None:
    """The kernels of -k, loaded before the picture, for stdin can be read once; None where a sweep names them."""
    if "kernel" not in swept_names:
        return _kernels(options)
    if options.kernel_texts:
        raise UsageError("-k and --sweep kernel=... both name the kernel; give one of them")
    if options.kernel_layout is not None:
        raise UsageError("--kernel-layout is of the kernel of -k, and --sweep kernel=... names others")
    return None


def _kernels(options: EquivarianceOptions) -> KernelStack:
    return load_kernels(
        options.kernel_texts,
        anchor=options.anchor,
        layout=options.kernel_layout,
        stdin_taken=options.source == "-",
        assume=options.assume,
    )


def _say_axes(kernels: KernelStack | None, picture: Picture, options: EquivarianceOptions) -> None:
    _, note = fitted(kernels, depth_of(options, picture.pixels)) if kernels is not None else (None, "")
    if note:
        options.remark(f"hint: {note}")


def _check_output(options: EquivarianceOptions, *, walks: bool = True) -> None:
    check_sizes(padding=options.padding, stride=options.stride, dilation=options.dilation)
    output = options.output
    if output is None or not is_animation(output):
        check_drawing(output, options, as_json=options.as_json, moving=walks)
        return
    if not walks:
        raise UsageError(f"the map of a sweep is a still picture; end {output} in .png, say")
    check_enlarged([output], options, moving=True)
    check_target(output, force=options.force)


def _read(options: EquivarianceOptions) -> Picture:
    picture = options.read(options.source)
    for note in options.remarks_on(picture):
        agree = "; it has to be at the same places by both routes" if "NaN" in note else ""
        options.remark(f"{picture.source}: {note}{agree}")
    return picture


def _draw(found: Study, picture: Picture, options: EquivarianceOptions) -> str | None:
    """Draw where it is wanted; the name of the file that was made."""
    output = options.output
    if output is None:
        return None
    if not is_animation(output):
        from convcli.report.equivariance.panel import study_panel

        write_drawing(study_panel(found, picture.source), output, options)
        return None if output == "-" else output
    from convcli.report.equivariance.film import film_frames

    frames = list(film_frames(found, picture.source))
    write_bytes(output, animated(frames, [450] * len(frames), output, options), force=options.force)
    options.remark(f"{output}: {many(len(frames), 'frame')}")
    return output
