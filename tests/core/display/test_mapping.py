"""Displays: hand-computed pixels for hand-made responses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from convcli.core.display.displays import DISPLAYS
from convcli.core.display.mapping import mapping, to_pixels
from convcli.core.luma import luma
from convcli.core.samples import finite_range
from convcli.errors import GeometryError, UnknownNameError


@pytest.mark.parametrize(
    ("display", "expected"),
    [
        ("clip", [0, 0, 0, 2, 2, 255]),  # 0.5 and 2.5 go to the even neighbour
        ("abs", [255, 2, 0, 2, 2, 255]),
        ("offset", [0, 126, 128, 130, 130, 255]),  # 130.5 rounds to 130
        ("signed", [1, 127, 128, 128, 129, 255]),  # 127 / 510 = 0.249 a unit
        ("magnitude", [255, 1, 0, 1, 1, 255]),  # half a unit each: 1.2, 0.25, 0.8 and 1.25
        ("stretch", [0, 127, 128, 128, 128, 255]),  # 255 / 1020 = 0.25 a unit, 127.5 at 0
    ],
)
def test_each_display_maps_as_its_formula_says(display: str, expected: list[int]) -> None:
    """Rounded half to even, clamped to 0..255."""
    response = np.array([[-510.0, -2.4, 0.5, 1.6, 2.5, 510.0]])
    assert to_pixels(response, display).tolist() == [expected]
    assert response[0, 0] == -510.0


def test_sixteen_bits_have_their_own_middle_and_top() -> None:
    """Mid-grey is 32768 and white is 65535."""
    response = np.array([[-7, 0, 7, 70000]], np.int32)
    assert to_pixels(response, "offset", np.uint16).tolist() == [[32761, 32768, 32775, 65535]]
    assert to_pixels(response, "clip", np.uint16).tolist() == [[0, 0, 7, 65535]]


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.int64, np.float32, np.float64])
def test_the_pixels_do_not_depend_on_the_dtype_of_the_response(dtype: type) -> None:
    """Integer responses are mapped like the same floats."""
    response = np.array([[-300, -1, 0, 1, 100, 301]])
    for display in DISPLAYS.names():
        assert to_pixels(response.astype(dtype), display).tolist() == to_pixels(response * 1.0, display).tolist()


def test_flat_responses_have_no_range_to_stretch() -> None:
    """A constant is black under stretch, zero is mid-grey under signed and black under magnitude."""
    assert to_pixels(np.full((1, 2), 7.0), "stretch").tolist() == [[0, 0]]
    assert to_pixels(np.zeros((1, 2)), "signed").tolist() == [[128, 128]]
    assert to_pixels(np.zeros((1, 2)), "magnitude").tolist() == [[0, 0]]


def test_nan_is_black_and_infinity_is_the_end_of_the_range() -> None:
    """Values that are no numbers do not decide the range."""
    response = np.array([[np.nan, -np.inf, np.inf, -4.0, 4.0]])
    assert to_pixels(response, "signed").tolist() == [[0, 0, 255, 1, 255]]
    assert finite_range(response) == (-4.0, 4.0)
    assert finite_range(np.array([np.nan])) == (0.0, 0.0)


def test_a_display_that_there_is_not_is_refused_by_name() -> None:
    """With the choices."""
    with pytest.raises(UnknownNameError, match="clip"):
        mapping("clipp", np.uint8)


def test_luma_is_pillows_grey_bit_for_bit() -> None:
    """On random colours, compared with Pillow's conversion to mode L."""
    picture = np.random.default_rng(3).integers(0, 256, (70, 9, 3), dtype=np.uint8)
    assert np.array_equal(luma(picture), np.asarray(Image.fromarray(picture).convert("L")))


def test_luma_weighs_the_channels_in_every_dtype() -> None:
    """0.299 R + 0.587 G + 0.114 B; one channel is itself; two are refused."""
    pixel = np.array([[[100, 200, 50]]])
    assert luma(pixel.astype(np.float64))[0, 0] == pytest.approx(153.0)
    assert luma(pixel.astype(np.uint16))[0, 0] == 153
    assert luma(pixel.astype(np.int64))[0, 0] == 153
    assert luma(pixel[:, :, :1]).tolist() == [[100]]
    with pytest.raises(GeometryError, match="has 2"):
        luma(pixel[:, :, :2])


def test_what_is_missing_has_a_pixel_of_its_own() -> None:
    """NaN is the pixel that is given, under every display; others stay what they are."""
    response = np.array([[np.nan, 3.0, 300.0, -5.0]])
    for display, expected in (("clip", [77, 3, 255, 0]), ("offset", [77, 131, 255, 123]), ("abs", [77, 3, 255, 5])):
        pixels = np.empty(response.shape, np.uint8)
        replace(mapping(display, np.uint8), absent=77).write(response.copy(), pixels)
        assert pixels.tolist() == [expected]


def test_a_curve_comes_before_the_rounding_and_keeps_whole_responses_whole() -> None:
    """sqrt(255 v): 1 is 16, not what a rounded 1 would be in whole steps; integers are no longer divided here."""
    curved = replace(mapping("clip", np.uint8), curve=lambda values: np.sqrt(255 * values))
    pixels = np.empty((1, 4), np.uint8)
    curved.write(np.array([[0.25, 1.0, 64.0, 255.0]]), pixels)
    assert pixels.tolist() == [[8, 16, 128, 255]]
    assert not curved.divides
