"""What `apply` was asked for: one value, built in the command file."""

from __future__ import annotations

from convcli.cli.options import ReadingOptions, WindowOptions


class ApplyOptions(WindowOptions, ReadingOptions):
    """The options of `apply`, as they were typed.

    Attributes:
        kernel_texts: the values of -k.
        bias: one number, or one per kernel.
        output: -o; None where it was not given.
        file_format: --format; None is decided by the suffix or the input.
    """

    inputs: tuple[str, ...]
    kernel_texts: tuple[str, ...]
    convolve: bool
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
    strip: bool
    sheet_scale: str
    columns: int | None
    preview: bool
    skip_existing: bool
    force: bool
    jobs: int | None
    as_json: bool
    verbose: bool
