"""Handing over: from an engine's own memory to where the response must go."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convcli.core.arithmetic.calls import Steps, run_steps
from convcli.core.arithmetic.scratch import Scratch
from convcli.core.arrays import Array
from convcli.core.engines.engine import Work


def scaled(whole: Array, factor: float, dtype: np.dtype[Any], scratch: Scratch, steps: Steps) -> Array:
    """Where whole * factor will be, in a float dtype, after the steps that are appended."""
    out = scratch.array("scaled", whole.shape, dtype)
    steps.append((np.copyto, (out, whole)))  # copy, then multiply: half the time of one multiplication of mixed dtypes
    steps.append((np.multiply, (out, dtype.type(factor), out)))
    return out


def handed_over(
    filters: list[tuple[Steps, Array]], shape: tuple[int, ...], dtype: np.dtype[Any], scratch: Scratch
) -> Work:
    """Work of each kernel's steps, whose response (rows, columns, channels) is copied to where it must go.

    With one kernel and no such place the response stays where it is.
    """
    together = scratch.array("responses", shape, dtype) if len(filters) > 1 else None

    def work(target: Array | None) -> Array:
        target = together if target is None else target
        for f, (steps, response) in enumerate(filters):
            run_steps(steps)
            if target is None:
                return response[:, :, np.newaxis]
            side_by_side = response.strides[-1] == response.itemsize
            for c in (slice(None),) if side_by_side else range(response.shape[2]):  # planes: faster one by one
                np.copyto(target[:, :, f, c], response[:, :, c], casting="unsafe")
        assert target is not None
        return target

    return work


def rows_of(flat: Array, rows: int, pitch: int, columns: int, channels: int) -> Array:
    """(rows, columns, channels) of rows that begin `pitch` samples apart in one vector."""
    item = flat.itemsize
    return as_strided(flat, (rows, columns, channels), (pitch * item, channels * item, item))
