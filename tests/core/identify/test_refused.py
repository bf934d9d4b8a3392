"""What is no convolution is refused, by the right word."""

from __future__ import annotations

import pytest

from convcli.core.identify.identifying import identify
from convcli.core.identify.probes import probes

pytest.importorskip("scipy")


def names() -> list[str]:
    from tests.core.identify.refused import REFUSED

    return list(REFUSED)


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
