"""What `show` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import ReadingOptions


class ShowOptions(ReadingOptions):
    """The options of `show`, as they were typed."""

    stack: str
    sheet_scale: str
    columns: int | None
    display: str
    colormap: str
    output: str | None
    file_format: str | None
    force: bool
    as_json: bool
