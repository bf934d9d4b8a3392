"""EXIF, XMP, IPTC and texts in the tags of a TIFF."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import BinaryIO

from convcli.images.metadata import photoshop as resources
from convcli.images.metadata.directories import (
    EXIF,
    GPS,
    INTEROPERABILITY,
    Entry,
    Tree,
    little_endian,
    numbers,
    packed,
    read_tree,
)
from convcli.images.metadata.gathering import Parts, as_line
from convcli.images.picture import Comment, Metadata

ASCII, BYTE, UNDEFINED = 2, 1, 7
XMP, IPTC, PHOTOSHOP, PROFILE = 700, 33723, 34377, 34675
RESOLUTIONS, UNIT, INCH = (282, 283), 296, 2
PER_INCH = {INCH: 1.0, 3: 2.54}
DOCUMENT_NAME, DESCRIPTION, SOFTWARE, ARTIST, COPYRIGHT = 269, 270, 305, 315, 33432
# Tags of the first directory that speak of the picture, not of how it is stored: texts, dates, exposure (TIFF/EP).
_TEXTS = (DOCUMENT_NAME, DESCRIPTION, 271, 272, 285, SOFTWARE, 306, ARTIST, 316, 18246, 18249, COPYRIGHT)
_EXPOSURE = (33434, 33437, 34850, 34852, 34855, 36867, 36868, 37396)
SPOKEN = frozenset((*_TEXTS, *_EXPOSURE, *range(37377, 37387), *range(40091, 40096), *range(42032, 42038)))
KEYWORDS = {"Title": DOCUMENT_NAME, "Description": DESCRIPTION, "Author": ARTIST, "Copyright": COPYRIGHT,
            "Software": SOFTWARE}  # fmt: skip
# Descriptions by which programs say how their own file is laid out: untrue of any other.
LAYOUTS = {"ImageJ": b"ImageJ=", "OME-XML": b"<OME", "tifffile": b'{"shape":', "ScanImage": b"SI."}


Tags = tuple[list[Entry], dict[int, list[Entry]]]


def read_tags(stream: BinaryIO, parts: Parts, at: int | None = None) -> None:
    """Take the parts from a TIFF's first directory, or the one that stands at `at`; of a damaged one nothing."""
    try:
        tree = read_tree(stream, at)
    except (ValueError, OSError):
        parts.unread.append("metadata")
        return
    found = tree.top.entries
    parts.icc_profile = _content(found.get(PROFILE))
    parts.dpi = parts.dpi or _dpi(tree)
    parts.xmp = _content(found.get(XMP))
    parts.photoshop = _content(found.get(PHOTOSHOP))
    parts.iptc = _iptc(found.get(IPTC))
    spoken = [little_endian(entry, tree.order) for tag, entry in found.items() if tag in SPOKEN]
    layout = next((name for e in spoken if e.tag == DESCRIPTION for name in _layouts(e.content)), "")
    if layout:
        spoken = [entry for entry in spoken if entry.tag != DESCRIPTION]
    if layout not in ("", "tifffile"):
        parts.unread.append(f"description by {layout} of how the file is laid out")
    under = _under(tree)
    if spoken or under:
        parts.exif = b"II*\0\x08\0\0\0" + packed(spoken, under, 8)


def _dpi(tree: Tree) -> tuple[float, float] | None:
    """The resolution in pixels per inch; None where there is none, or no unit."""
    unit = numbers(tree.top.entries.get(UNIT), tree.order) or (INCH,)
    ratios = [tree.top.entries.get(tag) for tag in RESOLUTIONS]
    if unit[0] not in PER_INCH or any(entry is None or entry.kind != 5 for entry in ratios):
        return None
    across, down = (struct.unpack_from(f"{tree.order}II", entry.content) for entry in ratios if entry)
    if not across[1] or not down[1]:
        return None
    return across[0] / across[1] * PER_INCH[unit[0]], down[0] / down[1] * PER_INCH[unit[0]]


def _layouts(description: bytes) -> Iterable[str]:
    head = description[:1000]
    return (name for name, mark in LAYOUTS.items() if head.startswith(mark) or (mark == b"<OME" and mark in head))


def _under(tree: Tree) -> dict[int, list[Entry]]:
    return {tag: [little_endian(e, tree.order) for e in tree.under[tag].entries.values()] for tag in tree.under}


def _content(entry: Entry | None) -> bytes | None:
    return entry.content if entry else None


def _iptc(entry: Entry | None) -> bytes | None:
    """IPTC's bytes, which some have written as numbers of four bytes."""
    if entry is None:
        return None
    content = entry.content
    if content[:1] != b"\x1c" and entry.kind == 4:
        content = little_endian(entry, ">").content
    return content if content[:1] == b"\x1c" else None


def written_tags(metadata: Metadata) -> Tags:
    """The tags of the first directory, and the entries of those that they point to, least byte first."""
    made: dict[int, Entry] = {}
    under: dict[int, list[Entry]] = {}
    if metadata.exif:
        tree = read_tree(metadata.exif)
        made = {tag: little_endian(e, tree.order) for tag, e in tree.top.entries.items() if tag in SPOKEN}
        under = {tag: entries for tag, entries in _under(tree).items() if tag in (EXIF, GPS, INTEROPERABILITY)}
    for tag, text in _texts(metadata.comments, made):
        content = text.encode() + b"\0"
        made[tag] = Entry(tag, ASCII, len(content), content)
    iptc = resources.iptc_of(metadata.photoshop or b"")
    for tag, kind, held in (
        (XMP, BYTE, metadata.xmp),
        (PHOTOSHOP, BYTE, metadata.photoshop),
        (IPTC, UNDEFINED, iptc),
    ):
        if held:
            made[tag] = Entry(tag, kind, len(held), held)
    return sorted(made.values()), under


def _texts(comments: Iterable[Comment], taken: dict[int, Entry]) -> list[tuple[int, str]]:
    """Comments by the tags that they go to: their own if nothing else stands there, else lines of the description."""
    texts: dict[int, str] = {}
    lines = [_ascii(taken[DESCRIPTION])] if DESCRIPTION in taken else []
    for comment in comments:
        tag = KEYWORDS.get(comment.keyword)
        if tag is None or tag == DESCRIPTION or tag in texts or tag in taken:
            lines.append(comment.text if tag == DESCRIPTION else as_line(comment))
        else:
            texts[tag] = comment.text
    if comments:
        texts |= {DESCRIPTION: "\n".join(lines)} if lines else {}
    return list(texts.items())


def _ascii(entry: Entry) -> str:
    return entry.content.rstrip(b"\0").decode("utf-8", "replace")
