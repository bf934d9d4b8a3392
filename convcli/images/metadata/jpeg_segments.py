"""EXIF, XMP, Photoshop's resources and comments in the segments of a JPEG, 64 KiB each."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from convcli.images.metadata import xmp as packets
from convcli.images.metadata.exif import PREFIX as EXIF
from convcli.images.metadata.gathering import MAX_BYTES, Parts, as_line, comment
from convcli.images.picture import Metadata

XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
PHOTOSHOP = b"Photoshop 3.0\0"
MOST = 65533  # bytes of a segment's content
LETTERS = MOST // 4  # of a comment in one segment: whole ones, whatever they take
PIECE = 65400  # bytes of an extension in one segment


def read_segments(segments: Iterable[tuple[str, bytes]], parts: Parts) -> None:
    """Take the parts from segments, given as Pillow lists them: ("APP1", content), ("COM", content)."""
    pieces: list[tuple[bytes, int, int, bytes]] = []
    blocks = []
    for name, content in segments:
        if name == "COM":
            parts.comments.append(comment(content))
        elif name == "APP1" and content.startswith(XMP):
            parts.xmp = parts.xmp or content[len(XMP) :]
        elif name == "APP1" and content.startswith(EXTENSION) and len(content) > len(EXTENSION) + 40:
            at = len(EXTENSION)
            pieces.append((content[at : at + 32], *struct.unpack_from(">II", content, at + 32), content[at + 40 :]))
        elif name == "APP13" and content.startswith(PHOTOSHOP):
            blocks.append(content[len(PHOTOSHOP) :])
    parts.photoshop = b"".join(blocks) or None
    if pieces and parts.xmp:
        parts.xmp_extension = _joined(packets.extension_name(parts.xmp), pieces)
        parts.unread += [] if parts.xmp_extension else ["extended XMP"]


def _joined(name: bytes, pieces: Iterable[tuple[bytes, int, int, bytes]]) -> bytes | None:
    """The extension of that name; None where it is not whole."""
    ours = sorted((offset, total, content) for named, total, offset, content in pieces if named == name)
    if not ours or ours[0][1] > MAX_BYTES:
        return None
    whole = bytearray()
    for offset, total, content in ours:
        if offset != len(whole) or total != ours[0][1]:
            return None
        whole += content
    return bytes(whole) if len(whole) == ours[0][1] else None


def written_segments(metadata: Metadata) -> tuple[bytes, tuple[str, ...]]:
    """The segments, as they stand before the picture, and notes of what they cannot hold."""
    notes = []
    made = []
    if metadata.exif and len(EXIF + metadata.exif) > MOST:
        notes.append(f"JPEG holds EXIF of at most {MOST - len(EXIF):,} bytes, not {len(metadata.exif):,}; dropped")
    elif metadata.exif:
        made.append(_segment(0xE1, EXIF + metadata.exif))
    made += _xmp(metadata)
    block = metadata.photoshop or b""
    room = MOST - len(PHOTOSHOP)
    made += [_segment(0xED, PHOTOSHOP + block[at : at + room]) for at in range(0, len(block), room)]
    for one in metadata.comments:
        text = as_line(one)
        made += [_segment(0xFE, text[at : at + LETTERS].encode()) for at in range(0, len(text), LETTERS)]
    return b"".join(made), tuple(notes)


def _xmp(metadata: Metadata) -> Iterator[bytes]:
    packet, extension = metadata.xmp or b"", metadata.xmp_extension or b""
    if not packet:
        return
    if not extension:
        packet, extension = packets.for_jpeg(packet)
    yield _segment(0xE1, XMP + packet)
    name = packets.extension_name(packet)
    for at in range(0, len(extension), PIECE):
        head = name + struct.pack(">II", len(extension), at)
        yield _segment(0xE1, EXTENSION + head + extension[at : at + PIECE])


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
