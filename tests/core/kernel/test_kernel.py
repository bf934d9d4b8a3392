"""Kernel: checked, copied in, frozen."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.normalize import normalized
from convcli.core.kernel.stack import KernelStack
from convcli.errors import KernelError, UnknownNameError


def test_a_kernel_is_a_copy_that_nobody_can_change() -> None:
    """Changing the caller's array changes nothing; writing to the weights fails."""
    given = np.array([[1.0, 2.0], [3.0, 4.0]])
    kernel = Kernel("k", given)
    given[0, 0] = 99
    assert kernel.weights.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match="read-only"):
        kernel.weights[0, 0] = 5
    assert given.flags.writeable


def test_flipping_turns_rows_and_columns_round_and_leaves_channels_in_order() -> None:
    """Both spatial axes, never the channel axis."""
    assert Kernel("k", [[1, 2, 3], [4, 5, 6]]).flipped().weights.tolist() == [[6, 5, 4], [3, 2, 1]]
    deep = Kernel("k", [[[1, 2]], [[3, 4]]])
    assert deep.flipped().weights.tolist() == [[[2, 1]], [[4, 3]]]
    assert deep.channels == 2


def test_a_kernel_knows_its_size_sum_and_kind() -> None:
    """Facts that plans and displays rest on."""
    kernel = Kernel("k", [[1, -3, 2.5]])
    assert (kernel.height, kernel.width, kernel.channels, kernel.sum) == (1, 3, None, 0.5)
    assert not kernel.is_integer
    assert not kernel.sums_to_zero
    assert Kernel("k", [[0.1, 0.2, -0.3]]).sums_to_zero  # only up to rounding


@pytest.mark.parametrize(
    ("weights", "why"),
    [([], "shape"), ([1, 2], "shape"), ([[]], "shape"), ([[1, 2], [3]], "ragged"), ([["a"]], "real numbers"),
     ([[1j]], "real numbers"), ([[np.nan]], "NaN"), ([[np.inf]], "infinity"), (np.zeros((1, 1, 1, 1)), "shape")],
)  # fmt: skip
def test_what_is_no_kernel_is_refused_by_name(weights: object, why: str) -> None:
    """The message names the kernel and the rule."""
    with pytest.raises(KernelError, match=f"'odd'.*{why}"):
        Kernel("odd", weights)  # type: ignore[arg-type]


def test_arrays_become_kernels_by_their_number_of_axes() -> None:
    """(h, w) is one; (F, h, w) and (F, C, h, w) are stacks, even of one."""
    assert not KernelStack.of([[1, 2]]).several
    stack = KernelStack.of(np.arange(6).reshape(3, 1, 2))
    assert stack.several
    assert [k.weights.tolist() for k in stack] == [[[0, 1]], [[2, 3]], [[4, 5]]]
    (deep,) = KernelStack.of(np.zeros((1, 3, 2, 2)))
    assert deep.channels == 3
    assert KernelStack.of([Kernel("a", [[1]]), [[2]]]).array.tolist() == [[[1]], [[2]]]
    for bad in ([1, 2], np.zeros((0, 2, 2)), [[1, 2], [3]], []):
        with pytest.raises(KernelError):
            KernelStack.of(bad)


def test_a_stack_keeps_what_it_was_given_as() -> None:
    """One of several is still several; flipping and choosing one say nothing new about that."""
    pair = KernelStack.of([Kernel("a", [[1, 2]]), Kernel("b", [[3, 4]])])
    assert [k.weights.tolist() for k in pair.flipped()] == [[[2, 1]], [[4, 3]]]
    assert pair.flipped().several
    assert KernelStack.of(pair) is pair
    assert not pair.only(1).several
    assert pair.only(1).array.tolist() == [[3, 4]]
    assert KernelStack.of([Kernel("a", [[1, 2]])]).several


def test_kernels_of_several_sizes_meet_at_their_anchors() -> None:
    """Zeros are put around, so that k // 2 of each lies on k // 2 of the common size."""
    weights, added = KernelStack.of([Kernel("a", [[5]]), Kernel("b", [[1, 2, 3, 4]])]).weights(1)
    assert not added
    assert weights[:, 0].tolist() == [[[0, 0, 5, 0]], [[1, 2, 3, 4]]]
    with pytest.raises(KernelError, match="some have not"):
        KernelStack.of([Kernel("a", [[5]]), Kernel("b", np.ones((2, 1, 1)))]).weights(2)
    with pytest.raises(KernelError, match="other channel counts"):
        KernelStack.of([Kernel("a", np.ones((3, 1, 1))), Kernel("b", np.ones((2, 1, 1)))]).weights(2)


def test_channels_are_added_where_each_has_weights_or_it_is_asked() -> None:
    """(F, D, h, w): D is 1 for the same kernel in every channel."""
    plain, deep = Kernel("a", [[1, 2]]), Kernel("d", [[[1, 2]], [[3, 4]]])
    assert KernelStack.of(plain).weights(3)[0].shape == (1, 1, 1, 2)
    same, added = KernelStack.of(plain).weights(2, add_channels=True)
    assert (added, same.tolist()) == (True, [[[[1, 2]], [[1, 2]]]])
    assert KernelStack.of(deep).weights(2)[1]
    with pytest.raises(KernelError, match="for 2 channels; the picture has 3"):
        KernelStack.of(deep).weights(3)


def test_normalisations_make_the_sums_they_name() -> None:
    """Sum 1; magnitudes 1; positives 1 and negatives -1; then the scale."""
    kernel = Kernel("k", [[1, 3, -2]])
    assert normalized(kernel, "none", 2).weights.tolist() == [[2, 6, -4]]
    assert normalized(kernel, "sum").weights.tolist() == [[0.5, 1.5, -1]]
    assert normalized(kernel, "l1", 6).weights.tolist() == [[1, 3, -2]]
    assert normalized(kernel, "split").weights.tolist() == [[0.25, 0.75, -1]]
    assert normalized(Kernel("k", [[1, 3]]), "split").weights.tolist() == [[0.25, 0.75]]


def test_a_kernel_that_cannot_be_normalised_says_why() -> None:
    """Zero sums and all-zero kernels are refused, unknown ways get suggestions."""
    with pytest.raises(KernelError, match="sums to 0"):
        normalized(Kernel("edge", [[1, -1]]), "sum")
    with pytest.raises(KernelError, match="all zeros"):
        normalized(Kernel("nothing", [[0, 0]]), "l1")
    with pytest.raises(UnknownNameError, match="split"):
        normalized(Kernel("k", [[1]]), "spilt")
