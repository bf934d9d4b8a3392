"""The levels of a TIFF: its full size, and the smaller copies of it that are in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from convcli.errors import OptionError
from convcli.images.codecs.tiff import codec
from convcli.images.codecs.tiff.directory import Directory, DirectoryError, Tag, directory_at
from convcli.images.codecs.tiff.page import Page, describe

MAX_LEVELS = 64
CLOSE = 2  # pixels: a copy's height and width were rounded, each for itself


class Level(NamedTuple):
    """The pages of one level: one, or those that are the maps of a stack."""

    pages: tuple[Page, ...]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) as stored."""
        return self.pages[0].height, self.pages[0].width


def levels(chain: Sequence[Directory]) -> list[Level]:
    """The full size, and its smaller copies: the sub-directories of its pages, or the pages behind it.

    A page behind it is a copy where it is smaller than the one before, of the same shape and kind, and stored in
    tiles as the first is: so slides have them, whose thumbnails and labels are in strips.

    Raises:
        NotImplementedError, DirectoryError: the first page is of a kind that is not read.
    """
    first = describe(chain[0])
    stack = [describe(each) for each in chain] if len(chain) > 1 and codec.are_maps(first, chain) else [first]
    found = [Level(tuple(stack))]
    under = [page.directory.numbers(Tag.SUB_DIRECTORIES, MAX_LEVELS) for page in stack]
    if any(under):
        for places in zip(*under, strict=False):
            found += _copy(found, [(directory_at(at, stack[0].directory)) for at in places])
    else:
        for directory in chain[1:]:
            found += _copy(found, [directory])
    return found


def _copy(found: list[Level], directories: Sequence[Directory]) -> list[Level]:
    """The level that directories hold; none where they are no smaller copies, or of a kind that is not read."""
    try:
        pages = tuple(describe(directory) for directory in directories)
    except (NotImplementedError, DirectoryError):
        return []
    whole, last = found[0], found[-1]
    if len(pages) != len(whole.pages) or not all(_is_copy(*pair) for pair in zip(pages, whole.pages, strict=True)):
        return []
    level = Level(pages)
    return [level] if level.size[0] < last.size[0] or level.size[1] < last.size[1] else []


def _is_copy(page: Page, whole: Page) -> bool:
    same = (page.bits, page.kind, page.samples, page.photometric, page.is_tiled)
    if same != (whole.bits, whole.kind, whole.samples, whole.photometric, whole.is_tiled):
        return False
    off = abs(page.height * whole.width - page.width * whole.height)
    return page.width <= whole.width and page.height <= whole.height and off <= CLOSE * max(whole.width, whole.height)


def chosen(found: Sequence[Level], number: int | None) -> Level:
    """The level of a number.

    Raises:
        OptionError: there is none; with those that there are.
    """
    check_level(number, [level.size for level in found])
    return found[number or 0]


def check_level(number: int | None, sizes: Sequence[tuple[int, int]]) -> None:
    """Refuse a level that a picture has not.

    Raises:
        OptionError: with the levels that there are.
    """
    if number is None or 0 <= number < len(sizes):
        return
    listed = ", ".join(f"{index} ({height:,} × {width:,})" for index, (height, width) in enumerate(sizes))
    rule = f"it has levels {listed}" if len(sizes) > 1 else f"it has no smaller copies: its only level is {listed}"
    raise OptionError("level", number, rule)
