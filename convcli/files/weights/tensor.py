"""A tensor in a weight file, as its header has it."""

from __future__ import annotations

import re
from math import prod
from typing import NamedTuple

# What batch normalisation measures and no gradient changes: PyTorch's names, those of Keras and TensorFlow, MXNet's.
STATISTICS = (
    "running_mean",
    "running_var",
    "num_batches_tracked",
    "moving_mean",
    "moving_variance",
    "moving_var",
)
FLAX_STATISTICS = "batch_stats"  # a folder of them, in Flax
_LAST = re.compile(r"([^./|]*?)(:[0-9]+)?$")  # TensorFlow numbers a variable's outputs


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
    def numbers(self) -> int:
        """How many it holds."""
        return prod(self.shape)

    @property
    def statistic(self) -> str:
        """Which of a batch normalisation's statistics it is, by its name; empty where it is learned."""
        return statistic_of(self.name)

    @property
    def parameters(self) -> int:
        """Numbers that are learned: all, or none."""
        return 0 if self.statistic else self.numbers


def statistic_of(name: str) -> str:
    """The statistic that a tensor's name says it is; empty where it says none.

    >>> statistic_of("layer1.0.bn1.running_mean"), statistic_of("bn/moving_variance:0"), statistic_of("bn.weight")
    ('running_mean', 'moving_variance', '')
    """
    match = _LAST.search(name)
    last = match[1].lower() if match else ""
    if FLAX_STATISTICS in re.split(r"[./|]", name):
        return last
    return next((known for known in STATISTICS if last == known or last.endswith(f"_{known}")), "")
