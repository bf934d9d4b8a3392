"""TIFF: 8- and 16-bit grey or colour, 32-bit integers and floats; a stack of maps as one page each."""

from __future__ import annotations

import ctypes
from functools import cache, partial
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from convcli.errors import InputError
from convcli.files.source import Source
from convcli.images.codec import Codec, Reading, Writing
from convcli.images.metadata.tiff_tags import read_tags
from convcli.images.picture import Array, Picture
from convcli.images.pillow import decoding, opening
from convcli.images.pillow.sixteen_bits import decode_deep, is_deep_colour, rawmode_of
from convcli.images.pillow.unpacking import LAYOUTS, Samples, channels_of, samples_of

if TYPE_CHECKING:
    from PIL.TiffImagePlugin import TiffImageFile

    from convcli.images.codecs.tiff import plain

MAX_PAGES = 1024
SIZE_TAGS = (257, 256)
BITS, PHOTOMETRIC, SAMPLES_PER_PIXEL, PLANAR, SAMPLE_FORMAT = 258, 262, 277, 284, 339
WHITE_IS_ZERO, UNSIGNED, SIGNED = 0, 1, 2


def decode(source: Source, reading: Reading) -> Picture:
    """Read a TIFF; pages of one grey size and kind become the channels of a stack.

    Pages that differ (a thumbnail, a second photograph) are left out, with a note.
    """
    stream = source.seekable()
    with decoding.explained(source.name, "TIFF", reading), opening.quiet(reading.allow_truncated):
        laid_out = _plain_plan(stream)
        if laid_out:
            from convcli.images.codecs.tiff import plain

            samples = plain.decode(source, stream, laid_out, reading)
            metadata = decoding.metadata_of(None, found=partial(read_tags, stream))
            return Picture(samples.pixels, samples.alpha, source.name, "picture", "tiff", metadata)
        image = _open(stream)
        pages, alike = _pages(source, image)
        samples = _page(source, image, stream, reading, 0)
        notes = samples.notes
        if pages > 1 and alike:
            samples = Samples(_stack(source, image, stream, reading, samples.pixels, pages), None, (), True)
        elif pages > 1:
            notes += (f"only the first of {pages} pages is read, because they differ or are in colour",)
        metadata = decoding.metadata_of(image, keep_profile=samples.keeps_profile, found=partial(read_tags, stream))
    return Picture(samples.pixels, samples.alpha, source.name, "picture", "tiff", metadata, notes)


def _open(stream: BinaryIO) -> TiffImageFile:
    from PIL.TiffImagePlugin import TiffImageFile

    _silence_libtiff()
    stream.seek(0)
    image = opening.open_image(stream, "TIFF")
    assert isinstance(image, TiffImageFile)
    return image


@cache
def _silence_libtiff() -> None:
    """libtiff prints its own line on stderr before Pillow raises; one message is enough."""
    from PIL import _imaging

    try:
        library = ctypes.CDLL(_imaging.__file__)  # finds symbols of the libraries it was linked with, too
        library.TIFFSetErrorHandler.argtypes = [ctypes.c_void_p]
        library.TIFFSetErrorHandler.restype = ctypes.c_void_p
        library.TIFFSetErrorHandler(None)
    except (AttributeError, OSError):
        return  # linked statically: the line stays


def _plain_plan(stream: BinaryIO) -> plain.Plan | None:
    """For files that Pillow does not read but that are plain rows of numbers."""
    from PIL import UnidentifiedImageError

    try:
        _open(stream)
    except UnidentifiedImageError:
        from convcli.images.codecs.tiff import plain

        return plain.plan(stream)
    return None


def _pages(source: Source, image: TiffImageFile) -> tuple[int, bool]:
    """How many pages there are, and whether they are maps of one size and kind."""
    first = _kind(image)
    alike = LAYOUTS.get(image.mode, LAYOUTS["RGB"]).colours == 1 and image.mode != "LA"
    for page in range(1, MAX_PAGES + 1):
        try:
            image.seek(page)
        except EOFError:
            image.seek(0)
            return page, alike
        alike = alike and _kind(image) == first
    raise InputError(source.name, f"the TIFF has more than {MAX_PAGES} pages, the most that is read")


def _kind(image: TiffImageFile) -> tuple[object, ...]:
    return (image.size, image.mode, image.tag_v2.get(SAMPLE_FORMAT), image.tag_v2.get(PHOTOMETRIC))


