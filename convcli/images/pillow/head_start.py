"""Head start: a JPEG is decoded on a thread of its own while the command and NumPy are still being imported.

Both take about as long for a photograph.  Nothing depends on it: a file that was
not meant, or with which something is wrong, is left for whoever reads it in
earnest, who will meet the same fault and report it.
"""

from __future__ import annotations

import itertools
import os
import stat
import threading
from collections.abc import Sequence
from typing import BinaryIO

from convcli.images.codec import MAX_PIXELS
from convcli.images.formats import FORMATS
from convcli.images.pillow import in_place
from convcli.images.pillow.opening import BROKEN, PREFIX, open_image, quiet

OUTPUTS = ("-o", "--output")
PLUGIN = "JPEG"
THREAD = "convcli-head-start"

Identity = tuple[int, int, int, int]


class _Decoding(threading.Thread):
    """Decodes one file; `decoded` is there when it has ended, unless something was wrong."""

    def __init__(self, path: str) -> None:
        super().__init__(name=THREAD, daemon=True)
        self._path = path
        self.identity: Identity | None = None
        self.decoded: in_place.Decoded | None = None

    def run(self) -> None:
        try:
            with open(self._path, "rb") as stream, quiet():
                self.identity = _identity(stream)
                image = open_image(stream, PLUGIN)
                if image.width * image.height > MAX_PIXELS:
                    return
                self.decoded = in_place.decode(image).packed_beside_numpy()
        except (*BROKEN, MemoryError):
            return


_under_way: list[_Decoding] = []


def begin(arguments: Sequence[str]) -> str | None:
    """Start to decode the one file among a command's arguments that begins as a JPEG and is no output.

    Returns:
        Its path; None where there is no such file, or more than one.
    """
    pairs = itertools.pairwise(["", *arguments])
    photographs = [word for before, word in pairs if before not in OUTPUTS and _is_photograph(word)]
    if len(photographs) != 1:
        return None
    decoding = _Decoding(photographs[0])
    decoding.start()
    _under_way[:] = [decoding]
    return photographs[0]


def _is_photograph(path: str) -> bool:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe can be read only once
            return False
        with open(path, "rb") as stream:
            return FORMATS.find("jpeg").is_begun_by(stream.read(PREFIX))
    except (OSError, ValueError):
        return False


def taken(stream: BinaryIO) -> in_place.Decoded | None:
    """The decoded picture of this very file, once; None if it was not begun or something was wrong with it."""
    if not _under_way:
        return None
    decoding = _under_way.pop()
    decoding.join()
    return decoding.decoded if decoding.identity == _identity(stream) else None


def _identity(stream: BinaryIO) -> Identity | None:
    try:
        status = os.fstat(stream.fileno())
    except (AttributeError, OSError):  # not a file of the system's
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
