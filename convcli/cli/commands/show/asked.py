"""What `show` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import DrawingOptions, ReadingOptions


class ShowOptions(ReadingOptions, DrawingOptions):
    """The options of `show`, as they were typed.

    Attributes:
        sheet_scale: None where it was not given: shared by maps, one for each filter.
        colormap: None where it was not given: gray.
    """

    stack: str
    kernel_layout: str | None
    sheet_scale: str | None
    columns: int | None
    display: str
    colormap: str | None
    output: str | None
    file_format: str | None
    as_json: bool
