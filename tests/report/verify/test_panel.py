"""The panel of both ways: its greys say what they are."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.kernel.kernel import Kernel
from convcli.core.laws.contrast import contrast
from convcli.report.drawing.marks import Embedded, Text
from convcli.report.verify.panel import verify_panel

PICTURE = np.full((40, 50), 7, np.uint8)
PICTURE[:, 20:30] = 200


@pytest.mark.parametrize(
    ("weights", "signed"),
    [
        ([[-1, 0, 1]], True),
        ([[-100, 0, 101]], True),  # sums to nearly nothing, as many learned kernels do
        ([[1, -2, 0.99]], True),
        ([[1, 2, 1]], False),
        ([[0, 5, -1]], False),
    ],
)
def test_kernels_that_sum_to_about_zero_are_shown_around_mid_grey(weights: list[list[float]], signed: bool) -> None:
    """Scale and pixels agree: 0 in the middle, or the smallest response black and the largest white."""
    found = contrast(PICTURE, Kernel("kernel", weights))
    drawing = verify_panel(PICTURE, found, Kernel("kernel", weights), [])
    pictures = [
        mark.pixels for mark in drawing.marks if isinstance(mark, Embedded) and mark.pixels.shape[:2] == (40, 50)
    ]
    correlation = pictures[1]
    low, high = float(found.correlation.min()), float(found.correlation.max())
    both = float(max(abs(found.correlation).max(), abs(found.convolution).max()))
    row, column = np.unravel_index(found.correlation.argmax(), found.correlation.shape)
    expected = (
        128 + 127 * high / both
        if signed
        else 255
        * (high - min(low, found.convolution.min()))
        / (max(high, found.convolution.max()) - min(low, found.convolution.min()))
    )
    assert abs(int(correlation[row, column]) - expected) <= 1
    words = [mark.words for mark in drawing.marks if isinstance(mark, Text)]
    assert ("0" in words) or not signed
    assert words[0].startswith("One kernel, both ways: " + " ".join(f"{value:g}" for value in weights[0]))
