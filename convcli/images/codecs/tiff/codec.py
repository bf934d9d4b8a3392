"""TIFF: samples of any number of bits, in grey, colour or bands; a stack of maps as one page each.

The way of a page: `directory` (tags) -> `page` (what they mean, or a refusal by name) -> `segments` (strips and
tiles, through `libtiff` where they are compressed) -> `bits` (numbers) -> `colours` (pixels and alpha).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from convcli.errors import InputError, Setting
from convcli.files.source import Source
from convcli.images.codec import Codec, Moving, Reading, Writing
from convcli.images.codecs.tiff import colours, old_jpeg
from convcli.images.codecs.tiff.directory import MAX_PAGES, Directory, DirectoryError, directories
from convcli.images.codecs.tiff.page import Page, describe
from convcli.images.codecs.tiff.terms import OLD_JPEG
from convcli.images.metadata.tiff_tags import read_tags
from convcli.images.picture import Array, Metadata, Picture
from convcli.images.pillow import decoding, opening
from convcli.images.pillow.unpacking import Samples

if TYPE_CHECKING:
    from convcli.images.frames import Frames

MAX_SAMPLES = 4  # of a pixel, on average, that --max-pixels allows for


def decode(source: Source, reading: Reading) -> Picture:
    """Read a TIFF; pages of one grey size and kind become the channels of a stack.

    Pages that differ (a thumbnail, a second photograph) are left out, with a note.
    """
    with explained(source, reading):
        chain = directories_of(source, reading)
        page = describe(chain[0])
        if len(chain) == 1:
            return _picture(source, page, reading)
        if are_maps(page, chain):
            return _stack(source, page, chain, reading)
        first = _picture(source, page, reading)
        return replace(first, notes=(*first.notes, first_only(len(chain))))


def first_only(pages: int) -> str:
    """What is said where all pages but the first are left out."""
    return f"only the first of {pages} pages is read, because they differ or are in colour"


def shape(source: Source, reading: Reading) -> tuple[int, int, int]:
    """(height, width, channels) from the tags; the pages of a stack are its channels."""
    with explained(source):
        chain = directories_of(source, reading)
        page = describe(chain[0])
        height, width, channels = page.upright
        return height, width, len(chain) if len(chain) > 1 and are_maps(page, chain) else channels


@contextlib.contextmanager
def explained(source: Source, reading: Reading | None = None) -> Iterator[None]:
    """One InputError for whatever is wrong with a file."""
    with decoding.explained(source.name, "TIFF", reading), opening.quiet(bool(reading and reading.allow_truncated)):
        try:
            yield
        except DirectoryError as error:
            raise InputError(source.name, f"this begins as TIFF but its header is damaged: {error}") from error


def directories_of(source: Source, reading: Reading) -> list[Directory]:
    """The directories of all pages; a lenient reader stops at one that is broken."""
    pages: list[Directory] = []
    try:
        for directory in directories(source.seekable()):
            pages.append(directory)
            if len(pages) > MAX_PAGES:
                raise InputError(source.name, f"the TIFF has more than {MAX_PAGES} pages, the most that is read")
    except DirectoryError:
        if not pages or not reading.allow_truncated:
            raise
    return pages


def are_maps(page: Page, chain: Sequence[Directory]) -> bool:
    """Whether the pages are maps of one size and kind; a page of a kind that is not read is another kind."""
    if not page.is_map:
        return False
    try:
        return all(_is_alike(page, describe(directory)) for directory in chain[1:])
    except NotImplementedError:
        return False


def _is_alike(page: Page, other: Page) -> bool:
    return other.is_map and other.likeness == page.likeness


def _picture(source: Source, page: Page, reading: Reading) -> Picture:
    samples = _samples(source, page, reading)
    metadata = metadata_of(page, keep_profile=samples.keeps_profile)
    return Picture(samples.pixels, samples.alpha, source.name, "picture", "tiff", metadata, samples.notes)


def metadata_of(page: Page, *, keep_profile: bool) -> Metadata:
    """What a page's tags say that is carried over."""
    tags = partial(read_tags, page.directory.stream, at=page.directory.offset)
    metadata = decoding.metadata_of(None, keep_profile=keep_profile, found=tags)
    return replace(metadata, bands=(page.out_colours, page.bands)) if page.bands else metadata


def _samples(source: Source, page: Page, reading: Reading) -> Samples:
    decoding.check_size(source.name, page.width, page.height, reading)
    if page.width * page.height * page.samples > MAX_SAMPLES * reading.max_pixels:
        total = f"{page.samples} samples for each of {page.height} × {page.width} pixels"
        raise InputError(
            source.name, f"{total} are more than {MAX_SAMPLES} × {reading.max_pixels:,}; see ", Setting("max_pixels")
        )
    if page.compression == OLD_JPEG:
        return old_jpeg.decode(page)
    return colours.decode(page, lenient=reading.allow_truncated)


def _stack(source: Source, page: Page, chain: Sequence[Directory], reading: Reading) -> Picture:
    height, width, _ = page.upright
    decoding.check_size(source.name, width, height, reading)
    if height * width * len(chain) > 3 * reading.max_pixels:
        total = f"{len(chain)} pages of {height} × {width}"
        raise InputError(
            source.name, f"{total} are more than 3 × {reading.max_pixels:,} samples; see ", Setting("max_pixels")
        )
    first = _picture(source, page, reading)
    stack: Array = np.empty((height, width, len(chain)), first.pixels.dtype)
    stack[:, :, 0] = first.pixels
    notes = dict.fromkeys(first.notes)
    for index in range(1, len(chain)):
        samples = _samples(source, describe(chain[index]), reading)
        stack[:, :, index] = samples.pixels
        notes.update(dict.fromkeys(samples.notes))
    return replace(first, pixels=stack, notes=tuple(notes))


def encode(picture: Picture, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write an uncompressed TIFF of any dtype and number of channels."""
    from convcli.images.codecs.tiff import writer

    return writer.write(picture, stream)


def refusal(picture: Picture) -> str | None:
    """What `tiff_writer` cannot hold."""
    from convcli.images.codecs.tiff import writer

    return writer.refusal(picture)


def frames(source: Source, reading: Reading) -> Frames | None:
    """The pages of a file that has several; None where it has one, or smaller copies of it."""
    from convcli.images.codecs.tiff import pages

    with explained(source, reading):
        chain = directories_of(source, reading)
        if len(chain) < 2:
            return None
        together = are_maps(describe(chain[0]), chain)
        return pages.frames(source, reading, chain, together=together, read_page=_read_page)


def _read_page(source: Source, directory: Directory, reading: Reading) -> Picture:
    with explained(source, reading):
        return _picture(source, describe(directory), reading)


def encode_frames(moving: Moving, stream: BinaryIO, writing: Writing) -> tuple[str, ...]:
    """Write each frame as a page."""
    from convcli.images.codecs.tiff import writer

    return writer.write_pages((frame.picture for frame in moving.frames), stream)


CODEC = Codec(decode, shape, encode, refusal, frames=frames, encode_frames=encode_frames)
