"""Uncompressed TIFF of kinds that Pillow has no mode for.

Floats in colour, float64, 16-bit grey with alpha, more than four bands: such
files hold plain numbers in rows, so they are read as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.picture import Array
from convcli.images.pillow import decoding
from convcli.images.pillow.unpacking import Samples, as_stored

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, STARTS, ORIENTATION = 256, 257, 258, 259, 262, 273, 274
SAMPLES_PER_PIXEL, COUNTS, PLANAR, PREDICTOR, TILE_WIDTH, EXTRA, KIND = 277, 279, 284, 317, 322, 338, 339
LETTERS = {1: "u", 2: "i", 3: "f"}
ALPHA = 2  # of EXTRA: not premultiplied


@dataclass(frozen=True)
class Plan:
    """What the tags say about plain rows of numbers."""

    width: int
    height: int
    samples: int
    dtype: np.dtype[Any]
    has_alpha: bool
    orientation: int
    strips: tuple[tuple[int, int], ...]

    @property
    def upright(self) -> tuple[int, int, int]:
        """(height, width, channels) once turned."""
        size = (self.width, self.height) if self.orientation >= 5 else (self.height, self.width)
        return (*size, self.samples - self.has_alpha)


def plan(stream: BinaryIO) -> Plan | None:
    """The plan for the first page, or None for anything but plain rows of numbers."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    stream.seek(0)
    head = stream.read(8)
    if head[2:4] not in (b"*\0", b"\0*"):
        return None
    tags = ImageFileDirectory_v2(head)
    stream.seek(tags.next)
    tags.load(stream)
    if not _is_plain(tags):
        return None
    kinds, bits = set(_many(tags.get(KIND, 1))), set(_many(tags.get(BITS, 1)))
    name = f"{LETTERS[min(kinds)]}{min(bits) // 8}" if len(kinds | {0}) == 2 and len(bits) == 1 else ""
    if name not in ("u1", "u2", "u4", "i1", "i2", "i4", "f2", "f4", "f8"):
        return None
    dtype = np.dtype(name).newbyteorder("<" if head[:2] == b"II" else ">")
    strips = tuple(zip(_many(tags[STARTS]), _many(tags[COUNTS]), strict=True))
    samples, turn = tags.get(SAMPLES_PER_PIXEL, 1), tags.get(ORIENTATION, 1)
    has_alpha = samples > 1 and _many(tags.get(EXTRA, ()))[-1:] == (ALPHA,)
    return Plan(tags[WIDTH], tags[HEIGHT], samples, dtype, has_alpha, turn if 1 <= turn <= 8 else 1, strips)


def _is_plain(tags: Any) -> bool:
    wanted = {COMPRESSION: 1, PLANAR: 1, PREDICTOR: 1}
    return (
        all(tags.get(tag, value) == value for tag, value in wanted.items())
        and tags.get(PHOTOMETRIC) in (1, 2)
        and TILE_WIDTH not in tags
        and all(type(tags.get(tag, 1)) is int and tags.get(tag, 1) > 0 for tag in (WIDTH, HEIGHT, SAMPLES_PER_PIXEL))
        and WIDTH in tags
        and HEIGHT in tags
        and STARTS in tags
        and COUNTS in tags
    )


def _many(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


def decode(source: Source, stream: BinaryIO, found: Plan, reading: Reading) -> Samples:
    """Samples of a plan: pixels (H, W) or (H, W, C) in the file's dtype, half floats as float32."""
    decoding.check_size(source.name, found.width, found.height, reading)
    expected = found.width * found.height * found.samples * found.dtype.itemsize
    stream.seek(0, 2)
    if sum(count for _, count in found.strips) < expected or expected > stream.tell():
        raise ValueError("strips are missing")
    values = np.empty(expected, np.uint8)
    filled = 0
    for start, count in found.strips:
        stream.seek(start)
        strip = stream.read(min(count, expected - filled))
        if len(strip) < min(count, expected - filled):
            raise ValueError("a strip is cut short")
        values[filled : filled + len(strip)] = np.frombuffer(strip, np.uint8)
        filled += len(strip)
    return _upright(values.view(found.dtype).reshape(found.height, found.width, found.samples), found)


def _upright(stored: Array, found: Plan) -> Samples:
    dtype: Any = np.float32 if found.dtype.itemsize == 2 and found.dtype.kind == "f" else found.dtype.newbyteorder("=")
    height, width, channels = found.upright
    pixels = np.empty((height, width, channels), dtype)
    as_stored(pixels, found.orientation)[...] = stored[:, :, :channels]
    alpha = None
    if found.has_alpha:
        alpha = np.empty((height, width), dtype)
        as_stored(alpha, found.orientation)[...] = stored[:, :, -1]
    return Samples(pixels[:, :, 0] if channels == 1 else pixels, alpha, (), True)
