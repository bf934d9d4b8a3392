"""What lies beyond black and white is counted, exactly, whatever the dtype and the layout of a response."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from convcli.core.display import mapping as mapping_module
from convcli.core.display.clipped import Clipped, count_beyond
from convcli.core.display.mapping import Mapping, mapping

DTYPES = (np.uint8, np.int8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float32, np.float64)
TOP = {np.uint8: 255, np.uint16: 65535}


def by_hand(response: np.ndarray, display: str, top: int) -> tuple[int, int]:
    """Fractions, rounded half to even; infinities are beyond every end and NaN is nowhere."""
    middle, counts = (top + 1) // 2, [0, 0]
    for value in response.ravel().tolist():
        if value != value:
            continue
        if value in (np.inf, -np.inf):
            counts[int(value > 0 or display == "abs")] += 1
            continue
        shown = {"clip": Fraction(value), "abs": abs(Fraction(value)), "offset": Fraction(value) + middle}[display]
        counts[0] += round(shown) < 0
        counts[1] += round(shown) > top
    return counts[0], counts[1]


def responses(dtype: Any) -> np.ndarray:
    """Values about both ends, of that dtype, halves among the floats: (5, 6, 4)."""
    rng, kind = np.random.default_rng(7), np.dtype(dtype)
    near = np.array([-129, -128, -1, 0, 1, 126, 127, 128, 254, 255, 256, 32767, 32768, 65535, 65536, -32769, -65537])
    if kind.kind == "f":
        near = np.concatenate([near, near + 0.5, near - 0.5, [np.nan, np.inf, -np.inf, 1e9, -1e9, 0.49, -0.51]])
    else:
        ends = np.iinfo(kind)
        near = np.array([v for v in near.tolist() if ends.min <= v <= ends.max] + [ends.min, ends.max], object)
    return rng.choice(near, 120).astype(kind).reshape(5, 6, 4)


@pytest.mark.parametrize("pixel_dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("display", ["clip", "abs", "offset"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_display_counts_what_it_clips(dtype: type, display: str, pixel_dtype: type) -> None:
    """Ten dtypes, three displays, two depths; rows and maps in whatever order they lie."""
    given, top = responses(dtype), TOP[pixel_dtype]
    layouts = [given, given.transpose(2, 0, 1).copy().transpose(1, 2, 0), given[::-1, ::2], np.asfortranarray(given)]
    for response in layouts:
        pixels: Any = np.empty(response.shape, pixel_dtype)
        clipped = mapping(display, pixel_dtype).write(response.copy(order="K"), pixels)
        assert tuple(clipped)[:2] == by_hand(response, display, top)


def test_a_divisor_comes_before_the_count() -> None:
    """Sums of 16 parts: 4,088 of them are 255.5, which is rounded to 256; -8 are -0.5, which is rounded to 0."""
    response = np.array([[4087, 4088, 4089, -8, -9, 0, 4080]], np.int32)
    pixels = np.empty(response.shape, np.uint8)
    assert mapping("clip", np.uint8).write(response, pixels, 16)[:2] == (1, 2)
    assert pixels.tolist() == [[255, 255, 255, 0, 0, 0, 255]]


def test_behind_a_curve_the_light_is_counted() -> None:
    """A curve that ends at white hides what came in: 300 and -2 are beyond, 255.2 is rounding."""
    curved = replace(mapping("clip", np.uint8), curve=lambda values: np.sqrt(np.clip(values, 0, 255) * 255))
    pixels = np.empty((1, 5), np.uint8)
    assert curved.write(np.array([[300.0, -2.0, 255.2, np.nan, 64.0]]), pixels)[:2] == (1, 1)


def nothing_is_counted(values: np.ndarray, top: int, *, below: bool = True) -> Clipped:
    raise AssertionError("counted")


@pytest.mark.parametrize("known", [(0.0, 255.0), (-0.2, 255.2), (3.0, 90.0)])
def test_no_time_is_spent_where_nothing_can_be_clipped(known: tuple[float, float], monkeypatch: Any) -> None:
    """Responses whose bounds fit, and displays that are drawn from the range of the responses."""
    monkeypatch.setattr(mapping_module, "count_beyond", nothing_is_counted)
    response, pixels = np.array([[3.0, 90.0]]), np.empty((1, 2), np.uint8)
    assert mapping("clip", np.uint8).knowing(*known).write(response.copy(), pixels) == (0, 0, 0)
    for display in ("signed", "magnitude", "stretch"):
        assert mapping(display, np.uint8, 3.0, 90.0).write(response.copy(), pixels) == (0, 0, 0)
    with pytest.raises(AssertionError, match="counted"):
        mapping("clip", np.uint8).knowing(0.0, 255.6).write(response.copy(), pixels)


def test_counts_add_up_to_shares() -> None:
    """1 and 2 of 40, and 3 of 60: 1 % and 5 %; of nothing, none."""
    both = Clipped(1, 2).of(40).plus(Clipped(0, 3).of(60))
    assert both == (1, 5, 100)
    assert both.shares == (0.01, 0.05)
    assert Clipped().shares == (0.0, 0.0)


def test_every_pair_of_ends_is_told_apart() -> None:
    """All pairs of five integers, counted by the definition."""
    for pair in product((-5, -1, 0, 255, 300), repeat=2):
        values = np.array(pair, np.int16)
        assert count_beyond(values, 255)[:2] == (sum(v < 0 for v in pair), sum(v > 255 for v in pair))
    assert isinstance(mapping("clip", np.uint8), Mapping)
