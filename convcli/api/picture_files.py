"""Pictures as arrays: bundled ones, from a file, to a file."""

from __future__ import annotations

import os
import warnings

import numpy as np
from numpy.typing import ArrayLike

from convcli import images
from convcli.core.arrays import Array
from convcli.core.samples import check_picture
from convcli.errors import UsageError
from convcli.images.codec import MAX_PIXELS
from convcli.images.picture import Picture


def sample(name: str) -> Array:
    """A bundled picture: "camera", "chelsea", "clock", "coffee", "shapes", "text", "digit-3", "digit-5" or "digit-8".

    Returns:
        uint8, (H, W) grey or (H, W, 3) colour; the caller's own.

    Raises:
        UnknownNameError: no such sample.

    >>> sample("camera").shape, sample("coffee").shape
    ((512, 512), (400, 600, 3))
    """
    return images.read(f"sample:{name}").pixels


def read(
    source: str | os.PathLike[str],
    *,
    max_pixels: int = MAX_PIXELS,
    allow_truncated: bool = False,
    layout: str = "hwc",
) -> Array:
    """The samples of a picture or an array, upright, in their own dtype and units.

    Args:
        source: a path; "sample:NAME"; or a matrix as text, "0 1 2; 3 4 5".  The content decides the format.
        max_pixels: rows times columns beyond this are refused before anything is allocated.
        allow_truncated: take what a damaged file still holds; the rest is zero.
        layout: "hwc", or "chw" for a .npy of shape (F, H, W).

    Returns:
        (H, W) or (H, W, C): uint8 for up to 8 bits, uint16 for 16, float32 for floating TIFF; .npy keeps its dtype;
        a text is int64 or float64.  What is lost - alpha, further frames, bands - is a warning.

    Raises:
        InputError, KernelTextError: it is missing, unreadable, unknown, damaged or too large.

    >>> read("0 1 2; 3 4 5").tolist()
    [[0, 1, 2], [3, 4, 5]]
    """
    text = path_of(source)
    picture = images.read(text, max_pixels=max_pixels, allow_truncated=allow_truncated, layout=layout)
    lost = ("its alpha is left out",) if picture.alpha is not None else ()
    _warn(text, picture.notes + lost)
    return picture.pixels


def write(
    pixels: ArrayLike,
    target: str | os.PathLike[str],
    *,
    format: str | None = None,
    quality: int = 90,
    png_level: int | None = None,
    force: bool = False,
) -> None:
    """Write samples to a file, whole or not at all.

    Args:
        pixels: (H, W) or (H, W, C).  Picture formats hold uint8 or uint16, grey or RGB (see `to_pixels`), TIFF and .npy
            any maps; bool becomes 0 and 255 in a picture.  Never modified.
        target: a path, whose suffix decides the format.
        format: overrides the suffix: "png", "jpeg", "tiff", "npy" ...
        quality: 1..100, of JPEG and WebP.
        png_level: 0 (fast) to 9 (small).
        force: replace an existing file; it stays whole until the new one is complete.

    Raises:
        OptionError: an unknown suffix or format, or one that cannot hold these samples.
        OutputExistsError, OutputError: it exists, or cannot be written.
    """
    path, samples = path_of(target), check_picture(pixels, "array")
    truths = np.asarray(pixels).dtype == bool
    if truths and images.output_format(path, format).kind == "picture":
        samples = samples * np.uint8(255)
    picture = Picture(samples, source="the array", boolean=truths)
    _warn(path, images.write(picture, path, format=format, quality=quality, png_level=png_level, force=force))


def path_of(given: str | os.PathLike[str]) -> str:
    """A path as text; a path object is never a sample, a matrix or a pipe."""
    if isinstance(given, str):
        return given
    try:
        path = os.fsdecode(given)
    except TypeError:
        raise UsageError(f"give a path, not {type(given).__name__}") from None
    return path if os.path.dirname(path) else os.path.join(os.curdir, path)


def _warn(name: str, notes: tuple[str, ...]) -> None:
    for note in notes:
        warnings.warn(f"{name}: {note}", stacklevel=3)
