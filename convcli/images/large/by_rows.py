"""What reads and what writes a picture by rows: the contracts that each format's file keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convcli.core.arrays import Array
from convcli.images.picture import Metadata

if TYPE_CHECKING:
    from convcli.core.correlation.row_source import Rows


@dataclass(frozen=True, eq=False)
class Shape:
    """What is to be written.

    Attributes:
        height, width: rows and columns.
        channels: maps or colours; 0 for a plain (H, W).
        dtype: of the samples.
        alpha: whether the last channel is alpha, beside one channel or three; only where the format `keeps_alpha`.
    """

    height: int
    width: int
    channels: int
    dtype: np.dtype[Any]
    alpha: bool = False

    @property
    def bytes(self) -> int:
        """Of all samples, uncompressed."""
        return self.height * self.width * max(1, self.channels) * self.dtype.itemsize


@dataclass(frozen=True, eq=False)
class RowPicture:
    """A picture that is open to be read by rows.

    Attributes:
        rows: hands out the samples.
        format: the name of its format, as `formats.FORMATS` or the extra's reader has it.
        kind: "picture" or "array".
        stripe: so many rows are read in about the time of one: those of a strip, a tile, a chunk; 1 where any row is
            as near as any other.
        held: bytes that the reader keeps at most, beside what it hands out.
        metadata: what is carried over.
        notes: what is to be said of it.
        alpha: (H, W), of the samples' dtype, where it has some.
        boolean: see `Picture.boolean`.
        close: ends the reading.
    """

    rows: Rows
    format: str
    kind: str = "picture"
    stripe: int = 1
    held: int = 0
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()
    alpha: Rows | None = None
    boolean: bool = False
    close: Callable[[], None] = lambda: None


class RowWriter(Protocol):
    """Takes the rows of a picture from the top to the bottom, from one thread at a time."""

    def write(self, rows: Array) -> None:
        """The next rows, (n, W) or (n, W, C), any n; they may be overwritten afterwards."""
        ...

    def finish(self) -> tuple[str, ...]:
        """All rows were written: complete the file.  What was lost or changed on the way, in lines to be said."""
        ...


class StripeWriter(RowWriter, Protocol):
    """One that also takes whole stripes in any order, from several processes: a stripe is a unit of storage.

    Attributes:
        stripe: its rows; the last one of the picture may be shorter.
    """

    stripe: int

    def write_stripe(self, first: int, rows: Array) -> None:
        """Rows [first, first + n), first a multiple of `stripe`; done when it returns, whole or not at all."""
        ...

    def finished(self) -> frozenset[int]:
        """First rows of the stripes that are there already, of a write that was interrupted."""
        ...


class ResumableWriter(StripeWriter, Protocol):
    """One that goes on with what an interrupted write has done."""

    def read(self, start: int, stop: int) -> Array:
        """Rows of stripes that are there, (n, W, C)."""
        ...
