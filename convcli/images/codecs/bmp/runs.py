"""Runs of equal pixels, as a BMP packs them: RLE4, RLE8 and RLE24."""

from __future__ import annotations

import numpy as np

from convcli.images.picture import Array

END_OF_ROW, END, STEP = 0, 1, 2


def unpack_runs(packed: bytes, width: int, height: int, bits: int, *, lenient: bool = False) -> Array:
    """Pixels in the order in which they are stored: (height, width), or (height, width, 3) for 24 bits.

    What is stepped over is 0.

    Args:
        lenient: take what there is of runs that are damaged or end too early.

    Raises:
        ValueError: they go beyond a row or the picture, or end too early.
    """
    held = (width + 3) // 4 * 4  # ImageMagick packs the padding of a row as well
    pixels = np.zeros((height, held, 3) if bits == 24 else (height, held), np.uint8)
    row = column = at = 0
    while at + 2 <= len(packed):
        count, what = packed[at], packed[at + 1]
        if count == 0 and what == END:
            return pixels[:, :width]
        if count == 0 and what in (END_OF_ROW, STEP):
            across, down = packed[at + 2 : at + 4].ljust(2, b"\0") if what == STEP else (-column, 1)
            row, column, at = row + down, column + across, at + (4 if what == STEP else 2)
            continue
        values, taken = _run(packed, at, bits)
        if row >= height or column + len(values) > held or not taken:
            break
        pixels[row, column : column + len(values)] = values
        column += len(values)
        at += taken
    else:
        if lenient or (row >= height - 1 and (column == 0 or column >= width)):
            return pixels[:, :width]  # the last row is whole: only the mark of the end is missing
        raise ValueError("its runs end early")
    if lenient:
        return pixels[:, :width]
    raise ValueError("its runs go beyond its rows")


def _run(packed: bytes, at: int, bits: int) -> tuple[Array, int]:
    """The pixels of one run, and how many bytes it takes; 0 where those are not there."""
    count, what = packed[at], packed[at + 1]
    length = 3 if bits == 24 else 1
    if count:
        stored, taken = packed[at + 1 : at + 1 + length], 1 + length
    else:
        size = (what + 1) // 2 if bits == 4 else what * length
        stored, taken = packed[at + 2 : at + 2 + size], 2 + size + size % 2
        if len(stored) < size:
            return np.zeros(0, np.uint8), 0
    if len(stored) < length:
        return np.zeros((0, 3), np.uint8), 0
    values = np.frombuffer(stored, np.uint8)
    if bits == 4:
        values = np.column_stack([values >> 4, values & 15]).reshape(-1)
    elif bits == 24:
        values = values.reshape(-1, 3)
    return (np.resize(values, (count, *values.shape[1:])) if count else values[:what]), taken
