"""Rows: a picture that is read by rows, from wherever it lies, so that it need not be in memory."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from convcli.core.arrays import Array


class Rows(Protocol):
    """A picture that hands out its rows, to several threads at once.

    Attributes:
        shape: (H, W) or (H, W, C).
        dtype: of its samples, in the machine's byte order.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def read(self, start: int, stop: int) -> Array:
        """Rows [start, stop), 0 <= start < stop <= H: (stop - start, W * C), C-ordered, of `dtype`.

        It may be a view of memory that others read too: nobody writes to it.
        """
        ...


class ArrayRows:
    """A picture that is in memory, (H, W) or (H, W, C), as rows; nothing is copied if it is C-ordered."""

    def __init__(self, picture: Array) -> None:
        self.shape, self.dtype = picture.shape, picture.dtype
        self._plane = picture.reshape(picture.shape[0], math.prod(picture.shape[1:]))

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        return self._plane[start:stop]
