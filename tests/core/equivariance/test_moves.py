"""Moves do to a picture what their names say, sample by sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from convcli.core.border import BORDERS, border
from convcli.core.equivariance.by_bands import MovedLines
from convcli.core.equivariance.move_names import GRID_MOVES
from convcli.core.equivariance.moves import Axis, GridMove, Shift, shifted
from convcli.core.equivariance.resampling import Resampling
from convcli.errors import OptionError
from tests.oracles import source

PICTURE = np.array([[3, 1, 4, 1], [5, 9, 2, 6], [5, 3, 5, 8]])


def axes(picture):
    """A picture's own axes: every sample stands at its own place."""
    return tuple(Axis(n, n) for n in picture.shape[:2])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.sampled_from([rule.name for rule in BORDERS]),
    st.integers(-9, 9),
    st.integers(-9, 9),
    st.integers(1, 5),
    st.integers(1, 6),
)
def test_a_shift_moves_every_sample_right_and_down(name, dx, dy, height, width):
    """out[r, c] is in[r - dy, c - dx], and beyond the picture what the border's letters say."""
    picture = np.arange(1, height * width + 1).reshape(height, width)
    moved = shifted(picture, border(name), dy, dx)
    for r in range(height):
        for c in range(width):
            y, x = source(r - dy, height, name), source(c - dx, width, name)
            assert moved[r, c] == (0 if y is None or x is None else picture[y, x])


def test_a_fill_that_the_dtype_cannot_hold_widens_it():
    """constant:300 comes into an 8-bit picture as 300, not wrapped round; constant:7 keeps the dtype."""
    picture = np.array([[1, 2, 3]], np.uint8)
    wide, narrow = (shifted(picture, border(f"constant:{v}"), 0, 1) for v in (300, 7))
    assert (wide.tolist(), wide.dtype) == ([[300.0, 1.0, 2.0]], np.dtype(np.float64))
    assert (narrow.tolist(), narrow.dtype) == ([[7, 1, 2]], np.dtype(np.uint8))


@pytest.mark.parametrize(("dtype", "expected"), [(np.uint8, np.float32), (np.int32, np.float64)])
def test_half_a_pixel_is_the_mean_of_two(dtype, expected):
    """dx 0.5 puts the mean of neighbours at each place, in floats; dy 0.25 weighs them 3 to 1."""
    moved = Shift(0.5, 0, border("edge"))(PICTURE.astype(dtype), axes(PICTURE))
    assert moved.dtype == expected
    assert moved[1].tolist() == [5, 7, 5.5, 4]
    moved = Shift(0, 0.25, border("zero"))(PICTURE, axes(PICTURE))
    assert moved[:, 0].tolist() == [0.75 * 3, 0.75 * 5 + 0.25 * 3, 5]


def test_an_output_of_stride_two_moves_by_half():
    """Two pixels of the picture are one sample of an output of stride 2, three are one and a half."""
    outputs = (Axis(3, 6, 2), Axis(4, 8, 2))
    assert Shift(2, 0, border("edge"))(PICTURE, outputs)[0].tolist() == [3, 3, 1, 4]
    assert Shift(3, 0, border("edge"))(PICTURE, outputs)[0].tolist() == [3, 3, 2, 2.5]


@pytest.mark.parametrize(("dx", "dy", "option"), [(4, 0, "dx: 4 "), (-4.5, 0, "dx: -4.5 "), (0, 3, "dy: 3 ")])
def test_a_shift_as_large_as_the_picture_is_refused(dx, dy, option):
    """Nothing of the picture would be left; the message has the amount and the picture's size."""
    with pytest.raises(OptionError, match=option) as refused:
        Shift(dx, dy, border("edge")).check(3, 4)
    assert ("4 pixels wide" if dx else "3 pixels high") in str(refused.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rotate90", [[1, 6, 8], [4, 2, 5], [1, 9, 3], [3, 5, 5]]),
        ("rotate180", [[8, 5, 3, 5], [6, 2, 9, 5], [1, 4, 1, 3]]),
        ("rotate270", [[5, 5, 3], [3, 9, 1], [5, 2, 4], [8, 6, 1]]),
        ("flip-x", [[1, 4, 1, 3], [6, 2, 9, 5], [8, 5, 3, 5]]),
        ("flip-y", [[5, 3, 5, 8], [5, 9, 2, 6], [3, 1, 4, 1]]),
        ("transpose", [[3, 5, 5], [1, 9, 3], [4, 2, 5], [1, 6, 8]]),
        ("anti-transpose", [[8, 6, 1], [5, 2, 4], [3, 9, 1], [5, 5, 3]]),
    ],
)
def test_turns_and_mirrors_by_hand(name, expected):
    """Each of the seven puts every number where the eye expects it; colours keep together."""
    assert GridMove(name)(PICTURE, axes(PICTURE)).tolist() == expected
    colour = np.stack([PICTURE, 10 * PICTURE], axis=2)
    assert (GridMove(name)(colour, axes(colour))[:, :, 1] == 10 * np.array(expected)).all()


