"""Grids of numbers: the right cell in the right colour, and no number that lies."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.report.drawing import palette
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.number_grid import SMALLEST, block, draw_grid, fitting_words, lettering_size, written
from convcli.report.drawing.raster import rasterized


def _ground(drawing: np.ndarray, grid_x: float, grid_y: float, cell: float, at: tuple[int, int]) -> list[int]:
    """The colour near the top left corner of a cell, inside its rule and its frame."""
    value: list[int] = drawing[round(grid_y + at[0] * cell + 4), round(grid_x + at[1] * cell + 4)].tolist()
    return value


def test_each_mark_colours_its_own_cell() -> None:
    """Row before column: a shaded, a faded, a highlighted and a filled cell, and nothing else, change colour."""
    canvas = Canvas(300, 220)
    grid = draw_grid(
        canvas,
        10,
        10,
        np.arange(15).reshape(3, 5),
        cell=40,
        shaded=block(0, 1, 2, 1),
        highlight={(2, 4)},
        faded={(0, 3)},
        fills={(1, 0): (9, 9, 9)},
        title="Input",
        row_labels="abc",
        column_labels="01234",
        caption="below",
    )
    drawing = rasterized(canvas.finished())
    marked = {
        (0, 1): palette.WINDOW,
        (1, 1): palette.WINDOW,
        (2, 4): palette.OUTPUT,
        (0, 3): palette.FAINT,
        (1, 0): (9, 9, 9),
    }
    for r in range(3):
        for c in range(5):
            want = list(marked.get((r, c), palette.PAPER))
            assert _ground(drawing, grid.cells.x, grid.cells.y, 40, (r, c)) == want, (r, c)
    assert (grid.cells.width, grid.cells.height) == (200, 120)
    assert grid.box.bottom > grid.cells.bottom
    assert grid.centre(2, 4) == (grid.cells.x + 180, grid.cells.y + 100)


def test_a_dilated_window_is_framed_as_a_whole() -> None:
    """The frame reaches from the first to the last of the spread cells, on all four sides."""
    canvas = Canvas(200, 200)
    grid = draw_grid(canvas, 10, 10, [[None] * 6] * 5, cell=30, shaded=block(1, 2, 2, 2, (2, 2)))
    drawing = rasterized(canvas.finished())
    x, y = round(grid.cells.x), round(grid.cells.y)
    edge = list(palette.WINDOW_EDGE)
    assert all(drawing[y + 30, c].tolist() == edge for c in range(x + 60, x + 150))
    assert all(drawing[r, x + 150].tolist() == edge for r in range(y + 30, y + 120))
    assert drawing[y + 30, x + 40].tolist() != edge


def test_marks_outside_the_grid_are_left_out() -> None:
    """A window that hangs over the input colours only the cells that exist."""
    canvas = Canvas(100, 100)
    grid = draw_grid(canvas, 40, 40, [[1, 2]], cell=20, faded={(-1, 0), (0, 0)}, fills={(5, 5): (0, 0, 0)})
    drawing = rasterized(canvas.finished())
    assert (drawing[:39] == 255).all()
    assert _ground(drawing, grid.cells.x, grid.cells.y, 20, (0, 0)) == list(palette.FAINT)


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (-2.0, None, "−2"),
        (1 / 3, None, "0.333333"),
        (np.int64(7), None, "7"),
        (0.5, 2, "0.50"),
        (1e-9, None, "1e−9"),
        (None, None, ""),
        ("w1", None, "w1"),
        (1j, None, "1j"),
    ],
)
def test_numbers_are_written_with_a_real_minus(value: object, decimals: int | None, words: str) -> None:
    """Shortest form, or a fixed number of decimals; words and blanks as they are."""
    assert written(value, decimals) == words


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("cell", [27.0, 34.0, 44.0])
def test_shortened_numbers_are_the_numbers_rounded(seed: int, cell: float) -> None:
    """What a small cell shows is within half a unit of its last shown digit, whatever the magnitude."""
    values = np.random.default_rng(seed).normal(size=(3, 4)) * 10.0 ** (3 * seed - 4)
    words, size = fitting_words([[written(v) for v in row] for row in values], cell)
    assert size >= SMALLEST
    assert lettering_size({word for row in words for word in row}, cell) == size
    for value, word in zip(values.ravel(), [word for row in words for word in row], strict=True):
        mantissa, _, exponent = word.replace("−", "-").partition("e")
        last = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        assert abs(float(word.replace("−", "-")) - value) <= 0.5000001 * last + 1e-6 * abs(value)


def test_whole_numbers_of_eight_bits_are_never_shortened() -> None:
    """-255 is shown in full in a 24 pixel cell: twelve of them fit a figure 640 wide twice."""
    words, size = fitting_words([["−255", "255", "w"]], 24)
    assert words == [["−255", "255", "w"]]
    assert size >= SMALLEST


def test_cells_too_small_for_numbers_stay_empty() -> None:
    """At four pixels a cell shows its colour alone."""
    canvas = Canvas(40, 40)
    draw_grid(canvas, 4, 4, np.arange(64).reshape(8, 8) * 1e7, cell=4, fill=(10, 200, 30))
    inside = rasterized(canvas.finished())[4:36, 4:36]
    assert (inside == [10, 200, 30]).all()


def test_infinities_and_blanks_do_not_stop_a_grid() -> None:
    """NaN and infinity are words of their own; an all-blank grid has no lettering at all."""
    words, _ = fitting_words([["nan", "inf", "0.123456789"]], 24)
    assert words[0][:2] == ["nan", "inf"]
    canvas = Canvas(60, 30)
    draw_grid(canvas, 2, 2, [[None, None]], cell=20)
    draw_grid(Canvas(60, 30), 2, 2, [["0", "wordthatistoolong"]], cell=20)


def test_what_is_not_zero_is_never_written_as_zero() -> None:
    """A millionth beside 0.16 keeps an exponent; fractions become decimals where they do not fit; -0 is 0."""
    words, size = fitting_words([["0.159155", "2.123e−6", "−0.0004", "341/1024", "0"]], 30)
    assert size >= SMALLEST
    assert [float(word.replace("−", "-")) == 0 for word in words[0]] == [False, False, False, False, True]
    assert words[0][3] == "0.333"


def test_whole_numbers_of_sixteen_bits_keep_their_digits_where_they_can_be_read() -> None:
    """60000 is not 6e4 beside 51234, as long as five digits fit."""
    assert fitting_words([["60000", "51234"]], 44, 12.5)[0] == [["60000", "51234"]]
