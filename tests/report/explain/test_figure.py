"""Figures of `explain`, held to their marks and their pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.explain.walk import Walk, walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.report.drawing import palette
from convcli.report.drawing.canvas import text_width
from convcli.report.drawing.marks import Drawing, Embedded, Inset, Mark, Rectangle, Text
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.resizing import signed_picture
from convcli.report.explain.boxed_picture import Region, tile
from convcli.report.explain.cells import numbers, written_rows
from convcli.report.explain.channel_figure import channels_figure
from convcli.report.explain.figure import output_of, step_figure
from convcli.report.explain.layout import MARGIN, TITLE, Layout, arrange, scene
from convcli.report.explain.photograph import Photograph
from convcli.report.explain.words import weight_words

Bytes = NDArray[np.uint8]
RNG = np.random.default_rng(16)
PHOTOGRAPH = RNG.integers(0, 256, (60, 90), dtype=np.uint8)
SKEW = Kernel("skew", [[-1, 0, 2], [3, 1, -5]])


def plane(height: int, width: int) -> NDArray[np.int64]:
    """Numbers that are all different."""
    return np.arange(height * width).reshape(height, width) * 3


def of_colour(picture: Bytes, colour: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Pixels of exactly that colour."""
    return (picture == colour).all(axis=2)


def box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of what is set."""
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1])


def input_corner(layout: Layout) -> tuple[float, float]:
    """Top and left of the input's cells, where there are no labels."""
    return layout.input[1] + TITLE, layout.input[0]


def photographed(found: Walk, at: tuple[int, int], photograph: Photograph | None = None) -> tuple[Drawing, list[Mark]]:
    """The figure of a step on a photograph, and its marks."""
    seen = photograph or Photograph.of(found.plane)
    drawing = step_figure(found, found.step(*at), seen, output_of(found, seen))
    return drawing, list(drawing.marks)


def written(marks: list[Mark]) -> list[str]:
    """Everything that is written, in the order of drawing."""
    return [mark.words for mark in marks if isinstance(mark, Text)]


def cell_under(marks: list[Mark], word: str) -> list[Rectangle]:
    """The filled rectangles on which that word stands, the last drawn ones."""
    found = []
    for text in (mark for mark in marks if isinstance(mark, Text) and mark.words == word and mark.align == "centre"):
        y = text.baseline - 0.36 * text.size
        under = [
            mark
            for mark in marks[: marks.index(text)]
            if isinstance(mark, Rectangle)
            and mark.fill
            and mark.left < text.x < mark.right
            and mark.top < y < mark.bottom
        ]
        found += under[-1:]
    return found


@pytest.mark.parametrize("at", [(0, 0), (1, 2), (2, 1)])
def test_the_window_and_the_output_cell_are_shaded_where_they_are(at: tuple[int, int]) -> None:
    """Shades stand at whole cells: the window's at the step's rows and columns, the output's at the step itself."""
    found = walk(plane(4, 5), Kernel("k", [[1, 2, 3], [4, 5, 6]]), Window.of(size="valid"))
    layout, picture = arrange(scene(found, at), 1000, 900), rasterized(step_figure(found, found.step(*at)))
    top, left = input_corner(layout)
    shaded = box(of_colour(picture, palette.WINDOW_EDGE))
    assert shaded[0] == pytest.approx(top + at[0] * layout.cell, abs=1)
    assert shaded[1] == pytest.approx(left + at[1] * layout.cell, abs=1)
    assert shaded[2] - shaded[0] == pytest.approx(2 * layout.cell, abs=1)
    assert shaded[3] - shaded[1] == pytest.approx(3 * layout.cell, abs=1)
    here = box(of_colour(picture, palette.OUTPUT_EDGE))
    assert here[0] == pytest.approx(layout.output[1] + TITLE + at[0] * layout.cell, abs=1)
    assert here[1] == pytest.approx(layout.output[0] + at[1] * layout.cell, abs=1)


