"""What `explore` does with its options: one picture, its kernels, one page."""

from __future__ import annotations

import os
import sys

import click

from convcli import __version__
from convcli.cli.arguments.kernels import fitted, load_kernels
from convcli.cli.commands.explore.asked import ExploreOptions
from convcli.cli.commands.explore.walked_network import check_network, walked_network
from convcli.cli.first_words import SAMPLE, IncompleteError
from convcli.core.kernel.kernel import Kernel
from convcli.core.luma import luma
from convcli.core.pooling import parse_pool
from convcli.errors import SuffixError, UsageError
from convcli.files import check_target, write_bytes
from convcli.images.picture import Picture
from convcli.kernels.catalogue.meanings import small_ones, with_meanings
from convcli.report.explorer.assembling import assembled
from convcli.report.explorer.kernel_data import LARGEST_EDITED, Meant, check_kernels, placed
from convcli.report.explorer.page_data import Start, Subject, check_start, page_data
from convcli.report.explorer.picture_data import shown_picture
from convcli.report.explorer.record import explore_record
from convcli.report.printing.json_lines import json_line

SUFFIXES = (".html", ".htm")


def explore(options: ExploreOptions) -> None:
    """Run `explore` on one picture."""
    output = _output(options)
    check_network(options)
    given_source = options.source
    options = _with_input(options)
    given = load_kernels(
        options.kernel_texts,
        anchor=options.anchor,
        layout=options.kernel_layout,
        stdin_taken="-" in (options.source, (options.network or "").strip().removeprefix("@")),
        assume=options.assume,
    )
    start = _start(options)
    picture = options.read(options.source)
    subject = _subject(picture, options)
    stack, note = fitted(given, subject.shown.channels)
    if note:
        options.remark(f"hint: {note}")
    kernels = _placed(stack.kernels, start, options)
    for kernel in kernels:
        check_start(start, subject.shown.samples, kernel)
    meant = [Meant(*pair) for pair in with_meanings(kernels)]
    catalogue = [Meant(*pair) for pair in small_ones(LARGEST_EDITED)]
    network = walked_network(options, picture if given_source else None)
    page = assembled(page_data(subject, meant, catalogue, start, __version__, network), subject.name).encode()
    write_bytes(output, page, force=options.force)
    if options.as_json:
        click.echo(json_line(explore_record(subject, kernels, output, len(page))))
    if output != "-":
        options.remark(f"{output}: {len(page) / 1000:,.0f} kB; open it in a browser")


def _output(options: ExploreOptions) -> str:
    """Where the page goes; refused before anything is read."""
    output = options.output
    if output is None and sys.stdout.isatty():
        raise IncompleteError("say where the page goes", "-o", "explorer.html")
    output = "-" if output is None else output
    if output == "-":
        if options.as_json:
            raise UsageError("--json and the page cannot both go to stdout; give -o a file")
        return output
    if not output.lower().endswith(SUFFIXES):
        raise SuffixError("-o", output, SUFFIXES)
    check_target(output, force=options.force, source=options.source)
    return output


def _with_input(options: ExploreOptions) -> ExploreOptions:
    """The options with a picture; which one, is said."""
    if options.source:
        return options
    if options.assume is None:
        raise IncompleteError("explore needs a PICTURE", SAMPLE)
    options.assume(f"no PICTURE: this is {SAMPLE}")
    return options.changed(source=SAMPLE)


def _start(options: ExploreOptions) -> Start:
    return Start(
        options.window,
        convolve=options.convolve,
        bias=options.bias,
        relu=options.relu,
        pool=None if options.pool is None else parse_pool(options.pool, "--pool"),
        display=options.display,
        colormap=options.colormap,
        channels="sum" if options.channels == "sum" else "each",
    )


def _subject(picture: Picture, options: ExploreOptions) -> Subject:
    for note in options.remarks_on(picture):
        options.remark(f"{options.source}: {note}")
    grey = options.channels == "gray" and picture.channels > 1
    shown = shown_picture(luma(picture.pixels) if grey else picture.pixels)
    if shown.shrunk is not None:
        (height, width), (rows, columns) = shown.shrunk, shown.samples.shape[:2]
        options.remark(f"{options.source}: {height} × {width} pixels made smaller, to {rows} × {columns}")
    name = os.path.basename(options.source) if picture.kind != "text" and options.source != "-" else options.source
    return Subject(shown, name, options.source, {"alpha": picture.alpha is not None, "colour": grey})


def _placed(kernels: tuple[Kernel, ...], start: Start, options: ExploreOptions) -> tuple[Kernel, ...]:
    """The kernels as the page has them; where that means zeros around them, it is said."""
    check_kernels(kernels)
    moved = placed(kernels, start.window)
    for before, after in zip(kernels, moved, strict=True):
        if before.weights.shape != after.weights.shape:
            size = f"{after.height}x{after.width}"
            options.remark(f"{before.name}: its anchor is the middle of {size} weights, zeros around its own")
    return moved
