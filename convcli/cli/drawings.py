"""`-o` of the commands that draw: one picture, to a file or to stdout."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from convcli.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_drawing(output: str | None, *, as_json: bool, force: bool) -> None:
    """Refuse what cannot be written, before the work is done."""
    if output is None:
        return
    if output == "-":
        if as_json:
            raise UsageError("--json and a picture cannot both go to stdout; give -o a file")
        if sys.stdout.isatty():
            raise UsageError("picture bytes are not written to a terminal; give -o a file")
        return
    from convcli import images

    images.format_of(output)
    images.check_target(output, force=force)


def write_drawing(pixels: NDArray[Any], output: str, *, force: bool, quiet: bool) -> None:
    """Write a uint8 (H, W, 3) drawing and say so on stderr."""
    from convcli import images
    from convcli.cli.options import remark
    from convcli.images.picture import Picture

    file_format = "png" if output == "-" else images.format_of(output)
    images.write(Picture(pixels), output, format=file_format, force=force)
    if output != "-":
        remark(f"{output}: {pixels.shape[1]}x{pixels.shape[0]} pixels", quiet)
