"""Panels, walks and maps show the ledger: where, how much, and which side of the predicted band."""

import numpy as np
import pytest

from convcli.core.border import border
from convcli.core.display.colormap import colormap
from convcli.core.equivariance.band import Band
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.moves import GridMove, Shift
from convcli.core.equivariance.path import steps_to
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.study import study
from convcli.core.kernel.kernel import Kernel
from convcli.report.drawing.marks import Embedded, Text
from convcli.report.drawing.palette import ACCENT
from convcli.report.drawing.raster import rasterized
from convcli.report.equivariance.film import film_frames
from convcli.report.equivariance.heat_map import HOLDS, heat_map
from convcli.report.equivariance.panel import study_panel
from convcli.report.equivariance.pictures import (
    BAND_GROUND,
    cropped,
    difference_pixels,
    differences,
    input_pixels,
    reduced,
    response_pixels,
    scaled,
    shown_map,
)
from convcli.report.equivariance.sweep import Outcome, cell_words, sweep_subject, sweep_table
from convcli.report.equivariance.table import remedy_words, study_tables, times_words
from convcli.report.printing.numbers import short

EDGE = border("edge")
SUBJECT = "sobel-x on picture.png"
SOBEL = Kernel("sobel-x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
PICTURE = np.random.default_rng(0).integers(0, 256, (60, 80), dtype=np.uint8)


def found(kernel=SOBEL, move=None, picture=PICTURE, **options):
    """A study of one shift by 3 to the right, unless told otherwise."""
    return study(picture, ConvLayer.of(kernel, border="edge", **options), move or Shift(3, 0, EDGE))


def test_differences_are_white_outside_the_band_pale_blue_in_it_and_red_where_they_are():
    """Ground by side of the band, colour by the root of the error, the faintest still seen."""
    errors = np.zeros((4, 6))
    errors[1, 0], errors[2, 5] = 100.0, 1e-9
    pixels = difference_pixels(errors, Band(0, 1, 2, 1).interior(4, 6), 100.0)
    assert pixels[0, 2].tolist() == [255, 255, 255]
    assert pixels[0, 1].tolist() == pixels[3, 3].tolist() == list(BAND_GROUND)
    assert pixels[1, 0].tolist() == colormap("diverging")[255].tolist()
    red, green, _ = (int(v) for v in pixels[2, 5])
    assert red > green + 20


def test_reducing_keeps_a_lone_mismatch():
    """The largest error of each block stands for it, also in a block cut by the edge."""
    errors = np.zeros((5, 7))
    errors[4, 6] = 3.0
    small, block = reduced(errors, 3)
    assert (small.shape, block, small[1, 2], small.sum()) == ((2, 3), 3, 3.0, 3.0)
    assert reduced(errors, 7) == (pytest.approx(errors), 1)


def test_a_window_and_a_reduction_keep_the_band_in_its_place():
    """Rows 2 to 9 and columns 3 to 8, seen from row 1 and column 4; and in blocks of 2."""
    inside = (slice(2, 10), slice(3, 9))
    assert cropped(inside, 1, 4) == (slice(1, 9), slice(0, 5))
    assert scaled((slice(2, 10), slice(4, 8)), 2) == (slice(1, 5), slice(2, 4))


def test_differences_are_the_two_routes_apart():
    """The largest of all maps at each place, by a loop; rounding counts as none."""
    colour = np.random.default_rng(1).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    done = found((SOBEL, Kernel("k", [[1, 2], [4, 8]])), picture=colour)
    first, second = (route.astype(int) for route in (done.comparison.layer_then_move, done.comparison.move_then_layer))
    assert (differences(done) == np.abs(first - second).max(axis=2)).all()


def test_the_worst_kernel_of_a_bank_is_shown():
    """Of two kernels the one whose routes differ; its three channels are its colours."""
    colour = np.random.default_rng(1).integers(0, 256, (9, 8, 3), dtype=np.uint8)
    done = found((Kernel("one", [[1]]), SOBEL), picture=colour)
    assert shown_map(done) == (slice(3, 6), "sobel-x")
    assert response_pixels(done, slice(3, 6))[0].shape == (9, 8, 3)


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        ((np.array([[0, 200]], np.uint8), np.array([[100.6, 300.0]])), ([[0, 200]], [[101, 255]])),
        ((np.array([[0, 10]]), np.array([[5, 20]])), ([[0, 128]], [[64, 255]])),
        (
            (np.array([[[0, 9], [65535, 9]]], np.uint16), np.array([[[0, 9], [0, 9]]], np.uint16)),
            ([[0, 255]], [[0, 0]]),
        ),
    ],
)
def test_inputs_share_one_display(pictures, expected):
    """8 bits as they are; others from the lowest value of both to the highest; of many maps the first."""
    assert [pixels.tolist() for pixels in input_pixels(pictures)] == list(expected)


