"""Films of `explain`: every frame is what a drawing of all of it would be, and a GIF gives it back."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.core.arrays import Bytes
from convcli.core.explain.walk import Walk, walk
from convcli.core.kernel.kernel import Kernel
from convcli.core.problem.options import Window
from convcli.errors import OptionError
from convcli.report.drawing import palette
from convcli.report.drawing.gif_film import film_palette, write_gif
from convcli.report.drawing.marks import Drawing, Embedded, Mark
from convcli.report.drawing.raster import rasterized
from convcli.report.drawing.reel import Reel, frames
from convcli.report.drawing.resizing import signed_picture
from convcli.report.explain.film import frame_times, walk_reel
from convcli.report.explain.layout import MARGIN, TITLE, arrange, scene
from convcli.report.explain.photograph import Photograph

PHOTOGRAPH = np.random.default_rng(5).integers(0, 256, (120, 150), dtype=np.uint8)
SKEW = Kernel("skew", [[0, 1, -1], [2, 3, 1]])


def matrix() -> Reel:
    return walk_reel(walk([[0, 1, 2], [3, 4, 5], [6, 7, 8]], Kernel("k", [[0, 1], [2, 3]])), "w.gif")


def cropped() -> Reel:
    """All cells of a part of a photograph, the window's taps apart."""
    found = walk(PHOTOGRAPH[40:43, 50:54], SKEW, Window.of(dilation=2))
    return walk_reel(found, "w.gif", Photograph.of(PHOTOGRAPH, corner=(40, 50)))


def strided() -> Reel:
    """A whole photograph in large steps."""
    found = walk(PHOTOGRAPH, SKEW, Window.of(stride=50))
    return walk_reel(found, "w.gif", Photograph.of(PHOTOGRAPH))


REELS = {"matrix": matrix, "crop": cropped, "photograph": strided}


def redrawn(reel: Reel, number: int, scale: float = 1.0) -> Bytes:
    """A frame drawn as one drawing, all marks of the frames before it included."""
    marks: list[Mark] = list(reel.ground.marks)
    for before in range(number + 1):
        marks += [mark for part in reel.change(before).lasting for mark in part.marks]
    taken: list[Any] = []
    for part in reel.change(number).passing:
        if not any(part.marks is marked for marked in taken):
            marks += part.marks
            taken.append(part.marks)
    return rasterized(Drawing(reel.ground.width, reel.ground.height, tuple(marks)), scale)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("name", REELS)
