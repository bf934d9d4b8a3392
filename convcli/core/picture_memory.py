"""Memory for whole pictures.

The system hands memory out a page at a time, cleared, when it is first touched:
4 KiB each, which takes longer than decoding fills them.  So what a picture that
is gone has left is used again for the next one of about its size, and where much
is wanted at once, it is asked for in the largest pages there are.  Needs no
NumPy, so that a picture can be decoded while that is still being imported.
"""

from __future__ import annotations

import contextlib
import mmap
import weakref
from collections.abc import Callable
from typing import TypeVar

LARGE = 16 << 20  # bytes: from here on pages of the largest kind, given back when they are free
MOST = 8  # pieces of memory that are kept: of what few threads hold at a time
_free: list[bytearray] = []  # pop and append are atomic

Holder = TypeVar("Holder")
Memory = bytearray | mmap.mmap


def held_by(size: int, holder: Callable[[Memory], Holder]) -> Holder:
    """What `holder` makes of at least so many bytes of undefined memory; it is used again when that is gone.

    >>> type(held_by(12, memoryview)).__name__
    'memoryview'

    Raises:
        MemoryError: there is not so much.
    """
    if size >= LARGE:
        return holder(fresh(size))
    memory = _kept(size) or bytearray(size)
    made = holder(memory)
    weakref.finalize(made, _keep, memory).atexit = False
    return made


def fresh(size: int) -> Memory:
    """So many bytes of the system's, zero, in the largest pages it has."""
    if not hasattr(mmap, "MAP_ANONYMOUS"):  # Windows
        return bytearray(size)
    try:
        memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as error:
        raise MemoryError from error
    if hasattr(mmap, "MADV_HUGEPAGE"):
        with contextlib.suppress(OSError):  # a system that has one kind of pages
            memory.madvise(mmap.MADV_HUGEPAGE)
    return memory


def _kept(size: int) -> bytearray | None:
    """Memory of a picture that is gone, neither too small nor far too large."""
    for index, memory in enumerate(_free):
        if size <= len(memory) <= 2 * size:
            with contextlib.suppress(IndexError):
                found = _free.pop(index)
                if found is memory:
                    return found
                _keep(found)
            return None
    return None


def _keep(memory: bytearray) -> None:
    _free.append(memory)
    while len(_free) > MOST:
        with contextlib.suppress(IndexError):
            _free.pop(0)
