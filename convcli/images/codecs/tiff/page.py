"""One page of a TIFF, described: what its tags say about its samples, complete, before any is read.

Everything that is not read is refused here, by its name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from convcli.images.codecs.tiff import terms
from convcli.images.codecs.tiff.directory import Directory, DirectoryError, Tag
from convcli.images.codecs.tiff.supported import check

LARGEST_SPARE_TILE = 1 << 18  # pixels that a tile may have and a small picture has not
SUB_DIRECTORIES = "pictures in its sub-directories"


@dataclass(frozen=True, eq=False)
class Page:
    """What the tags of one page say.

    Attributes:
        bits, kind: of a sample; kind is "u", "i" or "f".
        samples: of a pixel, `colours` and then `extras`: those stated to be alpha and others.
        colours: as they are stored: 1 for a palette's index, 4 for terms.CMYK.
        planes: 1 where the samples of a pixel are together; else `samples`, each in a plane of its own.
        predictor: 1 for none, 2 for differences, 3 for differences of floats' bytes.
        reversed_bits: bits come last to first in every byte.
        rows, columns: of one strip or tile.
    """

    directory: Directory
    width: int
    height: int
    bits: int
    kind: str
    samples: int
    colours: int
    extras: tuple[int | None, ...]
    photometric: int
    compression: int
    planes: int
    predictor: int
    reversed_bits: bool
    is_tiled: bool
    rows: int
    columns: int
    orientation: int
    notes: tuple[str, ...] = ()

    @property
    def alpha(self) -> int | None:
        """Which sample is alpha: the first that is stated to be."""
        stated = [
            index
            for index, extra in enumerate(self.extras)
            if extra in (terms.PREMULTIPLIED, terms.ALPHA, terms.COREL_ALPHA)
        ]
        return self.colours + stated[0] if stated else None

    @property
    def is_premultiplied(self) -> bool:
        return self.alpha is not None and self.extras[self.alpha - self.colours] == terms.PREMULTIPLIED

    @property
    def bands(self) -> int:
        """Samples beyond the colours that are not the alpha: they are kept."""
        return len(self.extras) - (self.alpha is not None)

    @property
    def out_colours(self) -> int:
        """Colours once a palette is looked up and inks are mixed."""
        return 1 if self.colours == 1 and self.photometric != terms.PALETTE else 3

    @property
    def is_map(self) -> bool:
        """Whether it is one plane of numbers, which other pages can join in a stack."""
        return self.out_colours == 1 and not self.extras

    @property
    def upright(self) -> tuple[int, int, int]:
        """(height, width, channels) once turned."""
        size = (self.width, self.height) if self.orientation >= 5 else (self.height, self.width)
        return (*size, self.out_colours + self.bands)

    @property
    def likeness(self) -> tuple[object, ...]:
        """Equal for pages that are maps of one size and kind."""
        return (self.upright, self.bits, self.kind, self.photometric)

    @property
    def across(self) -> int:
        return -(-self.width // self.columns)

    @property
    def down(self) -> int:
        return -(-self.height // self.rows)

    @property
    def segment_name(self) -> str:
        return "tile" if self.is_tiled else "strip"

    @property
    def row_bytes(self) -> int:
        """Bytes of one row of a strip or tile, before compression; a row begins with a new byte."""
        return (self.columns * (self.samples // self.planes) * self.bits + 7) // 8

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the samples once unpacked, before they are spread; half floats are widened."""
        size = next(size for size in (1, 2, 4, 8) if size * 8 >= self.bits)
        return np.dtype(f"{self.kind}{size}") if self.kind != "f" else np.dtype("f8" if size == 8 else "f4")


def describe(directory: Directory) -> Page:
    """The page of a directory.

    Raises:
        NotImplementedError: a kind that is not read, by its name.
        DirectoryError: tags that are missing or make no sense.
    """
    width, height = directory.number(Tag.WIDTH, 0), directory.number(Tag.HEIGHT, 0)
    if width < 1 or height < 1:
        raise DirectoryError(f"it claims {height} × {width} pixels")
    compression = _compression(directory)
    samples = directory.number(Tag.SAMPLES, _stated_samples(directory, compression))
    if not 1 <= samples <= 1 << 16:
        raise DirectoryError(f"it claims {samples} samples a pixel")
    bits, kind = _depth(directory, samples, compression)
    photometric, remark = _photometric(directory, samples, compression)
    colours = terms.COLOURS[photometric]
    if samples < colours:
        raise DirectoryError(f"colour needs {colours} samples a pixel, and it claims {samples}")
    is_tiled = Tag.TILE_WIDTH in directory.entries
    rows, columns = _segment(directory, is_tiled, height, width)
    turn = directory.number(Tag.ORIENTATION, 1)
    extras, meaning = _extras(directory, samples - colours)
    page = Page(
        directory, width, height, bits, kind, samples, colours, extras, photometric, compression,
        planes=samples if directory.number(Tag.PLANAR, 1) == terms.PLANES else 1,
        predictor=1 if compression in terms.UNPREDICTED else directory.number(Tag.PREDICTOR, 1),
        reversed_bits=directory.number(Tag.FILL_ORDER, 1) == 2,
        is_tiled=is_tiled, rows=rows, columns=columns,
        orientation=turn if 1 <= turn <= 8 else 1,
        notes=remark + meaning + _unread(directory),
    )  # fmt: skip
    check(page)
    return page


