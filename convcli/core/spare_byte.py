"""A spare byte: colours of three bytes whose memory has a fourth, undefined, after each.

    memory   R G B - R G B - R G B -        pixels are its first three of every four

Some encoders keep colours so.  Where pixels come with such memory, an encoder
takes it as it is; whoever makes the pixels need not know which encoder, and
whoever reads them need not know that there is more.
"""

from __future__ import annotations

import math

import numpy as np

from convcli.core import picture_memory
from convcli.core.arrays import Array, Bytes


def memory(height: int, width: int) -> Bytes:
    """New, undefined memory (height, width, 4)."""
    return _bytes((height, width, 4))


def _bytes(shape: tuple[int, ...]) -> Bytes:
    def over(memory: picture_memory.Memory) -> Bytes:
        return np.ndarray(shape, np.uint8, buffer=memory)

    return picture_memory.held_by(math.prod(shape), over)


def pixels_in(memory: Bytes) -> Bytes:
    """The pixels (H, W, 3) of such memory, without their spare bytes."""
    return memory[..., :3]


def memory_of(pixels: Array) -> Bytes | None:
    """The memory (H, W, 4), C-ordered, of pixels and their spare bytes; None where they are not all that it holds.

    >>> memory_of(pixels_in(memory(2, 5))).shape
    (2, 5, 4)
    >>> memory_of(np.empty((2, 5, 3), np.uint8)) is None
    True
    """
    owner = pixels.base
    if pixels.ndim != 3 or pixels.dtype != np.uint8 or not isinstance(owner, np.ndarray):
        return None
    height, width, channels = pixels.shape
    spaced = channels == 3 and pixels.strides == (4 * width, 4, 1)
    whole = owner.flags.c_contiguous and owner.nbytes == 4 * width * height
    if not (spaced and whole and owner.ctypes.data == pixels.ctypes.data):
        return None
    return owner.view(np.uint8).reshape(height, width, 4)


def spread(packed: Bytes, memory: Bytes) -> None:
    """Copy colours that lie side by side to such memory, four bytes at a time, each three bytes on from the last.

    Args:
        packed: (3 * n + 1,), n colours, and one byte more that the last copy reads.
        memory: (rows, columns, 4), of n colours, a stretch of columns of larger memory too; filled.

    >>> memory = np.empty((1, 2, 4), np.uint8)
    >>> spread(np.array([1, 2, 3, 4, 5, 6, 0], np.uint8), memory)
    >>> memory[..., :3].tolist()
    [[[1, 2, 3], [4, 5, 6]]]
    """
    rows, columns = memory.shape[:2]
    words = np.ndarray((rows, columns), np.uint32, buffer=packed, strides=(3 * columns, 3))
    np.copyto(memory.view(np.uint32)[..., 0], words)


def packed(memory: Bytes) -> Bytes:
    """Colours (H, W, 3) from such memory, side by side, a copy: each four bytes over the spare one of the last.

    >>> packed(np.array([[[1, 2, 3, 0], [4, 5, 6, 0]]], np.uint8)).tolist()
    [[[1, 2, 3], [4, 5, 6]]]
    """
    height, width = memory.shape[:2]
    colours = height * width
    packed = _bytes((3 * colours + 1,))  # the last copy writes one byte more
    words = np.ndarray((colours,), np.uint32, buffer=packed, strides=(3,))
    np.copyto(words, np.ascontiguousarray(memory).view(np.uint32).reshape(colours))
    return packed[:-1].reshape(height, width, 3)
