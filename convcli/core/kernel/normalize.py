"""Scaling: the common ways to normalise a kernel's weights."""

from __future__ import annotations

import numpy as np

from convcli.core.kernel.kernel import Kernel
from convcli.errors import KernelError, Setting, UnknownNameError

NORMALIZATIONS = ("none", "sum", "l1", "split")


def normalized(kernel: Kernel, how: str, scale: float = 1.0) -> Kernel:
    """The kernel normalised, then multiplied by `scale`.

    none:  as it is.
    sum:   divided by its sum, so that brightness is kept.
    l1:    divided by the sum of magnitudes, so that no response exceeds the input's range.
    split: positive weights made to sum to 1 and negative ones to -1, each by itself
           (ImageMagick's `^`); a kernel of one sign is divided by its sum.

    Raises:
        KernelError: a kernel that sums to zero cannot be divided by its sum; an all-zero one not at all.

    >>> normalized(Kernel("k", [[1, 3, -2]]), "split").weights.tolist()
    [[0.25, 0.75, -1.0]]
    """
    weights = kernel.weights
    if how not in NORMALIZATIONS:
        raise UnknownNameError("normalization", how, NORMALIZATIONS)
    if how != "none" and not weights.any():
        raise KernelError(f"kernel {kernel.name!r} is all zeros; ", Setting("normalize", how), " cannot scale it")
    if how == "sum":
        if kernel.sums_to_zero:
            words = (
                f"kernel {kernel.name!r} sums to 0; ",
                Setting("normalize", "sum"),
                " divides by it: use l1 or split",
            )
            raise KernelError(*words)
        weights = weights / weights.sum()
    elif how == "l1":
        weights = weights / np.abs(weights).sum()
    elif how == "split":
        positive, negative = weights[weights > 0].sum(), -weights[weights < 0].sum()
        weights = np.where(weights > 0, weights / (positive or 1.0), weights / (negative or 1.0))
    return Kernel(kernel.name, weights * scale, kernel.anchor)
