"""Axes of a layer's weights, filters first and filters last."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.kernel.axes import depthwise, filters_first, is_doubtful, read_the_other_way
from convcli.core.kernel.stack import KernelStack


def kernels(*shape: int):
    """Kernels of (F, C, h, w), every weight another number."""
    return KernelStack.of(np.arange(np.prod(shape), dtype=float).reshape(shape)).kernels


def test_filters_last_is_one_weight_at_a_time() -> None:
    """weights[i, j, c, f] of Keras is weight [f, c, i, j]; of (h, w, F) alike; (h, w) has one meaning."""
    keras = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    found = filters_first(keras, "hwcf")
    assert found.shape == (5, 4, 2, 3)
    assert all(found[f, c, i, j] == keras[i, j, c, f] for i, j, c, f in np.ndindex(*keras.shape))
    plain = np.arange(24).reshape(2, 3, 4)
    assert all(filters_first(plain, "hwcf")[f, i, j] == plain[i, j, f] for i, j, f in np.ndindex(2, 3, 4))
    assert np.array_equal(filters_first(plain[0], "hwcf"), plain[0])
    assert filters_first(keras, "fchw") is keras


def test_the_other_reading_is_that_of_the_file() -> None:
    """What was read as (3, 4, 5, 2) filters first is two filters of 3x4 on 5 channels."""
    given = kernels(3, 4, 5, 2)
    array = np.stack([kernel.weights for kernel in given])
    other = read_the_other_way(given)
    assert [kernel.weights.shape for kernel in other] == [(5, 3, 4)] * 2
    assert other[1].weights[2, 0, 3] == array[0, 3, 2, 1]


@pytest.mark.parametrize("shape", [(64, 3, 7, 7), (3, 64, 3, 3), (32, 1, 3, 3)])
def test_no_kernel_of_a_network_has_more_rows_than_thirty_one(shape: tuple[int, ...]) -> None:
    """A layer of many filters is not taken for a large kernel."""
    assert read_the_other_way(kernels(*shape)) == ()


@pytest.mark.parametrize(
    ("shape", "doubtful"),
    [((3, 3, 3, 2), True), ((3, 3, 3, 3), True), ((5, 5, 3, 8), True), ((16, 3, 3, 3), False), ((5, 3, 3, 2), True)],
)
def test_a_reading_is_in_doubt_unless_it_alone_has_square_kernels(shape: tuple[int, ...], *, doubtful: bool) -> None:
    """Sixteen filters of 3x3 on three channels are no kernels of 16x3."""
    given = kernels(*shape)
    assert is_doubtful(given, read_the_other_way(given)) is doubtful


def test_depthwise_weights_of_keras_go_channel_by_channel() -> None:
    """(h, w, C, M): response c * M + m is of weights[:, :, c, m]."""
    keras = np.arange(2 * 3 * 4 * 2, dtype=float).reshape(2, 3, 4, 2)
    apart = depthwise(KernelStack.of(filters_first(keras, "hwcf")).kernels, 4)
    assert len(apart) == 8
    for number, kernel in enumerate(apart):
        assert np.array_equal(kernel.weights[0], keras[:, :, number // 2, number % 2])
    assert depthwise(KernelStack.of(filters_first(keras, "hwcf")).kernels, 2) == ()


def test_the_first_reading_that_fits_is_taken() -> None:
    """Filters first where both fit; the other where it alone does; itself where none does."""
    first = KernelStack.of(np.ones((3, 3, 1, 8)))
    other = KernelStack.of(np.ones((8, 1, 3, 3)))
    stack = KernelStack(first.kernels, True, other)
    assert [stack.reading_for(depth) is other for depth in (1, 3, 4)] == [True, False, False]
