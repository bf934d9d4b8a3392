"""Pillow's libtiff as a decompressor: strips or tiles in, their bytes out.

What is stored in a strip is presented to Pillow as a small TIFF of its own: of one byte a sample, as wide as a
row has bytes, and so whatever its bits and samples mean, the bytes come out as they were before compression.
JPEG and YCbCr, where compression and colour are one, are presented with their own tags and come out as RGB.
"""

from __future__ import annotations

import ctypes
import io
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from convcli.images.codecs.tiff import terms
from convcli.images.codecs.tiff.bits import Bytes
from convcli.images.codecs.tiff.directory import SIZES, Tag
from convcli.images.codecs.tiff.page import Page
from convcli.images.pillow import opening

if TYPE_CHECKING:
    from PIL import Image

SHORT, LONG = 3, 4
BY_SAMPLES = {1: terms.BLACK_IS_ZERO, 2: terms.BLACK_IS_ZERO, 3: terms.RGB, 4: terms.CMYK}  # taken as they are
SAVED_AS = {
    2: "tiff_ccitt", 3: "group3", 4: "group4", 5: "tiff_lzw", 7: "jpeg", 8: "tiff_adobe_deflate", 32773: "packbits",
    32946: "tiff_deflate", 34925: "lzma", 50000: "zstd",
}  # fmt: skip
DEFLATE = 8

Entry = tuple[int, int, bytes]


def undoes_predictor(page: Page) -> bool:
    """Whether differences of bytes are undone on the way, which is faster there."""
    together = page.samples // page.planes
    return page.predictor == 2 and page.bits == 8 and together in (1, 3, 4) and not page.reversed_bits


def decompressed(page: Page, segments: Sequence[bytes], rows: int) -> Bytes:
    """Bytes of consecutive strips, or of tiles one below the other.

    Args:
        rows: of all of them together.

    Returns:
        (rows, row_bytes).

    Raises:
        NotImplementedError: this Pillow cannot undo the compression.
        ValueError: the data is not what it should be.
    """
    if page.compression == terms.WEBP:
        return np.concatenate([_webp(page, segment) for segment in segments])[:rows]
    silence()
    try:
        image = _presented(page, segments, rows)
        image.load()
    except opening.BROKEN as error:
        name = terms.COMPRESSIONS[page.compression]
        if not _is_known(page.compression) or (page.compression == terms.JPEG and page.bits > 8):
            raise NotImplementedError(
                f"this Pillow cannot undo {name} compression of {page.bits}-bit samples"
            ) from error
        raise ValueError(f"its {name} data does not decompress") from error
    return np.frombuffer(image.tobytes(), np.uint8).reshape(rows, -1)


def _presented(page: Page, segments: Sequence[bytes], rows: int) -> Image.Image:
    """The segments as the strips of a TIFF in memory."""
    compression = page.compression
    if compression == terms.RAW:  # subsampled YCbCr: Pillow would take it for three bytes a pixel
        compression, segments = DEFLATE, [zlib.compress(segment, 0) for segment in segments]
    in_colour = page.photometric == terms.YCBCR
    order = "<" if page.compression == terms.JPEG and not in_colour else page.directory.order  # Pillow's 12 bits
    samples, bits, width, photometric = _shape(page)
    entries = [
        _numbers(order, Tag.WIDTH, width),
        _numbers(order, Tag.HEIGHT, rows),
        _numbers(order, Tag.BITS, *(bits,) * samples),
        _numbers(order, Tag.COMPRESSION, compression),
        _numbers(order, Tag.PHOTOMETRIC, photometric),
        _numbers(order, Tag.SAMPLES, samples),
        _numbers(order, Tag.ROWS_PER_STRIP, page.rows),
        *([_numbers(order, Tag.FILL_ORDER, 2)] if page.reversed_bits and compression != terms.JPEG else []),
        *([_numbers(order, Tag.PREDICTOR, 2)] if undoes_predictor(page) else []),
        *([_numbers(order, Tag.EXTRA_SAMPLES, 2)] if samples == 2 else []),
        *_own(page),
    ]
    return opening.open_image(io.BytesIO(_file(order, entries, segments)), "TIFF")


