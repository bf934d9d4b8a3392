"""Kernel: the weights of one filter, checked once and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.errors import KernelError

RULE = "beyond 2^53 a weight must be a number that float64 holds"


def rounded_weight(given: NDArray[Any], weights: NDArray[np.float64]) -> int | None:
    """The first of these integers that was rounded when they became float64; None where each is as it was given."""
    if given.dtype.kind not in "iu" or given.dtype.itemsize < 8:
        return None
    large = np.abs(weights) >= 2**53
    pairs = zip(given[large].tolist(), weights[large].tolist(), strict=True)
    return next((exact for exact, held in pairs if exact != int(held)), None)


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
        if (lost := rounded_weight(given, weights)) is not None:
            raise KernelError(f"kernel {self.name!r} holds {lost}; {RULE}")
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