@pytest.mark.parametrize(("kernel", "zero_level"), [(SOBEL, {128}), (Kernel("box", np.ones((3, 3))), None)])
def test_responses_share_one_display(kernel, zero_level):
    """Zero is mid-grey for kernels that sum to zero; others run from the lowest value of both to the highest."""
    done = found(kernel)
    first, second, scale = response_pixels(done, shown_map(done)[0])
    assert (first[:, 10:70] == second[:, 10:70]).all()
    if zero_level:
        assert set(np.unique(second[done.comparison.move_then_layer == 0])) == zero_level
        both = done.comparison.layer_then_move, done.comparison.move_then_layer
        assert (-scale.low, scale.high) == (max(np.abs(each).max() for each in both),) * 2
    else:
        assert min(first.min(), second.min()) == 0
        assert max(first.max(), second.max()) == 255


def test_clipped_responses_are_shown_as_they_are():
    """A layer that makes pixels needs no scaling."""
    done = study(PICTURE, ConvLayer.of(SOBEL, border="edge", clips=True, rounds=True), Shift(1, 0, EDGE))
    assert (response_pixels(done, slice(0, 1))[1] == done.comparison.move_then_layer).all()


@pytest.mark.parametrize(
    ("picture", "move", "options"),
    [
        (PICTURE, Shift(3, 0, EDGE), {}),
        (PICTURE, Shift(1, 0, EDGE), {"stride": 2}),
        (PICTURE[:5, :6], Shift(1, 1, EDGE), {}),
        (np.stack([PICTURE] * 3, axis=2), GridMove("flip-x"), {}),
        (PICTURE[:, :20], GridMove("rotate90"), {}),
        (PICTURE, Resampling("rotate:20", 20, 1, EDGE), {}),
        (PICTURE[:1], Shift(2, 0, EDGE), {}),
    ],
)
def test_a_panel_fits_its_width(picture, move, options):
    """At most 1200 pixels wide, whatever the picture's size and shape, and never empty."""
    drawn = rasterized(study_panel(found(picture=picture, move=move, **options), "picture.png"))
    assert drawn.dtype == np.uint8
    assert 600 < drawn.shape[1] <= 1200
    assert (drawn < 128).any()


def test_the_frame_stands_where_the_band_ends():
    """The blue frame leaves out 3 outputs at the left of the difference and 1 at the right."""
    drawn = rasterized(study_panel(found(), "picture.png")).astype(int)
    blue = (np.abs(drawn - np.array(ACCENT)).sum(axis=2) < 30).sum(axis=0)
    columns = np.flatnonzero(blue > 100)
    scale = 4  # 80 outputs on a third of 1200 pixels, enlarged by whole factors
    assert columns[-1] - columns[0] + 1 == scale * (80 - 3 - 1)


