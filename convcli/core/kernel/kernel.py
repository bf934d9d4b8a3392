"""Kernel: the weights of one filter, checked once and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convcli.errors import KernelError

KernelsLike = Union["Kernel", Sequence["Kernel"], ArrayLike]


@dataclass(frozen=True, eq=False)  # == on arrays is ambiguous
class Kernel:
    """Weights of one filter, written for correlation (no flip).

    Attributes:
        name: what messages, file names and sheets call it.
        weights: float64, read-only, finite; (h, w) indexed [row, column], or
            (C, h, w) for a filter with its own weights in each of C channels.

    Raises:
        KernelError: weights that are no non-empty 2-D or 3-D array of finite real numbers.
    """

    name: str
    weights: NDArray[np.float64]

    def __post_init__(self) -> None:
        try:
            given = np.asarray(self.weights)
        except ValueError as error:
            raise KernelError(f"kernel {self.name!r} is ragged; every row needs as many numbers") from error
        if given.dtype.kind not in "biuf":
            raise KernelError(f"kernel {self.name!r} holds {given.dtype}; expected real numbers")
        weights = np.array(given, dtype=np.float64, order="C")  # a copy: the caller's array stays his
        if weights.ndim not in (2, 3) or weights.size == 0:
            raise KernelError(
                f"kernel {self.name!r} has shape {weights.shape}; expected (rows, columns) "
                "or (channels, rows, columns), each at least 1"
            )
        if not np.isfinite(weights).all():
            raise KernelError(f"kernel {self.name!r} holds NaN or infinity; every weight must be finite")
        weights.flags.writeable = False
        object.__setattr__(self, "weights", weights)

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.weights.shape[-2])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.weights.shape[-1])

    @property
    def channels(self) -> int | None:
        """Channels that have weights of their own; None for a plain (h, w) kernel."""
        return int(self.weights.shape[0]) if self.weights.ndim == 3 else None

    @property
    def sum(self) -> float:
        """Sum of the weights: the response to a constant picture of 1."""
        return float(self.weights.sum())

    @property
    def is_integer(self) -> bool:
        """Whether every weight is a whole number."""
        return bool((self.weights == np.rint(self.weights)).all())

    @property
    def sums_to_zero(self) -> bool:
        """Whether the weights sum to zero, up to rounding (a derivative-like kernel)."""
        magnitude = float(np.abs(self.weights).sum())
        return abs(self.sum) <= 1e-12 * magnitude

    def flipped(self) -> Kernel:
        """The kernel turned upside down and left to right (both spatial axes)."""
        return Kernel(f"{self.name}-flipped", self.weights[..., ::-1, ::-1])

    def renamed(self, name: str) -> Kernel:
        """The same weights under another name."""
        return Kernel(name, self.weights)


def as_kernels(kernels: KernelsLike) -> tuple[tuple[Kernel, ...], bool]:
    """Kernels from whatever the Python API was given.

    A Kernel or an (h, w) array is one kernel; a sequence of Kernels, or an
    array (F, h, w) or (F, C, h, w), as frameworks store a layer, is a stack.

    Returns:
        The kernels, and whether a stack was given (the result then has a kernel axis).
    """
    if isinstance(kernels, Kernel):
        return (kernels,), False
    if isinstance(kernels, Sequence) and any(isinstance(k, Kernel) for k in kernels):
        return tuple(k if isinstance(k, Kernel) else Kernel(f"kernel-{i}", k) for i, k in enumerate(kernels)), True
    try:
        weights = np.asarray(kernels)
    except ValueError as error:
        raise KernelError("the kernel is ragged; every row needs as many numbers") from error
    if weights.ndim == 2:
        return (Kernel("kernel", weights),), False
    if weights.ndim in (3, 4) and weights.shape[0] > 0:
        return tuple(Kernel(f"kernel-{i}", w) for i, w in enumerate(weights)), True
    raise KernelError(f"kernels have shape {weights.shape}; expected (h, w), (F, h, w) or (F, C, h, w), none of them 0")
