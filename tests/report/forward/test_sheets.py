"""The sheets of a pass: what is written on them, and that boxes stand where units look."""

from __future__ import annotations

import numpy as np

from convcli.core.forward.entrance import fixed
from convcli.core.forward.graph import Constant, Entry, ForwardGraph, Node
from convcli.core.forward.layer_rows import layers_of
from convcli.core.forward.observing import LayerSeen, observed
from convcli.core.forward.verdict import verdict
from convcli.report.drawing.marks import Embedded, Rectangle, Text
from convcli.report.drawing.palette import WRONG
from convcli.report.drawing.raster import rasterized
from convcli.report.forward.layer_sheet import layer_sheet
from convcli.report.forward.lecture import PICTURE, Line, lecture_sheet
from convcli.report.forward.map_tiles import maps_of, tiles_of
from convcli.report.forward.table import figure, sees_words, share

RNG = np.random.default_rng(37)


def lines_of(picture: np.ndarray, most: int = 12) -> list[Line]:
    """A convolution of three maps, the second of which finds the brightest pixel, then numbers in a row."""
    weights = np.zeros((3, 1, 3, 3), np.float32)
    weights[0, 0, 0, 0], weights[1, 0, 1, 1], weights[2, 0, 2, 1] = 0.5, 2, -1
    nodes = [
        Node("Conv", ("x", "w"), ("c",), {"pads": (1, 1, 1, 1)}, "find"),
        Node("Flatten", ("c",), ("y",), {"axis": 1}, "row"),
    ]
    graph = ForwardGraph.in_order(nodes, {"w": Constant.of(weights)}, [Entry("x", (1, 1, None, None))], ["y"], 13)
    fed = picture[np.newaxis, np.newaxis].astype(np.float32)
    graph = fixed(graph, fed.shape)
    lines: list[Line] = []

    def take(seen: LayerSeen, output: np.ndarray) -> None:
        lines.append(Line(seen, tiles_of(seen, output, most)))

    observed(graph, fed, layers_of(graph), take)
    return lines


def bright() -> np.ndarray:
    """One bright pixel at row 2, column 6 of 5 x 10."""
    picture = RNG.integers(0, 100, (5, 10)).astype(np.uint8)
    picture[2, 6] = 250
    return picture


def test_the_box_stands_where_the_strongest_unit_looks() -> None:
    """Rows 1 to 3, columns 5 to 7, in the enlarged input; the ringed map is the second."""
    picture = bright()
    lines = lines_of(picture)
    drawing = lecture_sheet("title", picture, lines, None)
    scale = PICTURE // 10
    source = next(mark for mark in drawing.marks if isinstance(mark, Embedded))
    assert (source.width, source.height) == (10 * scale, 5 * scale)
    boxes = [mark for mark in drawing.marks if isinstance(mark, Rectangle) and mark.outline == WRONG]
    box = boxes[0]
    assert (box.left + 1 - source.left, box.right - 1 - source.left) == (5 * scale, 8 * scale)
    assert (box.top + 1 - source.top, box.bottom - 1 - source.top) == (1 * scale, 4 * scale)
    numbers = [mark for mark in drawing.marks if isinstance(mark, Text) and mark.words == "1"]
    assert numbers[0].colour == WRONG
    assert rasterized(drawing).shape[2] == 3


def test_tiles_hold_the_strongest_maps_in_their_order() -> None:
    """Signed layers have 0 at mid-grey, from the layer's own largest magnitude."""
    picture = bright()
    (find, row) = lines_of(picture, most=2)
    assert find.tiles.numbers == (0, 1)
    assert find.tiles.total == 3
    assert find.tiles.pictures[1][2, 6] == 255
    assert find.tiles.scales[0][:2] == (-500.0, 500.0)
    assert row.tiles.row is not None
    assert row.tiles.row.size == 150


def test_the_sheet_says_what_it_leaves_out_and_what_the_numbers_are() -> None:
    """Names, shapes, shares of zeros, the classes."""
    picture = bright()
    said = verdict(np.float32([[1, 3, 2]]), "Gemm", labels=("one", "two", "three"))
    drawing = lecture_sheet("net: in.png", picture, lines_of(picture, most=2), said, notes=["1 of 3 layers"])
    words = [mark.words for mark in drawing.marks if isinstance(mark, Text)]
    assert "net: in.png" in words
    assert "find" in words
    assert "conv, 5x10x3" in words
    assert "the 2 strongest of 3 maps" in words
    assert words.index("two") < words.index("three") < words.index("one")
    assert "1 of 3 layers" in words
    assert any("Logits" in line for line in words)


def test_one_layer_alone_has_a_sheet() -> None:
    """Maps under their numbers; a row of numbers as squares."""
    find, row = lines_of(bright())
    words = [mark.words for mark in layer_sheet(*find).marks if isinstance(mark, Text)]
    assert "find: conv, 5x10x3" in words
    assert {"map 0", "map 1", "map 2"} <= set(words)
    words = [mark.words for mark in layer_sheet(*row).marks if isinstance(mark, Text)]
    assert any("150 numbers" in line for line in words)


def test_a_network_without_a_picture_has_rows_of_bars() -> None:
    """No input is drawn, and no box."""
    (_, row) = lines_of(bright())
    drawing = lecture_sheet("numbers", None, [row], None)
    assert not [mark for mark in drawing.marks if isinstance(mark, Embedded)]
    assert rasterized(drawing).any()


def test_nothing_but_zeros_and_nan_is_drawn_too() -> None:
    """A dead layer is black, one of NaN has no strongest unit."""
    for value in (0.0, np.nan):
        picture = np.full((5, 10), value)
        lines = lines_of(picture)
        assert rasterized(lecture_sheet("dead", np.zeros((5, 10), np.uint8), lines, None)).any()
        assert rasterized(layer_sheet(*lines[1])).any()


def test_outputs_with_maps_and_without_are_told_apart() -> None:
    """(1, C, H, W) and (1, C, L) have maps; rows of numbers and 1x1 maps have none."""
    found = maps_of(np.zeros((1, 3, 4, 5)))
    line = maps_of(np.zeros((1, 3, 7)))
    assert found is not None
    assert line is not None
    assert (found.shape, line.shape) == ((3, 4, 5), (3, 1, 7))
    assert maps_of(np.zeros((1, 10))) is None
    assert maps_of(np.zeros((1, 10, 1, 1))) is None
    assert maps_of(np.zeros((2, 3, 4, 5))) is None


def test_figures_are_short_and_shares_honest() -> None:
    """Nearly all is not all."""
    assert [figure(value) for value in (1234567.0, 0.0001234567, -3.0)] == ["1234567", "0.0001235", "-3"]
    assert [share(part) for part in (0.0, 0.0001, 0.5, 0.9999, 1.0)] == ["0 %", "0.1 %", "50.0 %", "99.9 %", "100 %"]
    assert sees_words(None, (3, 3)) == ""
