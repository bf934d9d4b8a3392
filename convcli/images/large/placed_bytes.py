"""Bytes of a file from any place, for several threads at once, none of them kept.

Not mapped into memory: pages that are mapped count as the process's own, and a fault of the disk would be a signal.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import InputError
from convcli.files.reasons import reason

BINARY = getattr(os, "O_BINARY", 0)
AT_ONCE = 1 << 30  # bytes of one call: Linux reads 2 GiB less a page at most


class PlacedBytes:
    """A file that is open to be read from any place.

    Args:
        path: of a file.

    Attributes:
        size: in bytes, when it was opened.

    Raises:
        InputError: it cannot be opened.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._one_at_a_time = threading.Lock()
        try:
            self._descriptor = os.open(path, os.O_RDONLY | BINARY)
        except OSError as error:
            raise InputError(path, reason(error)) from error
        self.size = os.fstat(self._descriptor).st_size
        self._open = True

    def fill(self, samples: Array, place: int) -> None:
        """Fill a C-ordered array with the bytes from `place` on.

        Raises:
            InputError: they cannot be read, or are no longer there.
        """
        view = memoryview(samples.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
        while view:
            try:
                count = self._read(view[:AT_ONCE], place)
            except OSError as error:
                raise InputError(self.path, reason(error)) from error
            if not count:
                raise InputError(self.path, "the file became shorter while it was read")
            view, place = view[count:], place + count

    def _read(self, view: Any, place: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._descriptor, [view], place)
        with self._one_at_a_time:  # Windows reads from one place, which all threads share
            os.lseek(self._descriptor, place, os.SEEK_SET)
            content = os.read(self._descriptor, len(view))
        view[: len(content)] = content
        return len(content)

    def close(self) -> None:
        """End the reading; twice is once."""
        if self._open:
            self._open = False
            os.close(self._descriptor)
