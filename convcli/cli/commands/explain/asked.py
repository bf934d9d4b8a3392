"""What `explain` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import DrawingOptions, ReadingOptions, WindowOptions


class ExplainOptions(WindowOptions, ReadingOptions, DrawingOptions):
    """The options of `explain`, as they were typed.

    Attributes:
        source: "" where it was not given.
        filter_number: --filter.
        places: rows and columns of --at.
        everything: --all.
        weight: row and column of --weight, in the kernel as it was given.
        crop: top, left, height, width.
        outputs: -o, once for each time it was given.
    """

    source: str
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    filter_number: int | None
    convolve: bool
    places: tuple[tuple[int, int], ...]
    everything: bool
    weight: tuple[int, int] | None
    bias: float
    channel: str | None
    crop: tuple[int, int, int, int] | None
    outputs: tuple[str, ...]
    as_json: bool
