"""The bar on a sheet: its colours, its numbers, and where it stands."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from convcli.core.display.clipped import Clipped
from convcli.core.display.colormap import colormap
from convcli.core.display.mapping import mapping, to_pixels
from convcli.core.display.scale import Scale, scale_of
from convcli.report.drawing import sheet as sheet_module
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import Text
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.scale_bar import Bar, draw_scale, number
from convcli.report.drawing.sheet import contact_sheet

NONE, SOME = Clipped(0, 0, 9), Clipped(1, 0, 9)


@pytest.mark.parametrize(
    ("display", "clipped", "scale", "zero"),
    [
        ("clip", NONE, (0, 255, False, False), None),
        ("clip", SOME, (0, 255, True, False), None),
        ("abs", SOME, (0, 255, True, True), None),
        ("offset", SOME, (-128, 127, True, False), 128 / 255),
        ("signed", NONE, (-30, 30, False, False), 0.5),
        ("magnitude", NONE, (0, 30, False, True), None),
        ("stretch", NONE, (-30, 20, False, False), 0.6),
    ],
)
def test_a_scale_says_what_black_and_white_are(
    display: str, clipped: Clipped, scale: tuple[float, ...], zero: float | None
) -> None:
    """Of responses from -30 to 20; those at the ends are black and white indeed, or a level off under signed."""
    found = scale_of(mapping(display, np.uint8, -30, 20), clipped)
    assert tuple(found) == scale
    assert found.zero == zero
    ends = to_pixels(np.array([[found.low, found.high, -30, 20]], float), display)[0, :2].tolist()
    assert ends == [1 if display == "signed" else 0, 255]


def test_a_flat_response_has_one_number() -> None:
    """Stretched 7 is black, and nothing is white."""
    assert scale_of(mapping("stretch", np.uint8, 7, 7), NONE)[:2] == (7, 7)


@pytest.mark.parametrize(
    ("scale", "width", "words"),
    [
        (Scale(-860, 860), 300, ["−860", "0", "860"]),
        (Scale(0, 255), 300, ["0", "255"]),
        (Scale(0, 255, clamps=True), 300, ["≤ 0", "≥ 255"]),
        (Scale(0, 255, clamps=True, absolute=True), 300, ["0", "≥ 255"]),
        (Scale(0, 930.106, absolute=True), 300, ["0", "930"]),
        (Scale(-1, 99), 300, ["−1", "99"]),  # zero is too near to black
        (Scale(-0.01234, 0.01234), 300, ["−0.0123", "0", "0.0123"]),
        (Scale(-123456, 123456), 300, ["−123,456", "0", "123,456"]),
        (Scale(-123456, 123456), 75, ["−1.2e5", "1.2e5"]),
        (Scale(7, 7), 300, ["7"]),
    ],
)
def test_a_bar_has_the_numbers_that_it_has_room_for(scale: Scale, width: int, words: list[str]) -> None:
    """At black, at 0 where it lies between, and at white; in a narrow one with fewer digits, and without 0."""
    canvas = Canvas(width + 20, 50)
    draw_scale(canvas, 10, 5, Bar(width, 10), scale)
    written = [mark for mark in canvas.finished().marks if isinstance(mark, Text)]
    assert [text.words for text in written] == words
    ends = [text.x - 10 for text in written]
    assert ends[0] == 0
    assert len(words) == 1 or ends[-1] == width
    assert len(words) < 3 or ends[1] == pytest.approx(width * scale.zero) if scale.zero else True


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (0.0, 3, "0"), (-0.0, 3, "0"), (1020.0, 3, "1,020"), (882.543, 3, "883"), (191.1, 3, "191"),
        (-5.25, 3, "−5.25"), (-5.25, 1, "−5"), (65535, 3, "65,535"), (65535, 2, "6.6e4"), (3.0e12, 3, "3e12"),
        (0.0000071, 2, "7.1e−6"), (999.6, 3, "1,000"), (8021.45, 3, "8,021"),
    ],
)  # fmt: skip
def test_numbers_are_short(value: float, digits: int, shown: str) -> None:
    """Whole numbers keep their digits where they are allowed any number; others are rounded."""
    assert number(value, digits) == shown


def sheet(maps: list[np.ndarray], scales: list[Scale] | None, **options: Any) -> np.ndarray:
    names, nothing = [f"k{n}" for n in range(len(maps))], [None] * len(maps)
    return rasterized(contact_sheet(maps, names, nothing, scales=scales, **options))


class Bars(list[tuple[int, int, Bar, Scale, str]]):
    """Every bar that was drawn."""

    def take(self, canvas: Canvas, x: float, y: float, bar: Bar, scale: Scale, colours: str = "gray") -> None:
        self.append((round(x), round(y), bar, scale, colours))
        draw_scale(canvas, x, y, bar, scale, colours)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Bars:
    found = Bars()
    monkeypatch.setattr(sheet_module, "draw_scale", found.take)
    return found


@pytest.mark.parametrize("colours", ["gray", "viridis", "diverging"])
@pytest.mark.parametrize("side", [3, 40, 400])
def test_maps_of_one_scale_have_one_bar_under_them_all(side: int, colours: str, drawn: Bars) -> None:
    """It runs through all the colours of the maps, from the left margin, inside the sheet, below every map."""
    maps, scale = [np.full((side, side, 3), (250, 7, 9), np.uint8) for _ in range(5)], Scale(-9, 9)
    drawing, bare = sheet(maps, [scale] * 5, colormap=colours), sheet(maps, None)
    ((x, y, bar, found, used),) = drawn
    assert (found, used, drawing.shape[1]) == (scale, colours, bare.shape[1])
    rows = np.flatnonzero((drawing == (250, 7, 9)).all(axis=2).any(axis=1))
    assert rows.max() < y
    assert y + bar.height < drawing.shape[0]
    strip = drawing[y + bar.thickness // 2, x : x + bar.width]
    wanted = colormap(colours)[np.arange(bar.width) * 256 // bar.width]
    assert np.array_equal(strip, wanted)
    assert np.array_equal(drawing[: rows.max()], bare[: rows.max()])  # nothing else has moved


@pytest.mark.parametrize("count", [2, 9, 30])
def test_maps_of_several_scales_have_a_bar_each_under_its_own(count: int, drawn: Bars) -> None:
    """As wide as its map, at its left edge, above the next row."""
    maps = [np.full((20, 30, 3), (n, 7, 9), np.uint8) for n in range(count)]
    scales = [Scale(-1 - n, 1 + n) for n in range(count)]
    drawing = sheet(maps, scales)
    assert [scale for *_, scale, _ in drawn] == scales
    for n, (x, y, bar, _, _) in enumerate(drawn):
        rows, columns = np.nonzero((drawing == (n, 7, 9)).all(axis=2))
        assert x == columns.min()
        assert bar.width == columns.max() - columns.min() + 1
        assert 0 < y - rows.max() < 12
        below = drawing[y + bar.height + 1 : y + bar.height + 40, x : x + bar.width]
        assert not np.array_equal(below[..., 1], np.full(below.shape[:2], 7))


def test_the_numbers_are_as_large_as_the_names_at_least(drawn: Bars) -> None:
    """A hundred maps on a wide sheet, two small ones, one narrow column."""
    for count, side, columns in ((100, 64, None), (2, 3, None), (4, 60, 1)):
        drawing = sheet([np.zeros((side, side), np.uint8)] * count, [Scale(-9, 9)] * count, columns=columns)
        _, _, bar, _, _ = drawn.pop()
        assert bar.size >= 8.5
        assert bar.size >= 0.011 * drawing.shape[1]
        assert bar.width <= drawing.shape[1] - 32


def test_tall_strips_stand_close_and_their_numbers_apart() -> None:
    """Three maps of 2000 x 50: beside each other within 600 units, no number of a scale touching another."""
    maps = [np.full((2000, 50), 90, np.uint8)] * 3
    scales = [Scale(-983.0, 983.0), Scale(-943.0, 943.0), Scale(0.0, 255.0)]
    sheet = contact_sheet(maps, ["sobel-x", "sobel-y", "box"], [None] * 3, scales=scales)
    assert sheet.width < 600
    numbers = sorted(
        (mark.left, mark.left + mark.width)
        for mark in sheet.marks
        if isinstance(mark, Text) and mark.words[-1:].isdigit()
    )
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(numbers))
