"""Products of matrices: fully connected layers."""

from __future__ import annotations

import numpy as np

from convcli.core.arrays import Array
from convcli.core.forward.call import Call
from convcli.core.forward.maps import working


def gemm(call: Call) -> Array:
    """alpha A B + beta C, A of (M, K) and B of (K, N), either transposed."""
    a, b, c = working(call.value(0)), working(call.value(1)), call.maybe(2)
    out = np.matmul(a.T if call.get("transA") else a, b.T if call.get("transB") else b)
    alpha, beta = call.get("alpha", 1.0), call.get("beta", 1.0)
    if alpha != 1:
        out *= out.dtype.type(alpha)
    if c is not None and beta:
        out += (c if beta == 1 else c * beta).astype(out.dtype, copy=False)
    return np.asarray(out).astype(call.value(0).dtype, copy=False)


def mat_mul(call: Call) -> Array:
    """A B, the last two axes; those before are stretched."""
    out = np.matmul(working(call.value(0)), working(call.value(1)))
    return np.asarray(out).astype(call.value(0).dtype, copy=False)