def _stack(source: Source, image: TiffImageFile, stream: BinaryIO, reading: Reading, first: Array, pages: int) -> Array:
    if first.size * pages > 3 * reading.max_pixels:
        total = f"{pages} pages of {first.shape[0]} x {first.shape[1]}"
        raise InputError(source.name, f"{total} are more than 3 x {reading.max_pixels:,} samples; see --max-pixels")
    stack = np.empty((*first.shape, pages), first.dtype)
    stack[:, :, 0] = first
    for page in range(1, pages):
        stack[:, :, page] = _page(source, image, stream, reading, page).pixels
    return stack


def _page(source: Source, image: TiffImageFile, stream: BinaryIO, reading: Reading, page: int) -> Samples:
    image.seek(page)
    decoding.check_size(source.name, *image.size, reading)
    tags = {tag: image.tag_v2.get(tag) for tag in (BITS, PHOTOMETRIC, PLANAR, SAMPLE_FORMAT)}
    bits = max(_numbers(tags[BITS]), default=1)
    if bits > 8 and tags[PLANAR] == 2 and image.tag_v2.get(SAMPLES_PER_PIXEL, 1) > 1:
        raise NotImplementedError("16-bit colour stored plane by plane is not supported")
    if not reading.allow_truncated:
        _check_strips(image)
    if is_deep_colour(image):
        return decode_deep(image, partial(_open, stream), decoding.orientation)
    packing = rawmode_of(image)
    image.load()
    samples = samples_of(image, decoding.orientation(image))
    notes = samples.notes
    if bits > 8 and samples.pixels.dtype == np.uint8:
        notes += (f"{bits}-bit {packing.partition(';')[0]} is read as 8-bit",)
    return Samples(_as_stored(samples.pixels, tags, bits), samples.alpha, notes, samples.keeps_profile)


def _as_stored(pixels: Array, tags: dict[int, object], bits: int) -> Array:
    """Undo what Pillow makes of kinds that it has no mode for; the bits are all there."""
    kind = max(_numbers(tags[SAMPLE_FORMAT]), default=UNSIGNED)
    if bits == 32 and kind == UNSIGNED and pixels.dtype == np.int32:
        return pixels.view(np.uint32)
    if bits == 8 and kind == SIGNED:
        return pixels.view(np.int8)
    if bits == 16 and tags[PHOTOMETRIC] == WHITE_IS_ZERO and pixels.dtype == np.uint16:
        return 65535 - pixels
    return pixels


def _numbers(tag: object) -> tuple[int, ...]:
    return tag if isinstance(tag, tuple) else (tag,) if isinstance(tag, int) else ()


def _check_strips(image: TiffImageFile) -> None:
    """Refuse fewer strips or tiles than cover the picture: Pillow would leave the rest black."""
    if not image.tile or image.tile[0][0] == "libtiff":
        return  # libtiff notices by itself
    height, width = (image.tag_v2[tag] for tag in SIZE_TAGS)
    planes = image.tag_v2.get(SAMPLES_PER_PIXEL, 1) if image.tag_v2.get(PLANAR) == 2 else 1
    extents = [tile[1] or (0, 0, 0, 0) for tile in image.tile]
    covered = sum((right - left) * (bottom - top) for left, top, right, bottom in extents)
    if covered < height * width * planes:
        raise ValueError("strips are missing")


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the tags; the pages of a stack are its channels."""
    with decoding.explained(source.name, "TIFF"), opening.quiet():
        stream = source.seekable()
        laid_out = _plain_plan(stream)
        if laid_out:
            return laid_out.upright
        image = _open(stream)
        pages, alike = _pages(source, image)
        height, width = (int(image.tag_v2[tag]) for tag in SIZE_TAGS)
        if decoding.orientation(image) >= 5:
            height, width = width, height
        return height, width, pages if alike else channels_of(image)


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write an uncompressed TIFF of any dtype and number of channels."""
    from convcli.images.codecs.tiff import writer

    return writer.write(picture, stream)


def refusal(picture: Picture) -> str | None:
    """What `tiff_writer` cannot hold."""
    from convcli.images.codecs.tiff import writer

    return writer.refusal(picture)


CODEC = Codec(decode, shape, encode, refusal)