@pytest.mark.parametrize("name", GRID_MOVES)
def test_a_grid_move_says_where_its_axes_come_from(name):
    """source() describes the very permutation that the move carries out."""
    move, moved = GridMove(name), GridMove(name)(PICTURE, axes(PICTURE))
    ways = [move.source(axis) for axis in (0, 1)]
    for place in np.ndindex(*moved.shape):
        at = [0, 0]
        for (axis, backwards), p in zip(ways, place, strict=True):
            at[axis] = PICTURE.shape[axis] - 1 - p if backwards else p
        assert moved[place] == PICTURE[tuple(at)]


def test_rotation_agrees_with_scipy():
    """Thirty degrees counter-clockwise, bilinear, about the centre: SciPy's rotate, away from the frame."""
    picture = np.random.default_rng(3).random((21, 24))
    ours = Resampling("rotate:30", 30, 1, border("zero"))(picture, axes(picture))
    theirs = ndimage.rotate(picture, 30, reshape=False, order=1, mode="constant")
    assert np.abs(ours - theirs)[6:-6, 6:-6].max() < 1e-12


def test_scaling_agrees_with_scipy():
    """A magnification of 1.5 about the centre is SciPy's affine transform by 1 / 1.5."""
    picture = np.random.default_rng(4).random((15, 18))
    ours = Resampling("scale:1.5", 0, 1.5, border("edge"))(picture, axes(picture))
    offset = [(n - 1) / 2 * (1 - 1 / 1.5) for n in picture.shape]
    theirs = ndimage.affine_transform(picture, [1 / 1.5, 1 / 1.5], offset, order=1, mode="nearest")
    assert np.abs(ours - theirs).max() < 1e-12


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_quarter_turns_interpolate_nothing(turns):
    """rotate:90 of a square is the exact turn, in every bit."""
    square = np.random.default_rng(5).random((6, 6, 3))
    moved = Resampling("r", 90.0 * turns, 1, border("zero"))(square, axes(square))
    assert (moved == np.rot90(square, turns)).all()


MOVES = [
    Shift(2, -1, border("edge")),
    Shift(0.5, 1.75, border("constant:2.5")),
    *map(GridMove, GRID_MOVES),
    Resampling("rotate:20", 20, 1, border("zero")),
    Resampling("scale:1.3", 0, 1.3, border("wrap")),
]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.name}-{getattr(move, 'dx', '')}")
@pytest.mark.parametrize("channels", [(), (3,)])
def test_rows_of_a_moved_picture_are_those_of_the_whole(move, channels):
    """Any stretch of rows, asked for by itself, is what the whole moved picture has there, in its dtype."""
    picture = np.random.default_rng(4).integers(0, 256, (37, 21, *channels), dtype=np.uint8)
    whole = move(picture, axes(picture))
    assert whole.shape == move.shape(picture.shape)
    for rows in (slice(0, 1), slice(5, 18), slice(18, len(whole))):
        part = move(picture, axes(picture), rows)
        assert part.dtype == whole.dtype
        assert np.array_equal(part, whole[rows])


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.name}-{getattr(move, 'dx', '')}")
def test_moved_lines_are_put_together_as_the_whole(move, monkeypatch):
    """Made a few rows at a time and finished band by band, they are the moved picture, doubled."""
    monkeypatch.setattr("convcli.core.equivariance.by_bands.BAND_SAMPLES", 100)
    picture = np.random.default_rng(5).integers(-50, 50, (37, 21))
    lines = MovedLines(picture, move, axes(picture), lambda rows: 2 * rows)
    whole = 2 * move(picture, axes(picture))
    assert (lines.shape, lines.dtype) == (whole.shape, whole.dtype)
    assert np.array_equal(lines.whole(), whole)
