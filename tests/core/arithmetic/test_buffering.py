"""The buffer of NumPy's operations: shorter where pictures are correlated, as it was everywhere else."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest

from convcli.core.arithmetic import buffering
from convcli.core.arithmetic.buffering import short_buffer
from convcli.core.correlation.correlate import prepare
from convcli.core.engines import ENGINES
from convcli.core.problem.options import Options
from convcli.errors import UnknownNameError


def test_the_buffer_is_short_inside_the_block_and_as_it_was_after_it() -> None:
    """Also where the block is left by an error."""
    before, inside = np.getbufsize(), []
    with contextlib.suppress(ZeroDivisionError), short_buffer():
        inside.append(np.getbufsize())
        raise ZeroDivisionError
    assert inside == [buffering.NUMBERS]
    assert np.getbufsize() == before != buffering.NUMBERS


def test_a_correlation_leaves_the_buffer_of_its_caller_alone() -> None:
    """Whoever set it to something else finds it so."""
    before = np.setbufsize(4096)
    try:
        prepare(np.ones((9, 7)), np.ones((3, 3))).response()
        assert np.getbufsize() == 4096
    finally:
        np.setbufsize(before)


@pytest.mark.parametrize("name", ENGINES.names())
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_no_response_depends_on_the_buffer(name: str, dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a bit of it, in rows that are shorter and longer than it."""
    rng = np.random.default_rng(6)
    picture = (rng.random((61, 1213)) * 255).astype(dtype)
    kernel = rng.normal(size=(5, 4))
    try:
        correlation = prepare(picture, kernel, Options.of(engine=name))
    except UnknownNameError:
        pytest.skip(f"{name} does not run it")
    responses = []
    for numbers in (16, 2048, 1 << 16):
        monkeypatch.setattr(buffering, "NUMBERS", numbers)
        responses.append(correlation.response().tobytes())
    assert responses[0] == responses[1] == responses[2]
