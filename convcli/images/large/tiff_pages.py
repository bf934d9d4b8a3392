"""The directories of a tiled TIFF: what stands at its beginning and at its end."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from convcli.images.codecs.tiff.directory import Tag
from convcli.images.large import tile_bytes
from convcli.images.metadata.directories import BIG, CLASSIC, Entry, packed
from convcli.images.metadata.tiff_tags import ASCII, DESCRIPTION, PROFILE, RESOLUTIONS, UNDEFINED, UNIT, written_tags
from convcli.images.picture import Picture

SHORT, LONG, RATIONAL, LONG8 = 3, 4, 5, 16
LETTERS = {SHORT: "H", LONG: "I", RATIONAL: "I", LONG8: "Q"}
SAMPLE_KINDS = {"u": 1, "i": 2, "f": 3}
REDUCED = 1  # of the tag NewSubfileType
UNASSOCIATED = 2  # of the tag ExtraSamples: alpha, which the colours are not multiplied by
DPI_UNIT = 1 << 16


class Placed(NamedTuple):
    """Where a tile is."""

    start: int
    length: int


class PageTags(NamedTuple):
    """What is the same for all pages.

    Attributes:
        picture: with what is carried over.
        samples: of a pixel of one page.
        description: an OME-TIFF's; None for any other.
    """

    picture: Picture
    dtype: np.dtype[Any]
    samples: int
    description: bytes | None


Levels = list[tuple[tuple[int, int], int, list[Placed]]]  # size, tile, tiles


def header(big: bool, first: int) -> bytes:
    """The first bytes of a file whose first directory stands at `first`."""
    return struct.pack("<2sHHHQ", b"II", 43, 8, 0, first) if big else struct.pack("<2sHI", b"II", 42, first)


def write_directories(
    stream: BinaryIO, end: int, tags: PageTags, pages: Sequence[Levels], *, big: bool
) -> tuple[int, int]:
    """Write the directories of all pages and levels behind the tiles: from the last, so that each knows the next.

    Returns:
        Where the first one stands, and where the file ends.
    """
    layout, after = (BIG if big else CLASSIC), 0
    for index in reversed(range(len(pages))):
        whole, *smaller = pages[index]
        under = []
        for level in smaller:
            end += _pad(stream, end)
            under.append(end)
            end += stream.write(packed(_entries(tags, level, (), big=big, reduced=True), {}, end, layout=layout))
        end += _pad(stream, end)
        entries = _entries(tags, whole, under, big=big, reduced=False)
        spoken, pointed = written_tags(tags.picture.metadata) if index == 0 else ([], {})
        if index == 0:
            entries += _said(tags, spoken)
        after, written = end, packed(entries, pointed, end, after, layout=layout)
        end += stream.write(written)
    return after, end


def _pad(stream: BinaryIO, end: int) -> int:
    return stream.write(bytes(-end % 8))


def _entries(
    tags: PageTags, level: tuple[tuple[int, int], int, list[Placed]], under: Sequence[int], *, big: bool, reduced: bool
) -> list[Entry]:
    (height, width), tile, placed = level
    offset, samples = LONG8 if big else LONG, tags.samples
    colours = _colours(tags)
    has_alpha = tags.picture.alpha is not None
    extras = (0,) * (samples - colours - has_alpha) + (UNASSOCIATED,) * has_alpha
    numbers: list[tuple[int, int, Sequence[int]]] = [
        *([(Tag.SUBFILE, LONG, (REDUCED,))] if reduced else []),
        (Tag.WIDTH, LONG, (width,)),
        (Tag.HEIGHT, LONG, (height,)),
        (Tag.BITS, SHORT, (tags.dtype.itemsize * 8,) * samples),
        (Tag.COMPRESSION, SHORT, (tile_bytes.DEFLATE,)),
        (Tag.PHOTOMETRIC, SHORT, (2 if colours == 3 else 1,)),
        (Tag.SAMPLES, SHORT, (samples,)),
        (Tag.PLANAR, SHORT, (1,)),
        *_resolution(tags.picture),
        (Tag.PREDICTOR, SHORT, (tile_bytes.predictor(tags.dtype),)),
        (Tag.TILE_WIDTH, LONG, (tile,)),
        (Tag.TILE_HEIGHT, LONG, (tile,)),
        (Tag.TILE_STARTS, offset, [each.start for each in placed]),
        (Tag.TILE_COUNTS, LONG, [each.length for each in placed]),
        *([(Tag.SUB_DIRECTORIES, offset, under)] if under else []),
        *([(Tag.EXTRA_SAMPLES, SHORT, extras)] if extras else []),
        (Tag.SAMPLE_FORMAT, SHORT, (SAMPLE_KINDS[tags.dtype.kind],) * samples),
    ]
    return [_entry(*each) for each in numbers]


def _colours(tags: PageTags) -> int:
    if tags.picture.has_bands:
        return tags.picture.colours
    return 3 if tags.samples - (tags.picture.alpha is not None) == 3 else 1


def _entry(tag: int, kind: int, values: Sequence[int]) -> Entry:
    content = struct.pack(f"<{len(values)}{LETTERS[kind]}", *values)
    return Entry(tag, kind, len(values) // (2 if kind == RATIONAL else 1), content)


def _said(tags: PageTags, spoken: Sequence[Entry]) -> list[Entry]:
    """What the first page says beside its pixels; a description of the layout stands before any other."""
    made = list(spoken)
    if tags.description is not None:
        made = [entry for entry in made if entry.tag != DESCRIPTION]
        content = tags.description + b"\0"
        made.append(Entry(DESCRIPTION, ASCII, len(content), content))
    profile = tags.picture.fitting_profile
    if profile and (tags.picture.has_bands or _colours(tags) == tags.picture.channels):
        made.append(Entry(PROFILE, UNDEFINED, len(profile), profile))
    return made


def _resolution(picture: Picture) -> list[tuple[int, int, Sequence[int]]]:
    dpi = picture.metadata.dpi
    if not dpi:
        return []
    across, down = (min(round(number * DPI_UNIT), 2**32 - 1) for number in dpi)
    return [
        (RESOLUTIONS[0], RATIONAL, (across, DPI_UNIT)),
        (RESOLUTIONS[1], RATIONAL, (down, DPI_UNIT)),
        (UNIT, SHORT, (2,)),
    ]