def test_a_dilated_window_shades_its_taps_only() -> None:
    """Dilation 2: four of nine cells under the frame are shaded."""
    found = walk(plane(3, 3), Kernel("k", [[1, 2], [3, 4]]), Window.of(size="valid", dilation=2))
    layout, picture = arrange(scene(found, (0, 0)), 1000, 900), rasterized(step_figure(found, found.step(0, 0)))
    top, left = input_corner(layout)
    quarter = layout.cell / 4
    ground = of_colour(picture, palette.WINDOW)
    shades = [
        [bool(ground[int(top + r * layout.cell + quarter), int(left + c * layout.cell + 8)]) for c in range(3)]
        for r in range(3)
    ]
    assert shades == [[True, False, True], [False, False, False], [True, False, True]]


def test_border_values_are_drawn_faded() -> None:
    """The padded rim is grey; the input's own cells are paper; a line goes round the picture."""
    found = walk(plane(2, 2), Kernel("k", np.ones((3, 3))))
    layout, picture = arrange(scene(found, (0, 0)), 1000, 900), rasterized(step_figure(found, found.step(1, 1)))
    top, left = input_corner(layout)
    last = int(top + layout.cell / 4), int(left + 3 * layout.cell + 8)
    own = int(top + 1 * layout.cell + 8), int(left + 0.5 * layout.cell)
    assert tuple(picture[last]) == palette.FAINT
    assert tuple(picture[own[0], own[1] - int(layout.cell / 4)]) == palette.FAINT  # column -1
    edge = of_colour(picture, palette.MUTED)
    assert edge[int(top + 1.3 * layout.cell), int(left + layout.cell) - 1]
    inside = walk(plane(2, 2), Kernel("k", [[1]]))
    assert not of_colour(rasterized(step_figure(inside, inside.step(0, 0))), palette.FAINT).any()


@pytest.mark.parametrize("convolve", [False, True])
def test_a_kernel_has_the_blue_and_red_of_sheets_and_cards(convolve: bool) -> None:
    """Its cells are `signed_picture`'s colours, white at 0; a convolution's stands there flipped, too."""
    found = walk(plane(4, 4), SKEW, Window.of(size="valid"), convolve=convolve)
    marks = list(step_figure(found, found.step(0, 0)).marks)
    fills = [mark.fill for mark in marks if isinstance(mark, Rectangle)]
    for kernel in {True: (found.given, found.kernel), False: (found.kernel,)}[convolve]:
        want = [tuple(colour) for colour in signed_picture(kernel.weights).reshape(-1, 3).tolist()]
        assert any(fills[first : first + 6] == want for first in range(len(fills)))
    assert palette.KERNEL not in fills


@pytest.mark.parametrize(
    ("shape", "kernel"), [((5, 5), (2, 2)), ((3, 16), (1, 3)), ((18, 3), (3, 1)), ((15, 2), (5, 1))]
)
@pytest.mark.parametrize("convolve", [False, True])
def test_every_arrangement_keeps_its_equals_sign(
    shape: tuple[int, int], kernel: tuple[int, int], convolve: bool
) -> None:
    """Wide or tall, the sign stands left of the output's cells, at the height of some of them."""
    found = walk(plane(*shape), Kernel("k", np.ones(kernel)), convolve=convolve)
    for frame in ((1000, 900), (640, 800), (300, 1200), (1200, 300)):
        layout = arrange(scene(found, (0, 0)), *frame)
        ((_, x, y),) = [sign for sign in layout.signs if sign[0] == "equals"]
        top = layout.output[1] + TITLE
        assert MARGIN <= x < layout.output[0]
        assert top <= y <= top + found.shape[0] * layout.output_cell
    figure = step_figure(found, found.step(0, 0))
    assert "=" in written(list(figure.marks))


