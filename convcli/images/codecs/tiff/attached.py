"""What a page carries beside its samples, by Pillow, which knows the tags for it.

Pillow refuses directories whose samples it does not know.  It is shown the file with another directory behind its
end: that of a plain grey picture of one pixel, and this page's tags that do not speak of samples, each pointing at
its values where they are.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace

from convcli.images.codecs.tiff.directory import SIZES, Directory, Tag
from convcli.images.picture import Metadata
from convcli.images.pillow import decoding, opening

# Of structure: sizes, samples, strips, tiles, inks, JPEG and YCbCr.
STRUCTURE = {254, 255, *range(256, 260), 262, 263, 264, 265, 266, 273, *range(277, 282), 284, *range(288, 294),
             317, 318, 319, *range(320, 348), *range(512, 522), *range(529, 533), 559}  # fmt: skip
POINTERS = {34665, 34853, 40965}  # to directories, which in BigTIFF are BigTIFF's
BIG = (16, 17, 18)  # types of BigTIFF alone
ONE_PIXEL = {Tag.WIDTH: 1, Tag.HEIGHT: 1, Tag.BITS: 8, Tag.STRIP_STARTS: 8}
X_RESOLUTION = 282
SHORT = 3


class Redirected(io.RawIOBase):
    """A file whose first directory is another one, behind its end; as classic TIFF, whatever it is."""

    def __init__(self, directory: Directory) -> None:
        self._stream, self._end = directory.stream, directory.length
        self._at = 0
        order = directory.order
        self._head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", self._end)
        self._tail = _plain(directory)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = max(0, offset + (0, self._at, self._end + len(self._tail))[whence])
        return self._at

    def read(self, size: int = -1) -> bytes:
        if self._at >= self._end:
            content = self._tail[self._at - self._end :]
        else:
            self._stream.seek(self._at)
            content = self._head[self._at :] + self._stream.read(size)[max(0, len(self._head) - self._at) :]
        content = content if size < 0 else content[:size]
        self._at += len(content)
        return content


def _plain(directory: Directory) -> bytes:
    """The directory of one grey pixel, with this one's other tags."""
    order = directory.order
    rows: dict[int, bytes] = {
        tag: struct.pack(order + "HHIHH", tag, SHORT, 1, value, 0) for tag, value in ONE_PIXEL.items()
    }
    for tag, (kind, count, place) in directory.entries.items():
        if tag in STRUCTURE or SIZES[kind] * count == 0 or kind in BIG or (directory.is_big and tag in POINTERS):
            continue
        inside = directory.content(tag) if SIZES[kind] * count <= 4 else struct.pack(order + "I", place)
        rows[tag] = struct.pack(order + "HHI", tag, kind, count) + inside.ljust(4, b"\0")
    return struct.pack(order + "H", len(rows)) + b"".join(rows[tag] for tag in sorted(rows)) + bytes(4)


def metadata_of(directory: Directory, *, keep_profile: bool) -> Metadata:
    """What is carried over to the output; nothing where Pillow does not understand it."""
    try:
        image = opening.open_image(Redirected(directory), "TIFF")  # type: ignore[arg-type]
    except opening.BROKEN:
        return Metadata()
    metadata = decoding.metadata_of(image, keep_profile=keep_profile)
    stated = X_RESOLUTION in directory.entries  # where it is not, Pillow says 1
    return metadata if stated else replace(metadata, dpi=None)
