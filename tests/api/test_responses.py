"""Responses: plain arrays to whoever computes with them, pictures in a notebook."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from PIL import Image

import convcli

PICTURE = np.array([[0, 90, 10, 200], [30, 60, 250, 7], [5, 5, 80, 90]], np.uint8)


def shown(response: np.ndarray) -> np.ndarray:
    """The picture that a notebook gets."""
    return np.asarray(Image.open(io.BytesIO(response._repr_png_())))


def test_a_notebook_shows_signed_responses_about_mid_grey() -> None:
    """By the formula: v * 127 / peak + 128."""
    response = convcli.correlate(PICTURE, "1 0 -2")
    wide = np.pad(PICTURE.astype(int), ((0, 0), (1, 1)), mode="edge")
    sums = wide[:, :-2] - 2 * wide[:, 2:]
    assert (np.asarray(response) == sums).all()
    assert (shown(response) == np.rint(sums * 127 / abs(sums).max() + 128)).all()


def test_positive_ones_are_clipped_or_stretched_and_colours_stay() -> None:
    """A mean stays as it is; ten times a picture is stretched; three channels are colours."""
    assert (shown(convcli.correlate(PICTURE, "1")) == PICTURE).all()
    assert shown(convcli.correlate(PICTURE, "10")).max() == 255
    assert shown(convcli.correlate(np.dstack([PICTURE] * 3), "1")).shape == (3, 4, 3)


def test_what_is_no_picture_is_left_to_numbers() -> None:
    """Five maps, and NaN."""
    assert convcli.correlate(PICTURE, ["1", "2", "3", "4", "5"])._repr_png_() is None
    assert convcli.correlate(np.array([[1.0, np.nan]]), "1")._repr_png_() is None


@pytest.mark.parametrize("result", [lambda r: r + 1, lambda r: -r, lambda r: np.abs(r), lambda r: r * np.ones(r.shape)])
def test_arithmetic_gives_plain_arrays(result) -> None:
    """And reductions plain numbers."""
    response = convcli.correlate(PICTURE, "sobel-x")
    assert type(result(response)) is np.ndarray
    assert isinstance(response.min(), np.int32)
    assert isinstance(response.mean(), float)
    assert repr(response).startswith("array(")
    assert (pickle.loads(pickle.dumps(response)) == response).all()
