"""What a page carries beside its samples, by Pillow, which knows the tags for it.

Pillow refuses directories whose samples it does not know.  It is shown the file with one directory changed: the
tags of the samples are replaced by those of a plain grey picture, the others stay where they are.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace

from convcli.images.codecs.tiff.directory import Directory, Tag
from convcli.images.picture import Metadata
from convcli.images.pillow import decoding, opening

# Of structure: sizes, samples, strips, tiles, inks, JPEG and YCbCr.
STRUCTURE = {254, 255, *range(256, 260), 262, 263, 264, 265, 266, 273, *range(277, 282), 284, *range(288, 294),
             317, 318, 319, *range(320, 348), *range(512, 522), *range(529, 533), 559}  # fmt: skip
X_RESOLUTION = 282
SHORT = 3


class Overlaid(io.RawIOBase):
    """A stream with a few bytes replaced."""

    def __init__(self, directory: Directory) -> None:
        self._stream = directory.stream
        self._length = directory.length
        self._at = 0
        pointer = struct.pack(directory.order + "IQ"[directory.is_big], directory.offset)
        self._patches = ((8 if directory.is_big else 4, pointer), (directory.offset, _plain(directory)))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._length)[whence])
        return self._at

    def read(self, size: int = -1) -> bytes:
        self._stream.seek(self._at)
        content = bytearray(self._stream.read(size))
        for place, patch in self._patches:
            start, end = max(place, self._at), min(place + len(patch), self._at + len(content))
            if start < end:
                content[start - self._at : end - self._at] = patch[start - place : end - place]
        self._at += len(content)
        return bytes(content)


def _plain(directory: Directory) -> bytes:
    """The directory of a grey picture of one pixel, with this one's other tags; not longer than this one."""
    order, is_big = directory.order, directory.is_big
    head, each, pointer = (8, 20, 8) if is_big else (2, 12, 4)
    directory.stream.seek(directory.offset)
    (count,) = struct.unpack(order + "HQ"[is_big], directory.stream.read(head))
    table = directory.stream.read(count * each)
    rows = [table[at : at + each] for at in range(0, len(table), each)]
    kept = [row for row in rows if struct.unpack_from(order + "H", row)[0] not in STRUCTURE]
    packed = order + ("HHQHHI" if is_big else "HHIHH")
    new = [(Tag.WIDTH, 1), (Tag.HEIGHT, 1), (Tag.BITS, 8), (Tag.STRIP_STARTS, 8)][: count - len(kept)]
    rows = kept + [struct.pack(packed, tag, SHORT, 1, value, 0, *([0] if is_big else [])) for tag, value in new]
    rows.sort(key=lambda row: struct.unpack_from(order + "H", row))
    return struct.pack(order + "HQ"[is_big], len(rows)) + b"".join(rows) + bytes(pointer)


def metadata_of(directory: Directory, *, keep_profile: bool) -> Metadata:
    """What is carried over to the output; nothing where Pillow does not understand it."""
    try:
        image = opening.open_image(Overlaid(directory), "TIFF")  # type: ignore[arg-type]
    except opening.BROKEN:
        return Metadata()
    metadata = decoding.metadata_of(image, keep_profile=keep_profile)
    stated = X_RESOLUTION in directory.entries  # where it is not, Pillow says 1
    return metadata if stated else replace(metadata, dpi=None)
