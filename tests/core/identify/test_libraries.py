"""Real filters of other libraries, asked directly."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.identify.identifying import identify
from convcli.core.identify.prediction import predict
from convcli.core.identify.probes import probes
from tests.core.identify.hidden import unseen_picture

LOPSIDED = np.array([[1, 2, 3], [0, 4, 0], [1, 1, 0]])
WIDE = np.array([[1, 0, 2, 0, 3], [0, 1, 4, 0, 0], [1, 0, 5, 2, 0], [0, 0, 1, 0, 0], [2, 1, 0, 0, 1]])
UNSEEN = unseen_picture(np.random.default_rng(9))


def judged(filtered, meant=None):
    verdict = identify({probe.name: filtered(probe.pixels) for probe in probes(extras=False)}, meant)
    off = np.abs(predict(verdict, UNSEEN).astype(int) - filtered(UNSEEN))
    return verdict, off


@pytest.mark.parametrize(
    ("mode", "border"),
    [("nearest", "edge"), ("constant", "zero"), ("reflect", "symmetric"), ("mirror", "reflect"), ("wrap", "wrap")],
)
def test_scipy_modes_are_told_apart_with_a_shifted_origin(mode: str, border: str) -> None:
    """SciPy's `reflect` is our symmetric; origin (1, -1) puts the anchor at (3, 1)."""
    ndimage = pytest.importorskip("scipy.ndimage")
    whole = WIDE.astype(float)
    verdict, off = judged(
        lambda x: np.clip(
            np.rint(ndimage.correlate(x.astype(float), whole, mode=mode, origin=(1, -1)) / 32), 0, 255
        ).astype(np.uint8),
        WIDE,
    )
    assert (verdict.border.value, verdict.anchor.value, verdict.flipped.value) == (border, (3, 1), False)
    assert verdict.rounding.value == "half even"
    assert not off.any()


def test_opencv_filter2d_correlates_and_reflects() -> None:
    """Its default border is reflect 101, and it does not flip."""
    cv2 = pytest.importorskip("cv2")
    verdict, off = judged(lambda x: cv2.filter2D(x, -1, LOPSIDED / 16.0), LOPSIDED)
    assert (verdict.flipped.value, verdict.border.value, verdict.overflow.alternatives) == (
        False,
        "reflect",
        ("clamp", "wrap"),
    )
    assert off.max() <= 1


def test_opencv_median_is_no_convolution() -> None:
    """It takes one of nine pixels."""
    cv2 = pytest.importorskip("cv2")
    assert identify({p.name: cv2.medianBlur(p.pixels, 3) for p in probes(extras=False)}).reason == "median"


def test_pillow_kernel_correlates_and_copies_its_border() -> None:
    """Two rows and columns of a 5 x 5 kernel stay as they were."""
    pillow = pytest.importorskip("PIL.Image")
    from PIL import ImageFilter

    total = int(WIDE.sum())
    chosen = ImageFilter.Kernel((5, 5), WIDE.ravel().tolist(), total)
    verdict, off = judged(lambda x: np.asarray(pillow.fromarray(x).filter(chosen)), WIDE)
    assert verdict.identified
    assert verdict.border.value == "copied"
    assert verdict.model is not None
    assert verdict.model.edges.band == (2, 2, 2, 2)
    assert off.max() <= 1
