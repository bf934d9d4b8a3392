"""Photoshop's image resources, in which IPTC stands: blocks of a number, a name and content."""

from __future__ import annotations

import struct
from typing import NamedTuple

IPTC = 0x0404
# What is said elsewhere too, or is no longer true: thumbnails, profile, EXIF, XMP, the digest of what was.
LEFT_OUT = frozenset({0x0409, 0x040C, 0x040F, 0x0422, 0x0423, 0x0424})
MARK = b"8BIM"


class Resource(NamedTuple):
    """One block."""

    number: int
    name: bytes
    content: bytes


def resources(block: bytes) -> list[Resource]:
    """The blocks up to the first that is damaged."""
    found: list[Resource] = []
    at = 0
    while block[at : at + 4] == MARK and at + 7 <= len(block):
        number, named = struct.unpack_from(">HB", block, at + 4)
        name = block[at + 7 : at + 7 + named]
        at += 7 + named + (1 - named % 2)
        if at + 4 > len(block):
            break
        length = struct.unpack_from(">I", block, at)[0]
        content = block[at + 4 : at + 4 + length]
        if len(content) < length:
            break
        found.append(Resource(number, name, content))
        at += 4 + length + length % 2
    return found


def joined(blocks: list[Resource]) -> bytes:
    """The blocks as bytes."""
    return b"".join(
        MARK + struct.pack(">HB", number, len(name)) + name + b"\0" * (1 - len(name) % 2)
        + struct.pack(">I", len(content)) + content + b"\0" * (len(content) % 2)
        for number, name, content in blocks
    )  # fmt: skip


def kept(block: bytes) -> bytes | None:
    """The resources that are carried over; None where there are none.

    >>> kept(joined([Resource(IPTC, b"", b"words"), Resource(0x040C, b"", b"thumbnail")]))
    b'8BIM\\x04\\x04\\x00\\x00\\x00\\x00\\x00\\x05words\\x00'
    """
    return joined([one for one in resources(block) if one.number not in LEFT_OUT]) or None


def of_iptc(iptc: bytes) -> bytes:
    """IPTC's own bytes as a resource."""
    return joined([Resource(IPTC, b"", iptc)])


def iptc_of(block: bytes) -> bytes | None:
    """IPTC's own bytes, or None."""
    return next((one.content for one in resources(block) if one.number == IPTC), None)
