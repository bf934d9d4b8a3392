"""Moving pictures built byte by byte, so that the truth comes neither from Pillow nor from the package."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tests.images.picture_bytes import chunk


@dataclass
class Picture:
    """One part of a moving picture: samples (h, w) of indices, or (h, w, 4) of colours with alpha."""

    samples: np.ndarray
    left: int = 0
    top: int = 0
    after: int = 0
    delay: int = 10
    transparent: int | None = None
    palette: np.ndarray | None = None
    over: int = 1


def gif(
    pictures: list[Picture],
    size: tuple[int, int],
    palette: np.ndarray | None,
    *,
    repeats: int | None = None,
    background: int = 0,
    end: bytes = b";",
) -> bytes:
    """A GIF of (height, width), each picture's indices without compression."""
    height, width = size
    flags = 0xF7 if palette is not None else 0x70
    content = b"GIF89a" + struct.pack("<HHBBB", width, height, flags, background, 0)
    content += b"" if palette is None else _colours(palette)
    if repeats is not None:
        content += b"!\xff\x0bNETSCAPE2.0\3\1" + struct.pack("<H", repeats) + b"\0"
    return content + b"".join(_gif_picture(picture) for picture in pictures) + end


def _colours(palette: np.ndarray) -> bytes:
    return palette.astype(np.uint8).tobytes().ljust(768, b"\0")


def _gif_picture(picture: Picture) -> bytes:
    flags = picture.after << 2 | (picture.transparent is not None)
    control = b"!\xf9\4" + struct.pack("<BHB", flags, picture.delay, picture.transparent or 0) + b"\0"
    height, width = picture.samples.shape
    own = picture.palette is not None
    place = struct.pack("<HHHHB", picture.left, picture.top, width, height, 0x87 if own else 0)
    local = _colours(picture.palette) if picture.palette is not None else b""
    return control + b"," + place + local + b"\x08" + _pieces(_codes(picture.samples.reshape(-1).tolist())) + b"\0"


def _codes(indices: list[int]) -> bytes:
    """Codes of 9 bits: the table is cleared before it grows beyond them."""
    bits, count = 0, 0
    for number, code in enumerate(indices):
        if number % 250 == 0:
            bits, count = bits | 256 << count, count + 9
        bits, count = bits | code << count, count + 9
    bits, count = bits | 257 << count, count + 9
    return bits.to_bytes((count + 7) // 8, "little")


def _pieces(content: bytes) -> bytes:
    parts = [content[start : start + 255] for start in range(0, len(content), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts)


def apng(
    pictures: list[Picture],
    size: tuple[int, int],
    *,
    plays: int = 0,
    depth: int = 8,
    colour: int = 6,
    still: bytes = b"",
    before: bytes = b"",
    promised: int | None = None,
    per_second: int = 100,
) -> bytes:
    """An animated PNG of (height, width); `still` is the image data of a picture beside the animation."""
    height, width = size
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before
    content += chunk(b"acTL", struct.pack(">II", len(pictures) if promised is None else promised, plays))
    content += chunk(b"IDAT", still) if still else b""
    number = 0
    for index, picture in enumerate(pictures):
        rows, columns = picture.samples.shape[:2]
        place = struct.pack(">IIII", columns, rows, picture.left, picture.top)
        time = struct.pack(">HHBB", picture.delay, per_second, picture.after, picture.over)
        content += chunk(b"fcTL", struct.pack(">I", number) + place + time)
        number += 1
        data = packed(picture.samples)
        if index == 0 and not still:
            content += chunk(b"IDAT", data)
        else:
            for part in (data[: len(data) // 2], data[len(data) // 2 :]):
                content += chunk(b"fdAT", struct.pack(">I", number) + part)
                number += 1
    return content + chunk(b"IEND", b"")


def packed(samples: np.ndarray) -> bytes:
    """Rows as PNG's image data."""
    rows = samples.astype(samples.dtype.newbyteorder(">"))
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))


def webp(pictures: list[Picture], size: tuple[int, int], *, plays: int = 0) -> bytes:
    """An animated WebP of (height, width), each picture lossless; left and top are even."""
    height, width = size
    body = _riff(b"VP8X", bytes([0x12, 0, 0, 0]) + _three(width - 1) + _three(height - 1))
    body += _riff(b"ANIM", struct.pack("<IH", 0xFF0000FF, plays))
    for picture in pictures:
        rows, columns = picture.samples.shape[:2]
        stream = io.BytesIO()
        Image.fromarray(picture.samples).save(stream, "WEBP", lossless=True, exact=True)
        alone = stream.getvalue()[12:]
        if alone.startswith(b"VP8X"):
            alone = alone[18:]
        numbers = picture.left // 2, picture.top // 2, columns - 1, rows - 1, 10 * picture.delay
        flags = picture.after | (0 if picture.over else 2)
        body += _riff(b"ANMF", b"".join(_three(number) for number in numbers) + bytes([flags]) + alone)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _riff(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")


def shown(pictures: list[Picture], size: tuple[int, int], palette: np.ndarray | None = None) -> list[np.ndarray]:
    """What a viewer shows, pixel by pixel, (height, width, 4) in 0..1: the definition.

    Args:
        palette: of pictures of indices, whose `after` is GIF's (2 clears, 3 restores); else PNG's (1 and 2).
    """
    canvas = np.zeros((*size, 4))
    frames = []
    for picture in pictures:
        before = canvas.copy()
        rows, columns = picture.samples.shape[:2]
        inside = [
            (r, c, r + picture.top, c + picture.left)
            for r in range(rows)
            for c in range(columns)
            if r + picture.top < size[0] and c + picture.left < size[1]
        ]
        for r, c, row, column in inside:
            canvas[row, column] = _over(_source(picture, r, c, palette), canvas[row, column], picture.over)
        frames.append(canvas.copy())
        clears, restores = (2, 3) if palette is not None else (1, 2)
        for _, _, row, column in inside:
            if picture.after == clears or (picture.after == restores and len(frames) == 1):
                canvas[row, column] = 0
            elif picture.after == restores:
                canvas[row, column] = before[row, column]
    return frames


def _source(picture: Picture, r: int, c: int, palette: np.ndarray | None) -> np.ndarray:
    if palette is None:
        return picture.samples[r, c] / np.iinfo(picture.samples.dtype).max
    own = palette if picture.palette is None else picture.palette
    index = picture.samples[r, c]
    return np.array([*(own[index] / 255), 0.0 if index == picture.transparent else 1.0])


def _over(source: np.ndarray, below: np.ndarray, over: int) -> np.ndarray:
    if not over or below[3] == 0 or source[3] == 1:
        return source
    alpha = source[3] + below[3] * (1 - source[3])
    colours = (source[:3] * source[3] + below[:3] * below[3] * (1 - source[3])) / alpha
    return np.array([*colours, alpha])


def scattered(rng: np.random.Generator, size: tuple[int, int], count: int, *, step: int = 1) -> list[tuple[int, ...]]:
    """Places (top, left, rows, columns): the first covers the canvas, the others lie anywhere on it."""
    places: list[tuple[int, ...]] = [(0, 0, *size)]
    for _ in range(count - 1):
        rows, columns = (int(rng.integers(1, length + 1)) for length in size)
        top, left = (int(rng.integers(0, length - own + 1)) for length, own in zip(size, (rows, columns), strict=True))
        places.append((top // step * step, left // step * step, rows, columns))
    return places
