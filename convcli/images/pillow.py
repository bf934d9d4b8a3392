"""Pillow, tamed: one named format, no warnings, no limits of its own, one kind of error.

Pillow is imported inside functions, so that .npy and text pictures start without it.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO

from convcli.errors import InputError, printable
from convcli.images.codec import Reading
from convcli.images.picture import Metadata, Picture
from convcli.images.pillow_samples import channels_of, samples_of
from convcli.images.source import Source

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

# What Pillow's readers raise for files that break their format's rules.
BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
PLUGINS = {"PNG": "Png", "JPEG": "Jpeg", "TIFF": "Tiff", "WEBP": "WebP", "BMP": "Bmp", "GIF": "Gif"}
LABELS = {"WEBP": "WebP"}
ORIENTATION = 0x0112

Prepare = Callable[["ImageFile"], tuple[str, ...]]


def decode(source: Source, reading: Reading, plugin: str, prepare: Prepare = lambda image: ()) -> Picture:
    """Read one picture through one of Pillow's plugins.

    Args:
        plugin: Pillow's name of the format: only that one is tried.
        prepare: called between opening and decoding; returns notes.

    Raises:
        InputError: broken data, or more pixels than allowed (known before allocation).
    """
    with explained(source.name, LABELS.get(plugin, plugin), reading), quiet(reading.allow_truncated):
        image = open_image(source.seekable(), plugin)
        check_size(source.name, *image.size, reading)
        notes = prepare(image)
        image.load()
        samples = samples_of(image, orientation(image))
        notes += samples.notes
        metadata = metadata_of(image, keep_profile=samples.keeps_profile)
    return Picture(
        samples.pixels, samples.alpha, source.name, "picture", plugin.lower(), metadata=metadata, notes=notes
    )


def shape(source: Source, reading: Reading, plugin: str) -> tuple[int, int, int]:
    """(height, width, channels) of the upright picture, from the header."""
    with explained(source.name, LABELS.get(plugin, plugin)), quiet():
        image = open_image(source.seekable(), plugin)
        width, height = image.size
        if orientation(image) >= 5:
            width, height = height, width
        return height, width, channels_of(image)


def open_image(stream: BinaryIO, plugin: str) -> ImageFile:
    """Parse the header of a file that must be of this one format; no pixel is decoded."""
    from PIL import Image

    _take_over()
    importlib.import_module(f"PIL.{PLUGINS[plugin]}ImagePlugin")
    return Image.open(stream, formats=[plugin])


@cache
def _take_over() -> None:
    """Switch off what Pillow does for the whole process: its limit, and its log on stderr."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # ours is checked between opening and decoding; Pillow's would only warn
    logging.getLogger("PIL").addHandler(logging.NullHandler())  # else logging prints errors for want of a handler


def check_size(name: str, width: int, height: int, reading: Reading) -> None:
    """Refuse a picture of more pixels than allowed."""
    if width * height > reading.max_pixels:
        raise InputError(
            name,
            f"the picture has {height} x {width} = {width * height:,} pixels, "
            f"more than {reading.max_pixels:,}; --max-pixels allows more",
        )


def orientation(image: Image.Image) -> int:
    """EXIF's orientation, 1..8; 1 where it is absent or makes no sense."""
    from PIL import Image

    try:
        value = Image.Image.getexif(image).get(ORIENTATION, 1)  # not the PNG plugin's, which decodes the pixels
    except BROKEN:
        return 1  # broken EXIF does not make the pixels any worse
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def metadata_of(image: Image.Image, *, keep_profile: bool = True) -> Metadata:
    """What is carried over to the output."""
    profile = image.info.get("icc_profile")
    return Metadata(
        icc_profile=profile if keep_profile and isinstance(profile, bytes) and profile else None,
        dpi=_dpi(image.info.get("dpi")),
    )


def _dpi(value: Any) -> tuple[float, float] | None:
    if not isinstance(value, tuple):
        return None
    try:
        across, down = (float(number) for number in value)
    except (ArithmeticError, TypeError, ValueError):
        return None
    return (across, down) if 0 < across < 1e6 and 0 < down < 1e6 else None


@contextlib.contextmanager
def explained(name: str, label: str, reading: Reading | None = None) -> Iterator[None]:
    """Turn what Pillow raises for a broken file into one InputError."""
    from PIL import UnidentifiedImageError

    try:
        yield
    except UnidentifiedImageError as error:
        raise InputError(name, f"this begins as {label} but its header is damaged or of an unknown kind") from error
    except MemoryError as error:
        raise InputError(name, f"there is not enough memory for this {label} picture") from error
    except NotImplementedError as error:
        raise InputError(name, f"this {label} cannot be read: {error}") from error
    except BROKEN as error:
        why = printable(str(error).strip() or type(error).__name__, 100)
        hint = "; see --allow-truncated" if reading and not reading.allow_truncated else ""
        raise InputError(name, f"the {label} data is damaged or incomplete ({why}){hint}") from error


class _Silence:
    """Warnings off while anybody reads; `catch_warnings` alone would not survive several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers = 0
        self._saved = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._readers == 0:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.simplefilter("ignore")
            self._readers += 1

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._readers -= 1
            if self._readers == 0:
                self._saved.__exit__(None, None, None)


_silence = _Silence()
_lenient = threading.Lock()


@contextlib.contextmanager
def quiet(allow_truncated: bool = False) -> Iterator[None]:
    """Keep Pillow's remarks about odd files off stderr; with `allow_truncated`, let it fill what is missing."""
    with _silence:
        if not allow_truncated:
            yield
            return
        from PIL import ImageFile

        with _lenient:  # Pillow's switch is global: one lenient reader at a time
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                yield
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