def _shape(page: Page) -> tuple[int, int, int, int]:
    """(samples, bits, width, photometric) to present."""
    together = page.samples // page.planes
    if page.compression in terms.FAX:
        return 1, 1, page.columns, terms.BLACK_IS_ZERO
    if page.photometric == terms.YCBCR:
        return 3, 8, page.columns, terms.YCBCR
    if page.compression == terms.JPEG or undoes_predictor(page):
        return together, page.bits, page.columns, BY_SAMPLES[together]
    return 1, 8, page.row_bytes, terms.BLACK_IS_ZERO


def _own(page: Page) -> list[Entry]:
    """The page's own tags that the compression needs, as they are."""
    wanted: tuple[int, ...] = ()
    if page.compression in terms.FAX:
        wanted = (Tag.FAX3_OPTIONS, Tag.FAX4_OPTIONS)
    if page.compression == terms.JPEG:
        wanted = (Tag.JPEG_TABLES,)
    if page.photometric == terms.YCBCR:
        wanted += (Tag.YCBCR_COEFFICIENTS, Tag.YCBCR_SUBSAMPLING, Tag.YCBCR_POSITIONING, Tag.REFERENCE_BLACK_WHITE)
    own = page.directory.entries
    return [(tag, own[tag].kind, page.directory.content(tag)) for tag in wanted if tag in own]


def _numbers(order: str, tag: int, *values: int) -> Entry:
    return tag, LONG, struct.pack(f"{order}{len(values)}I", *values)


def _file(order: str, entries: list[Entry], segments: Sequence[bytes]) -> bytes:
    """A TIFF of these tags and strips."""
    counts = [len(segment) for segment in segments]
    starts = np.cumsum([8, *counts])
    entries = [*entries, _numbers(order, Tag.STRIP_STARTS, *starts[:-1]), _numbers(order, Tag.STRIP_COUNTS, *counts)]
    at = int(starts[-1] + starts[-1] % 2)
    behind_from = at + 2 + 12 * len(entries) + 4
    table, behind = struct.pack(order + "H", len(entries)), b""
    for tag, kind, content in sorted(entries):
        place = content.ljust(4, b"\0")
        if len(content) > 4:
            place = struct.pack(order + "I", behind_from + len(behind))
            behind += content + b"\0" * (len(content) % 2)
        table += struct.pack(order + "HHI", tag, kind, len(content) // SIZES[kind]) + place
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at)
    return b"".join([head, *segments, b"\0" * (at - int(starts[-1])), table, bytes(4), behind])


def _webp(page: Page, segment: bytes) -> Bytes:
    """A strip or tile that is a whole WebP picture; libtiff is seldom built with it."""
    try:
        opened = opening.open_image(io.BytesIO(segment), "WEBP")
        if opened.width != page.columns or opened.height > page.rows:
            raise ValueError("its size is not the one in the tags")
        image = opened.convert("RGB" if page.samples == 3 else "RGBA")
    except opening.BROKEN as error:
        raise ValueError("its WebP data does not decompress") from error
    return np.frombuffer(image.tobytes(), np.uint8).reshape(image.height, -1)


@cache
def _is_known(compression: int) -> bool:
    """Whether this Pillow's libtiff was built with a compression: it can write one pixel so."""
    from PIL import Image

    try:
        name = SAVED_AS.get(compression, "tiff_lzw")
        Image.new("1" if compression in terms.FAX else "L", (8, 8)).save(io.BytesIO(), "TIFF", compression=name)
    except opening.BROKEN:
        return False
    return True


@cache
def silence() -> None:
    """libtiff prints its own line on stderr before Pillow raises; one message is enough."""
    from PIL import _imaging

    try:
        library = ctypes.CDLL(_imaging.__file__)  # finds symbols of the libraries it was linked with, too
        library.TIFFSetErrorHandler.argtypes = [ctypes.c_void_p]
        library.TIFFSetErrorHandler.restype = ctypes.c_void_p
        library.TIFFSetErrorHandler(None)
    except (AttributeError, OSError):
        return  # linked statically: the line stays
