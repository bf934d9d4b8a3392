"""Kernel: the weights of one filter, checked once and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcli.core.geometry import Pair
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
        anchor: (row, column) of the weight that stands on an output's own place under size "same";
            None is (h // 2, w // 2), of a flipped kernel too.

    Raises:
        KernelError: weights that are no non-empty 2-D or 3-D array of finite real numbers; an
            anchor that is none of them.
    """

    name: str
    weights: NDArray[np.float64]
    anchor: Pair | None = None

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
        if self.anchor is not None:
            object.__setattr__(self, "anchor", self._checked(self.anchor))

    def _checked(self, anchor: Pair) -> Pair:
        given = tuple(anchor) if isinstance(anchor, (tuple, list)) else (anchor,)
        sides = (range(self.height), range(self.width))
        if len(given) != 2 or not all(at in side for at, side in zip(given, sides, strict=True)):
            shown = ",".join(map(str, given))
            raise KernelError(f"kernel {self.name!r} has the anchor {shown}; {self.anchor_rule}")
        return int(given[0]), int(given[1])

    @property
    def anchor_rule(self) -> str:
        """Where an anchor may stand, in words."""
        return f"in {self.height}x{self.width} weights it is ROW,COLUMN from 0,0 to {self.height - 1},{self.width - 1}"

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.weights.shape[-2])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.weights.shape[-1])

    @property
    def origin(self) -> Pair:
        """The anchor, where none is given, too: (h // 2, w // 2)."""
        return (self.height // 2, self.width // 2) if self.anchor is None else self.anchor

    @property
    def size_words(self) -> str:
        """Rows and columns, and the anchor where one was given.

        >>> Kernel("k", [[1, 2]]).size_words, Kernel("k", [[1, 2]], (0, 0)).size_words
        ('1x2', '1x2, anchor 0,0')
        """
        anchor = "" if self.anchor is None else f", anchor {self.anchor[0]},{self.anchor[1]}"
        return f"{self.height}x{self.width}{anchor}"

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
        """The kernel turned upside down and left to right (both spatial axes).

        An anchor that was given turns with it, from (r, c) to (h - 1 - r, w - 1 - c); without one the
        flipped kernel has its own (h // 2, w // 2).
        """
        anchor = self.anchor and (self.height - 1 - self.anchor[0], self.width - 1 - self.anchor[1])
        return Kernel(f"{self.name}-flipped", self.weights[..., ::-1, ::-1], anchor)

    def renamed(self, name: str) -> Kernel:
        """The same weights under another name."""
        return Kernel(name, self.weights, self.anchor)

    def _repr_html_(self) -> str:
        """What a notebook shows: its name and its weights, coloured by sign and size."""
        from convcli.core.kernel.html_table import html_table

        return html_table(self.name, self.weights)
