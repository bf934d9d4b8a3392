"""Pool rows: pooling of maps that come by rows, and never lie in memory whole."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convcli.core.arrays import Array
from convcli.core.pooling import Pool


class PoolRows:
    """Takes the rows of maps in order and hands on pooled ones, the values of `Pool` bit for bit.

    Each pooled value comes from its own window alone, in the order in which `Pool` joins it, so it does not matter
    how many windows lie in memory at once.
    """

    def __init__(self, pool: Pool, write: Callable[[Array], None]) -> None:
        self._pool, self._write = pool, write
        self._kept: Array | None = None
        self._skipped = 0  # rows between windows that are to come yet

    def needed(self, rows: slice) -> slice:
        """The rows of the maps under these pooled rows."""
        (high, _), (down, _) = self._pool.size, self._pool.stride
        return slice(rows.start * down, (rows.stop - 1) * down + high)

    def take(self, maps: Array) -> None:
        """The next rows, (n, columns, F, channels); never modified, never kept."""
        skipped = min(self._skipped, len(maps))
        self._skipped -= skipped
        fresh = maps[skipped:]
        rows = fresh if self._kept is None else np.concatenate((self._kept, fresh))
        (high, _), (down, _) = self._pool.size, self._pool.stride
        windows = (len(rows) - high) // down + 1 if len(rows) >= high else 0
        if windows:
            used = rows[: (windows - 1) * down + high]
            pooled = self._pool(used.reshape(*used.shape[:2], -1))
            self._write(pooled.reshape(*pooled.shape[:2], *maps.shape[2:]))
        self._skipped += max(0, windows * down - len(rows))
        rest = rows[windows * down :]
        self._kept = rest.copy() if len(rest) else None
