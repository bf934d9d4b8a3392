"""Strips: rows of the padded picture, whatever the border, the padding and the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.core.arithmetic.scratch import Scratch
from convcli.core.correlation.correlate import prepare
from convcli.core.correlation.row_source import ArrayRows
from convcli.core.correlation.strip import Strip, Surroundings
from convcli.core.problem.options import Options
from tests.oracles import source


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.tuples(st.integers(1, 6), st.integers(1, 7), st.integers(1, 3)),
    st.tuples(*[st.integers(0, 15)] * 4),
    st.sampled_from(["edge", "zero", "symmetric", "reflect", "wrap", "constant:7", "constant:-7"]),
    st.sampled_from([np.uint8, np.int16, np.float32]),
    st.data(),
)
def test_a_strip_is_what_the_border_says(shape: Any, padding: Any, border: str, dtype: Any, data: Any) -> None:
    """Sample by sample, by the rule for one position: reflections repeat, wrap goes round and round."""
    picture = np.random.default_rng(sum(shape)).integers(1, 99, shape).astype(dtype)
    problem = prepare(picture, [[1.0]], Options.of(padding=padding, border=border)).problem
    top, bottom, left, right = padding
    count = data.draw(st.integers(1, shape[0] + top + bottom))
    first = data.draw(st.integers(0, shape[0] + top + bottom - count))
    strip = Strip(Surroundings(problem, ArrayRows(picture)), count, np.dtype(np.float64), Scratch())
    for _ in range(2):  # filled anew, whatever was left in it
        strip.samples[...] = np.nan
        strip.gather(first)
    name, _, fill = border.partition(":")
    rule = "zero" if fill else name
    rows = [source(first + row - top, shape[0], rule) for row in range(count)]
    columns = [source(column - left, shape[1], rule) for column in range(left + shape[1] + right)]
    outside = np.full(shape[2], float(fill or 0))
    expected = [[outside if r is None or c is None else picture[r, c] for c in columns] for r in rows]
    assert np.array_equal(strip.samples.reshape(count, -1, shape[2]), np.array(expected, np.float64))


@pytest.mark.parametrize(
    ("dtype", "border", "sums", "kept"),
    [
        (np.uint8, "edge", np.float32, np.uint8),
        (np.uint8, "constant:255", np.float32, np.uint8),
        (np.uint8, "constant:256", np.float32, np.float32),
        (np.uint8, "constant:-1", np.float32, np.float32),
        (np.uint8, "constant:0.5", np.float32, np.float32),
        (np.int16, "constant:-1", np.float32, np.int16),
        (np.int32, "edge", np.float32, np.float32),
        (np.int32, "edge", np.float64, np.int32),
        (np.float32, "edge", np.float64, np.float64),
    ],
)
def test_bytes_stay_bytes_where_they_hold_the_fill(dtype: Any, border: str, sums: Any, kept: Any) -> None:
    """The picture's own dtype is gathered if it is narrower and nothing of the border is lost in it."""
    assert (
        prepare(np.ones((4, 5), dtype), [[1.0]], Options.of(border=border)).problem.strip_dtype(np.dtype(sums)) == kept
    )
