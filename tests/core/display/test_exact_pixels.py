"""Every display equals exact rational arithmetic: halves to the even neighbour, whatever dtype the response has."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli.core.display.displays import DISPLAYS
from convcli.core.display.mapping import mapping, to_pixels

DTYPES = (np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float32, np.float64)


def exact(responses: np.ndarray, display: str, pixel_dtype: Any) -> list[int]:
    """The formulas of the displays, in fractions; `round` of a fraction is half to even."""
    values = [Fraction(v) for v in responses.tolist()]
    top = int(np.iinfo(pixel_dtype).max)
    middle, low, high = (top + 1) // 2, min(values), max(values)
    peak = max(abs(low), abs(high))
    formulas = {
        "clip": lambda v: v,
        "abs": abs,
        "offset": lambda v: v + middle,
        "signed": lambda v: (v * (middle - 1) / peak if peak else v) + middle,
        "magnitude": lambda v: abs(v) * top / peak if peak else Fraction(0),
        "stretch": lambda v: (v - low) * top / (high - low) if high > low else Fraction(0),
    }
    return [min(max(round(formulas[display](v)), 0), top) for v in values]


def random_responses(seed: int) -> Iterator[np.ndarray]:
    """Whole numbers and floats of many spans; small spans have halves by themselves."""
    rng = np.random.default_rng(seed)
    for dtype in map(np.dtype, DTYPES):
        for span in (1, 2, 3, 7, 30, 255, 1000, 8160, 20_000, 2**31 - 1, 2**62):
            low = 0 if dtype.kind == "u" else -span
            if dtype.kind == "f":
                yield rng.uniform(-span, span, 40).astype(dtype)
                yield (rng.integers(-span, span, 40, endpoint=True) / 8).astype(dtype)
            elif span < 2 ** (8 * dtype.itemsize - (dtype.kind == "i")):
                yield rng.integers(low, span, 40, dtype=dtype, endpoint=True)


def with_halves(dtype: np.dtype[Any], slope: int, offset: int, seed: int) -> np.ndarray:
    """Responses that a line of this slope takes to halves or beside them, by construction: k * span / (2 * slope)."""
    rng = np.random.default_rng(seed)
    unit = int(rng.integers(1, 60)) if dtype.itemsize > 1 else 1
    whole = np.array([0, *(2 * rng.integers(0, slope, 40) + 1), 2 * slope]) * unit + offset
    if dtype.kind == "f":
        beside = np.nextafter(whole.astype(dtype), dtype.type(rng.choice([-1e9, 1e9])))
        return np.concatenate([whole.astype(dtype), np.clip(beside, whole.min(), whole.max())])
    ends: Any = np.iinfo(dtype.name)
    return whole.clip(ends.min, ends.max).astype(dtype)


@pytest.mark.parametrize("pixel_dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("display", DISPLAYS.names())
def test_a_display_is_exact_on_random_responses(display: str, pixel_dtype: type) -> None:
    """Nine dtypes of whole numbers and floats, spans of 1 to 2^62."""
    for response in random_responses(5):
        expected = exact(response, display, pixel_dtype)
        assert to_pixels(response[np.newaxis], display, pixel_dtype)[0].tolist() == expected, response.dtype


@pytest.mark.parametrize("pixel_dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("display", ["signed", "magnitude", "stretch"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_halves_go_to_the_even_neighbour(display: str, pixel_dtype: type, dtype: type) -> None:
    """Responses whose pixel is exactly a half, and their neighbours among the floats, on either side."""
    top = int(np.iinfo(pixel_dtype).max)
    slope = top // 2 if display == "signed" else top
    for seed in range(12):
        offset = 0 if display != "stretch" or np.dtype(dtype).kind == "u" else (-70 if seed % 2 else 13)
        response = with_halves(np.dtype(dtype), slope, offset, seed)
        expected = exact(response, display, pixel_dtype)
        assert to_pixels(response[np.newaxis], display, pixel_dtype)[0].tolist() == expected


def test_the_middle_of_a_stretch_is_white_half_rounded_to_even() -> None:
    """(0 + 100) * 255 / 200 is 127.5, which is nearest to 127 and 128; 128 is even."""
    for dtype in (np.int16, np.int32, np.int64, np.float32, np.float64):
        assert to_pixels(np.array([[-100, 0, 100]], dtype), "stretch").tolist() == [[0, 128, 255]]


@pytest.mark.parametrize(("low", "high"), [(-1.7e308, 1.7e308), (0.0, 5e-324), (-5e-324, 1e-320), (1e300, 1.5e300)])
def test_spans_at_the_ends_of_float64_are_stretched_all_the_same(low: float, high: float) -> None:
    """Neither the difference nor the slope leaves the numbers there are."""
    response = np.array([low, high, low / 2 + high / 2, low / 4 + high / 4 * 3])
    for display in ("signed", "stretch"):
        assert to_pixels(response[np.newaxis], display)[0].tolist() == exact(response, display, np.uint8)


def test_spans_at_the_ends_of_float32_are_stretched_all_the_same() -> None:
    """1e-45 is the least float32 there is, 3.4e38 nearly the largest."""
    for ends in ((-3.4e38, 3.4e38), (0, 1e-45), (-3e-39, 8e-39), (1e6, 1e6 + 1)):
        response = np.array([*ends, ends[0] / 2 + ends[1] / 2], np.float32)
        for display in ("signed", "stretch"):
            assert to_pixels(response[np.newaxis], display)[0].tolist() == exact(response, display, np.uint8)


def test_the_lowest_of_the_integers_has_a_magnitude() -> None:
    """|-32768| is 32768, which 16 bits with a sign do not hold."""
    for dtype in (np.int16, np.int32, np.int64):
        lowest = np.array([[np.iinfo(dtype).min, -3]], dtype)
        assert to_pixels(lowest, "abs").tolist() == [[255, 3]]
        assert to_pixels(lowest, "abs", np.uint16).tolist() == [[32768 if dtype == np.int16 else 65535, 3]]


def test_planes_beside_each_other_are_mapped_as_rows_are() -> None:
    """A response whose channels lie in planes gives the pixels that it gives with its channels side by side."""
    rng = np.random.default_rng(8)
    for dtype in (np.int16, np.float32, np.int64):
        planes = rng.integers(-90, 91, (3, 5, 7)).astype(dtype)
        together = np.ascontiguousarray(planes.transpose(1, 2, 0))
        pixels = np.empty(together.shape, np.uint8)
        for display in ("signed", "stretch"):
            mapping(display, np.uint8, -90, 90).write(planes.copy().transpose(1, 2, 0), pixels)
            expected = exact(np.append(together.ravel(), [-90, 90]).astype(dtype), display, np.uint8)[:-2]
            assert pixels.ravel().tolist() == expected
