"""The sheet of a layer's filters: every one a picture, by whole factors, with its number."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.errors import GeometryError, OptionError
from convcli.report.drawing.filters import filter_picture
from convcli.report.drawing.raster import rasterized
from convcli.report.kernels.filter_sheet import caption, filter_sheet

RNG = np.random.default_rng(82)


@pytest.mark.parametrize(
    ("count", "side", "columns", "factor"), [(1, 5, 1, 38), (7, 3, 3, 64), (64, 11, 8, 5), (40, 3, 7, 21)]
)
def test_every_filter_stands_in_its_place_enlarged_by_a_whole_factor(
    count: int, side: int, columns: int, factor: int
) -> None:
    """Each weight is a square of one colour; filters go left to right, a row below another."""
    filters = RNG.normal(size=(count, 3, side, side))
    sheet = rasterized(filter_sheet(filters, "layer"))
    places = []
    for weights in filters:
        enlarged = filter_picture(weights).repeat(factor, axis=0).repeat(factor, axis=1)
        corners = np.argwhere((sheet == enlarged[0, 0]).all(axis=2)).tolist()
        places.append(next((top, left) for top, left in corners if _stands(sheet, enlarged, top, left)))
    assert places == sorted(places)
    assert len({left for _, left in places}) == columns
    assert len({top for top, _ in places}) == -(-count // columns)


def _stands(sheet: np.ndarray, picture: np.ndarray, top: int, left: int) -> bool:
    return np.array_equal(sheet[top : top + picture.shape[0], left : left + picture.shape[1]], picture)


def test_one_scale_or_one_for_each() -> None:
    """Shared, a filter of half the weights has half the colour; on its own scale it has the same."""
    filters = np.ones((2, 3, 2, 2))
    filters[1] *= 0.5
    colours = [
        {tuple(c) for c in rasterized(filter_sheet(filters, "k", shared=s)).reshape(-1, 3).tolist()}
        for s in (True, False)
    ]
    assert (191, 191, 191) in colours[0]
    assert (191, 191, 191) not in colours[1]


def test_the_caption_says_what_colours_mean_and_their_scale() -> None:
    """How many, of what size, mid-grey, and the largest weights."""
    filters = [np.full((3, 5, 7), 0.25), np.full((3, 5, 7), -2.0)]
    words = caption(filters, [0.25, 2.0], shared=False)
    assert words.startswith(
        "2 filters of 3 channels, 5×7; colours are the weights of red, green and blue, mid-grey is 0"
    )
    assert "on a scale of its own: the largest weights are 0.25 to 2." in words
    assert caption(filters, [0.25, 2.0], shared=True).endswith("The strongest colour is 2.")


def test_too_many_filters_and_no_columns_are_refused() -> None:
    """With the limit and the rule."""
    with pytest.raises(GeometryError, match="1,025 filters; a sheet holds at most 1,024"):
        filter_sheet(np.ones((1025, 3, 1, 1)), "k")
    with pytest.raises(OptionError, match="at least 1"):
        filter_sheet(np.ones((2, 3, 1, 1)), "k", columns=0)
