"""The spare byte: memory of four bytes a pixel, recognised as what it is and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convcli.core import spare_byte

COLOURS = np.arange(2 * 5 * 3, dtype=np.uint8).reshape(2, 5, 3)


def spaced() -> Any:
    """The colours, with their spare bytes."""
    memory = spare_byte.memory(2, 5)
    spare_byte.spread(np.append(COLOURS.ravel(), np.uint8(77)), memory)
    return spare_byte.pixels_in(memory)


def test_colours_are_spread_and_their_memory_found_again() -> None:
    """R G B - R G B - ...: the colours are the first three bytes of every four."""
    pixels = spaced()
    memory = spare_byte.memory_of(pixels)
    assert memory is not None
    assert pixels.tolist() == COLOURS.tolist()
    assert np.shares_memory(memory, pixels)
    assert (memory.shape, memory.dtype, memory.flags.c_contiguous) == ((2, 5, 4), np.uint8, True)
    again = spare_byte.memory_of(pixels[:, :, np.newaxis].reshape(2, 5, 3))  # by way of an axis of kernels
    assert again is not None
    assert np.shares_memory(again, memory)


@pytest.mark.parametrize(
    "other",
    [
        COLOURS,
        COLOURS[:, :, 0],
        spaced()[1:],
        spaced()[:-1],
        spaced()[:, 1:],
        spaced()[:, ::2],
        spaced()[::-1],
        spaced()[:, :, ::-1],
        spaced()[..., :2],
        spaced().astype(np.uint16),
        spaced().view(np.int8),
        spare_byte.memory(2, 5)[..., 1:],
        np.zeros((5, 2, 4), np.uint8)[..., :3].swapaxes(0, 1),
    ],
)
def test_other_pixels_have_none(other: Any) -> None:
    """Pixels of their own, greys, crops, every second pixel, mirrored, other dtypes, another three of the four."""
    assert spare_byte.memory_of(other) is None


@pytest.mark.parametrize("rows", [slice(None), slice(1, 2)])
def test_packing_takes_the_spare_bytes_out(rows: slice) -> None:
    """What spreading has put in."""
    memory = spare_byte.memory_of(spaced())
    assert memory is not None
    packed = spare_byte.packed(memory[rows])
    assert packed.tolist() == COLOURS[rows].tolist()
    assert packed.flags.c_contiguous
    assert not np.shares_memory(packed, memory)
