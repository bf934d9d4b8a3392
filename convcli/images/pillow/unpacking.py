"""From a Pillow image to arrays, in bands of rows.

`np.asarray(image)` would hold a second and a third copy of all pixels for a
moment; here only one band is in flight, and it fits the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from convcli.images.picture import Array

if TYPE_CHECKING:
    from PIL import Image

BAND_BYTES = 1 << 20


class Layout(NamedTuple):
    """How a mode lies in memory: sample type, colour channels, and whether alpha follows."""

    dtype: str
    colours: int
    has_alpha: bool = False


LAYOUTS = {
    "L": Layout("u1", 1),
    "LA": Layout("u1", 1, True),
    "RGB": Layout("u1", 3),
    "RGBA": Layout("u1", 3, True),
    "I;16": Layout("<u2", 1),
    "I;16L": Layout("<u2", 1),
    "I;16B": Layout(">u2", 1),
    "I;16N": Layout("=u2", 1),
    "I": Layout("=i4", 1),
    "F": Layout("=f4", 1),
}
# Modes that are converted, to what, and what the user is told.
CONVERSIONS = {
    "1": ("L", ""),
    "La": ("LA", "premultiplied alpha divided out"),
    "RGBX": ("RGB", ""),
    "RGBa": ("RGBA", "premultiplied alpha divided out"),
    "CMYK": ("RGB", "CMYK converted to RGB without a colour profile"),
    "YCbCr": ("RGB", ""),
    "HSV": ("RGB", "HSV converted to RGB"),
    "LAB": ("RGB", "CIELAB converted to sRGB"),
}


@dataclass(frozen=True, eq=False)
class Samples:
    """Decoded samples, upright."""

    pixels: Array
    alpha: Array | None
    notes: tuple[str, ...]
    keeps_profile: bool


def channels_of(image: Image.Image) -> int:
    """Colour channels that `samples_of` will give; alpha is not one of them."""
    return LAYOUTS[_target(image)[0]].colours


def samples_of(image: Image.Image, orientation: int = 1, colours: Array | None = None) -> Samples:
    """All samples of a decoded image.

    Args:
        orientation: EXIF's, 1..8; the pixels come out upright.
        colours: (H, W, 3), where they have been unpacked already, as the file stores them.

    Returns:
        pixels (H, W) or (H, W, 3) and alpha (H, W) or None, native byte order.
    """
    if colours is not None:
        return Samples(upright(colours, orientation), None, (), True)
    mode, note = _target(image)
    layout = LAYOUTS[mode]
    width, height = image.size
    tall, wide = (width, height) if orientation >= 5 else (height, width)
    dtype = np.dtype(layout.dtype).newbyteorder("=")
    pixels = np.empty((tall, wide) if layout.colours == 1 else (tall, wide, layout.colours), dtype)
    alpha = np.empty((tall, wide), dtype) if layout.has_alpha else None
    _fill(image, layout, _converter(image, mode), as_stored(pixels, orientation), _stored_alpha(alpha, orientation))
    return Samples(pixels, alpha, (note,) if note else (), image.mode not in ("CMYK", "LAB"))


def upright(stored: Array, orientation: int) -> Array:
    """The picture (H, W, C) turned as it is to be seen, C-ordered."""
    if orientation == 1:
        return stored
    height, width = stored.shape[:2]
    made = np.empty((width, height, *stored.shape[2:]) if orientation >= 5 else stored.shape, stored.dtype)
    as_stored(made, orientation)[:] = stored
    return made


def as_stored(upright: Array, orientation: int) -> Array:
    """A view of the upright picture in the order in which the file stores it (EXIF 1..8)."""
    if orientation >= 5:
        upright = upright.swapaxes(0, 1)
    if orientation in (3, 4, 6, 7):
        upright = upright[::-1]
    if orientation in (2, 3, 7, 8):
        upright = upright[:, ::-1]
    return upright


def _stored_alpha(alpha: Array | None, orientation: int) -> Array | None:
    return None if alpha is None else as_stored(alpha, orientation)


def _fill(
    image: Image.Image, layout: Layout, convert: Callable[[Any], Any], pixels: Array, alpha: Array | None
) -> None:
    width, height = image.size
    samples = layout.colours + layout.has_alpha
    rows = max(1, BAND_BYTES // (width * samples * np.dtype(layout.dtype).itemsize))
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        band = convert(image.crop((0, top, width, bottom)))
        values = np.frombuffer(band.tobytes(), layout.dtype).reshape(bottom - top, width, samples)
        if alpha is not None:
            alpha[top:bottom] = values[:, :, -1]
        pixels[top:bottom] = values[:, :, 0] if layout.colours == 1 else values[:, :, : layout.colours]


def _target(image: Image.Image) -> tuple[str, str]:
    mode, note = CONVERSIONS.get(image.mode, (image.mode, ""))
    see_through = "transparency" in image.info
    if image.mode in ("P", "PA"):
        in_palette = image.palette is not None and image.palette.mode == "RGBA"
        mode = "RGBA" if see_through or in_palette or image.mode == "PA" else "RGB"
    elif see_through and mode in ("L", "RGB"):
        mode += "A"
    if mode not in LAYOUTS:
        raise NotImplementedError(f"pixels of the kind {image.mode} are not supported")
    return mode, note


def _converter(image: Image.Image, mode: str) -> Callable[[Any], Any]:
    if image.mode == mode:
        return lambda band: band
    if image.mode == "LAB":
        from PIL import ImageCms

        to_rgb = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
        return lambda band: ImageCms.applyTransform(band, to_rgb)
    return lambda band: band.convert(mode)