def _compression(directory: Directory) -> int:
    compression = directory.number(Tag.COMPRESSION, terms.RAW)
    if compression in terms.FOREIGN_COMPRESSIONS:
        raise NotImplementedError(f"{terms.FOREIGN_COMPRESSIONS[compression]} compression is not supported")
    if compression not in terms.COMPRESSIONS:
        raise NotImplementedError(f"its compression, number {compression}, is not known")
    return compression


def _stated_samples(directory: Directory, compression: int) -> int:
    """How many samples there must be where it is not said."""
    in_colour = (
        directory.number(Tag.PHOTOMETRIC, terms.BLACK_IS_ZERO) in (terms.RGB, terms.YCBCR)
        or compression == terms.OLD_JPEG
    )
    return 3 if compression in (terms.JPEG, terms.OLD_JPEG) and in_colour else 1


def _depth(directory: Directory, samples: int, compression: int) -> tuple[int, str]:
    depths = set(directory.numbers(Tag.BITS, samples)) or {8 if compression in (terms.JPEG, terms.OLD_JPEG) else 1}
    formats = set(directory.numbers(Tag.SAMPLE_FORMAT, samples)) or {1}
    if len(depths) > 1 or len(formats) > 1:
        listed = ", ".join(map(str, directory.numbers(Tag.BITS, min(samples, 8))))
        raise NotImplementedError(f"samples of several kinds in one pixel ({listed} bits) are not supported")
    bits, stated = depths.pop(), formats.pop()
    if stated in terms.COMPLEX:
        raise NotImplementedError("complex numbers are not supported")
    if stated not in terms.KINDS:
        raise DirectoryError(f"sample format {stated} is not known")
    kind = terms.KINDS[stated]
    if kind == "f" and bits not in terms.FLOAT_BITS:
        raise NotImplementedError(f"floating-point samples of {bits} bits are not supported")
    if not (1 <= bits <= 32 or bits == 64):
        raise NotImplementedError(f"samples of {bits} bits are not supported; 1 to 32 and 64 are")
    return bits, kind


def _photometric(directory: Directory, samples: int, compression: int) -> tuple[int, tuple[str, ...]]:
    """What the colours mean; where it is not said, what libtiff takes them for."""
    if compression == terms.OLD_JPEG:
        return (terms.YCBCR if samples == 3 else terms.BLACK_IS_ZERO), ()
    if Tag.PHOTOMETRIC not in directory.entries:
        guess = terms.WHITE_IS_ZERO if compression in terms.FAX else terms.RGB if samples == 3 else terms.BLACK_IS_ZERO
        said = {terms.WHITE_IS_ZERO: "grey, 0 white", terms.RGB: "RGB", terms.BLACK_IS_ZERO: "grey, 0 black"}[guess]
        return guess, (f"it does not say what its samples mean; they are taken for {said}",)
    photometric = directory.number(Tag.PHOTOMETRIC, 0)
    if photometric == terms.YCBCR and samples == 1:  # luma alone
        return terms.BLACK_IS_ZERO, ()
    if photometric in terms.FOREIGN_COLOURS:
        raise NotImplementedError(f"{terms.FOREIGN_COLOURS[photometric]} is not supported")
    if photometric not in terms.COLOURS:
        raise NotImplementedError(f"its photometric interpretation, number {photometric}, is not known")
    if photometric == terms.CMYK and directory.number(Tag.INK_SET, 1) != 1:
        raise NotImplementedError("inks other than terms.CMYK are not supported")
    return photometric, ()


def _segment(directory: Directory, is_tiled: bool, height: int, width: int) -> tuple[int, int]:
    if is_tiled:
        rows, columns = directory.number(Tag.TILE_HEIGHT, 0), directory.number(Tag.TILE_WIDTH, 0)
        if rows < 1 or columns < 1:
            raise DirectoryError(f"it claims tiles of {rows} × {columns} pixels")
        if rows * columns > 4 * max(height * width, LARGEST_SPARE_TILE):
            raise DirectoryError(f"it claims tiles of {rows} × {columns} for {height} × {width} pixels")
        return rows, columns
    return min(height, directory.number(Tag.ROWS_PER_STRIP, height) or height), width


def _extras(directory: Directory, count: int) -> tuple[tuple[int | None, ...], tuple[str, ...]]:
    """What the samples beyond the colours are: the tag's last words, None where it says nothing."""
    stated = directory.numbers(Tag.EXTRA_SAMPLES)[-count:] if count else ()
    if count == 0 or stated:
        return (None,) * (count - len(stated)) + stated, ()
    bands = (
        "a band that is not said to be alpha is" if count == 1 else f"{count} bands that are not said to be alpha are"
    )
    return (None,) * count, (f"{bands} kept as {'a channel' if count == 1 else 'channels'}",)


def _unread(directory: Directory) -> tuple[str, ...]:
    """Pictures that are in the file and in no page of it."""
    found = directory.entries.get(Tag.SUB_DIRECTORIES)
    notes: tuple[str, ...] = (f"{SUB_DIRECTORIES} ({found.length}) are not read",) if found else ()
    if Tag.DESCRIPTION in directory.entries and directory.index == directory.after == 0:
        # ImageJ leaves out the directories of large stacks, whose images follow the first one.
        stack = re.match(rb"ImageJ=.*?\nimages=(\d{1,9})\n", directory.content(Tag.DESCRIPTION, 256), re.DOTALL)
        if stack and int(stack[1]) > 1:
            notes += (f"only the first of {int(stack[1])} images of this ImageJ stack is read; it has one directory",)
    return notes
