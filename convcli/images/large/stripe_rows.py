"""Rows out of stripes: a few rows of tiles or chunks are kept decoded, each decoded once however many threads ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np

from convcli.core.arrays import Array

KEPT = 4  # stripes: two threads on their way down stand on two each
HELD = 1 << 27  # bytes: of high stripes two are kept, or as many as this holds
MOST_OF_A_STRIPE = 1 << 30  # bytes; what is stored in larger pieces is no picture to be read by rows

Decode = Callable[[int, int, int], Array]


class StripeRows:
    """A picture that is stored in stripes of whole rows.

    Args:
        shape: (H, W) or (H, W, C).
        dtype: of its samples.
        stripe: rows of a stripe; the last one may be shorter.
        decode: (index, left, right) to the samples of columns [left, right) of one stripe: (n, right - left, C);
            called by several threads for different stripes.
        held: bytes of stripes to keep, at least one stripe; None for a few.
        span: the columns that are wanted, all where it is not given.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        stripe: int,
        decode: Decode,
        *,
        held: int | None = None,
        span: tuple[int, int] | None = None,
    ) -> None:
        self._left, right = span or (0, shape[1])
        self._whole, self._asked = shape, held
        self.shape: tuple[int, ...] = (shape[0], right - self._left, *shape[2:])
        self.dtype, self.stripe, self._decode = dtype, stripe, decode
        self.stripe_bytes = min(stripe, shape[0]) * int(np.prod(self.shape[1:], dtype=object)) * dtype.itemsize
        allowed = HELD if held is None else held
        self._most = max(1 if held is not None else 2, min(KEPT, allowed // max(1, self.stripe_bytes)))
        self._kept: OrderedDict[int, Future[Array]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Bytes of the stripes that are kept."""
        return self._most * self.stripe_bytes

    def narrowed(self, left: int, right: int) -> StripeRows:
        """The same rows, of columns [left, right) alone: no other tile is decoded."""
        span = (self._left + left, self._left + right)
        return StripeRows(self._whole, self.dtype, self.stripe, self._decode, held=self._asked, span=span)

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        parts = []
        for index in range(start // self.stripe, -(-stop // self.stripe)):
            top = index * self.stripe
            rows = self._stripe(index)
            parts.append(rows[max(0, start - top) : stop - top])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _stripe(self, index: int) -> Array:
        """A stripe's rows, (n, W * C); whoever comes second waits for the first."""
        with self._lock:
            waiting = self._kept.get(index)
            if waiting is None:
                mine = self._kept[index] = Future()
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(index)
        if waiting is not None:
            return waiting.result()
        try:
            samples = self._decode(index, self._left, self._left + self.shape[1])
        except BaseException as error:
            with self._lock:
                if self._kept.get(index) is mine:
                    del self._kept[index]
            mine.set_exception(error)
            raise
        mine.set_result(samples.reshape(len(samples), -1))
        return mine.result()


class SomeChannels:
    """Some of the channels of rows that have more: the colours, or the alpha beside them.

    Args:
        which: their places; one alone gives (H, W).
    """

    def __init__(self, rows: StripeRows, which: slice, shape: tuple[int, ...]) -> None:
        self._rows, self._which, self.shape, self.dtype = rows, which, shape, rows.dtype

    def narrowed(self, left: int, right: int) -> SomeChannels:
        """See `StripeRows.narrowed`."""
        shape = (self.shape[0], right - left, *self.shape[2:])
        return SomeChannels(self._rows.narrowed(left, right), self._which, shape)

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        samples = self._rows.read(start, stop).reshape(stop - start, self.shape[1], -1)
        return np.ascontiguousarray(samples[:, :, self._which]).reshape(stop - start, -1)
