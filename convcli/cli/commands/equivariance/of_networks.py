"""`equivariance --network`: shifts through every layer of a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from convcli.cli.arguments.drawings import check_drawing, write_drawing
from convcli.cli.commands.equivariance.asked import ThroughOptions
from convcli.errors import OptionError, UsageError
from convcli.report.printing.spelling import as_option

if TYPE_CHECKING:
    from convcli.core.border import Border
    from convcli.core.equivariance.through_layers import Shifted

MOST_SHIFTS = 256
# What is of kernels alone, and its value where it was not given.
OF_KERNELS: dict[str, Any] = {
    "kernel_texts": (),
    "kernel_layout": None,
    "transform": None,
    "border": None,
    "size": "same",
    "padding": None,
    "stride": (1, 1),
    "dilation": (1, 1),
    "anchor": None,
    "channels": "each",
    "precision": "auto",
    "pool": None,
    "blurpool": None,
    "quantize": False,
    "unshared": False,
    "seed": None,
    "sweep": None,
    "jobs": None,
}
OF_NETWORKS: dict[str, Any] = {
    "network": None,
    "per_layer": False,
    "weights": (),
    **dict.fromkeys(("fit", "input_size", "input_scale", "mean", "std", "channel_order")),
}
SPELLED = {"kernel_texts": "-k"}


def of_kernels(given: dict[str, Any]) -> dict[str, Any]:
    """What was asked of kernels.

    Raises:
        UsageError: what only networks have.
    """
    for name, otherwise in OF_NETWORKS.items():
        if given[name] != otherwise:
            raise UsageError(f"{_option(name)} is of a network; name one with --network")
    kept = {name: value for name, value in given.items() if name not in OF_NETWORKS}
    for name in ("dx", "dy"):
        values = given[name]
        if values is not None and len(values) > 1:
            rule = f"a range is of --network, or of --sweep {name}={values[0]:g}..{values[-1]:g}"
            raise OptionError(f"--{name}", f"{values[0]:g}..{values[-1]:g}", rule)
        kept[name] = None if values is None else values[0]
    return kept


def of_network(given: dict[str, Any]) -> ThroughOptions:
    """What was asked of a network.

    Raises:
        UsageError: what only kernels have.
    """
    for name, otherwise in OF_KERNELS.items():
        if given[name] != otherwise:
            raise UsageError(f"{_option(name)} is of kernels, and --network has its own; leave one of them out")
    return ThroughOptions(**{name: value for name, value in given.items() if name not in OF_KERNELS})


def _option(name: str) -> str:
    from convcli.errors import Setting

    return SPELLED.get(name) or as_option(Setting(name))


def through_network(options: ThroughOptions) -> None:
    """Every shift through every layer: measure, tell, draw."""
    from convcli.cli.app import stop
    from convcli.report.equivariance.layer_grid import layer_heat_map, layer_tables
    from convcli.report.printing.table import show_table

    check_drawing(options.output, options, as_json=options.as_json)
    shifts = _measured(options)
    title = f"{options.network} ({options.source})"
    if options.output is not None:
        write_drawing(layer_heat_map(shifts, title, per_layer=options.per_layer), options.output, options)
    if options.as_json:
        _print_records(shifts, options)
    elif not options.quiet and options.output != "-":
        for table in layer_tables(shifts, title, per_layer=options.per_layer):
            show_table(table)
    if not all(found.ledger.holds for shifted in shifts for found in shifted.layers if found.moves):
        stop(1)


def _measured(options: ThroughOptions) -> list[Shifted]:
    from contextlib import nullcontext

    from convcli.cli.arguments.inputs_of_networks import feed
    from convcli.cli.arguments.networks import check_stdin, load_network
    from convcli.core.equivariance.through_layers import Through
    from convcli.core.forward.entrance import entrance_of, fixed
    from convcli.core.forward.layer_rows import layers_of
    from convcli.report.printing.progress import Silence, progress

    pairs = _pairs(options)
    check_stdin(options.network, options.source)
    loaded = load_network(options.network, options.weights)
    given = feed(loaded, options.source, options)
    for note in (*loaded.notes, ", ".join(given.said)):
        options.remark(f"{options.network}: {note}")
    try:
        entrance = entrance_of(loaded.graph)
        if not entrance.is_picture or entrance.channels_last:
            raise UsageError(f"its input is {entrance.said}; a picture of (N, C, H, W) is shifted")
        graph = fixed(loaded.graph, given.fed.shape)
        ready = Through.of(graph, given.fed, layers_of(graph))
    except UsageError as error:
        raise loaded.blamed(error) from error
    bar = nullcontext(Silence()) if options.quiet else progress(len(pairs), "shifting", unit="shifts")
    shifts = []
    with bar as meter:
        for dx, dy in pairs:
            shifts.append(ready.shifted(dx, dy, _fill(options)))
            meter.advance()
    return shifts


def _fill(options: ThroughOptions) -> Border:
    from convcli.core.border import border

    return border("edge") if options.fill is None else options.fill


def _pairs(options: ThroughOptions) -> list[tuple[int, int]]:
    """Every dx with every dy, whole pixels; one pixel to the right where neither was given."""
    for name, values in (("--dx", options.dx), ("--dy", options.dy)):
        for value in values or ():
            if value % 1:
                raise OptionError(name, f"{value:g}", "a network's input is shifted by whole pixels")
    across = options.dx or ((1.0,) if options.dy is None else (0.0,))
    pairs = [(int(dx), int(dy)) for dy in options.dy or (0.0,) for dx in across]
    if len(pairs) > MOST_SHIFTS:
        raise UsageError(f"--dx and --dy make {len(pairs)} shifts; at most {MOST_SHIFTS} are run")
    return pairs


def _print_records(shifts: list[Shifted], options: ThroughOptions) -> None:
    from convcli.report.equivariance.record import network_record
    from convcli.report.printing.json_lines import json_line

    panel = None if options.output == "-" else options.output
    for shifted in shifts:
        record = network_record(options.network, options.source, shifted, panel, per_layer=options.per_layer)
        click.echo(json_line(record))
