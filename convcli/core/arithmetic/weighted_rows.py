"""Weighted rows: one-dimensional correlation as sums of shifted rows, one multiply-and-add a tap.

    out[r, c] = sum_j taps[j] * strip[r, c + j * gap]

`numpy.einsum` does all taps of all rows in one call, the sums staying near the processor: half the passes of
shifting, multiplying and adding.  For few taps, and where a product of matrices would pack its operands first.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convcli.core.arithmetic.calls import Steps
from convcli.core.arrays import Array


def weighted_rows(taps: Array, gap: int, strip: Array, out: Array) -> Steps:
    """Steps from a strip (rows, N) to out (rows, L), samples side by side along a row, taps `gap` samples apart."""
    shape, item = (out.shape[0], len(taps), out.shape[1]), strip.itemsize
    windows = as_strided(strip, shape, (strip.strides[0], gap * item, item))
    if gap == 1:
        # A step along the taps is as long as one along the row, and NumPy would sum tap by tap for each sample, which
        # takes eight times as long; in Fortran's order the taps are its outermost loop.
        in_order = partial(np.einsum, out=out.T, order="F")
        return [(in_order, ("lrk,k->lr", windows.transpose(2, 0, 1), taps))]
    return [(partial(np.einsum, out=out), ("k,rkl->rl", taps, windows))]
