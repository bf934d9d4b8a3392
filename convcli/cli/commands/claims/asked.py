"""What `claims` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.asked import DrawingOptions, ReadingOptions


class ClaimsOptions(ReadingOptions, DrawingOptions):
    """The options of `claims`, as they were typed.

    Attributes:
        name: of a claim, or its number; None for the list, or all of them.
        everything: --all, where a single argument is the picture.
        seed: of whatever is random.
        functions: two on a line, by name or as samples.
    """

    name: str | None
    picture: str | None
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    everything: bool
    seed: int
    functions: tuple[str, str]
    output: str | None
    as_json: bool
