"""A program that writes a Zarr again and again, in a process of its own each time, so that each can be killed."""

from __future__ import annotations

import importlib
import os
import sys

import numpy as np

from convcli.images.large import zarr_stripes
from convcli.images.large.by_rows import Shape
from convcli.images.large.large_formats import Order
from convcli.images.picture import Metadata

SIZE = (330, 520)
TILE = 32


def samples() -> np.ndarray:
    """The picture."""
    rows, columns = np.indices(SIZE)
    return ((rows * 7 + columns * columns // 5) % 65_521).astype(np.uint16)


def write(target: str) -> None:
    """Write it, or go on."""
    picture = samples()
    order = Order(target, Shape(*SIZE, 0, picture.dtype), Metadata(), tile=TILE, pyramid=True, resume=True, key="k")
    with zarr_stripes.create(order) as writer:
        there = writer.finished()
        for first in range(0, SIZE[0], TILE):
            if first not in there:
                writer.write_stripe(first, picture[first : first + TILE])
        writer.finish()


def main() -> None:
    """A child for each line of stdin; its number is printed when it begins, and how it ended after that."""
    for name in ("zarr.codecs", "zarr.storage"):  # once, not by every child
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            write(line.strip())
            os._exit(0)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main()
