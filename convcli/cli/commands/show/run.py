"""What `show` does with its options: read a stack, lay its maps out, write the sheet."""

from __future__ import annotations

import sys
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from convcli import images
from convcli.cli.commands.show.asked import ShowOptions
from convcli.core.display.colormap import colormap
from convcli.core.display.mapping import mapping
from convcli.core.quantities import spoken
from convcli.core.samples import finite_range
from convcli.errors import GeometryError, UsageError, many
from convcli.files import check_target
from convcli.images.picture import Picture
from convcli.report.apply.record import display_words, facts
from convcli.report.drawing.sheet import contact_sheet
from convcli.report.printing.json_lines import json_line
from convcli.report.show.record import show_record

Ranges = list[tuple[float, float]]
MOST_MAPS = 1024
COLOURS = ("red", "green", "blue")


def show_stack(options: ShowOptions) -> None:
    """Run `show` on one input."""
    output = _output(options)
    file_format = options.file_format or ("png" if output in (None, "-") else images.format_of(output))
    if output is not None:
        check_target(output, force=options.force, source=options.stack)
    picture = options.read(options.stack)
    for note in options.remarks_on(picture):
        options.remark(f"{picture.source}: {note}")
    maps = _maps(picture)
    ranges = [finite_range(each) for each in maps]
    display = _display(options.display, maps, ranges)
    sheet = Picture(_sheet(picture, maps, ranges, display, options))
    if output is None:
        from convcli.report.drawing.preview import preview

        preview(sheet.pixels)
    else:
        images.write(sheet, output, format=file_format, force=options.force)
    if options.as_json:
        click.echo(json_line(show_record(facts(picture), ranges, display, output, facts(sheet))))
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    options.remark(
        f"{many(len(maps), 'map')} of {maps[0].shape[0]} × {maps[0].shape[1]}, "
        f"values from {spoken(low)} to {spoken(high)}; "
        f"display: {display_words(display)}"
    )


def _output(options: ShowOptions) -> str | None:
    """Where the sheet goes; None for a preview in the terminal."""
    output: str | None = options.output
    if output is None and not sys.stdout.isatty():
        output = "-"
    if output == "-" and options.as_json:
        raise UsageError("--json and the sheet cannot both go to stdout; give the sheet a place with -o FILE")
    if output == "-" and sys.stdout.isatty():
        raise UsageError("picture bytes are not written to a terminal; leave -o out for a preview, or name a file")
    if output is None and options.file_format:
        raise UsageError(f"{options.file_format} is not written to a terminal; name a file with -o")
    return output


def _maps(picture: Picture) -> list[NDArray[Any]]:
    stack = np.atleast_3d(picture.pixels)
    if stack.shape[2] > MOST_MAPS:
        raise GeometryError(
            f"{picture.source} has {stack.shape[2]:,} maps of {stack.shape[0]} × {stack.shape[1]}; "
            f"a sheet holds at most {MOST_MAPS:,}: if it is stored as (maps, rows, columns), add --layout chw"
        )
    return [stack[:, :, index] for index in range(stack.shape[2])]


def _display(asked: str, maps: list[NDArray[Any]], ranges: Ranges) -> str:
    if asked != "auto":
        return asked
    if maps[0].dtype == np.uint8:
        return "clip"
    return "signed" if min(low for low, _ in ranges) < 0 else "stretch"


def _sheet(
    picture: Picture, maps: list[NDArray[Any]], ranges: Ranges, display: str, options: ShowOptions
) -> NDArray[np.uint8]:
    common = min(low for low, _ in ranges), max(high for _, high in ranges)
    shared = options.sheet_scale == "shared"
    pixels = [
        _pixels(each, display, common if shared else own, from_zero=options.display == "auto")
        for each, own in zip(maps, ranges, strict=True)
    ]
    shown = [colormap(options.colormap)[each] if options.colormap != "gray" else each for each in pixels]
    labels = list(COLOURS) if picture.kind == "picture" and len(maps) == 3 else _labels(len(maps))
    return contact_sheet(shown, labels, [None] * len(maps), columns=options.columns)


def _pixels(values: NDArray[Any], display: str, range_: tuple[float, float], *, from_zero: bool) -> NDArray[np.uint8]:
    # What a ReLU left is seen best when black is "nothing", whatever the smallest value happens to be.
    low = min(0.0, range_[0]) if from_zero and range_[0] < range_[1] / 2 else range_[0]
    pixels = np.empty(values.shape, np.uint8)
    mapping(display, np.uint8, low, range_[1]).write(np.array(values), pixels)
    return pixels


def _labels(count: int) -> list[str]:
    return [f"map {index}" for index in range(count)]
