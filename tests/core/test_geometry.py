"""Sizes, against enumeration of the windows that fit."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.core.geometry import check_stride, extent, output_length, padding_for, receptive_field
from convcli.errors import GeometryError, OptionError, UnknownNameError


@settings(derandomize=True, deadline=None)
@given(
    n=st.integers(1, 20), k=st.integers(1, 7), before=st.integers(0, 5), after=st.integers(0, 5),
    stride=st.integers(1, 4), dilation=st.integers(1, 3),
)  # fmt: skip
def test_output_length_counts_the_windows_that_fit(
    n: int, k: int, before: int, after: int, stride: int, dilation: int
) -> None:
    """Slide a window over the padded positions and count; none fitting is an error."""
    positions = range(n + before + after)
    starts = [p for p in positions[::stride] if p + dilation * (k - 1) in positions]
    if starts:
        assert output_length(n, k, before=before, after=after, stride=stride, dilation=dilation) == len(starts)
    else:
        with pytest.raises(GeometryError, match=f"spans {extent(k, dilation)} .*has only {len(positions)}[,;]"):
            output_length(n, k, before=before, after=after, stride=stride, dilation=dilation)


@settings(derandomize=True, deadline=None)
@given(n=st.integers(1, 20), k=st.integers(1, 9), dilation=st.integers(1, 3))
def test_named_sizes_give_the_lengths_they_promise(n: int, k: int, dilation: int) -> None:
    """same keeps the length, full adds the reach."""
    for size, expected in (("same", n), ("full", n + dilation * (k - 1))):
        top, bottom, left, right = padding_for(size, (k, k), (dilation, dilation))
        assert (top, bottom) == (left, right)
        assert output_length(n, k, before=top, after=bottom, dilation=dilation) == expected


def test_an_even_kernels_odd_pixel_of_padding_comes_first() -> None:
    """Four taps: two before, one after; two columns: one before, none after."""
    assert padding_for("same", (4, 2)) == (2, 1, 1, 0)
    assert padding_for("same", (4, 2), (3, 5)) == (6, 3, 5, 0)
    assert padding_for("valid", (4, 2)) == (0, 0, 0, 0)


def test_the_receptive_field_of_lenets_second_convolution() -> None:
    """5, then pooling by 2, then 5: 5 + 1 + 4*2 = 14 pixels, in steps of 2."""
    assert receptive_field([(5, 1, 1), (2, 2, 1), (5, 1, 1)]) == (14, 2)


def test_what_is_no_size_or_stride_is_refused() -> None:
    """Names get suggestions, numbers the rule."""
    with pytest.raises(UnknownNameError, match="did you mean same"):
        padding_for("sames", (3, 3))
    for bad in (0, -1, 1.5, True, "2", None, (2,), (1, 2, 3), (0, 2), (2, 0.5), (2, True), float("nan"), float("inf")):
        with pytest.raises(OptionError, match="at least 1, or two: \\(rows, columns\\)"):
            check_stride(bad)  # type: ignore[arg-type]
