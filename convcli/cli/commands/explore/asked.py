"""What `explore` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.arguments.inputs_of_networks import NetworkOptions
from convcli.cli.asked import WindowOptions


class ExploreOptions(WindowOptions, NetworkOptions):
    """The options of `explore`, as they were typed.

    Attributes:
        source: "" where it was not given.
        pool: as text.
        output: -o; None where it was not given.
    """

    source: str
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    convolve: bool
    bias: float
    channels: str
    relu: bool
    pool: str | None
    display: str
    colormap: str | None
    network: str | None
    labels: str | None
    output: str | None
    force: bool
    as_json: bool