def test_a_long_walk_goes_in_whole_steps_and_a_short_one_goes_on():
    """A shift by 24 is cut into twelve, one by 2 repeated until the picture ends, a mirror shown before and after."""
    steps = steps_to(Shift(24, -12, EDGE), 60, 80)
    assert [(move.dx, move.dy) for move in steps][:3] == [(0, 0), (2, -1), (4, -2)]
    assert (len(steps), steps[-1].dx) == (13, 24)
    assert [move.dx for move in steps_to(Shift(2, 0, EDGE), 5, 7)] == [0, 2, 4, 6]
    assert [move.degrees for move in steps_to(Resampling("r", 24, 1, EDGE), 9, 9)][:2] == [0, 2]
    assert steps_to(Resampling("s", 0, 4, EDGE), 9, 9)[6].zoom == pytest.approx(2)
    assert [move.name for move in steps_to(GridMove("flip-x"), 9, 9)] == ["identity", "flip-x"]


@pytest.mark.parametrize("move", [Shift(20, 5, EDGE), GridMove("rotate90"), Resampling("rotate:30", 30, 1, EDGE)])
def test_frames_are_of_one_size_and_not_all_alike(move):
    """Every frame of a walk has the same shape, and the picture moves."""
    frames = [rasterized(frame) for frame in film_frames(found(move=move), "picture.png")]
    assert len({frame.shape for frame in frames}) == 1
    assert (frames[0] != frames[-1]).any()


def test_the_map_is_green_where_it_holds():
    """One cell a run: the number of green cells is the number of runs that hold."""
    outcomes = []
    for dx in range(4):
        for stride in (1, 2):
            done = found(move=Shift(dx, 0, EDGE), stride=stride)
            outcomes.append(Outcome({"dx": str(dx), "stride": str(stride)}, done.ledger, done.remedy))
    drawn = rasterized(heat_map(outcomes, SUBJECT))
    green = (drawn == np.array(HOLDS)).all(axis=2)
    row = np.flatnonzero(green.any(axis=1))[2]
    edges = np.flatnonzero(np.diff(np.r_[0, green[row].astype(int), 0]))
    assert len(edges) // 2 == 4  # the row of stride 1: all four shifts
    assert cell_words(outcomes[3]).count(" -> ") == 1


def test_a_large_map_has_cells_without_words():
    """More than 40 rows: squares of colour only, and every label that there is room for."""
    ledger = found().ledger
    outcomes = [Outcome({"dx": str(dx), "dy": str(dy)}, ledger, None) for dx in range(45) for dy in range(45)]
    drawn = rasterized(heat_map(outcomes, SUBJECT))
    assert drawn.shape[1] > 45 * 20
    assert len(sweep_table(outcomes, SUBJECT).rows) == 45 * 45  # too wide for a grid: one line a run


def test_empty_interiors_are_faint_in_the_map():
    """A run with nothing to compare is neither green nor red."""
    empty = found(Kernel("k", [[1, 2, 4]]), Shift(2, 0, EDGE), np.array([[1, 2, 3]]))
    drawn = rasterized(heat_map([Outcome({"dx": "2"}, empty.ledger, None)], SUBJECT))
    assert not (drawn == np.array(HOLDS)).all(axis=2).any()


@pytest.mark.parametrize(
    ("factor", "words"), [(2.5, "2.5 times smaller"), (0.5, "2 times larger"), (float("inf"), "down to none")]
)
def test_factors_in_words(factor, words):
    """Above 1 smaller, below larger, infinite none."""
    assert times_words(factor) == words


def test_words_of_a_study_that_fails():
    """Title, verdict, cause and remedy, each with its figure."""
    done = found(move=Shift(1, 0, EDGE), stride=2)
    ledger, why = study_tables(done, "a" * 50)
    assert ledger.title == f"sobel-x under a shift by dx 1, dy 0 ({'a' * 37}...)"
    error = short(done.ledger.interior.max_error)
    assert any(note.startswith("does not hold") and error in note for note in ledger.notes)
    assert why.rows[0][:2] == ["stride phase", "--stride 1"]
    assert "--blurpool 3" in why.notes[0]
    assert remedy_words(None) == []


