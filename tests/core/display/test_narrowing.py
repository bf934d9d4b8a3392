"""What is known of responses saves passes, and changes neither a pixel nor a count: against exact fractions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from convcli.core.display.displays import DISPLAYS
from convcli.core.display.mapping import Mapping, mapping
from convcli.core.display.narrowing import in_16_bits, narrow, narrow_floats, rounded_bits

TOP: dict[type, int] = {np.uint8: 255, np.uint16: 65535}
RANGES = [(0, 255), (-3, 90), (0, 700), (-1020, 1020), (-40_000, 66_000), (-(2**21), 2**21), (32_000, 32_900)]
DTYPES = (np.int16, np.int32, np.int64, np.float32, np.float64)


def side_by_side(values: np.ndarray) -> np.ndarray:
    return values.copy()


def planes(values: np.ndarray) -> np.ndarray:
    return values.transpose(3, 2, 0, 1).copy().transpose(2, 3, 1, 0)


def turned(values: np.ndarray) -> np.ndarray:
    return values.transpose(1, 2, 3, 0).copy().transpose(3, 0, 1, 2)


def parts_of_rows(values: np.ndarray) -> np.ndarray:
    wide = np.repeat(values, 2, axis=1)
    wide[:, : values.shape[1]] = values
    return wide[:, : values.shape[1]]


LAYOUTS = (side_by_side, planes, turned, parts_of_rows)


def responses(dtype: type, low: int, high: int) -> np.ndarray:
    """Numbers from low to high about both ends and the ends of pixels, halves among the floats: (5, 7, 1, 3)."""
    rng, kind = np.random.default_rng(11), np.dtype(dtype)
    near: Any = [low, high, -32769, -32768, -129, -128, -1, 0, 1, 2, 127, 128, 254, 255, 256, 32767, 65535, 65536]
    near += rng.integers(low, high, 20, endpoint=True).tolist()
    if kind.kind == "f":
        near += [v + shift for v in near for shift in (-0.5, 0.5, 0.25)]
    else:
        most = int(np.iinfo(kind.name).max)
        low, high = max(low, -most), min(high, most)  # no engine sums to the lowest of all
    return rng.choice([v for v in near if low <= v <= high], 105).astype(kind).reshape(5, 7, 1, 3)


def by_hand(values: np.ndarray, line: Mapping) -> tuple[list[int], tuple[int, int]]:
    """Pixels, and what is clipped, in fractions; `round` of a fraction is half to even."""
    run = Fraction(line.high) - Fraction(line.low) if line.sloped else Fraction(1)
    shown = [abs(Fraction(v)) if line.absolute else Fraction(v) for v in values.ravel().tolist()]
    low = Fraction(line.low) if line.sloped else 0
    rounded = [round((v - low) * Fraction(line.slope) / run + Fraction(line.offset)) for v in shown]
    pixels = [min(max(v, 0), line.top) for v in rounded]
    return pixels, (sum(v < 0 for v in rounded), sum(v > line.top for v in rounded))


@pytest.mark.parametrize("pixel_dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("display", DISPLAYS.names())
@pytest.mark.parametrize("dtype", DTYPES)
def test_what_is_known_changes_nothing(dtype: type, display: str, pixel_dtype: type) -> None:
    """Five dtypes, six displays, two depths, seven ranges, four layouts; known beforehand, and not."""
    for low, high in RANGES:
        given = responses(dtype, low, high)
        plain = mapping(display, pixel_dtype, given.min().item(), given.max().item())
        pixels, clipped = by_hand(given, plain)
        for layout in LAYOUTS:
            for line in (plain, plain.knowing(low, high)):
                made: Any = np.empty(given.shape, pixel_dtype)
                counted = line.write(layout(given), made)
                assert made.ravel().tolist() == pixels, (low, high, layout.__name__, line)
                assert counted[:2] == clipped, (low, high, layout.__name__, line)


@pytest.mark.parametrize(
    "line", [{"slope": 0.5}, {"slope": 2.0, "offset": 6.0}, {"offset": 3.0}, {"slope": -1.0, "offset": 255.0}]
)
def test_lines_that_no_display_has_are_as_exact(line: dict[str, float]) -> None:
    """Halves, twos, odd offsets, and a line that falls."""
    for dtype in DTYPES:
        given = responses(dtype, -1020, 1020)
        plain = Mapping(255, **line)  # type: ignore[arg-type]
        pixels, clipped = by_hand(given, plain)
        for known in (plain, plain.knowing(-1020, 1020)):
            made = np.empty(given.shape, np.uint8)
            assert known.write(given.copy(), made)[:2] == clipped
            assert made.ravel().tolist() == pixels


@pytest.mark.parametrize("layout", LAYOUTS)
def test_floats_within_the_range_are_rounded_as_fractions_are(layout: Callable[[np.ndarray], np.ndarray]) -> None:
    """Every half from 0 to 255.5 and its two neighbours, in both floats; -0.25 is black, 65535.25 white."""
    halves = np.arange(0, 510) / 2
    for dtype in (np.float32, np.float64):
        exact = halves.astype(dtype)
        beside = (np.nextafter(exact, dtype(toward)) for toward in (-1e9, 1e9))
        values = np.concatenate([exact, *beside]).reshape(15, 34, 1, 3)
        made, wide = np.empty(values.shape, np.uint8), np.empty((1, 2), np.uint16)
        narrow_floats(layout(values), made)
        assert made.ravel().tolist() == [round(Fraction(v)) for v in values.ravel().tolist()]
        narrow_floats(np.array([[-0.25, 65535.25]], dtype), wide)
        assert wide.tolist() == [[0, 65535]]


def test_the_lowest_bits_are_the_rounded_number() -> None:
    """Negative ones in two's complement; an even offset moves halves and their even neighbours alike."""
    values = np.array([[-32765.5, -1.5, -0.5, -0.25, 0.5, 1.5, 2.5, 32765.5]], np.float32)
    for offset in (0, 128, -4):
        bits = rounded_bits(np.clip(values, -32000, 32000), offset)
        expected = [round(Fraction(v)) + offset for v in np.clip(values, -32000, 32000)[0].tolist()]
        assert in_16_bits(bits).tolist() == [expected]


def test_sixteen_bit_numbers_have_no_white_beyond_their_own() -> None:
    """65535 is more than int16 holds: what it holds is clamped to black alone."""
    pixels = np.empty((1, 3), np.uint16)
    narrow(np.array([[-5, 7, 32767]], np.int16), pixels, 65535)
    assert pixels.tolist() == [[0, 7, 32767]]


def test_a_curve_may_come_before_what_is_known() -> None:
    """sqrt(255 v) of known responses, by fractions of the same floats; what came in is counted."""
    curve: Callable[[np.ndarray], np.ndarray] = lambda values: np.sqrt(255 * np.clip(values, 0, 255))  # noqa: E731
    given = responses(np.float32, -1020, 1020)
    made = np.empty(given.shape, np.uint8)
    counted = replace(mapping("clip", np.uint8), curve=curve).knowing(-1020, 1020).write(given.copy(), made)
    assert counted[:2] == by_hand(given, mapping("clip", np.uint8))[1]
    assert made.ravel().tolist() == [round(Fraction(v)) for v in curve(given).ravel().tolist()]