def test_a_frame_that_is_changed_in_places_is_the_frame_drawn_anew(name: str, scale: float) -> None:
    """To the pixel, at every scale: nothing of the frame before is left, nothing that stays is lost."""
    reel = REELS[name]()
    for number, frame in enumerate(frames(reel, scale)):
        if number in (0, 1, reel.length // 2, reel.length - 1):
            np.testing.assert_array_equal(frame.pixels, redrawn(reel, number, scale))


@pytest.mark.parametrize("name", REELS)
def test_what_changes_lies_where_it_is_said_to(name: str) -> None:
    """Outside of the places of a frame not one pixel differs from the frame before."""
    before: Bytes | None = None
    for frame in frames(REELS[name]()):
        if before is not None:
            differs = (frame.pixels != before).any(axis=2)
            for place in frame.changed:
                differs[place.box] = False
            assert not differs.any()
        before = frame.pixels.copy()


@pytest.mark.parametrize("name", REELS)
def test_a_gif_gives_every_frame_back_with_white_white(name: str) -> None:
    """Paper, window and output keep their very colours; other pixels are near; times and endless repeats are kept."""
    reel, stream = REELS[name](), io.BytesIO()
    write_gif(reel, stream, ms=[173.0] * (reel.length - 1) + [2000.0])
    with Image.open(stream) as film:
        assert film.n_frames == reel.length  # type: ignore[attr-defined]
        assert film.info["loop"] == 0
        total = 0
        for number, frame in enumerate(frames(reel)):
            film.seek(number)
            total += film.info["duration"]
            seen = np.asarray(film.convert("RGB"))
            for colour in (palette.PAPER, palette.WINDOW, palette.WINDOW_RING, palette.OUTPUT_RING):
                drawn = (frame.pixels == colour).all(axis=2)
                assert (seen[drawn] == colour).all()
            away = np.abs(seen.astype(int) - frame.pixels)
            assert away.mean() < 1.0
            assert np.percentile(away, 99) <= 24
        assert total == 10 * round(17.3 * (reel.length - 1) + 200)  # no rounding adds up


def test_frequent_colours_are_kept_as_they_are() -> None:
    """One palette of at most 255 colours, in it all that are flat grounds, rules or frames."""
    reel = matrix()
    colours = {tuple(colour) for colour in film_palette(reel).tolist()}
    assert len(colours) <= 255
    kernel = {tuple(colour) for colour in signed_picture(np.array([[0, 1], [2, 3]])).reshape(-1, 3).tolist()}
    meant = {palette.PAPER, palette.INK, palette.LINE, palette.FAINT, palette.MUTED, palette.WINDOW, palette.OUTPUT}
    assert {*meant, *kernel, palette.WINDOW_EDGE, palette.OUTPUT_EDGE} <= colours


def test_frames_fill_the_output_one_by_one_and_move_nothing_else() -> None:
    """Four frames of one size; the kernel never changes, the output gains a cell a frame, in reading order."""
    found = walk(np.arange(9).reshape(3, 3) * 3, Kernel("k", [[0, 1], [2, 3]]), Window.of(size="valid"))
    shown = [frame.pixels.copy() for frame in frames(walk_reel(found, "walk.gif"))]
    layout = arrange(scene(found), 960, 760)
    (x, y), (left, top), cell = layout.kernel, layout.output, layout.cell
    kernels = [frame[int(y) : int(y + TITLE + 2 * cell), int(x) : int(x + 2 * cell)] for frame in shown]
    assert len(shown) == 4
    assert all(np.array_equal(kernels[0], kernel) for kernel in kernels)
    for count, frame in enumerate(shown, start=1):
        dark = (frame.max(axis=2) < 100)[int(top + TITLE) :, int(left) :]
        inked = [
            bool(dark[r * cell + 6 : (r + 1) * cell - 6, c * cell + 6 : (c + 1) * cell - 6].any())
            for r, c in np.ndindex(2, 2)
        ]
        assert inked == [True] * count + [False] * (4 - count)


def test_a_photographs_film_shows_the_photograph_and_fills_its_output() -> None:
    """The box moves over the picture; the output's samples appear in their grey, those to come are blank."""
    reel = strided()
    picture = next(mark for mark in reel.ground.marks if isinstance(mark, Embedded))
    assert np.array_equal(picture.pixels, PHOTOGRAPH)
    boxes, known = [], []
    output = [mark for mark in reel.ground.marks if isinstance(mark, Embedded) and mark.pixels.shape[:2] == (3, 3)]
    for frame in frames(reel):
        photo = frame.pixels[picture.top : picture.top + picture.height, picture.left : picture.left + picture.width]
        rows, columns = np.nonzero((photo == palette.WINDOW_RING).all(axis=2))
        boxes.append((rows.mean() * 120 / picture.height, columns.mean() * 150 / picture.width))
        side = output[0].width // 3
        corners = frame.pixels[output[0].top + side - 4 :: side, output[0].left + side - 4 :: side][:3, :3]
        known.append(int((corners[: output[0].height] != palette.FAINT).any(axis=2).sum()))
    assert known == list(range(1, 10))
    for (row, column), at in zip(boxes[3:5], ((50, 0), (50, 50)), strict=True):
        assert abs(row - at[0]) < 6
        assert abs(column - at[1]) < 6


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
def test_frames_are_legible_and_parts_do_not_overlap(
    shape: tuple[int, int], kernel: tuple[int, int], options: dict[str, object], convolve: bool
) -> None:
    """Inputs up to 12x12 fit a frame with cells that hold their numbers, inside the margins."""
    numbers = np.arange(shape[0] * shape[1]).reshape(shape) * 3
    found = walk(numbers, Kernel("k", np.ones(kernel)), Window.of(**options), convolve=convolve)  # type: ignore[arg-type]
    shown = scene(found)
    layout = arrange(shown, 960, 760)
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
    assert walk_reel(found, "walk.gif").ground.width <= 960


def test_walks_that_nobody_would_watch_are_refused_at_once() -> None:
    """Too many frames: the limit and the ways out, before anything is drawn."""
    with pytest.raises(OptionError, match=r"58 × 58 outputs .* at most 400 frames .* --crop .* --stride"):
        walk_reel(walk(np.zeros((58, 58)), Kernel("k", np.ones((3, 3)))), "walk.gif")


def test_frames_take_their_time() -> None:
    """A second each for a few, less for many, and a pause at the end."""

    def over(height: int, width: int) -> Walk:
        return walk(np.zeros((height, width)), Kernel("k", [[1]]))

    assert frame_times(over(2, 2)) == [1000, 1000, 1000, 2000]
    many = frame_times(over(12, 12))
    assert (len(many), many[0], many[-1]) == (144, 173, 2000)
