"""Buffering: rows that NumPy should compute on where they lie.

Operations on rows of an array that do not lie side by side go through NumPy's buffer, whether or not anything is
converted, where a row is shorter than a third of it: 8192 numbers by default, and adding then takes three times as
long (float32, NumPy 2.4: rows of 1000 numbers 0.42 ns each, instead of 0.15).  What is converted is as fast in 2048,
and slower in less than that.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np

NUMBERS = 2048


@contextlib.contextmanager
def short_buffer() -> Iterator[None]:
    """NumPy's buffer for operations of this thread inside the block; no result of theirs depends on it."""
    before = np.setbufsize(NUMBERS)
    try:
        yield
    finally:
        np.setbufsize(before)
