"""Biases from a file: a number for each kernel."""

from __future__ import annotations

import numpy as np

from convcli.core.kernel.kernel import RULE, rounded_weight
from convcli.errors import InputError
from convcli.kernels.reading.kernel_file import MOST_KERNELS, OF_BIASES, read_numbers


def read_biases(path: str) -> tuple[float, ...]:
    """The numbers in one row or column of a .txt, .csv, .json or .npy file, or of one tensor: FILE.npz:NAME.

    Raises:
        InputError, KernelTextError: it cannot be read; several rows and columns; NaN or infinity.
    """
    found = read_numbers(path, axes=OF_BIASES)
    given, where = found.weights, found.where
    if max(given.shape, default=1) != given.size or given.size > MOST_KERNELS:
        rule = f"a bias is one row or column of numbers, one for each kernel, at most {MOST_KERNELS:,}"
        raise InputError(where, f"its shape is {given.shape}; {rule}")
    biases = given.astype(np.float64).ravel()
    if not np.isfinite(biases).all():
        raise InputError(where, "it holds NaN or infinity; every bias must be finite")
    if (lost := rounded_weight(given.ravel(), biases)) is not None:
        raise InputError(where, f"it holds {lost}; {RULE.replace('a weight', 'a bias')}")
    return tuple(biases.tolist())
