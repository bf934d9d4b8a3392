"""Matrix products, in shapes that BLAS is fast on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convcli.core.arithmetic.calls import Steps
from convcli.core.arrays import Array

# OpenBLAS multiplies without first packing its operands when rows * inner * columns is below this (its
# "small matrix" kernels for AVX-512): half the time for the thin band matrices.  Where it has no such
# kernels, the pieces are still large enough to cost nothing.
SMALL_PRODUCT = 950_000


def block_products(matrix: Array, windows: Array, out: Array) -> Steps:
    """Steps to out[b] = matrix @ windows[b], in pieces of columns that suit BLAS.

    Args:
        matrix: (M, K).
        windows: (blocks, K, L), rows contiguous, blocks may overlap.
        out: (blocks, M, L), rows contiguous.
    """
    steps: Steps = []
    for start, pieces, width in pieces_of(windows.shape[2], matrix.size):
        stop = start + pieces * width
        source = _pieces(windows[:, :, start:stop], pieces, width)
        steps.append((np.matmul, (matrix, source, _pieces(out[:, :, start:stop], pieces, width))))
    return steps


class Product(NamedTuple):
    """A product whose factors stay, to be put at the same offset of one array or another."""

    matrix: Array
    windows: Array
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int


def products_of(steps: Steps, response: Array) -> list[Product]:
    """The products that steps write into a C-ordered response, for any of its shape and dtype."""
    start = response.ctypes.data
    return [
        Product(matrix, windows, out.shape, out.strides, out.ctypes.data - start) for _, (matrix, windows, out) in steps
    ]


def multiply_into(response: Array, products: list[Product]) -> None:
    """Make the products in this response.  A view of its buffer takes a fifth of the time of a stride trick."""
    for matrix, windows, shape, strides, offset in products:
        np.matmul(matrix, windows, np.ndarray(shape, response.dtype, response, offset, strides))


def pieces_of(length: int, multiplies: int) -> Iterator[tuple[int, int, int]]:
    """(start, pieces, width): a length cut into equal pieces of few enough multiplications, and what is left."""
    most = max(64, SMALL_PRODUCT // multiplies)
    pieces = -(-length // most)
    width = length // pieces
    yield 0, pieces, width
    if pieces * width < length:
        yield pieces * width, 1, length - pieces * width


def _pieces(array: Array, pieces: int, width: int) -> Array:
    """(blocks, rows, pieces * width) as (blocks, pieces, rows, width), the same memory."""
    blocks, rows, _ = array.shape
    if pieces == 1:
        return array[:, np.newaxis]
    strides = (array.strides[0], width * array.itemsize, *array.strides[1:])
    return as_strided(array, (blocks, pieces, rows, width), strides)
