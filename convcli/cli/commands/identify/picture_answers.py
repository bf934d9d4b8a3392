"""A probe as a file for a command, and the file that comes back as an answer."""

from __future__ import annotations

import io
import os
import stat
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli import images
from convcli.errors import ConvcliError, Words
from convcli.images.picture import Picture

Array = NDArray[Any]
DEEPER = 257  # what 16 bits make of a level of 8
KINDS = {1: "grey", 2: "grey with alpha", 3: "colour", 4: "colour with alpha"}


@dataclass(frozen=True, eq=False)
class Answer:
    """What came back for a probe: its pixels, or why there are none.

    Attributes:
        problem: in words that follow the command's name; said: what it said itself.
        limited: whether it went beyond a limit, so that asking for more of the kind would take long.
        notes: how it came back otherwise than it went, and what was made of that.
        seconds: that it took; 0 where nobody ran anything.
    """

    pixels: Array | None
    problem: Words = ()
    said: str = ""
    limited: bool = False
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


def as_picture(pixels: Array) -> Picture:
    """(H, W), (H, W, 3), or (H, W, 4) with alpha last."""
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        colours = pixels[:, :, 0] if pixels.shape[2] == 2 else pixels[:, :, :3]
        return Picture(np.ascontiguousarray(colours), np.ascontiguousarray(pixels[:, :, -1]))
    return Picture(pixels)


def encoded(pixels: Array, file_format: str) -> bytes:
    """The bytes of a probe's file.

    Raises:
        OptionError: the format cannot hold it.
    """
    stream = io.BytesIO()
    if file_format == "npy":
        np.save(stream, pixels, allow_pickle=False)
        return stream.getvalue()
    picture = as_picture(pixels)
    images.check_holds(picture, images.formats.format_named(file_format))
    images.encode(picture, stream, file_format)
    return stream.getvalue()


def suffix_for(pixels: Array, file_format: str) -> str:
    """What the names of such a probe's file, and of its answer's, end in."""
    grey = pixels.ndim == 2
    return {"tiff": ".tif", "ppm": ".pgm" if grey else ".ppm"}.get(file_format, f".{file_format}")


def decoded(path: str, max_pixels: int) -> Array:
    """The pixels of what came back, alpha last.

    Raises:
        ValueError: there is no picture, in words that follow the command's name.
    """
    try:
        status = os.stat(path)
    except OSError:
        raise ValueError(_nothing(path)) from None
    if stat.S_ISDIR(status.st_mode):
        raise ValueError("it made a folder where the picture should be")
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("what it left in the picture's place is no file")
    if not status.st_size:
        raise ValueError("it wrote an empty file")
    with open(path, "rb") as stream:
        content = stream.read()
    try:
        picture = images.read("-", max_pixels=max_pixels, stdin=io.BytesIO(content))
    except ConvcliError as error:
        raise ValueError(f"what it wrote is no picture: {str(error).removeprefix('stdin: ')}") from error
    if picture.alpha is None:
        return picture.pixels
    colours = picture.pixels if picture.pixels.ndim == 3 else picture.pixels[:, :, np.newaxis]
    return np.concatenate([colours, picture.alpha[:, :, np.newaxis]], axis=2)


def _nothing(path: str) -> str:
    folder, name = os.path.split(path)
    others = sorted(set(os.listdir(folder)) - {"stderr", "said"})
    others = [other for other in others if not other.startswith("in.")]
    return "it wrote no picture" + (f" to {name}, but {others[0]}" if others else "")


def fitted(given: Array, came: Array) -> tuple[Array, tuple[str, ...]]:
    """The answer in the probe's own kind, where it holds nothing else, and what was done for that.

    >>> fitted(np.zeros((1, 1), np.uint8), np.full((1, 1, 3), 7, np.uint8))
    (array([[7]], dtype=uint8), ('grey comes back as colour, its channels alike',))
    """
    notes: list[str] = []
    before, after = _channels(given), _channels(came)
    if after in (2, 4) and before in (1, 3) and bool((came[:, :, -1] == _white(came)).all()):
        came = came[:, :, :-1]
        notes.append("an opaque alpha channel is added")
    if _channels(came) == 3 and before == 1 and bool((came == came[:, :, :1]).all()):
        came = came[:, :, :1]
        notes.append("grey comes back as colour, its channels alike")
    if came.ndim == 3 and came.shape[2] == 1:
        came = came[:, :, 0]
    if before != 1 and _channels(came) == 1 and after == 1:
        notes.append(f"{KINDS.get(before, 'a picture')} comes back as grey")
    if given.dtype == np.uint8 and came.dtype == np.uint16 and not bool((came % DEEPER).any()):
        came = (came // DEEPER).astype(np.uint8)
        notes.append(f"8 bits come back as 16, each value times {DEEPER}")
    return np.ascontiguousarray(came), tuple(notes)


def _channels(pixels: Array) -> int:
    return int(pixels.shape[2]) if pixels.ndim == 3 else 1


def _white(pixels: Array) -> float:
    return float(np.iinfo(pixels.dtype).max) if pixels.dtype.kind in "ui" else 1.0
