"""Products in pieces, and products put into one array after another: einsum decides."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.arithmetic.blas import block_products, multiply_into, pieces_of, products_of
from convcli.core.arithmetic.calls import run_steps

RNG = np.random.default_rng(33)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 1000, 4097])
def test_products_in_pieces_are_the_product(length: int) -> None:
    """However the columns are cut, and whatever is left over."""
    matrix, windows = RNG.integers(-9, 9, (4, 900)).astype(float), RNG.integers(-9, 9, (2, 900, length)).astype(float)
    out = np.empty((2, 4, length))
    run_steps(block_products(matrix, windows, out))
    assert np.array_equal(out, np.einsum("mk,bkl->bml", matrix, windows))
    covered = [range(start, start + pieces * width) for start, pieces, width in pieces_of(length, matrix.size)]
    assert [column for stretch in covered for column in stretch] == list(range(length))


def test_products_go_to_the_same_offset_of_any_array() -> None:
    """Two blocks behind one row that is nobody's, in one array and then in another."""
    matrix, windows = RNG.normal(size=(3, 5)), RNG.normal(size=(2, 5, 700))
    expected = np.einsum("mk,bkl->bml", matrix, windows).reshape(6, 700)
    first, second = np.zeros((7, 700)), np.ones((7, 700))
    products = products_of(block_products(matrix, windows, first[1:].reshape(2, 3, 700)), first)
    for response in (first, second):
        before = response[0].copy()
        multiply_into(response, products)
        assert np.array_equal(response[0], before)
        assert np.abs(response[1:] - expected).max() < 1e-12
