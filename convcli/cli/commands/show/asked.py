"""What `show` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import DrawingOptions, ReadingOptions


class ShowOptions(ReadingOptions, DrawingOptions):
    """The options of `show`, as they were typed."""

    stack: str
    sheet_scale: str
    columns: int | None
    display: str
    colormap: str
    output: str | None
    file_format: str | None
    as_json: bool
