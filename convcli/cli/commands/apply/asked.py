"""What `apply` was asked for: one value, built in the command file."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, BinaryIO

from convcli.cli.asked import ReadingOptions, WindowOptions

if TYPE_CHECKING:
    from convcli.cli.cluster.address import Address
    from convcli.images.frames import Choice
    from convcli.images.large.cropped_rows import Region
    from convcli.images.picture import Picture
    from convcli.images.reading import Opened

STORAGE = ("memory", "tile", "pyramid", "resume")


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
        range: of the responses, for displays that need one.
        region: the part that is read.
        level: of a pyramid.
        tile, pyramid, resume: how the output is stored, and whether an interrupted one is gone on with.
        memory: bytes; None where it was not given.
        allow_network: whether inputs may be addresses.
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
    range: tuple[float, float] | None
    region: Region | None
    level: int | None
    tile: int | None
    pyramid: bool
    resume: bool
    memory: int | None
    allow_network: bool
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
        with self.opened(source) as given:
            return given.picture()

    @property
    def storage(self) -> str | None:
        """The first that was given of the options that only outputs which are written by rows know."""
        return next((name for name in STORAGE if getattr(self, name) not in (None, False)), None)

    def opened(self, source: str, stdin: BinaryIO | None = None) -> AbstractContextManager[Opened]:
        """An INPUT that is open, or the part of it that was asked for; of a pipe that was looked at, all of it."""
        from convcli import images

        return images.opened(
            source,
            max_pixels=self.max_pixels,
            allow_truncated=self.allow_truncated,
            layout=self.layout,
            stdin=stdin,
            region=self.region,
        )
