"""What `equivariance` does with its options: one study, or a sweep of runs."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import Any

import click
from numpy.typing import NDArray

from convcli import images
from convcli.cli.app import stop
from convcli.cli.arguments.drawings import ANIMATIONS, animation_format, check_drawing, is_animation, write_drawing
from convcli.cli.arguments.kernels import load_kernels
from convcli.cli.arguments.shapes import check_sizes
from convcli.cli.commands.equivariance.settings import Chosen, build
from convcli.cli.commands.equivariance.sweep import SWEPT, sweep_runs
from convcli.cli.options import remark
from convcli.core.equivariance.causes import BLUR_TAPS, find_remedy
from convcli.core.equivariance.routes import measure
from convcli.core.equivariance.study import Study, study
from convcli.core.equivariance.sweep import parse_sweep
from convcli.errors import UsageError
from convcli.images.picture import Picture
from convcli.report.equivariance.record import study_record, sweep_record
from convcli.report.equivariance.sweep import Outcome, sweep_table
from convcli.report.equivariance.table import study_tables
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.progress import Silence, progress
from convcli.report.printing.table import show_table


def investigate(chosen: Chosen) -> None:
    """One layer, one move: measure, explain, draw."""
    _check_output(chosen)
    picture = _read(chosen)
    layer, move = build(chosen, picture.pixels)
    found = study(picture.pixels, layer, move)
    panel = _draw(found, picture, chosen)
    if chosen["as_json"]:
        click.echo(json_line(study_record(found, picture.source, panel)))
    elif not chosen["quiet"] and chosen["output"] != "-":
        for table in study_tables(found, picture.source):
            show_table(table)
    if not found.ledger.holds:
        stop(1)


def sweep(chosen: Chosen) -> None:
    """Every run of a sweep: a grid of where it holds."""
    _check_output(chosen, walks=False)
    runs = parse_sweep(chosen["sweep"], SWEPT)
    picture = _read(chosen, kernel_swept="kernel" in runs.names)
    taps = chosen["blurpool"] or BLUR_TAPS
    outcomes = []
    bar = nullcontext(Silence()) if chosen["quiet"] else progress(len(runs), "sweeping", unit="runs")
    with bar as meter:
        for run in sweep_runs(runs, chosen, picture.pixels):
            ledger = measure(picture.pixels, run.layer, run.move)
            remedy = None if ledger.holds else find_remedy(picture.pixels, run.layer, run.move, ledger, taps)
            outcomes.append(Outcome(run.set_to, ledger, remedy))
            if chosen["as_json"]:
                click.echo(json_line(sweep_record(run.set_to, run.layer, run.move, ledger, remedy, picture.source)))
            meter.advance()
    if chosen["output"] is not None:
        from convcli.report.equivariance.heat_map import heat_map

        write_drawing(heat_map(outcomes), chosen["output"], force=chosen["force"], quiet=chosen["quiet"])
    if not (chosen["as_json"] or chosen["quiet"] or chosen["output"] == "-"):
        show_table(sweep_table(outcomes))
    if not all(outcome.ledger.holds for outcome in outcomes):
        stop(1)


def _check_output(chosen: Chosen, *, walks: bool = True) -> None:
    check_sizes(padding=chosen["padding"], stride=chosen["stride"], dilation=chosen["dilation"])
    output = chosen["output"]
    if output is None or not is_animation(output):
        check_drawing(output, as_json=chosen["as_json"], force=chosen["force"], also=ANIMATIONS if walks else ())
        return
    if not walks:
        raise UsageError(f"the map of a sweep is one picture; {output} would be moving: use .png")
    images.check_target(output, force=chosen["force"])


def _read(chosen: Chosen, *, kernel_swept: bool = False) -> Picture:
    """The input; the kernels are loaded beside it, for stdin can be read once."""
    if not kernel_swept:
        chosen["kernels"] = load_kernels(chosen["kernel_texts"], stdin_taken=chosen["source"] == "-")
    elif chosen["kernel_texts"]:
        raise UsageError("-k and --sweep kernel=... both name the kernel; give one of them")
    picture = images.read(
        chosen["source"],
        max_pixels=chosen["max_pixels"],
        allow_truncated=chosen["allow_truncated"],
        layout=chosen["layout"],
    )
    for note in picture.notes:
        remark(f"{picture.source}: {note}", chosen["quiet"])
    return picture


def _draw(found: Study, picture: Picture, chosen: Chosen) -> str | None:
    output = chosen["output"]
    if output is None:
        return None
    if not is_animation(output):
        from convcli.report.equivariance.panel import study_panel

        write_drawing(
            study_panel(found, picture.source), output, force=chosen["force"], quiet=chosen["quiet"] or _piped(output)
        )
        return None if output == "-" else str(output)
    from convcli.report.drawing.animation import encode_animation
    from convcli.report.equivariance.film import walk_frames

    frames: list[NDArray[Any]] = walk_frames(found)
    images.write_bytes(output, encode_animation(frames, animation_format(output), ms=450), force=chosen["force"])
    remark(f"{output}: {len(frames)} frames", chosen["quiet"])
    return str(output)


def _piped(output: str) -> bool:
    return output == "-" and not sys.stdout.isatty()
