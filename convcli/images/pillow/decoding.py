"""Pillow, tamed: one named format, no warnings, no limits of its own, one kind of error.

Pillow is imported inside functions, so that .npy and text pictures start without it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from convcli.errors import InputError, Setting, TooLargeError, printable
from convcli.files.source import Source
from convcli.images.codec import Reading
from convcli.images.picture import Metadata, Picture
from convcli.images.pillow import head_start, in_place
from convcli.images.pillow.opening import BROKEN, open_image, quiet
from convcli.images.pillow.unpacking import channels_of, samples_of

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

    from convcli.images.metadata.gathering import Parts

LABELS = {"WEBP": "WebP", "JPEG2000": "JPEG 2000"}
ORIENTATION = 0x0112

Prepare = Callable[["ImageFile"], tuple[str, ...]]
Found = Callable[["Parts"], None]


def decode(
    source: Source,
    reading: Reading,
    plugin: str,
    prepare: Prepare = lambda image: (),
    found: Callable[[ImageFile, Parts], None] = lambda image, parts: None,
) -> Picture:
    """Read one picture through one of Pillow's plugins.

    Args:
        plugin: Pillow's name of the format: only that one is tried.
        prepare: called between opening and decoding; returns notes.
        found: adds metadata that Pillow does not hand out.

    Raises:
        InputError: broken data, or more pixels than allowed (known before allocation).
    """
    with explained(source.name, LABELS.get(plugin, plugin), reading), quiet(reading.allow_truncated):
        ahead = head_start.taken(source.stream) if plugin == head_start.PLUGIN else None
        image = ahead.image if ahead else open_image(source.seekable(), plugin)
        check_size(source.name, *image.size, reading)
        notes = prepare(image)
        decoded = ahead or _decoded(image, reading)
        samples = samples_of(image, orientation(image), decoded.packed().colours)
        del ahead, decoded
        notes += samples.notes
        metadata = metadata_of(image, keep_profile=samples.keeps_profile, found=partial(found, image))
    return Picture(samples.pixels, samples.alpha, source.name, "picture", plugin.lower(), metadata, notes)


def _decoded(image: ImageFile, reading: Reading) -> in_place.Decoded:
    if reading.allow_truncated:  # what is missing is zero in Pillow's memory
        image.load()
        return in_place.Decoded(image)
    return in_place.decode(image)


def shape(source: Source, reading: Reading, plugin: str) -> tuple[int, int, int]:
    """(height, width, channels) of the upright picture, from the header."""
    with explained(source.name, LABELS.get(plugin, plugin)), quiet():
        image = open_image(source.seekable(), plugin)
        width, height = image.size
        if orientation(image) >= 5:
            width, height = height, width
        return height, width, channels_of(image)


def check_size(name: str, width: int, height: int, reading: Reading) -> None:
    """Refuse a picture of more pixels than allowed."""
    if width * height > reading.max_pixels:
        raise TooLargeError(
            name,
            f"the picture has {height} × {width} = {width * height:,} pixels, more than {reading.max_pixels:,}; ",
            Setting("max_pixels"),
            " allows more",
        )


def orientation(image: Image.Image) -> int:
    """EXIF's orientation, 1..8; 1 where it is absent or makes no sense."""
    from PIL import Image

    try:
        value = Image.Image.getexif(image).get(ORIENTATION, 1)  # not the PNG plugin's, which decodes the pixels
    except BROKEN:
        return 1  # broken EXIF does not make the pixels any worse
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def metadata_of(image: Image.Image | None, *, keep_profile: bool = True, found: Found = lambda parts: None) -> Metadata:
    """What is carried over to the output.

    Args:
        image: decoded; what Pillow keeps of its file is taken.  None where Pillow was not asked.
        keep_profile: whether the samples are still those that the profile describes.
        found: adds what the codec has read of the file by itself, which counts before what Pillow says.
    """
    from convcli.images.metadata.gathering import Parts, comment

    told = image.info if image is not None else {}
    parts = Parts(dpi=_dpi(told.get("dpi")))
    found(parts)
    profile, exif, xmp, words = (_bytes(told.get(name)) for name in ("icc_profile", "exif", "xmp", "comment"))
    parts.icc_profile = (parts.icc_profile or profile) if keep_profile else None
    parts.dpi = _dpi(parts.dpi)
    parts.exif, parts.xmp = parts.exif or exif, parts.xmp or xmp
    if words and not parts.comments:
        parts.comments.append(comment(words))
    return parts.gathered()


def dpi_of(image: Image.Image) -> tuple[float, float] | None:
    """The resolution that Pillow has read, where it makes sense."""
    return _dpi(image.info.get("dpi"))


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) and value else None


def metadata_in(source: Source, plugin: str) -> Metadata:
    """What a file's header says that is carried over; nothing where the header is damaged."""
    try:
        with quiet():
            return metadata_of(open_image(source.seekable(), plugin))
    except BROKEN:
        return Metadata()


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
        hint = ("; see ", Setting("allow_truncated")) if reading and not reading.allow_truncated else ()
        raise InputError(name, f"the {label} data is damaged or incomplete ({why})", *hint) from error
