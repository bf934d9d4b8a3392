"""A picture as the explorer's page holds it: every sample exact, squeezed, and text.

up      row 0 as it is, then each row minus the row above it, modulo 2^8 or 2^16
none    as it is
"""

from __future__ import annotations

import base64
import zlib
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from convcli.core.arrays import Array
from convcli.errors import GeometryError, many

MOST_PIXELS = 512 * 512  # more are made fewer, so that a page answers at once
LONGEST_SIDE = 16_384  # of a canvas, in every browser that people have
MOST_CHANNELS = 16
EXACT = 2**53  # up to here a browser's numbers hold every integer
_HELD = {
    "uint8": np.uint8,
    "uint16": np.uint16,
    "bool": np.uint8,
    "int8": np.float32,
    "int16": np.float32,
    "float16": np.float32,
    "float32": np.float32,
}


class Shown(NamedTuple):
    """A picture as the page has it.

    Attributes:
        samples: (H, W) or (H, W, C); uint8, uint16, float32 or float64.
        shrunk: rows and columns that it had, where it was made smaller.
    """

    samples: Array
    shrunk: tuple[int, int] | None

    @property
    def channels(self) -> int:
        """1 for (H, W)."""
        return int(self.samples.shape[2]) if self.samples.ndim == 3 else 1


def shown_picture(pixels: Array) -> Shown:
    """The samples in a type that the page has, of no more pixels than it can answer for at once.

    Args:
        pixels: (H, W) or (H, W, C), real numbers, as `check_picture` gives them; never modified.

    Returns:
        The same numbers, exact; of a picture of more than 512 x 512 pixels weighted means of those under each new
        pixel (a triangle, which never rings).

    Raises:
        GeometryError: more channels than the page shows, or integers that a browser's numbers do not hold.
    """
    samples = pixels[:, :, 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels
    if samples.ndim == 3 and samples.shape[2] > MOST_CHANNELS:
        raise GeometryError(f"the picture has {many(samples.shape[2], 'channel')}; the page shows {MOST_CHANNELS}")
    held = _held(samples)
    height, width = held.shape[:2]
    size = fitting(height, width)
    return Shown(held, None) if size == (height, width) else Shown(_smaller(held, *size), (height, width))


def fitting(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of the same shape with at most MOST_PIXELS, none longer than LONGEST_SIDE.

    >>> fitting(400, 600), fitting(1000, 4000)
    ((400, 600), (256, 1024))
    """
    if height * width <= MOST_PIXELS and max(height, width) <= LONGEST_SIDE:
        return height, width
    factor = min((MOST_PIXELS / (height * width)) ** 0.5, LONGEST_SIDE / max(height, width))
    return max(1, int(height * factor)), max(1, int(width * factor))


def picture_record(shown: Shown, name: str, source: str, lost: dict[str, bool]) -> dict[str, Any]:
    """The picture as the page's data have it.

    Args:
        source: what a command line calls it.
        lost: what the page's picture has no more: "alpha", or "colour" where it was made grey.
    """
    samples, filtered = shown.samples, shown.samples.dtype.kind == "u"
    return {
        "name": name,
        "source": source,
        "height": int(samples.shape[0]),
        "width": int(samples.shape[1]),
        "channels": shown.channels,
        "dtype": samples.dtype.name,
        "filter": "up" if filtered else "none",
        "samples": _text(_differences(samples) if filtered else samples),
        "shrunk": None if shown.shrunk is None else {"from": list(shown.shrunk)},
        "lost": lost,
    }


def _held(samples: Array) -> Array:
    """In the smallest of the page's types that holds each number exactly."""
    wanted = _HELD.get(samples.dtype.name, np.float64)
    if samples.dtype.kind in "iu" and samples.dtype.itemsize == 8:
        least, largest = int(samples.min()), int(samples.max())
        if max(-least, largest) > EXACT:
            worst = largest if largest > -least else least
            raise GeometryError(f"the picture holds {worst}; a page's numbers are exact up to 2^53")
    return np.ascontiguousarray(samples, dtype=wanted)


def _smaller(samples: Array, height: int, width: int) -> Array:
    planes = samples[:, :, np.newaxis] if samples.ndim == 2 else samples
    out = np.empty((height, width, planes.shape[2]), samples.dtype)
    for index in range(planes.shape[2]):
        image = Image.fromarray(np.ascontiguousarray(planes[:, :, index], dtype=np.float32))
        plane = np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))
        out[:, :, index] = np.rint(plane) if samples.dtype.kind == "u" else plane
    return out.reshape(height, width, *samples.shape[2:])


def _differences(samples: Array) -> Array:
    differences = samples.copy()
    differences[1:] -= samples[:-1]  # modulo the type: nothing is lost
    return differences


def _text(samples: Array) -> str:
    little = np.ascontiguousarray(samples, dtype=samples.dtype.newbyteorder("<"))
    return base64.b64encode(zlib.compress(little.tobytes(), 9)).decode()
