"""What `apply` was asked for: one value, built in the command file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli.cli.options import ReadingOptions, WindowOptions

if TYPE_CHECKING:
    from convcli.images.frames import Choice


class ApplyOptions(WindowOptions, ReadingOptions):
    """The options of `apply`, as they were typed.

    Attributes:
        kernel_texts: the values of -k.
        bias: one number, or one per kernel.
        output: -o; None where it was not given.
        frames: which of an animation's frames; None: all that the output can hold.
        file_format: --format; None is decided by the suffix or the input.
    """

    inputs: tuple[str, ...]
    kernel_texts: tuple[str, ...]
    convolve: bool
    frames: Choice | None
    bias: tuple[float, ...]
    normalize: str
    scale: float
    channels: str
    precision: str
    combine: str | None
    relu: bool
    pool: str | None
    display: str
    colormap: str | None
    output: str | None
    file_format: str | None
    quality: int | None
    png_level: int | None
    sheet_scale: str
    columns: int | None
    preview: bool
    skip_existing: bool
    force: bool
    jobs: int | None
    as_json: bool
    verbose: bool
