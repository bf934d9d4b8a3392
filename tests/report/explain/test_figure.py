"""Figures and frames of `explain`, held to their pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from convcli.core.explain.walk import Walk, walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.errors import OptionError
from convcli.report.drawing import palette
from convcli.report.drawing.raster import rasterized
from convcli.report.explain.figure import step_figure
from convcli.report.explain.film import frame_times, walk_frames
from convcli.report.explain.layout import MARGIN, TITLE, Layout, arrange, scene

Bytes = NDArray[np.uint8]


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
    shades = [
        [
            bool(
                of_colour(picture, palette.WINDOW)[
                    int(top + r * layout.cell + quarter), int(left + c * layout.cell + 8)
                ]
            )
            for c in range(3)
        ]
        for r in range(3)
    ]
    assert shades == [[True, False, True], [False, False, False], [True, False, True]]


@pytest.mark.parametrize("convolve", [False, True])
@pytest.mark.parametrize(
    ("shape", "kernel", "options"),
    [
        ((3, 3), (2, 2), {"size": "valid"}),
        ((12, 12), (5, 5), {"stride": 2}),
        ((12, 12), (5, 5), {}),
        ((12, 12), (3, 3), {"dilation": 2}),
        ((1, 9), (1, 3), {}),
        ((9, 1), (3, 1), {"size": "full"}),
        ((4, 6), (3, 2), {"padding": (0, 3, 1, 2)}),
        ((1, 1), (1, 1), {}),
    ],
)
def test_frames_are_legible_and_at_most_640_wide(
    shape: tuple[int, int], kernel: tuple[int, int], options: dict[str, object], convolve: bool
) -> None:
    """Inputs up to 12x12 fit a frame with cells that hold their numbers; parts do not overlap or leave the frame."""
    found = walk(plane(*shape), Kernel("k", np.ones(kernel)), Window.of(**options), convolve=convolve)  # type: ignore[arg-type]
    shown = scene(found)
    layout = arrange(shown, 640, 800)
    assert layout.cell >= 18
    sizes = {
        "input": (layout.input, (shown.input.height, shown.input.width)),
        "kernel": (layout.kernel, kernel),
        "output": (layout.output, found.shape),
    }
    if layout.given is not None:
        sizes["given"] = (layout.given, kernel)
    boxes = [(x, y, x + c * layout.cell, y + TITLE + r * layout.cell) for (x, y), (r, c) in sizes.values()]
    for index, one in enumerate(boxes):
        assert min(one[:2]) >= MARGIN
        assert one[2] <= layout.width - MARGIN
        assert one[3] <= layout.height - MARGIN + 1
        for other in boxes[:index]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)
    first = rasterized(next(iter(walk_frames(found, "walk.gif"))))
    assert first.shape[1] == 640


def test_frames_fill_the_output_one_by_one_and_move_nothing_else() -> None:
    """Four frames of one size; the kernel never changes, the output gains a cell a frame, in reading order."""
    found = walk(plane(3, 3), Kernel("k", [[0, 1], [2, 3]]), Window.of(size="valid"))
    frames = [rasterized(frame) for frame in walk_frames(found, "walk.gif")]
    layout = arrange(scene(found), 640, 800)
    (x, y), (left, top) = layout.kernel, layout.output
    kernels = [frame[int(y) : int(y + TITLE + 2 * layout.cell), int(x) : int(x + 2 * layout.cell)] for frame in frames]
    assert len(frames) == 4
    assert all(np.array_equal(kernels[0], kernel) for kernel in kernels)
    for count, frame in enumerate(frames, start=1):
        dark = (frame.max(axis=2) < 100)[int(top + TITLE) :, int(left) :]
        inked = [
            bool(
                dark[
                    r * layout.cell + 6 : (r + 1) * layout.cell - 6, c * layout.cell + 6 : (c + 1) * layout.cell - 6
                ].any()
            )
            for r, c in np.ndindex(2, 2)
        ]
        assert inked == [True] * count + [False] * (4 - count)


def test_border_values_are_drawn_faded() -> None:
    """The padded rim is grey; the input's own cells are paper."""
    found = walk(plane(2, 2), Kernel("k", np.ones((3, 3))))
    layout, picture = arrange(scene(found, (0, 0)), 1000, 900), rasterized(step_figure(found, found.step(1, 1)))
    top, left = input_corner(layout)
    last = int(top + layout.cell / 4), int(left + 3 * layout.cell + 8)
    own = int(top + 1 * layout.cell + 8), int(left + 0.5 * layout.cell)
    assert tuple(picture[last]) == palette.FAINT
    assert tuple(picture[own[0], own[1] - int(layout.cell / 4)]) == palette.FAINT  # column -1
    inside = walk(plane(2, 2), Kernel("k", [[1]]))
    drawn = rasterized(step_figure(inside, inside.step(0, 0)))
    assert not of_colour(drawn, palette.FAINT).any()


def large(convolve: bool = False) -> Walk:
    """A walk that is drawn in part."""
    kernel = Kernel("k", np.outer([-1, 0, 2], [1, 2, 3]))
    return walk(np.random.default_rng(1).integers(0, 256, (300, 200)), kernel, convolve=convolve)


@pytest.mark.parametrize("at", [(0, 0), (150, 77), (299, 199)])
def test_a_large_input_is_drawn_around_the_window(at: tuple[int, int]) -> None:
    """Two rows and columns on each side of the window, as far as there are any, numbered."""
    shown = scene(large(), at)
    part = shown.input
    assert not shown.whole
    assert part.top == max(-1, at[0] - 3)
    assert part.left == max(-1, at[1] - 3)
    assert part.top + part.height - 1 == min(300, at[0] + 3)
    assert shown.output.top == max(0, at[0] - 2)
    for convolve in (False, True):
        found = large(convolve)
        picture = rasterized(step_figure(found, found.step(*at)))
        assert picture.shape[1] <= 1000
        assert of_colour(picture, palette.WINDOW).any()


def test_a_large_kernel_is_drawn_in_signed_colours() -> None:
    """No numbers fit: positive weights are red, negative ones blue."""
    weights = np.zeros((49, 49))
    weights[:, :24], weights[:, 25:] = -1, 1
    found = walk(np.ones((60, 60)), Kernel("k", weights))
    picture = rasterized(step_figure(found, found.step(30, 30))).astype(int)
    assert (picture[..., 0] - picture[..., 2] > 90).sum() > 5000
    assert (picture[..., 2] - picture[..., 0] > 60).sum() > 5000


def test_walks_that_nobody_could_read_or_watch_are_refused_at_once() -> None:
    """Too many cells, too many frames: the limit and the way out, before anything is drawn."""
    with pytest.raises(OptionError, match=r"60x60 with its padding .* 15 pixels .* --crop"):
        walk_frames(walk(plane(58, 58), Kernel("k", np.ones((3, 3)))), "walk.gif")
    with pytest.raises(OptionError, match="at most 400 frames"):
        walk_frames(walk(plane(1, 401), Kernel("k", [[1]])), "walk.gif")


def test_frames_take_their_time() -> None:
    """A second each for a few, less for many, and a pause at the end."""
    assert frame_times(walk(plane(2, 2), Kernel("k", [[1]]))) == [1000, 1000, 1000, 2000]
    many = frame_times(walk(plane(12, 12), Kernel("k", [[1]])))
    assert (len(many), many[0], many[-1]) == (144, 173, 2000)
