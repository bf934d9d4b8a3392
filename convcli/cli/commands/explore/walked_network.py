"""`--network` of `explore`: the network and the picture that the page walks through it."""

from __future__ import annotations

from typing import Any

from convcli import images
from convcli.cli.arguments.class_labels import read_labels
from convcli.cli.arguments.networks import Loaded, check_stdin, load_network
from convcli.cli.commands.explore.asked import ExploreOptions
from convcli.core.forward.entrance import entrance_of, fixed
from convcli.core.forward.following import follow
from convcli.core.forward.preparing import prepared
from convcli.core.forward.verdict import classes_of
from convcli.core.network.trained import TRAINED, Trained
from convcli.errors import InputError, UsageError
from convcli.images.picture import Picture
from convcli.report.explorer.network_data import Pad, Walked, network_data


def check_network(options: ExploreOptions) -> None:
    """Refuse what is of a network where there is none, and two readers of one stdin.

    Raises:
        UsageError.
    """
    if options.network is not None:
        check_stdin(options.network, options.source)
        return
    others = ["--weights"] * bool(options.weights) + ["--labels"] * (options.labels is not None)
    if given := [*others, *options.prepares]:
        raise UsageError(f"{given[0]} is of a network; give --network too")


def walked_network(options: ExploreOptions, picture: Picture | None) -> dict[str, Any] | None:
    """What the page is told of the network; None without one.

    Args:
        picture: that goes through it; None where none was named: a trained network's own first sample, or the page's.
    """
    if options.network is None:
        return None
    labels = read_labels(options.labels)
    loaded = load_network(options.network, options.weights)
    for note in loaded.notes:
        options.remark(f"{loaded.name}: {note}")
    row = None if options.weights else TRAINED.get(loaded.name)
    source, taken = _picture(options, picture, row)
    try:
        given = prepared(taken.pixels, entrance_of(loaded.graph), options.preparation(loaded.preparation))
        loaded = loaded._replace(graph=fixed(loaded.graph, given.fed.shape), labels=labels or loaded.labels)
        _check_labels(loaded, options)
        assert given.seen is not None
        walked = Walked(loaded.name, source, loaded.graph, given.fed, given.seen, given.eight_bits, given.said,
                        loaded.labels, None if row is None else _pad(row, options))  # fmt: skip
        found = network_data(walked)
    except UsageError as error:
        raise loaded.blamed(error) from error
    options.remark(f"{loaded.name}: {source}, {', '.join(given.said)}")
    if not found["recomputed"]:
        options.remark(f"{loaded.name}: {_why_not(found['why'])}; the page shows the maps that it has here")
    return found


def _picture(options: ExploreOptions, picture: Picture | None, row: Trained | None) -> tuple[str, Picture]:
    if picture is not None:
        return options.source, picture
    source = options.source if row is None else f"sample:{row.samples[0]}"
    return source, options.read_plainly(source)


def _check_labels(loaded: Loaded, options: ExploreOptions) -> None:
    graph = loaded.graph
    shape = follow(graph, {graph.inputs[0].name: tuple(n or 1 for n in graph.inputs[0].shape or ())}).shapes[
        graph.outputs[0]
    ]
    classes = classes_of(shape)
    if options.labels and not classes:
        raise UsageError(f"--labels is for classifiers; this network's output is {shape}")
    if options.labels and classes != len(loaded.labels):
        rule = f"{len(loaded.labels)} labels for {classes} classes; give one a class, in the network's order"
        raise InputError(options.labels, rule)


def _pad(row: Trained, options: ExploreOptions) -> Pad | None:
    """The sheet to draw on, of networks that were trained on drawings; not where pictures are prepared otherwise."""
    if row.sheet is None or options.prepares:
        return None
    samples = {name: images.read(f"sample:{name}").pixels for name in row.samples}
    return Pad(row.sheet.finer, row.sheet.brush, row.scale, samples)


def _why_not(why: dict[str, Any]) -> str:
    """Why the page does not compute it, in a few words."""
    if why["reason"] == "operator":
        return f"the page does not compute {why['what']}"
    what = {"weights": "bytes of weights", "macs": "multiplications", "numbers": "numbers in its layers"}[why["reason"]]
    return f"{why['found']} {what} are more than the {why['most']} that a page computes with"
