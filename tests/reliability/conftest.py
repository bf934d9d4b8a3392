"""What the reliability tests share: one warm process for each file of tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.reliability.warm import Ended, Warm


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    """A process that runs command lines in children of its own."""
    if not hasattr(os, "memfd_create"):
        pytest.skip("the child processes need Linux")
    process = Warm()
    yield process
    process.close()


@pytest.fixture(scope="module")
def least(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Bytes of memory that a picture of one pixel costs."""
    ended: Ended = warm.run("apply", "7", "-k", "1", "-o", "out.png", cwd=tmp_path_factory.mktemp("least"))
    assert ended.code == 0, ended.err
    return ended.peak
