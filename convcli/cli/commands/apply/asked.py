"""What `apply` was asked for: one value, built in the command file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convcli.cli.asked import ReadingOptions, WindowOptions

if TYPE_CHECKING:
    from convcli.cli.cluster.address import Address
    from convcli.images.frames import Choice
    from convcli.images.picture import Picture


class ApplyOptions(WindowOptions, ReadingOptions):
    """The options of `apply`, as they were typed.

    Attributes:
        recursive: take the folders below a folder, too.
        from_file: --from-file; a list of more inputs; by_nul: its names end with NULs.
        kernel_texts: the values of -k.
        bias: one number, or one per kernel.
        output: -o; None where it was not given.
        frames: which of an animation's frames; None: all that the output can hold.
        file_format: --format; None is decided by the suffix or the input.
        dpi: pixels an inch of a sheet; None where it was not given.
        cluster: where the work is done; None here.
        missing, min_valid: None where they were not given.
    """

    inputs: tuple[str, ...]
    recursive: bool
    from_file: str | None
    by_nul: bool
    kernel_texts: tuple[str, ...]
    kernel_layout: str | None
    convolve: bool
    frames: Choice | None
    bias: tuple[float, ...]
    normalize: str
    scale: float
    channels: str
    groups: int
    precision: str
    alpha: str
    missing: float | None
    min_valid: float | None
    linear: bool
    combine: str | None
    relu: bool
    pool: str | None
    display: str
    colormap: str | None
    output: str | None
    file_format: str | None
    quality: int | None
    png_level: int | None
    dpi: float | None
    strip: bool
    sheet_scale: str
    columns: int | None
    preview: bool
    skip_existing: bool
    force: bool
    jobs: int | None
    cluster: Address | None
    as_json: bool
    verbose: bool

    def read(self, source: str) -> Picture:
        """The picture behind an INPUT; of many, hints are given at the end."""
        return self.read_plainly(source)
