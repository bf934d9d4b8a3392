"""What `check` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import ReadingOptions


class CheckOptions(ReadingOptions):
    """The options of `check`, as they were typed.

    Attributes:
        words: the answer, where there is no sheet; then the exercise, a command and its arguments.
        sheet: --sheet; a folder of answers.
        output: -o; where the marks of a sheet go.
    """

    words: tuple[str, ...]
    sheet: str | None
    output: str | None
    force: bool
    as_json: bool
