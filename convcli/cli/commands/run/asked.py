"""What `run` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.arguments.inputs_of_networks import NetworkOptions
from convcli.cli.asked import DrawingOptions


class RunOptions(NetworkOptions, DrawingOptions):
    """The options of `run`, as they were typed.

    Attributes:
        only: layers that alone are shown; none for all.
        maps_folder: where a sheet for each layer goes.
        most_maps: of a layer; None where it was not given.
    """

    network: str
    picture: str
    top: int
    labels: str | None
    softmax: bool
    only: tuple[str, ...]
    maps_folder: str | None
    most_maps: int | None
    sheet_scale: str
    colormap: str
    output: str | None
    as_json: bool