@pytest.mark.parametrize("at", [(0, 0), (30, 44), (59, 89)])
def test_cells_of_a_photograph_have_their_own_grey(at: tuple[int, int]) -> None:
    """Each sample that is written stands on the grey that it is, black or white, whichever is easier to read."""
    found = walk(PHOTOGRAPH, SKEW)
    _, marks = photographed(found, at)
    part = scene(found, at).input
    seen = {int(v) for v in found.seen(*(np.arange(a, a + n) for a, n in zip(part[:2], part[2:], strict=True)))[0].flat}
    assert (part.height, part.width) == (6, 7)
    for value in seen:
        grounds = cell_under(marks, str(value))
        assert (value, value, value) in [mark.fill for mark in grounds]
    for text in (mark for mark in marks if isinstance(mark, Text) and mark.colour in (palette.BLACK, palette.PAPER)):
        (ground,) = {mark.fill for mark in cell_under([*marks[: marks.index(text)], text], text.words)[-1:]}
        assert palette.contrast(text.colour, ground) >= 4.5  # type: ignore[arg-type]


def test_the_photograph_stands_above_with_the_window_boxed_and_leads_to_its_cells() -> None:
    """The picture itself, a ring round the window's rows and columns, rows and columns in words and as labels."""
    found = walk(PHOTOGRAPH, SKEW)
    _, marks = photographed(found, (30, 44))
    first, second, *_ = [mark for mark in marks if isinstance(mark, Embedded) and mark.height > 20]
    assert np.array_equal(first.pixels, PHOTOGRAPH)
    scale = first.width // 90
    assert (first.width, first.height) == (90 * scale, 60 * scale)
    window = (first.left + 43 * scale, first.top + 29 * scale, first.left + 46 * scale, first.top + 31 * scale)
    rings = [mark for mark in marks if isinstance(mark, Rectangle) and mark.outline == palette.WINDOW_RING]
    assert (window[0] - 3, window[1] - 3, window[2] + 3, window[3] + 3) in [mark[:4] for mark in rings]
    words = written(marks)
    assert "input rows 29 to 30, columns 43 to 45; padding 1,0,1,1 (top, bottom, left, right); border edge" in " ".join(
        words
    )
    assert {"27", "32", "41", "47"} <= set(words)
    response = np.array([[found.step(r, c).value for c in range(90)] for r in range(60)])
    line = response * 127 / np.abs(response).max() + 128
    assert np.abs(second.pixels.astype(float) - line).max() <= 0.5  # signed, as `apply` shows an edge's response


def test_windows_at_the_edge_of_a_photograph_are_boxed_inside_it() -> None:
    """Beyond cells are chips on the ground of all that lies beyond, and the ring stays on the picture."""
    found = walk(PHOTOGRAPH, SKEW, Window.of(border="constant:7"))
    _, marks = photographed(found, (0, 0))
    picture = next(mark for mark in marks if isinstance(mark, Embedded))
    rings = [mark for mark in marks if isinstance(mark, Rectangle) and mark.outline == palette.WINDOW_RING]
    assert any(mark.left == picture.left - 3 and mark.top == picture.top - 3 for mark in rings)
    chips = cell_under(marks, "7")
    assert len(chips) >= 9
    grounds = [mark for mark in marks if isinstance(mark, Rectangle) and mark.fill == palette.FAINT]
    for chip in chips:
        assert chip.fill == (7, 7, 7)
        assert any(g.left < chip.left and g.right > chip.right and g.top < chip.top for g in grounds)


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_a_channel_has_shades_of_its_colour(channel: int) -> None:
    """The photograph keeps all its colours; cells are strongest in their own channel; black stays black."""
    colours = RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    colours[20, 25, channel] = 0
    found = walk(colours[:, :, channel], SKEW)
    _, marks = photographed(found, (20, 25), Photograph.of(colours, channel=channel))
    picture = next(mark for mark in marks if isinstance(mark, Embedded))
    assert np.array_equal(picture.pixels, colours)
    for row, column in ((19, 24), (20, 25), (22, 27)):
        value = int(colours[row, column, channel])
        fills = [mark.fill for mark in cell_under(marks, str(value)) if mark.fill]
        assert any(fill[channel] >= 0.85 * value - 1 and fill[channel] == max(fill) for fill in fills)
    assert f"40×50, {('red', 'green', 'blue')[channel]} channel" in written(marks)


