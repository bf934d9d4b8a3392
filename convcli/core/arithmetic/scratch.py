"""Scratch: work arrays that are kept between bands and between runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np

from convcli.core.arrays import Array


class Scratch:
    """Work arrays that are kept: fresh memory pages take longer than the arithmetic on them."""

    def __init__(self) -> None:
        self._stores: dict[str, Array] = {}

    @property
    def bytes(self) -> int:
        """All that is kept."""
        return sum(store.size for store in self._stores.values())

    def array(self, name: str, shape: tuple[int, ...], dtype: Any) -> Array:
        """An uninitialised C-ordered array; the same memory for the same name."""
        dtype = np.dtype(dtype)
        size = dtype.itemsize
        for length in shape:
            size *= length
        store = self._stores.get(name)
        if store is None or store.size < size:
            store = self._stores[name] = np.empty(size, np.uint8)
        array: Array = store[:size].view(dtype).reshape(shape)
        return array


_spare: list[Scratch] = []  # list.pop and append are atomic


@contextlib.contextmanager
def borrowed() -> Iterator[Scratch]:
    """Scratch for one thread inside the block; given back at its end, and lent to whoever comes next."""
    scratch = _spare.pop() if _spare else Scratch()
    try:
        yield scratch
    finally:
        _spare.append(scratch)


_own = threading.local()


def work_memory(name: str, shape: tuple[int, ...], dtype: Any) -> Array:
    """Work memory of this thread alone, by name."""
    if not hasattr(_own, "scratch"):
        _own.scratch = Scratch()
    scratch: Scratch = _own.scratch
    return scratch.array(name, shape, dtype)
