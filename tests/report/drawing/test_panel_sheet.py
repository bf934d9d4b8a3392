"""Panels and contact sheets: each picture whole, in its place, under its own name."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.display.scale import Scale
from convcli.errors import OptionError
from convcli.report.drawing import palette
from convcli.report.drawing.marks import Embedded, Text
from convcli.report.drawing.panel import GAP, MARGIN, Outline, Tile, panel
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.resizing import signed_picture
from convcli.report.drawing.sheet import contact_sheet

RNG = np.random.default_rng(11)


def _places(drawing: np.ndarray, picture: np.ndarray) -> list[tuple[int, int]]:
    """Where a picture stands in a drawing, pixel for pixel, as (row, column)."""
    height, width = picture.shape[:2]
    starts = drawing[: drawing.shape[0] - height + 1, : drawing.shape[1] - width + 1]
    first = np.argwhere((starts == picture[0, 0]).all(axis=2))
    return [(r, c) for r, c in first.tolist() if (drawing[r : r + height, c : c + width] == picture).all()]


def _speckle(height: int, width: int) -> np.ndarray:
    return RNG.integers(20, 230, (height, width, 3), dtype=np.uint8)


def _enlarged(picture: np.ndarray, factor: int) -> np.ndarray:
    return picture.repeat(factor, axis=0).repeat(factor, axis=1)


def test_a_panel_shows_every_picture_once_in_reading_order() -> None:
    """Three small pictures in two columns: enlarged by one whole factor, unchanged, left to right and down."""
    pictures = [_speckle(20, 30) for _ in range(3)]
    drawing = rasterized(
        panel([Tile(p, f"title {i}", "caption") for i, p in enumerate(pictures)], columns=2, width=400)
    )
    assert drawing.shape[1] <= 400
    places = [_places(drawing, _enlarged(p, 5)) for p in pictures]
    assert [len(found) for found in places] == [1, 1, 1]
    (r0, c0), (r1, c1), (r2, c2) = (found[0] for found in places)
    assert r0 == r1 < r2
    assert c0 == c2 < c1


def test_an_outline_frames_the_pixels_it_names() -> None:
    """Rows 3 to 7 and columns 10 to 15 of a picture enlarged fivefold, with everything inside still visible."""
    picture = np.full((20, 30), 128, np.uint8)
    drawing = rasterized(panel([Tile(picture, outlines=[Outline(3, 10, 5, 6)])], width=200))
    rows, columns = np.nonzero((drawing == np.array(palette.WRONG)).all(axis=2))
    corner = np.argwhere((drawing == 128).all(axis=2))[0]
    assert (rows.min() - corner[0], rows.max() + 1 - corner[0]) == (15, 40)
    assert (columns.min() - corner[1], columns.max() + 1 - corner[1]) == (50, 80)
    inside = drawing[corner[0] + 17 : corner[0] + 38, corner[1] + 52 : corner[1] + 78]
    assert (inside == 128).all()


def test_dashed_outlines_have_gaps() -> None:
    """A dashed frame covers some of its way, not all."""
    picture = np.full((20, 30), 128, np.uint8)
    solid, dashed = (
        (
            rasterized(panel([Tile(picture, outlines=[Outline(2, 2, 10, 10, dashed=d)])], width=200))
            == np.array(palette.WRONG)
        )
        .all(axis=2)
        .sum()
        for d in (False, True)
    )
    assert 0.3 * solid < dashed < 0.8 * solid


def test_large_pictures_are_averaged_down_and_strips_stay_visible() -> None:
    """A 900-pixel picture fits; one row of pixels is shown at least ten high."""
    large = np.full((900, 1800, 3), (10, 200, 90), np.uint8)
    strip = np.full((1, 900), 70, np.uint8)
    drawing = rasterized(panel([Tile(large), Tile(strip)], width=500))
    assert ((drawing == (10, 200, 90)).all(axis=2)).sum() == pytest.approx(215 * 107, rel=0.03)
    assert ((drawing == 70).all(axis=2)).any(axis=1).sum() == 10


def test_title_captions_and_footer_take_their_room() -> None:
    """Every line of text makes the panel higher; without text there is none."""
    tile = _speckle(20, 20)
    heights = [
        panel([Tile(tile)], width=300).height,
        panel([Tile(tile, title="t")], width=300).height,
        panel([Tile(tile, title="t", caption="c")], width=300).height,
        panel([Tile(tile, title="t", caption="c " * 200)], width=300).height,
        panel([Tile(tile, title="t", caption="c " * 200)], width=300, title="T").height,
        panel([Tile(tile, title="t", caption="c " * 200)], width=300, title="T", footer="f").height,
    ]
    assert heights == sorted(set(heights))


@pytest.mark.parametrize("count", [1, 4, 7, 12])
def test_a_panel_of_any_number_of_tiles_is_no_wider_than_asked(count: int) -> None:
    """All tiles are there, at most 1200 pixels wide."""
    pictures = [_speckle(6, 5) for _ in range(count)]
    drawing = rasterized(panel([Tile(p, "name") for p in pictures]))
    assert drawing.shape[1] <= 1200
    assert all((drawing == p[0, 0]).all(axis=2).any() for p in pictures)
    assert all((drawing == p[-1, -1]).all(axis=2).any() for p in pictures)


@pytest.mark.parametrize(("count", "columns"), [(2, None), (8, None), (9, 3), (100, None), (256, None), (5, 2)])
def test_a_sheet_shows_every_map_under_its_kernel(count: int, columns: int | None) -> None:
    """Each map stands once, in reading order, its own kernel above its left edge; the sheet keeps its width."""
    maps = [np.full((12, 16, 3), (n, 10, 50), np.uint8) for n in range(count)]
    for n, feature_map in enumerate(maps):
        feature_map[:, 12:] = (n, 200, 90)
    kernels = [np.array([[1.0, -1.0 + n / 512], [0.0, 0.5]]) for n in range(count)]
    drawing = rasterized(contact_sheet(maps, [f"k{n}" for n in range(count)], kernels, columns=columns, title="Maps"))
    assert drawing.shape[1] <= 1600
    left, right = ((drawing[..., 1:] == mark).all(axis=2) for mark in ((10, 50), (200, 90)))
    found = []
    for n in range(count):
        rows, places = np.nonzero(left & (drawing[..., 0] == n))
        high, wide = rows.max() - rows.min() + 1, places.max() - places.min() + 1
        assert len(rows) == high * wide
        assert high == wide  # three quarters of 16 columns, and 12 rows
        assert right[rows[0], places.max() + 1]
        found.append((int(rows.min()), int(places.min())))
        icon = signed_picture(kernels[n])[0, 1]
        above = drawing[max(0, rows.min() - 70) : rows.min(), places.min() : places.max()]
        rows, right_half = np.nonzero((above == icon).all(axis=2))
        left_half = np.nonzero((above == signed_picture(kernels[n])[0, 0]).all(axis=2))[1]
        assert right_half.min() == left_half.max() + 1, n
        assert len(rows) == len(left_half)
    assert found == sorted(found)
    if columns:
        assert sum(row == found[0][0] for row, _ in found) == columns


def test_a_sheet_is_about_as_wide_as_a_screen() -> None:
    """Square maps of every number from 2 to 256 stay between a row and twice as high as wide."""
    for count in (2, 3, 5, 8, 13, 24, 64, 100, 256):
        maps = [np.zeros((28, 28), np.uint8)] * count
        sheet = contact_sheet(maps, ["n"] * count, [None] * count)
        height, width = sheet.height, sheet.width
        assert 0.7 < width / height < 4.5, count


def test_a_sheet_without_names_and_kernels_is_maps_alone() -> None:
    """Colour maps keep their colours; nothing is written where nothing was given."""
    maps = [_speckle(300, 260), _speckle(300, 260)]
    bare = rasterized(contact_sheet(maps, ["", ""], [None, None]))
    named = rasterized(contact_sheet(maps, ["a", "b"], [None, None]))
    assert named.shape[0] > bare.shape[0]


def test_no_columns_are_no_sheet() -> None:
    """--columns 0 is a usage error that gives the rule."""
    with pytest.raises(OptionError, match=r"--columns: 0 .* at least 1"):
        contact_sheet([np.zeros((2, 2), np.uint8)], ["a"], [None], columns=0)
    with pytest.raises(ValueError, match="zip"):
        contact_sheet([np.zeros((2, 2), np.uint8)], ["a", "b"], [None])


def test_a_close_up_does_not_push_the_other_tiles_apart() -> None:
    """Three columns of 256 pixels and a detail of 41 x 41: the columns stand one gap apart."""
    tiles = [Tile(np.full((256, 256), 40, np.uint8)) for _ in range(5)] + [Tile(np.full((41, 41), 40, np.uint8))]
    drawn = rasterized(panel(tiles, columns=3, width=1200))
    assert drawn.shape[1] == 2 * MARGIN + 3 * 256 + 2 * GAP


@pytest.mark.parametrize(
    ("shape", "columns"), [((50, 2000), 1), ((2000, 50), 4), ((512, 512), 2), ((512, 640), 2), ((300, 900), 1)]
)
def test_tiles_stand_as_their_shape_wants(shape: tuple[int, int], columns: int) -> None:
    """Of stacked, two by two and in a row: what shows the pictures largest."""
    drawing = panel([Tile(np.full(shape, 9, np.uint8), "t") for _ in range(4)], columns=(1, 2, 4))
    places = [(mark.top, mark.left) for mark in drawing.marks if isinstance(mark, Embedded)]
    assert len({left for _, left in places}) == columns
    assert places == sorted(places)
    assert drawing.width <= 1200
    assert drawing.height < 1600


def test_a_tile_has_its_scale_below_it() -> None:
    """Signed: mid-grey is 0, its ends the largest magnitude; a tile without has none."""
    tiles = [Tile(_speckle(200, 300), "a", "caption", scale=Scale(-7.0, 7.0)), Tile(_speckle(200, 300), "b", "caption")]
    drawing = panel(tiles, columns=2)
    texts = {mark.words: mark for mark in drawing.marks if isinstance(mark, Text)}
    first, bar, second = (mark for mark in drawing.marks if isinstance(mark, Embedded))
    assert {"−7", "0", "7"} <= set(texts)
    assert first.left == bar.left < texts["0"].x < texts["7"].x <= first.left + first.width < second.left
    assert texts["0"].x == pytest.approx(bar.left + bar.width / 2, abs=1)
    assert first.top + first.height < bar.top < texts["0"].baseline


def test_a_long_title_goes_on_in_a_second_line() -> None:
    """The end of a title says what was found, and is there."""
    drawing = panel([Tile(_speckle(200, 300))], title="a kernel of a long name " * 2 + "does not hold", width=400)
    words = [mark.words for mark in drawing.marks if isinstance(mark, Text)]
    assert len(words) == 2
    assert words[-1].endswith("does not hold")
