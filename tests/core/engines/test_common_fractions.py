"""Kernels of common fractions, from bytes to bytes: exact fractions, rounded half to even, decide."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.response import Response
from convcli.core.correlation.sinks import PixelSink
from convcli.core.display.mapping import mapping
from convcli.core.problem.options import Options
from tests.oracles import correlate_plane, same_padding

RNG = np.random.default_rng(12)


@pytest.mark.parametrize("engine", ["direct", "separable"])
@pytest.mark.parametrize(
    ("whole", "denominator"),
    [
        (np.ones((3, 3)), 9),
        (np.outer([1, 2, 1], [1, 2, 1]), 16),
        (np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]), 256),
        (np.outer([1, 0, -1], [3, 5]), 8),  # negative quotients, clamped
        (np.ones((5, 5)), 25),
        (np.ones((2, 2)), 4),  # ties everywhere
        (np.ones((2, 5)), 10),  # no divisor: floats
    ],
    ids=["box", "binomial", "binomial-5", "signed", "box-5", "quarter", "tenth"],
)
@pytest.mark.parametrize("shape", [(17, 23), (12, 19, 3)])
def test_pixels_of_common_fractions_are_the_exact_ones(
    engine: str, whole: Any, denominator: int, shape: tuple[int, ...]
) -> None:
    """Summed in whole numbers, divided and rounded once: no pixel differs from exact arithmetic, ties included."""
    picture = RNG.integers(0, 256, shape, dtype=np.uint8)
    correlation = prepare(picture, whole / denominator, Options.of(engine=engine))
    pixels = Response(correlation).pixels([mapping("clip", np.uint8)], np.uint8).array[:, :, 0]
    planes = picture.reshape(*shape[:2], -1)
    for channel in range(planes.shape[2]):
        sums = correlate_plane(
            planes[:, :, channel], whole.astype(float), border="edge", padding=same_padding(*whole.shape)
        )
        exact = [[min(max(round(Fraction(value) / denominator), 0), 255) for value in row] for row in sums]
        assert pixels[:, :, channel].tolist() == exact


def test_a_bias_and_other_displays_keep_to_floats() -> None:
    """Only what nothing but rounding is done to is divided in integers; the results are one and the same."""
    picture = RNG.integers(0, 256, (9, 14), dtype=np.uint8)
    box = np.full((3, 3), 1 / 9)
    plain = prepare(picture, box).response()
    for display, shown in (("clip", plain + 7), ("offset", plain + 7 + 128)):
        pixels = (
            Response(prepare(picture, box, Options.of(bias=7))).pixels([mapping(display, np.uint8)], np.uint8).array
        )
        assert np.array_equal(pixels[:, :, 0, 0], np.clip(np.rint(shown), 0, 255))
    assert PixelSink(np.empty((1, 1, 1, 1), np.uint8), [mapping("clip", np.uint8)]).divides
    assert not PixelSink(np.empty((1, 1, 1, 1), np.uint8), [mapping("offset", np.uint8)]).divides
    assert not PixelSink(np.empty((1, 1, 1, 1), np.uint8), [mapping("abs", np.uint8)]).divides
