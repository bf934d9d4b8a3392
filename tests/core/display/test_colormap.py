"""Colour maps against the published tables and by their own promises."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from convcli.core.display.colormap import colormap, colour
from convcli.core.display.colormaps import COLORMAPS
from convcli.errors import UnknownNameError


def test_viridis_is_the_published_table_within_four_levels() -> None:
    """The anchors give OpenCV's viridis everywhere, and its two ends exactly."""
    ramp = np.arange(256, dtype=np.uint8)[np.newaxis]
    published = cv2.applyColorMap(ramp, cv2.COLORMAP_VIRIDIS)[0, :, ::-1].astype(int)
    ours = colormap("viridis").astype(int)
    assert np.abs(ours - published).max() <= 4
    assert ours[[0, -1]].tolist() == published[[0, -1]].tolist()


def test_gray_is_the_identity() -> None:
    """Entry n of the grey map is the grey of level n."""
    assert all(colormap("gray")[n].tolist() == [n] * 3 for n in range(256))


def test_diverging_is_white_at_zero_blue_below_and_red_above() -> None:
    """Only the two middle entries are white; below them blue is the strongest, above them red."""
    table = colormap("diverging").astype(int)
    assert [n for n in range(256) if table[n].sum() == 3 * 255] == [127, 128]
    assert (table[:127, 2] > table[:127, 0]).all()
    assert (table[129:, 0] > table[129:, 2]).all()


def test_lightness_never_turns_back() -> None:
    """Luma rises along viridis and gray, and falls from the middle of diverging to both its ends."""
    for name, parts in [("gray", [slice(None)]), ("viridis", [slice(None)]), ("diverging", [slice(0, 128)])]:
        luma = colormap(name) @ np.array([0.299, 0.587, 0.114])
        assert all((np.diff(luma[part]) > -0.5).all() for part in parts), name
    right = colormap("diverging")[128:] @ np.array([0.299, 0.587, 0.114])
    assert (np.diff(right) < 0.5).all()


def test_diverging_ends_look_different_to_a_red_blind_eye() -> None:
    """Without the red-green difference (Viénot's deuteranope) negative and positive still differ in blue."""
    table = colormap("diverging").astype(float)
    red_green = table[:, :2].mean(axis=1)
    assert (table[:100, 2] - red_green[:100] > 20).all()
    assert (table[156:, 2] - red_green[156:] < 0).all()


@pytest.mark.parametrize("name", COLORMAPS.names())
def test_colour_looks_values_up_and_keeps_their_shape(name: str) -> None:
    """Level n of 255 becomes entry n, in the place where it stood, for float32 and float64."""
    levels = np.array([[0, 3, 200], [255, 128, 127]])
    for dtype in (np.float64, np.float32):
        seen = colour((levels / 255).astype(dtype), name)
        assert seen.dtype == np.uint8
        assert seen.tolist() == [[colormap(name)[n].tolist() for n in row] for row in levels.tolist()]


def test_values_outside_the_range_are_held_at_its_ends() -> None:
    """Below 0 and NaN are the lowest colour, above 1 the highest; the values themselves stay as they were."""
    values = np.array([-3.0, np.nan, -np.inf, 1.5, np.inf])
    kept = values.copy()
    assert colour(values, "gray")[:, 0].tolist() == [0, 0, 0, 255, 255]
    np.testing.assert_array_equal(values, kept)


def test_whole_numbers_are_values_too() -> None:
    """A picture of the integers 0 and 1 uses the two ends of the map."""
    assert colour(np.array([0, 1]), "gray")[:, 0].tolist() == [0, 255]


def test_an_unknown_map_names_the_choices() -> None:
    """A misspelt map is a usage error that suggests the right one."""
    with pytest.raises(UnknownNameError, match="did you mean viridis") as caught:
        colormap("viridiss")
    assert caught.value.exit_code == 2
    with pytest.raises(UnknownNameError, match="gray, diverging, viridis"):
        colour(np.zeros(1), "xyz")
