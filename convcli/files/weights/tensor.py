"""A tensor in a weight file, as its header has it."""

from __future__ import annotations

from math import prod
from typing import NamedTuple


class Tensor(NamedTuple):
    """One tensor of a weight file.

    Attributes:
        dtype: as the file names it: "F32", "<f4".
        bytes: what it takes in memory.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    bytes: int

    @property
    def parameters(self) -> int:
        return prod(self.shape)
