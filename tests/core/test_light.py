"""Light: the curves of samples, against formulas written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convcli.core.light import SRGB, Light, Power, Table


def srgb(v: float) -> float:
    """IEC 61966-2-1, as it is printed."""
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize(("dtype", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_light_is_what_the_standard_says_and_comes_back_to_the_sample(dtype: Any, top: int) -> None:
    """Every sample there is, grey: light to float32, and back to the very sample."""
    samples = np.arange(top + 1, dtype=dtype).reshape(-1, 64)
    light = Light((SRGB,), top)
    expected = [srgb(v / top) * top for v in range(top + 1)]
    found = light.linear(samples)
    assert found.dtype == np.float32
    assert np.allclose(found.ravel(), expected, rtol=1e-6)
    assert np.array_equal(np.rint(light.back(found)), samples)


def test_half_of_white_is_a_fifth_of_its_light() -> None:
    """128 of 255, and what lies beyond black and white when it comes back."""
    light = Light((SRGB,), 255)
    assert light.value(128) == pytest.approx(255 * 0.21586, abs=0.01)
    assert light.back(np.array([[-3.0, 0, 255, 300, np.nan]]))[0, :4].tolist() == pytest.approx([0, 0, 255, 255])
    assert np.isnan(light.back(np.array([[np.nan]]))).all()


@pytest.mark.parametrize(
    "curve",
    [
        Power(1.0),
        Power(2.2),
        Power(0.6),
        SRGB,
        Power(2.0, 0.75, 0.25, 0.5, 0.125, 0.0625, 0.03125),
        Power(2.0, 1.25, -0.25, 0.0, 0.2),
        Table((0.0, 0.1, 0.4, 1.0)),
        Table((0.0, 0.0, 0.5, 1.0, 1.0)),
    ],
    ids=repr,
)
def test_a_curve_is_undone_where_it_rises(curve: Power | Table) -> None:
    """Light of a sample, and the sample of that light; flat stretches give one of theirs."""
    samples = np.linspace(0, 1, 101)
    light = curve.light(samples)
    again = curve.stored(light)
    rising = np.concatenate([[True], np.diff(light) > 1e-9]) & np.concatenate([np.diff(light) > 1e-9, [True]])
    assert np.allclose(again[rising], samples[rising], atol=1e-6)
    assert np.allclose(curve.light(again), light, atol=1e-6)


def test_each_colour_has_its_own_curve_and_what_is_grey_the_middle_one() -> None:
    """Red squared, green as it is, blue cubed."""
    light = Light((Power(2.0), Power(1.0), Power(3.0)), 255)
    colours = np.full((2, 2, 3), 51, np.uint8)  # a fifth of white
    found = light.linear(colours)
    assert found[1, 0].tolist() == pytest.approx([255 / 25, 51, 255 / 125])
    assert np.allclose(light.back(found), colours)
    assert np.allclose(light.back(found[:, :, np.newaxis]), colours[:, :, np.newaxis])
    assert light.linear(colours[:, :, 0]).tolist() == [[51, 51], [51, 51]]
