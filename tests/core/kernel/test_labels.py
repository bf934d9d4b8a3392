"""What kernels are called where people read."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.labels import kernel_labels
from convcli.kernels import kernel

LONG = "1 2 3 4; 5 6 7 8; 9 10 11 12"


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["0 1; 2 3"], ["0 1; 2 3"]),
        (["0 1; 2 3", "1 0 -1; 2 0 -2; 1 0 -1"], ["0 1; 2 3", "1 0 -1; 2 0 -2; 1 0 -1"]),
        (["1x3: 1,2,3"], ["1; 2; 3"]),
        (["0.5 -.25"], ["0.5 -0.25"]),
        (["1e-7 2e5"], ["1e-7 200000"]),
        (["sobel-x", "gaussian:sigma=2"], ["sobel-x", "gaussian:sigma=2"]),
        ([LONG], ["3×4 kernel"]),
        (["box", LONG, LONG], ["box", "3×4 kernel 1", "3×4 kernel 2"]),
        (["1/3 2/3"], ["1×2 kernel"]),
        (["123456789 1"], ["1×2 kernel"]),
    ],
)
def test_numbers_are_a_name_where_they_are_few_and_exact(texts: list[str], labels: list[str]) -> None:
    """A literal that is short is called as it would be typed; else by its size, and its place among several."""
    kernels = [kernel(text) for text in texts]
    assert kernel_labels(kernels) == labels
    for label, each in zip(labels, kernels, strict=True):
        if each.name == "kernel" and "×" not in label:
            np.testing.assert_array_equal(kernel(label).weights, each.weights)


def test_a_convolution_is_called_by_what_was_typed() -> None:
    """The kernel is turned, its label is not; a filter with channels has its size."""
    turned = kernel("0 1; 2 3").flipped().renamed("kernel")
    assert kernel_labels([turned], flipped=True) == ["0 1; 2 3"]
    assert kernel_labels([Kernel("kernel", np.ones((2, 1, 1)))]) == ["2×1×1 kernel"]
