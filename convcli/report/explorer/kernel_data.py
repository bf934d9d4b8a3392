"""Kernels as the explorer's page holds them: those that were asked for, and the catalogue's small ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from convcli.core.arrays import Weights
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.errors import KernelError, many

LARGEST_EDITED = 9  # rows and columns that the page's grid has
MOST_WEIGHTS = 10_000  # of one kernel: a page answers within seconds
MOST_KERNELS = 256


class Meant(NamedTuple):
    """A kernel; what a positive response of it means, its family, and what `-k` takes to get it: "" where unknown."""

    kernel: Kernel
    about: str = ""
    family: str = ""
    given: str = ""


def check_kernels(kernels: Sequence[Kernel]) -> None:
    """Refuse what no page can answer for at once.

    Raises:
        KernelError: too many kernels, or weights.
    """
    if len(kernels) > MOST_KERNELS:
        raise KernelError(f"there are {many(len(kernels), 'kernel')}; the page offers at most {MOST_KERNELS}")
    for kernel in kernels:
        if kernel.weights.size > MOST_WEIGHTS:
            size = "x".join(map(str, kernel.weights.shape))
            raise KernelError(
                f"kernel {kernel.name!r} is {size}; the page computes with at most {MOST_WEIGHTS:,} weights"
            )


def placed(kernels: Iterable[Kernel], window: Window) -> tuple[Kernel, ...]:
    """The kernels as the page has them, without anchors: zeros around one that has its own, where anchors matter."""
    if window.size != "same" or window.padding is not None:
        return tuple(Kernel(kernel.name, kernel.weights) for kernel in kernels)
    return tuple(map(centred, kernels))


def centred(kernel: Kernel) -> Kernel:
    """The kernel with zeros around it so that its anchor is the middle, where the page has it, flipped or not.

    >>> centred(Kernel("k", [[1, 2, 3]], (0, 0))).weights.tolist()
    [[0.0, 0.0, 1.0, 2.0, 3.0]]
    """
    if kernel.anchor is None:
        return kernel
    sides = [
        (max(0, n - 1 - 2 * at), max(0, 2 * at - n + 1)) for n, at in zip(_size(kernel), kernel.anchor, strict=True)
    ]
    return Kernel(kernel.name, np.pad(kernel.weights, [*[(0, 0)] * (kernel.weights.ndim - 2), *sides]))


def kernel_records(kernels: Iterable[Meant]) -> list[dict[str, Any]]:
    """Those of -k, in their order; the first is in hand."""
    return [_record(kernel) for kernel in kernels]


def catalogue_records(kernels: Iterable[Meant]) -> list[dict[str, Any]]:
    """Named kernels that the grid can hold."""
    return [_record(each) for each in kernels if max(_size(each.kernel)) <= LARGEST_EDITED]


def _record(meant: Meant) -> dict[str, Any]:
    kernel, about, family, given = meant
    return {
        "name": kernel.name,
        "about": about,
        "family": family,
        "given": given,
        "weights": weights_of(kernel.weights),
    }


def weights_of(weights: Weights) -> list[Any]:
    """Rows of numbers, or channels of rows; whole ones as integers, which takes less room."""
    if weights.ndim > 1:
        return [weights_of(part) for part in weights]
    return [int(value) if value == int(value) else value for value in weights.tolist()]


def _size(kernel: Kernel) -> tuple[int, int]:
    return kernel.height, kernel.width
