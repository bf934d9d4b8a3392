"""What `explore` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import ReadingOptions, WindowOptions


class ExploreOptions(WindowOptions, ReadingOptions):
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
    output: str | None
    force: bool
    as_json: bool
