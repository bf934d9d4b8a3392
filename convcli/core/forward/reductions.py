"""Reductions along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.maps import working


def reduce_mean(call: Call) -> Array:
    """The mean."""
    return _reduced(call, np.mean, 18)


def reduce_sum(call: Call) -> Array:
    """The sum."""
    return _reduced(call, np.sum, 13)


def reduce_max(call: Call) -> Array:
    """The largest."""
    return _reduced(call, np.max, 18)


def reduce_min(call: Call) -> Array:
    """The smallest."""
    return _reduced(call, np.min, 18)


def _reduced(call: Call, reduce: Callable[..., Any], before: int) -> Array:
    x, given = call.value(), call.listed("axes", 1, before)
    if not given and call.get("noop_with_empty_axes"):
        return x
    axes = tuple(call.axis(axis, x.ndim) for axis in given or range(x.ndim))
    if not x.size and reduce in (np.max, np.min):
        raise call.problem("of no numbers there is no largest or smallest")
    return np.asarray(reduce(working(x), axis=axes, keepdims=bool(call.get("keepdims", 1)))).astype(x.dtype, copy=False)
