"""Pictures of every kind, and writing one in uneven pieces."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np

from convcli.images.large.by_rows import RowWriter, Shape
from convcli.images.large.large_formats import Order
from convcli.images.picture import Metadata

Create = Callable[[Order], AbstractContextManager[RowWriter]]


def picture(dtype: str, channels: int, height: int = 331, width: int = 90) -> np.ndarray:
    """Numbers that no symmetry hides; signed ones of both signs."""
    shape = (height, width, channels) if channels else (height, width)
    made = np.random.default_rng(height * width + channels).integers(0, 200, shape)
    return (made - (100 if np.dtype(dtype).kind in "if" else 0)).astype(dtype)


def order(path: Path, samples: np.ndarray, **how: object) -> Order:
    """To write a picture there, in tiles of 32."""
    channels = samples.shape[2] if samples.ndim == 3 else 0
    shape = Shape(samples.shape[0], samples.shape[1], channels, samples.dtype)
    return Order(str(path), shape, **{"metadata": Metadata(), "tile": 32, **how})


def written(create: Create, to: Order, samples: np.ndarray) -> tuple[str, ...]:
    """Written in pieces of odd sizes; the notes."""
    chosen, start = random.Random(1), 0
    with create(to) as writer:
        while start < len(samples):
            count = chosen.randint(1, 50)
            writer.write(samples[start : start + count])
            start += count
        return writer.finish()


def smaller(samples: np.ndarray) -> np.ndarray:
    """The next level, by a nested loop: the mean of what is there of 2 × 2, whole numbers rounded half up."""
    height, width = samples.shape[:2]
    planes = samples.reshape(height, width, -1)
    made = np.empty((-(-height // 2), -(-width // 2), planes.shape[2]), samples.dtype)
    for row in range(made.shape[0]):
        for column in range(made.shape[1]):
            for channel in range(made.shape[2]):
                four = planes[2 * row : 2 * row + 2, 2 * column : 2 * column + 2, channel].ravel().tolist()
                mean = sum(four) / len(four)
                made[row, column, channel] = mean if samples.dtype.kind == "f" else np.floor(mean + 0.5)
    return made
