"""OME-Zarr 0.5 by rows: Zarr 3, each stripe of whole rows of chunks one file (a shard), in any order.

A stripe's file is written under another name, flushed to the disk, and renamed: where it is, it is whole.  So what an
interrupted write has done is what is there.  Smaller levels are made at the end, stripe by stripe, from the level
above.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator

import numpy as np

from convcli.core.arrays import Array
from convcli.errors import OptionError, OutputError, many
from convcli.files.unfinished_folders import UnfinishedFolder, explained
from convcli.images.large import ome_zarr
from convcli.images.large.halving import halved, level_sizes
from convcli.images.large.large_formats import Order
from convcli.images.large.sharded_level import ShardedLevel, store_file, sweep
from convcli.images.large.standing_in import stand_in

TILE = 512
LARGEST_TILE = 1 << 14
MARKS = ("zarr.json", ".zgroup", ".zarray")


@contextlib.contextmanager
def create(order: Order) -> Iterator[ZarrWriter]:
    """See `large_formats.Creating`.

    What is there of a write that did not end is kept, if any stripe of it is whole, for `resume`.
    """
    tile = TILE if order.tile is None else order.tile
    if not 16 <= tile <= LARGEST_TILE:
        raise OptionError("tile", tile, f"chunks of a Zarr have 16 to {LARGEST_TILE} rows and columns")
    folder = UnfinishedFolder(order.target, MARKS, _asked(order, tile), resume=order.resume, force=order.force)
    writer = ZarrWriter(order, tile, folder)
    try:
        yield writer
        folder.finish()
    except BaseException:
        if not writer.finished():
            folder.discard()
        raise


def _asked(order: Order, tile: int) -> dict[str, str]:
    """What is stored with what is unfinished: how it is stored, and the key, line by line."""
    shape = order.shape
    size = "×".join(map(str, (shape.height, shape.width, shape.channels)[: 3 if shape.channels else 2]))
    kept = {"size": f"{size} {shape.dtype.name}", "tile": str(tile), "pyramid": str(order.pyramid)}
    lines = (line.partition(": ") for line in order.key.splitlines())
    return kept | {name if value else "key": value or name for name, _, value in lines}


class ZarrWriter:
    """A `StripeWriter`; it can be sent to other processes, which then write stripes into the same folder.

    Attributes:
        stripe: rows of a chunk, and so of a shard.
    """

    def __init__(self, order: Order, tile: int, folder: UnfinishedFolder) -> None:
        shape = order.shape
        self.stripe, self._order, self._folder = tile, order, folder
        sizes = level_sizes(shape.height, shape.width, pyramid=order.pyramid)
        self._levels = [
            ShardedLevel(os.path.join(folder.content, str(number)), size, shape.channels, shape.dtype, tile)
            for number, size in enumerate(sizes)
        ]
        sweep(folder.content)
        self._levels[0].begin()
        self._next, self._there = 0, self.finished()
        self._pending: list[Array] = []

    def write(self, rows: Array) -> None:
        """See `RowWriter.write`."""
        self._pending.append(np.array(rows).reshape(len(rows), -1))
        there = sum(map(len, self._pending))
        last = self._next + there == self._order.shape.height
        while there >= self.stripe or (last and there):
            whole = np.concatenate(self._pending) if len(self._pending) > 1 else self._pending[0]
            if self._next not in self._there:
                self.write_stripe(self._next, whole[: self.stripe])
            self._next += min(self.stripe, there)
            self._pending, there = [whole[self.stripe :]], max(0, there - self.stripe)

    def write_stripe(self, first: int, rows: Array) -> None:
        """See `StripeWriter.write_stripe`; nothing is written for a write that is over, by a process that came late."""
        self._folder.check()
        with explained(self._order.target):
            self._levels[0].write(first, rows)

    def finished(self) -> frozenset[int]:
        """See `StripeWriter.finished`."""
        return self._levels[0].finished()

    def read(self, start: int, stop: int) -> Array:
        """See `ResumableWriter.read`."""
        return self._levels[0].read(start, stop)

    def finish(self) -> tuple[str, ...]:
        """Write the smaller levels, and what the whole says of itself.

        Raises:
            OutputError: stripes are missing.
        """
        shape = self._order.shape
        missing = -(-shape.height // self.stripe) - len(self.finished())
        if missing:
            raise OutputError(self._order.target, f"{many(missing, 'stripe')} of it were not written")
        with explained(self._order.target):
            self._levels[0].sweep()  # other processes may have been killed in the middle of a stripe
            for above, level in zip(self._levels, self._levels[1:], strict=False):
                level.begin()
                self._reduce(above, level)
            name = os.path.basename(self._order.target.rstrip("/")).split(".")[0]
            said = ome_zarr.group(name, bool(shape.channels), len(self._levels), self._order.metadata.dpi)
            store_file(os.path.join(self._folder.content, "zarr.json"), json.dumps(said, indent=2).encode())
        metadata = stand_in(self._order).metadata
        return () if metadata.is_plain else ("OME-Zarr carries no EXIF, XMP, IPTC, comments or colour profile",)

    def _reduce(self, above: ShardedLevel, level: ShardedLevel) -> None:
        there = level.finished()
        for first in range(0, level.size[0], self.stripe):
            if first not in there:
                rows = above.read(2 * first, min(2 * (first + self.stripe), above.size[0]))
                level.write(first, halved(rows))
