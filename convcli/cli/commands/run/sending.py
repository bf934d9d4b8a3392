"""What `run` does with its options: everything is looked at first, then one pass, then what it showed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import click
import numpy as np

from convcli.cli.arguments.class_labels import read_labels
from convcli.cli.arguments.drawings import check_drawing, write_drawing
from convcli.cli.arguments.inputs_of_networks import feed
from convcli.cli.arguments.networks import Loaded, check_stdin, load_network
from convcli.cli.commands.run.asked import RunOptions
from convcli.cli.commands.run.keeping import Drawn, check_drawn, maps_targets, shown_lines
from convcli.core.forward.entrance import fixed
from convcli.core.forward.following import follow
from convcli.core.forward.layer_rows import Layers, layers_of
from convcli.core.forward.observing import LayerSeen, Observed, observed
from convcli.core.forward.verdict import Verdict, classes_of, last_operator, verdict
from convcli.errors import InputError, UnknownNameError, UsageError
from convcli.files import write_bytes
from convcli.report.forward.layer_sheet import layer_sheet
from convcli.report.forward.lecture import lecture_sheet
from convcli.report.forward.record import Fed, run_record
from convcli.report.forward.table import layers_table, verdict_table
from convcli.report.printing.json_lines import json_line
from convcli.report.printing.table import show_table

if TYPE_CHECKING:
    from convcli.core.arrays import Array
    from convcli.core.forward.preparing import Prepared


def send(options: RunOptions) -> None:
    """Run `run` on one picture."""
    check_drawing(options.output, options, as_json=options.as_json, also=(".npy",))
    check_drawn(options)
    check_stdin(options.network, options.picture)
    labels = read_labels(options.labels)
    loaded = load_network(options.network, options.weights)
    given = feed(loaded, options.picture, options)
    loaded = loaded._replace(graph=fixed(loaded.graph, given.fed.shape), labels=labels or loaded.labels)
    layers = _layers(loaded)
    _check(loaded, layers, options)
    _say(loaded, given, options)
    drawn = Drawn(options, layers, maps_targets(options, layers))
    found = _pass(loaded, given, layers, drawn)
    said = _verdict(loaded, found, options)
    files = [*drawn.files, *_write(loaded, given, found, drawn, said, options)]
    if options.as_json:
        fed = Fed(options.picture, given.fed.shape, given.said, given.part)
        click.echo(json_line(run_record(loaded.name, fed, _wanted(found.layers, options), said, files)))
    elif options.output != "-":
        _print(loaded, given, found, said, options)


def _layers(loaded: Loaded) -> Layers:
    try:
        return layers_of(loaded.graph)
    except UsageError as error:
        raise loaded.blamed(error) from error


def _pass(loaded: Loaded, given: Prepared, layers: Layers, drawn: Drawn) -> Observed:
    try:
        return observed(loaded.graph, given.fed, layers, drawn.take)
    except UsageError as error:
        raise loaded.blamed(error) from error


def _check(loaded: Loaded, layers: Layers, options: RunOptions) -> None:
    """Refuse, before anything runs, layers that are not there and questions that only classifiers answer."""
    names = [row.name for row in layers.network.rows]
    for name in options.only:
        if name not in names:
            raise UnknownNameError("layer", name, names, "the table lists them all")
    to_array = (options.output or "").lower().endswith(".npy")
    if to_array and len(options.only) > 1:
        raise UsageError(f"{options.output} holds one layer's values; give --layer once, or a sheet (.png)")
    graph = loaded.graph
    shape = graph.inputs[0].shape or ()
    followed = follow(graph, {graph.inputs[0].name: tuple(n or 1 for n in shape)})
    classes = classes_of(followed.shapes[graph.outputs[0]])
    if not classes and (options.labels or options.softmax):
        option = "--labels" if options.labels else "--softmax"
        raise UsageError(f"{option} is for classifiers; this network's output is {followed.shapes[graph.outputs[0]]}")
    if classes:  # labels and softmax that do not fit are refused here
        _said(loaded, np.zeros(classes), options)


def _verdict(loaded: Loaded, found: Observed, options: RunOptions) -> Verdict | None:
    output = found.outputs[loaded.graph.outputs[0]]
    return _said(loaded, output, options) if classes_of(output.shape) else None


def _said(loaded: Loaded, output: Array, options: RunOptions) -> Verdict:
    operator = last_operator(loaded.graph, loaded.graph.outputs[0])
    try:
        return verdict(output, operator, labels=loaded.labels, count=options.top, softmax=options.softmax)
    except UsageError as error:
        if options.labels and "labels" in str(error):
            raise InputError(options.labels, str(error)) from error
        raise


def _say(loaded: Loaded, given: Prepared, options: RunOptions) -> None:
    for note in loaded.notes:
        options.remark(f"{loaded.name}: {note}")
    options.remark(f"{options.picture}: {', '.join(given.said)}")
    others = loaded.graph.outputs[1:]
    if others:
        more = "" if len(others) == 1 else "s"
        options.remark(f"{loaded.name}: its first output is taken; {len(others)} other{more}: {', '.join(others[:6])}")


def _wanted(layers: tuple[LayerSeen, ...], options: RunOptions) -> list[LayerSeen]:
    return [seen for seen in layers if not options.only or seen.row.name in options.only]


def _write(
    loaded: Loaded, given: Prepared, found: Observed, drawn: Drawn, said: Verdict | None, options: RunOptions
) -> list[str]:
    """Write -o; the names of the files that were made."""
    output = options.output
    if output is None:
        return []
    if output.lower().endswith(".npy"):
        values = drawn.values if options.only else found.outputs[loaded.graph.outputs[0]]
        assert values is not None
        stream = io.BytesIO()
        np.save(stream, np.ascontiguousarray(values))
        write_bytes(output, stream.getvalue(), force=options.force)
        options.say(f"{output}: {' x '.join(map(str, values.shape))}, {values.dtype}, raw")
        return [output]
    if len(options.only) == 1:
        sheet = layer_sheet(*drawn.lines[0], colours=options.colormap)
    else:
        title = f"{loaded.name}: {options.picture}"
        sheet = lecture_sheet(title, drawn.picture(given), drawn.lines, said, colours=options.colormap,
                              notes=[", ".join(given.said), *shown_lines(drawn, found.layers)])  # fmt: skip
    write_drawing(sheet, output, options)
    return [] if output == "-" else [output]


def _print(loaded: Loaded, given: Prepared, found: Observed, said: Verdict | None, options: RunOptions) -> None:
    import sys

    piped = not sys.stdout.isatty()
    whole = () if given.seen is None else given.seen.shape[:2]
    title = f"{loaded.name}: {options.picture}, {' x '.join(map(str, given.fed.shape[1:]))}"
    show_table(layers_table(_wanted(found.layers, options), title, whole=whole, bare=piped))
    if said is not None and not options.only:
        show_table(verdict_table(said, bars="" if piped else _block()))


def _block() -> str:
    """A full block, or where the terminal's encoding has none a sign that it has."""
    import sys

    try:
        "█".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "#"
    return "█"
