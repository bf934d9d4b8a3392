"""Filters as pictures: colours that are weights, tiles, norms."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.report.drawing import palette
from convcli.report.drawing.filters import colours_words, filter_picture, scale_of
from convcli.report.drawing.resizing import signed_picture


def test_three_channels_are_a_colour_about_mid_grey() -> None:
    """By hand: 127.5 + 127.5 * weight / largest, rounded half to even."""
    weights = np.zeros((3, 1, 2))
    weights[:, 0, 0], weights[:, 0, 1] = (4, 0, -4), (2, -1, 0)
    assert filter_picture(weights).tolist() == [[[255, 128, 0], [191, 96, 128]]]
    assert filter_picture(weights, 8.0).tolist() == [[[191, 128, 64], [159, 112, 128]]]


def test_red_minus_blue_is_no_blank_picture() -> None:
    """Its channels add up to nothing, and it is orange."""
    opponent = np.stack([np.ones((5, 5)), np.zeros((5, 5)), -np.ones((5, 5))])
    assert (filter_picture(opponent) == (255, 128, 0)).all()


def test_a_filter_of_zeros_is_mid_grey() -> None:
    """Nothing is divided by nothing."""
    assert (filter_picture(np.zeros((3, 2, 4))) == 128).all()


def test_other_channels_are_tiles_on_one_scale() -> None:
    """Two by two with a line between; of five, the sixth place is empty."""
    weights = np.zeros((4, 1, 2))
    weights[0, 0, 1], weights[2, 0, 0] = 4.0, -2.0
    picture = filter_picture(weights)
    assert picture.shape == (3, 5, 3)
    assert (picture[1] == palette.LINE).all()
    assert (picture[:, 2] == palette.LINE).all()
    assert np.array_equal(picture[0, 1], signed_picture(np.array([[4.0]]))[0, 0])
    assert np.array_equal(picture[2, 0], signed_picture(np.array([[-2.0]]), 4.0)[0, 0])
    five = filter_picture(np.ones((5, 1, 2)))
    assert five.shape == (3, 8, 3)
    assert (five[2, 6:] == palette.FAINT).all()


def test_one_channel_is_a_plain_kernel() -> None:
    """With an axis of one or without it."""
    weights = np.array([[1.0, -2.0]])
    assert np.array_equal(filter_picture(weights[np.newaxis]), signed_picture(weights))
    assert np.array_equal(filter_picture(weights), signed_picture(weights))


def test_many_channels_are_their_norm() -> None:
    """Seventeen channels of 3 and 4: sqrt(17) * 3 and * 4, white only where all are 0."""
    weights = np.zeros((17, 1, 3))
    weights[:, 0, 0], weights[:, 0, 1] = 3, -4
    norm = np.sqrt(17) * np.array([[3.0, 4.0, 0.0]])
    assert np.array_equal(filter_picture(weights), signed_picture(norm))
    assert scale_of(weights) == pytest.approx(4 * np.sqrt(17))
    assert "L2 norm over the 17 channels" in colours_words(17)
