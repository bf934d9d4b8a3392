"""The boxes of a JP2: where the codestream and the header are, and what stands beside the picture."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from convcli.images.metadata import photoshop as resources
from convcli.images.metadata.gathering import MAX_BYTES, Parts
from convcli.images.picture import Metadata

INCH = 0.0254
MAX_BOXES = 1000
UUIDS = {
    "EXIF": b"JpgTiffExif->JP2",
    "XMP": bytes.fromhex("be7acfcb97a942e89c71999491e3afac"),
    "IPTC": bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"),
    "Photoshop": bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"),
}


class Box(NamedTuple):
    """A box: its kind, and where its content is."""

    kind: bytes
    start: int
    length: int


def boxes(stream: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two places, up to the first that is damaged."""
    for _ in range(MAX_BOXES):
        if end - start < 8:
            return
        stream.seek(start)
        head = stream.read(16)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head[:8])
        skipped = 8
        if length == 1 and len(head) == 16:
            length, skipped = int.from_bytes(head[8:]), 16
        elif length == 0:
            length = end - start
        if length < skipped or length > end - start:
            return
        yield Box(kind, start + skipped, length - skipped)
        start += length


def content(stream: BinaryIO, box: Box, limit: int = MAX_BYTES) -> bytes:
    """What is in a box, at most `limit` bytes."""
    stream.seek(box.start)
    return stream.read(min(box.length, limit))


def read_boxes(stream: BinaryIO, parts: Parts) -> None:
    """Take the parts from the boxes of a whole file."""
    end = stream.seek(0, 2)
    for box in boxes(stream, 0, end):
        if box.kind == b"uuid":
            _take(content(stream, box, MAX_BYTES + 17), parts)
        elif box.kind == b"xml " and not parts.xmp:
            found = content(stream, box)
            parts.xmp = found if b"adobe:ns:meta/" in found[:2000] else None
        elif box.kind == b"jp2h":
            for inner in boxes(stream, box.start, box.start + box.length):
                found = content(stream, inner) if inner.kind in (b"colr", b"res ") else b""
                if inner.kind == b"res ":
                    parts.dpi = parts.dpi or _dpi(found)
                elif found[:1] in (b"\2", b"\3"):
                    parts.icc_profile = parts.icc_profile or found[3:]


def _dpi(resolutions: bytes) -> tuple[float, float] | None:
    """The resolution at which it was captured, given in pixels per metre."""
    at = resolutions.find(b"resc") + 4
    if at < 4 or len(resolutions) < at + 10:
        return None
    down, by, across, over, tens_down, tens_across = struct.unpack_from(">HHHHbb", resolutions, at)
    if not by or not over:
        return None
    return across / over * 10.0**tens_across * INCH, down / by * 10.0**tens_down * INCH


def _take(block: bytes, parts: Parts) -> None:
    name = next((name for name, uuid in UUIDS.items() if block.startswith(uuid)), "")
    held = block[16:]
    if len(held) > MAX_BYTES:
        parts.unread.append(name or "a box of its own kind")
    elif name == "EXIF":
        parts.exif = parts.exif or held
    elif name == "XMP":
        parts.xmp = parts.xmp or held
    elif name == "IPTC":
        parts.iptc = parts.iptc or held
    elif name == "Photoshop":
        parts.photoshop = parts.photoshop or held


def with_profile(file: bytes, profile: bytes) -> bytes:
    """The file with the profile in the place of its colour space's number."""
    header = next((box for box in boxes(io.BytesIO(file), 0, len(file)) if box.kind == b"jp2h"), None)
    if header is None:
        return file
    made = b""
    for box in boxes(io.BytesIO(file), header.start, header.start + header.length):
        held = file[box.start : box.start + box.length]
        made += _box(box.kind, b"\2\0\0" + profile if box.kind == b"colr" else held)
    return file[: header.start - 8] + _box(b"jp2h", made) + file[header.start + header.length :]


def written_boxes(metadata: Metadata) -> bytes:
    """The boxes that follow the picture."""
    held = {
        "EXIF": metadata.exif,
        "XMP": metadata.xmp,
        "IPTC": resources.iptc_of(metadata.photoshop or b""),
        "Photoshop": metadata.photoshop,
    }
    return b"".join(_box(b"uuid", UUIDS[name] + block) for name, block in held.items() if block)


def _box(kind: bytes, held: bytes) -> bytes:
    return struct.pack(">I4s", len(held) + 8, kind) + held
