"""EXIF, from its byte-order mark on: kept byte for byte but for what is no longer true of the picture.

Nothing is moved: makers' notes hold offsets that only they understand.
"""

from __future__ import annotations

import io
import struct

from convcli.images.metadata.directories import EXIF, Entry, Reader, Tree, numbers, read_tree

MAX_BYTES = 15 << 20
PREFIX = b"Exif\0\0"  # before it in JPEG, and by habit elsewhere
ORIENTATION, WIDTH, HEIGHT = 274, 40962, 40963
IMAGE_WIDTH, IMAGE_HEIGHT = 256, 257
THUMBNAIL = ((513, 514), (273, 279))  # offsets and lengths, compressed or in strips
COUNTED = {3: ("H", 0xFFFF), 4: ("I", 0xFFFFFFFF)}


def upright(exif: bytes) -> bytes | None:
    """The same for pixels that have been turned: orientation 1, and no thumbnail, which shows what was.

    Returns:
        None where it is damaged so that nobody could say what is in it, or larger than 15 MiB.
    """
    exif = exif.removeprefix(PREFIX)
    if len(exif) > MAX_BYTES or exif[2:4] not in (b"*\0", b"\0*"):
        return None
    try:
        tree = read_tree(exif)
    except ValueError:
        return None
    changed = _without_thumbnail(exif, tree)
    _set(changed, tree, tree.top.entries.get(ORIENTATION), 1)
    return bytes(changed)


def sized(exif: bytes, height: int, width: int) -> bytes:
    """The same for pixels of that size, where it speaks of one."""
    try:
        tree = read_tree(exif)
    except ValueError:
        return exif
    changed = bytearray(exif)
    inner = tree.under[EXIF].entries if EXIF in tree.under else {}
    for entries, tag, length in (
        (inner, WIDTH, width),
        (inner, HEIGHT, height),
        (tree.top.entries, IMAGE_WIDTH, width),
        (tree.top.entries, IMAGE_HEIGHT, height),
    ):
        _set(changed, tree, entries.get(tag), length)
    return bytes(changed)


def _set(exif: bytearray, tree: Tree, entry: Entry | None, value: int) -> None:
    """Write a whole number where the entry has its one; 0, which means unknown, where it is too large for it."""
    if entry is None or entry.number != 1 or entry.kind not in COUNTED:
        return
    letter, largest = COUNTED[entry.kind]
    struct.pack_into(f"{tree.order}{letter}", exif, entry.place, value if value <= largest else 0)


def _without_thumbnail(exif: bytes, tree: Tree) -> bytearray:
    """The bytes of the second directory, and what it points to, blanked, and cut off if they are the last."""
    changed = bytearray(exif)
    if not tree.top.after_place:
        return changed
    blanked = _thumbnail_spans(exif, tree) if tree.top.after else []
    for start, end in blanked:
        changed[start:end] = bytes(max(0, min(end, len(exif)) - start))
    for start, end in tree.spans:  # whatever else is there is not the thumbnail's, even where that claims it
        changed[start:end] = exif[start:end]
    changed[tree.top.after_place : tree.top.after_place + 4] = bytes(4)
    tail = len(exif)
    for start, end in sorted(blanked, key=lambda span: span[1], reverse=True):
        tail = min(tail, start) if end >= tail else tail
    del changed[max(tail, *(end for _, end in tree.spans)) :]
    return changed


def _thumbnail_spans(exif: bytes, tree: Tree) -> list[tuple[int, int]]:
    try:
        second = Reader(io.BytesIO(exif)).directory(tree.top.after)
    except ValueError:
        return []
    spans = list(second.spans)
    for offsets, lengths in THUMBNAIL:
        starts = numbers(second.entries.get(offsets), tree.order)
        counts = numbers(second.entries.get(lengths), tree.order)
        spans += [(start, start + count) for start, count in zip(starts, counts, strict=False)]
    return spans
