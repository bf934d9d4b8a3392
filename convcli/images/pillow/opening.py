"""Opening pictures with Pillow: one named format, no warnings, no limits of its own.

Needs no NumPy, so that a picture can be decoded while that is still being imported.
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

if TYPE_CHECKING:
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
PREFIX = 16  # bytes that a plugin knows its format by
DECODED_AT_ONCE = 1 << 24  # bytes of a file
PLUGINS = {"PNG": "Png", "JPEG": "Jpeg", "TIFF": "Tiff", "WEBP": "WebP", "BMP": "Bmp", "GIF": "Gif", "AVIF": "Avif",
           "JPEG2000": "Jpeg2K"}  # fmt: skip


def open_image(stream: BinaryIO, plugin: str) -> ImageFile:
    """Parse the header of a file that must be of this one format; no pixel is decoded."""
    from PIL import Image

    _take_over()
    importlib.import_module(f"PIL.{PLUGINS[plugin]}ImagePlugin")
    image: ImageFile = _opened(stream, *Image.OPEN[plugin])
    # Pillow decodes 64 KiB at a time and takes the interpreter's lock in between; threads would wait for each other.
    image.decodermaxblock = DECODED_AT_ONCE
    return image


def has(feature: str) -> bool:
    """Whether this Pillow was built with a codec; an older one does not know its name."""
    from PIL import features

    with quiet():
        return bool(features.check(feature))


def _opened(stream: BinaryIO, factory: Callable[..., ImageFile], accepts: Callable[[bytes], bool | str] | None) -> Any:
    """As `Image.open` does it, which would first import five plugins that are not asked for."""
    from PIL import UnidentifiedImageError

    stream.seek(0)
    accepted = accepts is None or accepts(stream.read(PREFIX)) is True
    stream.seek(0)
    try:
        if accepted:
            return factory(stream, "")
    except (SyntaxError, IndexError, TypeError, struct.error) as error:
        raise UnidentifiedImageError(str(error)) from error
    raise UnidentifiedImageError("cannot identify image file")


@cache
def _take_over() -> None:
    """Switch off what Pillow does for the whole process: its limit, and its log on stderr."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # ours is checked between opening and decoding; Pillow's would only warn
    logging.getLogger("PIL").addHandler(logging.NullHandler())  # else logging prints errors for want of a handler


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
