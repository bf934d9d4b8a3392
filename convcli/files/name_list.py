"""Lists of file names: one a line, or each ended by a NUL, as `find -print0` writes them."""

from __future__ import annotations

import codecs
import os

from convcli.errors import InputError, UsageError, printable
from convcli.files.source import open_source

MOST_BYTES = 1 << 26  # half a million names of usual length
_OTHER_TEXT = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_names(source: str, *, by_nul: bool = False) -> list[str]:
    """The names in a list, in order; bytes that are no text are kept as Python keeps them in paths.

    Args:
        source: the list's path, or "-" for stdin.
        by_nul: names end with a NUL and are taken as they are; else each line is one, a line's end may be that
            of Windows, and lines without a name are passed over.

    Raises:
        InputError: no such list, one without names, one that is too long or is UTF-16.
        UsageError: NULs in a list of lines, or lines in a list of NULs.
    """
    with open_source(source) as opened:
        name, content = opened.name, opened.read_all(MOST_BYTES)
    if content.startswith(_OTHER_TEXT):
        raise InputError(name, "this list is UTF-16 text; save it as UTF-8")
    names = _between_nuls(name, content) if by_nul else _lines(name, content)
    if not names:
        raise InputError(name, "the list holds no file names")
    return [os.fsdecode(each) for each in names]


def _lines(name: str, content: bytes) -> list[bytes]:
    if b"\0" in content:
        raise UsageError(f"{printable(name)} has a NUL in it: a list made by 'find -print0' is read with -0")
    lines = content.removeprefix(codecs.BOM_UTF8).split(b"\n")
    return [line.removesuffix(b"\r") for line in lines if line.strip()]


def _between_nuls(name: str, content: bytes) -> list[bytes]:
    if b"\0" not in content and b"\n" in content:
        raise UsageError(f"{printable(name)} has no NUL in it: a list with a name on each line is read without -0")
    return [each for each in content.split(b"\0") if each]
