"""A drawing at other scales: drawn anew, sharp, and of the size that was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.marks import stacked
from convcli.report.drawing.raster import rasterized, size_in_pixels

RNG = np.random.default_rng(16)
RED, BLUE = (200, 10, 0), (0, 40, 180)


def boxes() -> Canvas:
    """Shapes at whole units, and nothing slanted."""
    canvas = Canvas(41, 23)
    canvas.rectangle(3, 2, 11, 9, fill=RED, outline=BLUE, thickness=2)
    canvas.rectangle(20, 5, 6, 17, outline=BLUE)
    canvas.rectangle(30, 1, 7, 3, fill=RED)
    return canvas


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_whole_factors_repeat_every_pixel_of_rectangles(scale: int) -> None:
    """Edges at whole units stand at whole pixels at every whole scale."""
    drawing = boxes().finished()
    np.testing.assert_array_equal(
        rasterized(drawing, scale), rasterized(drawing).repeat(scale, axis=0).repeat(scale, axis=1)
    )


@pytest.mark.parametrize("scale", [0.5, 1.25, 1.5, 300 / 96, 7.3])
def test_edges_are_sharp_at_every_scale(scale: float) -> None:
    """No pixel is between two colours, and the size is the drawing's times the scale."""
    drawing = boxes().finished()
    shown = rasterized(drawing, scale)
    assert shown.shape[:2] == size_in_pixels(drawing, scale)
    assert abs(shown.shape[1] - 41 * scale) <= 0.5
    assert abs(shown.shape[0] - 23 * scale) <= 0.5
    assert {tuple(pixel) for pixel in shown.reshape(-1, 3).tolist()} <= {(255, 255, 255), RED, BLUE}
    assert {RED, BLUE} <= {tuple(pixel) for pixel in shown.reshape(-1, 3).tolist()}


def test_frames_side_by_side_leave_no_gap_at_fractions_of_a_scale() -> None:
    """Cells that share an edge share it at 1.5, too: no paper shows between them."""
    canvas = Canvas(60, 12)
    for column in range(12):
        canvas.rectangle(5 * column, 0, 5, 12, fill=RED)
    assert (rasterized(canvas.finished(), 1.5) == RED).all()


@pytest.mark.parametrize("scale", [2, 3])
def test_letters_and_lines_are_drawn_anew_and_not_enlarged(scale: int) -> None:
    """Averaged down, the large drawing is about the small one; enlarged, the small one is far from the large."""
    canvas = Canvas(160, 50)
    canvas.text(4, 6, "Weights 3 × 3, Σ = 0", size=15)
    canvas.line([(4, 30), (70, 46), (150, 32)], thickness=1.5)
    canvas.circle(120, 18, 9, outline=BLUE)
    small, large = (rasterized(canvas.finished(), s).astype(float) for s in (1, scale))
    down = large.reshape(50, scale, 160, scale, 3).mean(axis=(1, 3))
    enlarged = small.repeat(scale, axis=0).repeat(scale, axis=1)
    assert np.abs(down - small).mean() < 8 < np.abs(enlarged - large).mean()
    # What is between ink and paper is a rim of one pixel at any scale: a smaller share of a larger drawing.
    rims = [((shown > 60) & (shown < 230)).mean() for shown in (small, large)]
    assert rims[1] < 1.4 * rims[0] / scale


def test_a_picture_shows_more_of_its_samples_at_a_larger_scale() -> None:
    """Of 24 x 16 samples in a place of 12 x 8 units: their means at scale 1, each of them at scale 2."""
    pixels = RNG.integers(0, 256, (16, 24, 3), dtype=np.uint8)
    canvas = Canvas(20, 16)
    canvas.picture(3, 5, pixels, 12, 8)
    drawing = canvas.finished()
    np.testing.assert_array_equal(rasterized(drawing, 2)[10:26, 6:30], pixels)
    means = pixels.astype(float).reshape(8, 2, 12, 2, 3).mean(axis=(1, 3))
    assert np.abs(rasterized(drawing)[5:13, 3:15] - means).max() <= 1


def test_a_drawing_in_a_drawing_is_as_it_is_by_itself() -> None:
    """Stacked drawings are pasted one below the other; paper is right of the narrow one."""
    wide, narrow = boxes().finished(), Canvas(10, 5, ground=RED).finished()
    both = stacked([wide, narrow])
    shown = rasterized(both, 2)
    assert (both.width, both.height, both.title) == (41, 28, wide.title)
    np.testing.assert_array_equal(shown[:46], rasterized(wide, 2))
    assert (shown[46:, :20] == RED).all()
    assert (shown[46:, 20:] == 255).all()
    assert stacked([wide]) is wide


def test_headings_are_struck_once() -> None:
    """A panel's title has the ink of its words in the font, and no more."""
    from convcli.report.drawing.panel import Tile, panel

    picture = np.full((40, 40), 255, np.uint8)
    drawn = panel([Tile(picture)], width=400, title="Weights")
    canvas = Canvas(drawn.width, 40)
    canvas.text(24, 18, "Weights", size=20)
    np.testing.assert_array_equal(rasterized(drawn)[:40], rasterized(canvas.finished()))
