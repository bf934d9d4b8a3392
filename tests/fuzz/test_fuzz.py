"""A hundred and fifty examples of each target; `python -m tests.fuzz` runs as many as there is time for."""

from __future__ import annotations

import pytest

from tests.fuzz.__main__ import fuzz
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_only_our_own_errors_come_out(name: str) -> None:
    """Whatever comes in: an answer, or a ConvcliError; and both happen."""
    run, taken = fuzz(TARGETS[name], 150)
    assert run >= 150
    assert 0 < taken < run
