"""What is no convolution is refused, by the right word."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.identify.identifying import identify
from convcli.core.identify.probes import probes

pytest.importorskip("scipy")


SLOW = ("solarise", "kuwahara")


def names() -> list[object]:
    from tests.core.identify.refused import REFUSED

    return [pytest.param(name, marks=pytest.mark.long) if name in SLOW else name for name in REFUSED]


@pytest.mark.parametrize("name", names())
def test_a_filter_that_is_no_convolution_is_refused_by_the_right_word(name: str) -> None:
    """Median, bilateral, histogram, position: one word each."""
    from tests.core.identify.refused import REFUSED

    filtered, word = REFUSED[name]
    verdict = identify({probe.name: filtered(probe.pixels) for probe in probes(extras=False)})
    assert (verdict.identified, verdict.reason) == (False, word)
    assert verdict.model is None


def test_no_answers_are_refused_as_such() -> None:
    """A command that gives no picture has shown nothing."""
    assert identify({}).reason == "no-picture"


@pytest.mark.long
def test_a_kernel_larger_than_the_probes_hold_is_not_called_bilateral() -> None:
    """The mean of 41 x 41 is linear: what is said is how large a kernel the probes hold."""
    from scipy import ndimage

    verdict = identify(
        {
            p.name: np.rint(ndimage.uniform_filter(p.pixels.astype(float), 41)).astype(np.uint8)
            for p in probes(extras=False)
        }
    )
    assert (verdict.identified, verdict.reason) == (False, "unexplained")
    assert "no kernel up to 31 x 31" in verdict.sentence
