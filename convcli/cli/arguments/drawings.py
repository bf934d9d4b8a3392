"""`-o` of the commands that draw: one picture, to a file or to stdout."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from convcli.errors import SuffixError, UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray


ANIMATIONS = (".gif", ".webp", ".apng")


def is_animation(output: str) -> bool:
    """Whether a command that can draw both makes this output move."""
    return output.lower().endswith(ANIMATIONS)


def animation_format(output: str) -> str:
    """The name of an animation's format, by its suffix."""
    return output.rpartition(".")[2].lower()


def check_suffix(output: str, also: tuple[str, ...] = ()) -> None:
    """Refuse a suffix that no drawing has, with the choices.

    Args:
        also: what the command writes beside drawings: ANIMATIONS, or files of numbers.

    Raises:
        OptionError: another suffix.
    """
    from convcli.images.formats import drawing_suffixes

    suffixes = tuple(dict.fromkeys((*drawing_suffixes(), *also)))
    if not output.lower().endswith(suffixes):
        raise SuffixError("-o", output, suffixes)


def check_drawing(output: str | None, *, as_json: bool, force: bool, also: tuple[str, ...] = ()) -> None:
    """Refuse what cannot be written, before the work is done."""
    if output is None:
        return
    if output == "-":
        if as_json:
            raise UsageError("--json and a picture cannot both go to stdout; give -o a file")
        if sys.stdout.isatty():
            raise UsageError("picture bytes are not written to a terminal; give -o a file")
        return
    from convcli.files import check_target

    check_suffix(output, also)
    check_target(output, force=force)


def write_drawing(pixels: NDArray[Any], output: str, *, force: bool, quiet: bool) -> None:
    """Write a uint8 (H, W, 3) drawing and say so on stderr."""
    from convcli import images
    from convcli.cli.asked import remark
    from convcli.images.picture import Picture

    file_format = "png" if output == "-" else images.format_of(output)
    images.write(Picture(pixels), output, format=file_format, force=force)
    if output != "-":
        remark(f"{output}: {pixels.shape[1]:,} × {pixels.shape[0]:,} pixels", quiet)