def test_many_kernels_are_counted():
    """A title names up to three kernels, and says when the weights are not theirs."""
    kernels = tuple(Kernel(f"k{i}", [[1, i]]) for i in range(4))
    assert study_tables(found(kernels), "x")[0].title.startswith("4 kernels under")
    unshared = study(PICTURE, ConvLayer.of(SOBEL, seed=1), Shift(1, 0, EDGE))
    assert study_tables(unshared, "x")[0].title.startswith("unshared weights in place of sobel-x")


@pytest.mark.parametrize("shape", [(60, 80), (256, 256), (512, 512), (5, 7), (50, 2000), (300, 20), (1, 9)])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_walk_enlarges_by_whole_factors(shape, stride):
    """Every picture of every frame: as many units to each sample, or fewer than one, and never a part more."""
    picture = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    frames = list(film_frames(found(picture=picture, stride=stride), "picture.png"))
    for frame in (frames[0], frames[-1]):
        maps = [mark for mark in frame.marks if isinstance(mark, Embedded) and mark.pixels.shape[0] != 2][:3]
        for mark in maps:
            high, wide = mark.height / mark.pixels.shape[0], mark.width / mark.pixels.shape[1]
            assert (high <= 1 and wide <= 1) or (high == wide and high % 1 == 0) or min(mark.pixels.shape[:2]) < 8


def test_wide_pictures_of_a_walk_are_stacked():
    """2000 x 50: one below the other, each as wide as the film; 256 x 256: beside each other."""
    for shape, stacked in (((50, 2000), True), ((256, 256), False)):
        picture = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
        frame = next(film_frames(found(picture=picture), "picture.png"))
        lefts = {mark.left for mark in frame.marks if isinstance(mark, Embedded)}
        assert (len(lefts) == 1) == stacked
        assert frame.width < 920


def words_of(drawing):
    return [mark.words for mark in drawing.marks if isinstance(mark, Text)]


def test_a_sweep_of_one_option_lies_across_and_its_title_names_kernel_and_picture():
    """Nine values: nine cells on one line, their values above them; sixty long ones run down instead."""
    ledger = found().ledger
    outcomes = [Outcome({"dx": str(dx)}, ledger, None) for dx in range(9)]
    drawn = heat_map(outcomes, sweep_subject(outcomes, [SOBEL], "picture.png"))
    values = [mark for mark in drawn.marks if isinstance(mark, Text) and mark.words in list("012345678")]
    assert len({mark.baseline for mark in values}) == 1
    assert [mark.words for mark in sorted(values, key=lambda mark: mark.x)] == list("012345678")
    assert words_of(drawn)[0].startswith("sobel-x on picture.png: f(g(x)) = g(f(x)) holds in")
    many = [Outcome({"kernel": f"gaussian:sigma={n},size=31"}, ledger, None) for n in range(30)]
    drawn = heat_map(many, sweep_subject(many, None, "picture.png"))
    values = [mark for mark in drawn.marks if isinstance(mark, Text) and "sigma" in mark.words]
    assert len({mark.baseline for mark in values}) == 30
    assert words_of(drawn)[0].startswith("30 kernels on picture.png")


def test_no_part_of_an_infinite_error_is_left():
    """A route that alone gives NaN: no remedy is measured against it, and the verdict says what it is."""
    picture = np.random.default_rng(2).normal(size=(12, 14)).astype(np.float32)
    picture[5, 5] = np.nan
    done = found(picture=picture, move=Shift(1, 0, EDGE), stride=2)
    assert done.remedy is None
    notes = "\n".join(note for table in study_tables(done, "x.npy") for note in table.notes)
    assert "one route alone gives NaN or infinity" in notes
    assert "up to inf" not in notes


def test_kernels_given_as_numbers_are_called_by_them():
    """In the panel's title and captions, in place of the word "kernel"."""
    words = " ".join(words_of(study_panel(found(Kernel("kernel", [[1, 2], [0, 3]])), "picture.png")))
    assert words.startswith("1 2; 0 3 under a shift")
    assert "1 2; 0 3: 60 × 80 outputs" in words
