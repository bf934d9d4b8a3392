"""Connection diagrams and matrix pictures: what is drawn is what is joined, and tied weights have one colour."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.core.kernel.kernel import Kernel
from convcli.core.layer.cost import KINDS, plan_layer
from convcli.core.layer.matrix import layer_matrix
from convcli.core.problem.options import Window
from convcli.report.drawing.palette import OUTPUT, PAPER, WINDOW, tied_colours
from convcli.report.drawing.raster import rasterized
from convcli.report.layer.diagram import MOST_CIRCLES, Row, layer_diagram, visible_row
from convcli.report.layer.matrix_lines import is_small, matrix_lines
from convcli.report.layer.matrix_picture import MARGIN, SHARED_ENTRY, TOP, matrix_picture
from convcli.report.layer.table import formula_lines, layer_table


def colours_in(picture: np.ndarray) -> set[tuple[int, ...]]:
    """Every colour of a picture."""
    return {tuple(int(part) for part in colour) for colour in np.unique(picture.reshape(-1, 3), axis=0)}


def positions(row: Row) -> list[list[int]]:
    """Where the windows of a row's units lie."""
    return [[position for _, position in window] for window in row.windows]


def test_rows_of_a_small_layer_are_drawn_whole() -> None:
    """5 inputs, a window of 3 and a position of padding on each side: the definition, unit by unit."""
    row = visible_row(plan_layer((1, 5, 1), (1, 3)), "shared")
    assert list(row.inputs) == [-1, 0, 1, 2, 3, 4, 5]
    assert positions(row) == [[-1, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]
    assert [tap for tap, _ in row.windows[0]] == [0, 1, 2]
    assert [position for _, position in row.units] == [0, 1, 2, 3, 4]


def test_stride_and_dilation_are_drawn() -> None:
    """Stride 2 and dilation 3 on 10 inputs, none of them padded."""
    row = visible_row(plan_layer((1, 10, 1), (1, 3), size="valid", stride=2, dilation=3), "sparse")
    assert positions(row) == [[0, 3, 6], [2, 5, 8]]
    assert [position for _, position in row.units] == [3, 5]


def test_a_fully_connected_row_joins_every_unit_to_every_input() -> None:
    """No padding is drawn, and no link is left out among what is drawn."""
    row = visible_row(plan_layer((1, 5, 1), (1, 3)), "fc")
    assert list(row.inputs) == [0, 1, 2, 3, 4]
    assert positions(row) == [[0, 1, 2, 3, 4]] * 5


def test_large_layers_say_what_they_leave_out() -> None:
    """1000 columns: 15 are drawn, and the row knows how many there are."""
    row = visible_row(plan_layer((1000, 1000, 1), (10, 10)), "sparse")
    assert sum(0 <= p < row.total for p in row.inputs) == MOST_CIRCLES
    assert (row.total, row.total_units) == (1000, 1000)
    assert len(row.units) <= MOST_CIRCLES


@pytest.mark.parametrize("size", ["same", "valid", "full"])
@pytest.mark.parametrize("k", [30, 300, 1000])
def test_windows_wider_than_the_drawing_keep_their_taps(size: str, k: int) -> None:
    """Units stand above what is drawn, and every line ends at the input that its tap reads."""
    layer = plan_layer((1, 1000, 1), (1, k), size=size)
    row = visible_row(layer, "shared")
    assert len(row.units) >= 1
    assert all(row.inputs[0] <= x <= row.inputs[-1] for _, x in row.units)
    assert row.cut == (k > 40)
    for (unit, _), window in zip(row.units, row.windows, strict=True):
        expected = [(i, unit - layer.padding.left + i) for i in range(k)]
        assert window == [(tap, at) for tap, at in expected if at in row.inputs]
        assert window


def test_units_without_a_place_are_spread_evenly() -> None:
    """3 units on 9 inputs with windows of 3: side by side; and the row says that nobody gave their places."""
    row = visible_row(plan_layer((1, 9, 1), (1, 3), hidden=3), "sparse")
    assert positions(row) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert not row.placed


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 5, 1), (6, 9, 3), (40, 1000, 1)])
def test_diagrams_have_a_panel_for_each_kind(shape: tuple[int, int, int]) -> None:
    """One layer or three; the green unit and its shaded window are there; nothing runs off the right edge."""
    layer = plan_layer(shape, (1, 3), filters=2)
    three, one = rasterized(layer_diagram(layer, KINDS)), rasterized(layer_diagram(layer, ["shared"]))
    assert three.dtype == np.uint8
    assert three.shape[0] > 2 * one.shape[0]
    assert {OUTPUT, WINDOW} <= colours_in(three)
    assert (three[:, -12:] == PAPER[0]).all()
    assert (three[:, :30] == PAPER[0]).all()


