"""Pictures made to fit: against Pillow, which resamples by the same rule."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from convcli.core.forward.fitting import Part, fitted, part_of

RNG = np.random.default_rng(31)
SIZES = [
    ((40, 57), (9, 9)),
    ((9, 7), (23, 30)),
    ((31, 64), (31, 16)),
    ((5, 5), (5, 5)),
    ((200, 3), (7, 5)),
    ((1, 1), (4, 3)),
]


@pytest.mark.parametrize(("given", "wanted"), SIZES)
@pytest.mark.parametrize("fit", ["crop", "resize"])
def test_resampling_is_pillows_bilinear_of_the_same_box(
    given: tuple[int, int], wanted: tuple[int, int], fit: str
) -> None:
    """Larger and smaller, whole and in part; in floats, so that nothing is rounded."""
    picture = RNG.uniform(0, 255, given).astype(np.float32)
    part = part_of(*given, wanted, fit)
    box = (part.left, part.top, part.left + part.width, part.top + part.height)
    theirs = Image.fromarray(picture).resize(wanted[::-1], Image.Resampling.BILINEAR, box=box)
    ours = fitted(picture[:, :, np.newaxis], part, wanted)[:, :, 0]
    assert np.abs(ours - np.asarray(theirs)).max() < 1e-3


def test_the_middle_has_the_inputs_shape() -> None:
    """A wide picture loses left and right, a high one above and below, alike on both sides."""
    assert part_of(40, 60, (10, 10), "crop") == Part(0, 10, 40, 40)
    assert part_of(60, 40, (20, 10), "crop") == Part(0, 5, 60, 30)
    assert part_of(60, 40, (20, 10), "resize") == Part(0, 0, 60, 40)


def test_a_constant_picture_stays_constant() -> None:
    """Weights sum to 1, at the edges too; channels do not mix."""
    picture = np.broadcast_to(np.float32([3, 200]), (13, 8, 2))
    assert np.allclose(fitted(picture, part_of(13, 8, (5, 11), "resize"), (5, 11)), [3, 200])
