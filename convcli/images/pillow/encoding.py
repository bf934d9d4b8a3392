"""Writing through Pillow: arrays in, one file out, metadata carried over."""

from __future__ import annotations

import errno
import io
import os
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np

from convcli.core import spare_byte
from convcli.images.picture import Array, Picture
from convcli.images.pillow import opening

if TYPE_CHECKING:
    from PIL import Image

BLOCKS = ("WEBP", "AVIF")  # where Pillow writes EXIF and XMP as they are


class Sink:
    """A stream without a file descriptor.

    Pillow would write to the descriptor itself and overlook a short write, the
    way a full disk first shows; Python's own stream reports it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.write = stream.write
        self.flush = stream.flush
        self.seek = stream.seek
        self.tell = stream.tell

    def fileno(self) -> int:
        raise io.UnsupportedOperation("fileno")


def save(
    picture: Picture, stream: BinaryIO, plugin: str, *, ending: bytes | None = None, **options: Any
) -> tuple[str, ...]:
    """Write uint8 (or grey uint16) pixels in one of Pillow's formats.

    Args:
        plugin: Pillow's name of the format.
        ending: what a whole file of the format ends with; where that can be checked, Pillow
            encodes by itself and other threads go on meanwhile.
        options: the plugin's own.
    """
    import importlib

    importlib.import_module(f"PIL.{opening.PLUGINS[plugin]}ImagePlugin")
    profile = picture.fitting_profile
    if profile:
        options["icc_profile"] = profile
    if plugin in BLOCKS:
        blocks = {"exif": picture.metadata.exif, "xmp": picture.metadata.xmp}
        options = {name: block for name, block in blocks.items() if block} | options
    if picture.metadata.dpi and plugin not in BLOCKS:
        options["dpi"] = picture.metadata.dpi
    with opening.quiet():
        if ending is not None and hasattr(os, "memfd_create"):
            stream.write(_encoded(image_of(picture), plugin, ending, options))
        else:
            image_of(picture).save(cast(BinaryIO, Sink(stream)), plugin, **options)
    return ()


def _encoded(image: Image.Image, plugin: str, ending: bytes, options: dict[str, Any]) -> bytes:
    """The whole file, by way of one in memory: to a descriptor Pillow writes without the interpreter's lock.

    A short write, which Pillow would overlook, leaves a file that does not end as it must.
    """
    with io.FileIO(os.memfd_create("convcli"), "w+b") as memory:
        # A name of the format's suffix, and no format, imports this plugin alone and not five.
        memory.name = f"picture.{plugin.lower()}"
        image.save(memory, **options)
        memory.seek(0)
        content = memory.readall()
    if not content.endswith(ending):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return content


def image_of(picture: Picture) -> Image.Image:
    """The picture as a Pillow image: L, LA, RGB, RGBX, RGBA or I;16."""
    from PIL import Image

    pixels: Array = picture.pixels
    memory = spare_byte.memory_of(pixels) if picture.alpha is None else None
    if memory is not None:  # as Pillow itself keeps colours
        return Image.frombuffer("RGBX", (picture.width, picture.height), memory, "raw", "RGBX", 0, 1)
    if picture.channels == 1:
        pixels = pixels.reshape(pixels.shape[:2])
    if picture.alpha is not None:
        pixels = np.dstack([pixels, picture.alpha])
    return Image.fromarray(np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("=")))


def refusal(picture: Picture, label: str, dtypes: tuple[str, ...]) -> str | None:
    """Why a format of grey or RGB pictures of these dtypes cannot hold a picture."""
    if picture.channels not in (1, 3):
        return f"{label} holds 1 or 3 channels, not {picture.channels}; use .npy, or .tiff with one page a map"
    if picture.pixels.dtype.name not in dtypes:
        return f"{label} holds {' or '.join(dtypes)}, not {picture.pixels.dtype.name}; use .npy or .tiff"
    return None


def flattened(picture: Picture, label: str) -> tuple[Picture, tuple[str, ...]]:
    """The picture without its alpha, for formats that have none."""
    if picture.alpha is None:
        return picture, ()
    return picture.with_pixels(picture.pixels), (f"{label} has no alpha; it was dropped, the colours are as they were",)
