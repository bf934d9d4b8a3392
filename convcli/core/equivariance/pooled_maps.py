"""Pooled maps that need not be whole: pooled while the response is made, or whenever their rows are read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convcli.core.arrays import Array
from convcli.core.correlation.correlate import Correlation
from convcli.core.correlation.in_order import AsResponses, InOrder
from convcli.core.correlation.pool_rows import PoolRows
from convcli.core.pooling import Pool

Finish = Callable[[Array], Array]


def pooled(correlation: Correlation, pool: Pool, finish: Finish) -> Array:
    """pool(finish(response)), (rows, columns) or (rows, columns, maps); the response never lies in memory whole.

    Args:
        finish: what is done to responses, each by itself.
    """
    problem = correlation.problem
    further = correlation.shape[2:]
    shape = pool.output_shape(*correlation.shape[:2])
    maps = np.empty((*shape, *further), pool.result_dtype(finish(np.empty(0, problem.result_dtype)).dtype))
    filled = 0

    def keep(rows: Array) -> None:
        nonlocal filled
        maps[filled : filled + len(rows)] = rows.reshape(*rows.shape[:2], *further)
        filled += len(rows)

    pooling = PoolRows(pool, keep)
    within = (problem.out_width, problem.filters, problem.out_channels)
    sink = InOrder(
        lambda rows: pooling.take(finish(rows)), within, AsResponses(problem.result_dtype), correlation.plan.jobs
    )
    correlation.run(sink)
    return maps


class PooledRows:
    """finish(pool(maps)) as `Rows`: what is read is pooled then, and not kept.

    Args:
        maps: (H, W) or (H, W, maps); never modified.
        pool: of a step of one.
        finish: what is done to pooled values, each by itself.
    """

    def __init__(self, maps: Array, pool: Pool, finish: Finish) -> None:
        self._maps, self._pool, self._finish = maps, pool, finish
        self.shape = (*pool.output_shape(*maps.shape[:2]), *maps.shape[2:])
        self.dtype = finish(np.empty(0, pool.result_dtype(maps.dtype))).dtype

    def read(self, start: int, stop: int) -> Array:
        """See `Rows.read`."""
        return self._read(start, stop).reshape(stop - start, -1)

    def whole(self) -> Array:
        """All of them."""
        return self._read(0, self.shape[0])

    def _read(self, start: int, stop: int) -> Array:
        return self._finish(self._pool(self._maps[start : stop - 1 + self._pool.size[0]]))