def test_a_crop_is_boxed_on_the_photograph() -> None:
    """Of a part that is drawn whole the photograph shows where it lies, in rows and columns of its own."""
    found = walk(PHOTOGRAPH[10:16, 20:29], SKEW)
    _, marks = photographed(found, (2, 3), Photograph.of(PHOTOGRAPH, corner=(10, 20)))
    picture = next(mark for mark in marks if isinstance(mark, Embedded))
    scale = picture.width // 90
    rings = [mark for mark in marks if isinstance(mark, Rectangle) and mark.outline == palette.WINDOW_RING]
    assert any(
        mark[:2] == (picture.left + 20 * scale - 3, picture.top + 10 * scale - 3) and mark[3] - mark[1] == 6 * scale + 6
        for mark in rings
    )
    assert "60×90, rows 10–15, columns 20–28" in written(marks)


@pytest.mark.parametrize(
    ("samples", "black", "white"),
    [
        (np.array([[0, 60000]], np.uint16), 0, 65535),
        (np.array([[0, 2000]], np.uint16), 0, 2000),
        (np.array([[0.25, 0.75]]), 0, 1),
        (np.array([[-3.0, 5.0]]), -3, 5),
        (np.array([[4, 20]]), 4, 20),
        (np.array([[0, 9]], np.uint8), 0, 255),
    ],
)
def test_greys_go_from_what_is_black_to_what_is_white(samples: Any, black: float, white: float) -> None:
    """8 bits and 16 in full, dark 16 bits to their largest, others between their ends; and the figure says so."""
    tall = np.repeat(np.tile(samples, (1, 30)), 30, axis=0)
    found = walk(tall, Kernel("k", [[1]]))
    _, marks = photographed(found, (5, 6))
    middle = (float(samples[0, 1]) - black) / (white - black) * 255
    cells = [mark.fill for mark in cell_under(marks, f"{float(samples[0, 1]):g}") if mark.fill]
    assert min(abs(fill[0] - middle) for fill in cells) <= 0.5
    assert ("tones of the input" in written(marks)) == (samples.dtype != np.uint8)


@pytest.mark.parametrize("at", [(0, 0), (150, 77), (299, 199)])
@pytest.mark.parametrize("convolve", [False, True])
def test_a_large_input_is_drawn_around_the_window(at: tuple[int, int], convolve: bool) -> None:
    """As many rows and columns at an edge as in the middle; a photograph above, within 1000 units."""
    kernel = Kernel("k", np.outer([-1, 0, 2], [1, 2, 3]))
    found = walk(np.random.default_rng(1).integers(0, 256, (300, 200)), kernel, convolve=convolve)
    part = scene(found, at).input
    assert (part.height, part.width) == (7, 7)
    assert part.top == min(max(-1, at[0] - 3), 294)
    assert part.left == min(max(-1, at[1] - 3), 194)
    drawing = step_figure(found, found.step(*at))
    assert drawing.width <= 1000
    assert any(isinstance(mark, Rectangle) and mark.outline == palette.WINDOW_RING for mark in drawing.marks)


def test_a_large_kernel_is_drawn_in_tones_alone() -> None:
    """No numbers fit 49 columns: one picture of the weights, exactly their colours; the sum is counted in words."""
    weights = RNG.normal(size=(49, 49))
    found = walk(PHOTOGRAPH, Kernel("k", weights))
    drawing, marks = photographed(found, (30, 30))
    pictures = [mark.pixels for mark in marks if isinstance(mark, Embedded)]
    assert any(np.array_equal(pixels, signed_picture(weights)) for pixels in pictures)
    assert "the sum of 2,401 products" in drawing.title
    taken = found.step(30, 30)
    assert any(
        pixels.shape[:2] == (53, 53)
        and np.array_equal(pixels[2:-2, 2:-2, 0][~taken.beyond], taken.window[~taken.beyond])
        for pixels in pictures
    )


