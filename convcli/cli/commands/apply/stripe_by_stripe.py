"""Whole stripes of what comes by rows."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.images.large.by_rows import Shape, StripeWriter


class StripeByStripe:
    """A `RowWriter` that writes some whole stripes of a picture, and holds one.

    Args:
        rows: [first, stop), first of a stripe and stop of one, or of the picture.
    """

    def __init__(self, writer: StripeWriter, shape: Shape, rows: slice) -> None:
        self._writer, self._first, self._stop = writer, rows.start, rows.stop
        depth = (shape.channels,) if shape.channels else ()
        self._stripe = np.empty((writer.stripe, shape.width, *depth), shape.dtype)
        self._there = 0

    def write(self, rows: Array) -> None:
        """See `RowWriter.write`."""
        while len(rows):
            whole = min(self._writer.stripe, self._stop - self._first)
            taken = rows[: whole - self._there]
            self._stripe[self._there : self._there + len(taken)] = taken
            self._there, rows = self._there + len(taken), rows[len(taken) :]
            if self._there == whole:
                self._writer.write_stripe(self._first, self._stripe[:whole])
                self._first, self._there = self._first + whole, 0

    def finish(self) -> tuple[str, ...]:
        """Nothing is to be said."""
        return ()
