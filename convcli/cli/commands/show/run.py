"""What `show` does with its options: read a stack, lay its maps out, write the sheet."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

import click
import numpy as np
from numpy.typing import NDArray

from convcli.cli import hints
from convcli.cli.arguments.drawings import ENCODERS, check_enlarged, drawn_format, in_pixels, write_drawing
from convcli.cli.commands.show.asked import ShowOptions
from convcli.cli.commands.show.layer_weights import holds_filters, load_filters
from convcli.core.display.clipped import NOTHING_CLIPPED, Clipped
from convcli.core.display.colormap import colormap
from convcli.core.display.mapping import mapping
from convcli.core.display.scale import scale_of
from convcli.core.quantities import spoken
from convcli.core.samples import finite_range
from convcli.errors import GeometryError, UsageError, many
from convcli.files import check_target
from convcli.images.picture import Picture
from convcli.report.apply.record import display_words, facts
from convcli.report.drawing.marks import Drawing
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.sheet import contact_sheet
from convcli.report.language.chosen import Name
from convcli.report.printing.json_lines import json_line
from convcli.report.show.record import filters_record, show_record

Ranges = list[tuple[float, float]]
MOST_MAPS = 1024
COLOURS = ("red", "green", "blue")


class Named(NamedTuple):
    """Maps as pixels, and the name of each."""

    maps: Sequence[NDArray[Any]]
    names: Sequence[str]


def show_stack(options: ShowOptions) -> None:
    """Run `show` on one input."""
    output = _output(options)
    file_format = drawn_format(output or "-", options.file_format)
    check_enlarged([] if output is None else [output], options, file_format=file_format)
    if output is not None:
        check_target(output, force=options.force, source=options.stack)
    if holds_filters(options.stack):
        _show_filters(options, output, file_format)
        return
    if options.kernel_layout is not None:
        raise UsageError("--kernel-layout is of a layer's weights, a .npy with four axes or an @FILE:NAME")
    picture = options.read(options.stack)
    for note in options.remarks_on(picture):
        options.remark(f"{picture.source}: {note}")
    maps = _maps(picture)
    ranges = [finite_range(each) for each in maps]
    display = _display(options.display, maps, ranges)
    drawn = _sheet(picture, maps, ranges, display, options)
    _put(drawn.sheet, drawn.named, output, file_format, options)
    if options.as_json:
        shown = facts(_seen(drawn.sheet, file_format, options))
        click.echo(json_line(show_record(facts(picture), ranges, display, output, shown, drawn.clipped)))
    low, high = _common(ranges)
    options.remark(
        f"{many(len(maps), 'map')} of {maps[0].shape[0]} × {maps[0].shape[1]}, "
        f"values from {spoken(low)} to {spoken(high)}; "
        f"display: {display_words(display)}"
    )
    for line in hints.of_sheet(facts(picture), options.layout, display, drawn.clipped.shares):
        options.remark(line)


def _put(sheet: Drawing, named: Named, output: str | None, file_format: str, options: ShowOptions) -> None:
    if output is None:
        from convcli.report.drawing.map_previews import preview_maps

        preview_maps(*named, columns=options.columns)
    else:
        write_drawing(sheet, output, options, file_format=file_format)


def _seen(sheet: Drawing, file_format: str, options: ShowOptions) -> Picture:
    """The sheet as pixels, for its facts."""
    return Picture(rasterized(sheet) if file_format in ENCODERS else in_pixels(sheet, options))


def _show_filters(options: ShowOptions, output: str | None, file_format: str) -> None:
    """The filters of a layer, each a picture."""
    from convcli.report.kernels.filter_sheet import filter_sheet

    filters = load_filters(options)
    shared = options.sheet_scale == "shared"
    weights = [kernel.weights for kernel in filters]
    title = filters[0].name.removesuffix("-0")
    sheet = filter_sheet(weights, Name(title), columns=options.columns, shared=shared)
    _put(sheet, _named_filters(weights, shared=shared), output, file_format, options)
    if options.as_json:
        click.echo(json_line(filters_record(options.stack, filters, output, facts(_seen(sheet, file_format, options)))))
    else:
        options.remark(f"{many(len(filters), 'filter')} of {' × '.join(map(str, weights[0].shape))}")


def _named_filters(weights: Sequence[NDArray[Any]], *, shared: bool) -> Named:
    """Each filter as a picture, as the sheet has it, and its number."""
    from convcli.report.drawing.filters import filter_picture, scale_of

    largest = max(map(scale_of, weights)) if shared else None
    return Named([filter_picture(each, largest) for each in weights], [str(index) for index in range(len(weights))])


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
    low, high = _common(ranges)
    if low < 0:
        return "signed"
    # What a ReLU left is seen best when black is "nothing", whatever the smallest value happens to be.
    return "magnitude" if low < high / 2 else "stretch"


def _common(ranges: Ranges) -> tuple[float, float]:
    return min(low for low, _ in ranges), max(high for _, high in ranges)


class _Drawn(NamedTuple):
    """The sheet, its maps with their names, and the shares of the values that were clipped to black and to white."""

    sheet: Drawing
    named: Named
    clipped: Clipped


def _sheet(picture: Picture, maps: list[NDArray[Any]], ranges: Ranges, display: str, options: ShowOptions) -> _Drawn:
    common = _common(ranges)
    own = ranges if options.sheet_scale == "each" else [common] * len(maps)
    mappings = [mapping(display, np.uint8, *range_) for range_ in own]
    shown, clipped, colours = [], NOTHING_CLIPPED, options.colormap or "gray"
    for values, mapped in zip(maps, mappings, strict=True):
        pixels = np.empty(values.shape, np.uint8)
        clipped = clipped.plus(mapped.write(np.array(values), pixels).of(values.size))
        shown.append(colormap(colours)[pixels] if colours != "gray" else pixels)
    labels = list(COLOURS) if picture.kind == "picture" and len(maps) == 3 else _labels(len(maps))
    scales = [scale_of(each, clipped) for each in mappings]
    nothing = [None] * len(maps)
    sheet = contact_sheet(shown, labels, nothing, columns=options.columns, scales=scales, colormap=colours)
    return _Drawn(sheet, Named(shown, labels), clipped)


def _labels(count: int) -> list[str]:
    return [f"map {index}" for index in range(count)]