@pytest.mark.parametrize("cell", [18, 22, 30, 44, 60])
def test_numbers_in_cells_never_overflow_and_never_turn_to_nothing(cell: int) -> None:
    """A Gaussian's weights from 1e-9 to 0.2: what is written fits, rounds the weight, and is 0 for 0 alone."""
    across = np.exp(-0.5 * (np.arange(-4, 5) / 0.9) ** 2)
    weights = np.outer(across, across) / across.sum() ** 2
    weights[0, 4] = 0
    words, size = numbers(written_rows(weights.tolist(), weight_words), cell, ringed=False)
    if not size:
        assert cell < 30
        return
    for word, weight in zip(np.ravel(words), weights.ravel(), strict=True):
        assert text_width(word, size) <= cell - 3
        value = float(word.replace("−", "-"))
        assert (value == 0) == (weight == 0)
        mantissa, _, exponent = word.replace("−", "-").partition("e")
        assert abs(value - weight) <= 0.5000001 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def test_channels_of_a_kernel_have_their_tints_and_one_scale_of_colours() -> None:
    """A kernel with weights per channel: each channel's cells, one blue and red for all, and the sum of the parts."""
    colours = RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    weights = np.array([[[1, -2]], [[4, 3]], [[0, -1]]], float)
    found = walk(colours, Kernel("filter", weights))
    step = found.step(20, 25)
    drawing = channels_figure(found, step, Photograph.of(colours))
    parts = [mark.drawing for mark in drawing.marks if isinstance(mark, Inset)]
    marks = [list(part.marks) for part in parts]
    pictures = [mark for mark in marks[0] if isinstance(mark, Embedded)]
    assert np.array_equal(pictures[0].pixels, colours)
    for channel, part in enumerate(marks[2:7:2]):
        want = [tuple(c) for c in signed_picture(weights[channel], 4.0).reshape(-1, 3).tolist()]
        fills = [mark.fill for mark in part if isinstance(mark, Rectangle)]
        assert any(fills[first : first + 2] == want for first in range(len(fills)))
        value = str(int(colours[20, 25, channel]))
        assert any(mark.fill and mark.fill[channel] == max(mark.fill) for mark in cell_under(part, value))
    words = " ".join(written(marks[-1]))
    values = [int(channel.step(20, 25).value) for channel in found.channels]
    shown = [
        f"({value})".replace("-", "−") if value < 0 and index else str(value).replace("-", "−")
        for index, value in enumerate(values)
    ]
    assert f"{' + '.join(shown)} = {sum(values)}".replace("-", "−") in words


def test_boxes_on_a_picture_are_where_the_samples_are() -> None:
    """At whole factors exactly; smaller ones than can be seen grow around their middle, and stay on the picture."""
    shown = tile(20, 20, (260, 340), PHOTOGRAPH, "Input")
    left, top, right, bottom = shown.place
    assert (right - left, bottom - top) == (3 * 90, 3 * 60)
    assert shown.box(Region(10, 20, 4, 5)) == (left + 60, top + 30, left + 75, top + 42)
    large = tile(20, 20, (260, 340), np.zeros((1000, 1300), np.uint8), "Input")
    for row, column in ((0, 0), (999, 1299), (500, 3)):
        box = large.box(Region(row, column, 1, 1))
        assert box.right - box.left == box.bottom - box.top == 6
        assert large.place.left <= box.left <= large.place.left + column * 340 / 1300 + 1
        assert box.right <= large.place.right
        assert box.bottom <= large.place.bottom


def test_output_cells_have_the_grey_of_the_whole_output() -> None:
    """Each value stands on the very grey of its sample in the picture of the output."""
    found = walk(PHOTOGRAPH, SKEW)
    _, marks = photographed(found, (30, 44))
    output = [mark for mark in marks if isinstance(mark, Embedded) and mark.height > 20][1].pixels
    for row, column in np.ndindex(5, 5):
        at = (28 + row, 42 + column)
        grey = int(output[at])
        shown = str(found.step(*at).value).replace("-", "−")
        assert (grey, grey, grey) in [mark.fill for mark in cell_under(marks, shown)]
