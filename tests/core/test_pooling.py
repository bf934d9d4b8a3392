"""Pooling: each window by itself, held to a nested loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.core.pooling import Pool, average_pool, max_pool, parse_pool
from convcli.errors import GeometryError, OptionError


def looped(array, kind, size, stride):
    """The definition: window by window, channel by channel, value by value."""
    rows = (array.shape[0] - size[0]) // stride[0] + 1
    columns = (array.shape[1] - size[1]) // stride[1] + 1
    flat = array.reshape(*array.shape[:2], -1)
    out = np.empty((rows, columns, flat.shape[2]))
    for r in range(rows):
        for c in range(columns):
            for k in range(flat.shape[2]):
                values = [
                    flat[r * stride[0] + i, c * stride[1] + j, k].item() for i in range(size[0]) for j in range(size[1])
                ]
                out[r, c, k] = max(values) if kind == "max" else math.fsum(values) / len(values)
    return out.reshape(rows, columns, *array.shape[2:])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.integers(1, 5),
    st.sampled_from([None, 1, 3]), st.sampled_from([np.uint8, np.int32, np.float64]),
)  # fmt: skip
def test_a_pooled_value_is_its_windows_own(rows, columns, h, w, down, across, channels, dtype):
    """Windows of any shape and step equal the nested loop, on maps with and without channels."""
    shape = (rows + h - 1, columns + w - 1) + ((channels,) if channels else ())
    array = np.random.default_rng(rows * 10 + w).integers(0, 256, shape).astype(dtype)
    for kind, pool in (("max", max_pool), ("avg", average_pool)):
        pooled = pool(array, (h, w), (down, across))
        expected = looped(array, kind, (h, w), (down, across))
        assert pooled.shape == expected.shape
        np.testing.assert_array_equal(pooled, expected)


def test_the_step_is_the_window_unless_given():
    """max:2 on the textbook's 4x4 map gives one value per quarter; stride 1 gives nine."""
    array = np.array([[1, 0, 2, 3], [4, 6, 6, 8], [3, 1, 1, 0], [1, 2, 2, 4]])
    assert max_pool(array, 2).tolist() == [[6, 8], [3, 4]]
    assert max_pool(array, 2, 1).tolist() == [[6, 6, 8], [6, 6, 8], [3, 2, 4]]


def test_the_largest_of_integers_stays_an_integer_and_their_mean_is_exact():
    """A maximum keeps its dtype; 255 and 254 have the mean 254.5, in float64."""
    array = np.array([[255, 254]], np.uint8)
    assert max_pool(array, (1, 2)).dtype == np.uint8
    mean = average_pool(array, (1, 2))
    assert mean.dtype == np.float64
    assert mean.tolist() == [[254.5]]
    assert average_pool(array.astype(np.float32), (1, 2)).dtype == np.float32
    assert average_pool(np.array([[True, False]]), (1, 2)).tolist() == [[0.5]]
    assert average_pool(np.full((1, 2), 2**62), (1, 2)).tolist() == [[2.0**62]]  # would overflow an int64


def test_nan_and_infinity_stay_in_their_windows():
    """NaN makes the windows that hold it NaN and no others; infinities of both signs have no mean."""
    array = np.array([[math.nan, 1.0, 2.0, 5.0], [math.inf, -math.inf, 3.0, 4.0]])
    np.testing.assert_array_equal(max_pool(array, (1, 2)), [[math.nan, 5.0], [math.inf, 4.0]])
    np.testing.assert_array_equal(average_pool(array, (1, 2)), [[math.nan, 3.5], [math.nan, 3.5]])


def test_the_input_is_neither_modified_nor_shared():
    """A window of 1 copies: writing to the result leaves the map as it was."""
    array = np.arange(6.0).reshape(2, 3)
    for pool in (max_pool, average_pool):
        pool(array, 1)[:] = -1
        np.testing.assert_array_equal(array, np.arange(6.0).reshape(2, 3))


def test_a_window_larger_than_the_map_is_refused_with_both_sizes():
    """The message has the window's and the map's sizes."""
    with pytest.raises(GeometryError, match=r"max:4x3 needs at least 4 × 3 values and the map has 3 × 9"):
        max_pool(np.zeros((3, 9)), (4, 3))
    with pytest.raises(OptionError, match="pooling stride: 0"):
        max_pool(np.zeros((3, 9)), 2, 0)


@pytest.mark.parametrize(
    ("text", "pool"),
    [
        ("max:2", Pool("max", (2, 2), (2, 2))),
        ("avg:3,stride=2", Pool("avg", (3, 3), (2, 2))),
        ("AVG:2x3, stride=1", Pool("avg", (2, 3), (1, 1))),
        ("max:2,stride=1x2", Pool("max", (2, 2), (1, 2))),
    ],
)
def test_a_pooling_is_read_from_text_and_written_back(text, pool):
    """Kind, window and step are read, and the label is text that reads back."""
    assert parse_pool(text) == pool
    assert parse_pool(pool.label) == pool


@pytest.mark.parametrize("text", ["max", "max:", "max:0", "max:2,step=2", "max:2,stride=", "max:2,", "max:2x2x2"])
def test_text_that_is_no_pooling_is_refused_whole(text):
    """The message has the text as it was given, and the form it should have."""
    with pytest.raises(OptionError, match=r"pool: .*as in max:2") as caught:
        parse_pool(text)
    assert f"{text} is not allowed" in str(caught.value)


def test_an_unknown_pooling_is_named():
    """Only max and avg exist."""
    with pytest.raises(OptionError, match="pool: mean:2 is not allowed; give max or avg with its window, as in max:2"):
        parse_pool("mean:2")
    with pytest.raises(OptionError, match=r"pool: 2 is not allowed; give max or avg"):
        parse_pool("2")
    with pytest.raises(OptionError, match=r"did you mean max:2,stride=1\? give max or avg"):
        parse_pool("maxx:2,stride=1")


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize(("size", "stride"), [((2, 2), (2, 2)), ((3, 2), (1, 2)), ((2, 3), (5, 1))])
def test_bands_of_rows_pool_as_one(kind, size, stride, monkeypatch):
    """A map that is pooled a row or two at a time equals the loop: windows that bands share, rows between."""
    monkeypatch.setattr("convcli.core.pooling.BAND_SAMPLES", 40)
    array = np.random.default_rng(6).integers(0, 256, (23, 9, 2), dtype=np.uint8)
    pooled = Pool(kind, size, stride)(array)
    assert np.allclose(pooled, looped(array, kind, size, stride), rtol=1e-12, atol=0)