def test_diagrams_draw_units_that_are_only_counted() -> None:
    """--hidden without a kernel: the fully connected panel alone."""
    assert {OUTPUT, WINDOW} <= colours_in(rasterized(layer_diagram(plan_layer((28, 28, 1), hidden=5), ["fc"])))
    assert layer_diagram(plan_layer((28, 28, 1), (20, 20), hidden=5), KINDS).width <= 1000


def test_large_matrices_are_pictures_of_their_ties() -> None:
    """Each entry a block of one colour: equal ties equal colours, no connection white, folded taps dark."""
    kernel = Kernel("k", np.arange(1, 10).reshape(3, 3))
    matrix = layer_matrix((7, 8, 1), [kernel], window=Window.of(border="edge"))
    picture, ties = rasterized(matrix_picture(matrix)), matrix.tied()
    side = 720 // 56
    entries = picture[TOP + side // 2 :: side, MARGIN + side // 2 :: side][:56, :56]
    palette = {0: PAPER, -1: SHARED_ENTRY} | {i + 1: colour for i, colour in enumerate(tied_colours(9))}
    expected = np.array([[palette[int(tie)] for tie in row] for row in ties])
    assert np.array_equal(entries, expected)


def test_small_matrices_have_their_numbers_in_coloured_cells() -> None:
    """9 tied weights: 9 colours, whatever their numbers; and the fully connected one has a colour everywhere."""
    kernel = Kernel("k", np.ones((3, 3)))
    shared = colours_in(rasterized(matrix_picture(layer_matrix((4, 5, 1), [kernel], window=Window.of(border="zero")))))
    assert set(tied_colours(9)) <= shared
    assert tied_colours(10)[9] not in shared
    dense = rasterized(matrix_picture(layer_matrix((2, 3, 1), [kernel], "fc", window=Window.of(border="zero"))))
    assert set(tied_colours(36)) <= colours_in(dense)


def test_more_weights_than_colours_come_back() -> None:
    """A sparse layer of 6400 weights: the picture is made and its colours repeat."""
    picture = rasterized(matrix_picture(layer_matrix((16, 16, 1), [Kernel("k", np.ones((5, 5)))], "sparse")))
    assert picture.shape[0] > 512
    assert set(tied_colours(49)) <= colours_in(picture)


def test_printed_matrices_are_aligned_with_dots_for_no_connection() -> None:
    """A weight of 0 is a weight: it is printed as 0."""
    lines = matrix_lines(layer_matrix((1, 4, 1), [Kernel("k", [[0, -12]])], window=Window.of(size="valid")))
    assert lines == ["  0 -12   .   .", "  .   0 -12   .", "  .   .   0 -12"]
    assert is_small(layer_matrix((8, 8, 1), [Kernel("k", [[1]])]))
    assert not is_small(layer_matrix((1, 65, 1), [Kernel("k", [[1]])]))


def test_tables_say_more_weights_too() -> None:
    """full padding: the sparse layer has more weights than the fully connected one, and the factor says so."""
    table = layer_table(plan_layer((1, 5, 1), (1, 7), size="full"), KINDS, "float32")
    assert [row[-1] for row in table.rows] == ["", "1/1.4", "11"]
    same = layer_table(plan_layer((1, 5, 1), (1, 5), size="valid"), KINDS, "float32")
    assert [row[-1] for row in same.rows] == ["", "1", "1"]


def test_formulas_have_the_numbers_put_in() -> None:
    """m, n and k of a layer with groups and biases, by hand."""
    layer = plan_layer((4, 5, 6), (3, 2), groups=2, filters=4, bias=True)
    lines = formula_lines(layer, KINDS)
    assert lines[0] == "m = rows × columns × channels = 4 × 5 × 6 = 120 inputs"
    assert lines[1] == "n = 80 units = 4 × 5 positions × 4 filters"
    assert lines[2] == "k = window rows × columns × channels / groups = 3 × 2 × 6 / 2 = 18 inputs a unit"
    assert "sparse: weights = k × n = 18 × 80 = 1,440" in lines
    assert "shared: weights = k × filters = 18 × 4 = 72" in lines
    assert "shared: biases = filters = 4" in lines
    assert "fc: biases = n = 80" in lines
