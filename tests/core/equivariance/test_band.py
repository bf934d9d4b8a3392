"""The border band is told before anything is run: never too narrow, never idly wide."""

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from convcli.core.border import BORDERS, border
from convcli.core.equivariance.band import Band
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.move_names import GRID_MOVES
from convcli.core.equivariance.moves import GridMove, Shift
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.routes import run_routes
from convcli.core.pooling import Pool
from convcli.errors import GeometryError, OptionError

NAMES = [rule.name for rule in BORDERS]
PROPERTY = settings(derandomize=True, deadline=None, max_examples=250)
seeds = st.integers(0, 2**32 - 1)


def steps(rng, end):
    """Down and across, each below the end; often the same."""
    return int(rng.integers(1, end)) if rng.random() < 0.5 else tuple(int(n) for n in rng.integers(1, end, 2))


def anything(seed):
    """A random picture, kernel, geometry, pooling and shift by a multiple of the step; some do not fit together."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(-50, 50, rng.integers(1, 14, 2))
    kernel = rng.integers(-2, 3, rng.integers(1, 6, 2))
    name = str(rng.choice([*NAMES, "constant:7"]))
    options = {"border": name, "stride": steps(rng, 4), "dilation": steps(rng, 3)}
    if rng.random() < 0.3:
        options["padding"] = tuple(int(side) for side in rng.integers(0, 5, 4))
    else:
        options["size"] = str(rng.choice(["same", "valid", "full"]))
    pool = Pool(str(rng.choice(["max", "avg"])), (2, 3), (2, 1)) if rng.random() < 0.25 else None
    layer = ConvLayer.of(kernel, **options, pool=pool, clips=bool(rng.random() < 0.1))
    down, across = layer.steps
    fill = border(name if rng.random() < 0.5 else str(rng.choice([*NAMES, "constant:-3"])))
    move = Shift(across * int(rng.integers(-5, 6)), down * int(rng.integers(-5, 6)), fill)
    return picture, layer, move


@PROPERTY
@given(seeds)
def test_no_mismatch_lies_outside(seed):
    """Whatever the kernel, border, fill, size, stride, dilation, pooling and shift, the interior agrees exactly."""
    try:
        ledger = run_routes(*anything(seed)).ledger
    except (GeometryError, OptionError):
        reject()
    assert ledger.interior.max_error <= ledger.tolerance
    assert ledger.holds


@PROPERTY
@given(
    seeds,
    st.sampled_from(NAMES),
    st.sampled_from(["same", "valid", "full"]),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(-4, 4), st.integers(-4, 4)),
)
def test_every_side_is_filled_to_its_innermost_line(seed, name, size, stride, dilation, moved):
    """With weights and pixels in general position each side's innermost line mismatches: no line is there idly."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(-1000, 1000, (27, 29))
    kernel = rng.integers(1, 1000, rng.integers(1, 5, 2)) * rng.choice([-1, 1])
    layer = ConvLayer.of(kernel, border=name, size=size, stride=stride, dilation=dilation)
    done = run_routes(picture, layer, Shift(stride[1] * moved[0], stride[0] * moved[1], border(name)))
    differ = done.layer_then_move != done.move_then_layer
    rows, columns, band = differ.any(axis=1), differ.any(axis=0), done.ledger.band
    assert done.ledger.holds
    assert not band.top or rows[band.top - 1]
    assert not band.bottom or rows[-band.bottom]
    assert not band.left or columns[band.left - 1]
    assert not band.right or columns[-band.right]


@pytest.mark.parametrize("name", NAMES)
def test_each_border_has_a_band_that_is_filled(name):
    """For every border there is an input whose band of width above 0 mismatches at its innermost line."""
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (20, 23), dtype=np.uint8)
    size = "valid" if name == "wrap" else "same"
    layer = ConvLayer.of(rng.integers(1, 99, (3, 4)), border=name, size=size)
    done = run_routes(picture, layer, Shift(3, 0, border(name)))
    differ = (done.layer_then_move != done.move_then_layer).any(axis=0)
    band = done.ledger.band
    assert band.left + band.right > 0
    assert band.top + band.bottom == 0
    assert not band.left or differ[band.left - 1]
    assert not band.right or differ[-band.right]


@PROPERTY
@given(seeds, st.integers(1, 3))
def test_wrapping_round_holds_everywhere(seed, dilation):
    """A circular shift under a wrapped border commutes at every place, kernels larger than the picture included."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 255, rng.integers(1, 9, 2))
    kernel = rng.integers(-9, 9, rng.integers(1, 12, 2))
    dy, dx = (int(rng.integers(-n + 1, n)) for n in picture.shape)
    layer = ConvLayer.of(kernel, border="wrap", dilation=dilation)
    ledger = run_routes(picture, layer, Shift(dx, dy, border("wrap"))).ledger
    assert (ledger.band, ledger.interior.pixels) == (Band(0, 0, 0, 0), picture.size)
    assert ledger.interior.max_error == 0


@pytest.mark.parametrize(
    ("kernel", "options", "shift", "expected"),
    [
        # Moved right by 2: two columns are filled; at the right the border repeats a pixel that has left.
        ([[-1, 0, 1]], {"border": "edge"}, (2, 0), (0, 0, 2, 1)),
        # Only the middle tap weighs: no padding is ever read.
        ([[0, 0, 0], [0, 1, 0], [0, 0, 0]], {"border": "edge"}, (0, 0), (0, 0, 0, 0)),
        ([[0, 0, 0], [0, 1, 0], [0, 0, 0]], {"border": "edge"}, (-1, 2), (0, 0, 0, 0)),
        # A column kernel has no columns to pad.
        ([[1], [2], [4]], {"border": "zero"}, (0, 3), (3, 1, 0, 0)),
        # An even kernel's odd pixel comes before: it reads two to the left and one to the right.
        ([[1, 2, 4, 8]], {"border": "symmetric"}, (-1, 0), (0, 0, 2, 1)),
        ([[1, 2, 4]], {"border": "edge", "size": "valid"}, (1, 0), (0, 0, 1, 0)),
        ([[1, 2, 4]], {"border": "edge", "stride": 2}, (4, 0), (0, 0, 2, 0)),
        ([[1, 2, 4]], {"border": "edge", "dilation": 3}, (1, 0), (0, 0, 1, 3)),
    ],
)
def test_bands_by_hand(kernel, options, shift, expected):
    """Widths that can be counted on paper."""
    picture = np.random.default_rng(2).integers(0, 99, (16, 16))
    layer, move = ConvLayer.of(kernel, **options), Shift(shift[0], shift[1], border(options["border"]))
    done = run_routes(picture, layer, move)
    assert done.ledger.band == Band(*expected)
    assert done.ledger.holds


@settings(derandomize=True, deadline=None, max_examples=80)
@given(seeds, st.sampled_from(["rotate:30", "rotate:-47", "scale:1.6", "scale:0.7"]), st.integers(1, 2))
def test_inside_the_frame_of_a_rotation_nothing_but_the_picture_is_seen(seed, text, stride):
    """Another border and another fill change no output of either route inside the predicted frame."""
    rng = np.random.default_rng(seed)
    kind, amount = text.split(":")
    turn, zoom = (float(amount), 1.0) if kind == "rotate" else (0.0, float(amount))
    picture = rng.random(rng.integers(12, 40, 2))
    kernel = rng.random(rng.integers(1, 4, 2))
    seen = []
    for name in ("zero", "constant:1000"):
        layer = ConvLayer.of(kernel, border=name, stride=stride)
        done = run_routes(picture, layer, Resampling(text, turn, zoom, border(name)))
        inner = done.ledger.band.interior(*done.layer_then_move.shape)
        seen.append((done.layer_then_move[inner], done.move_then_layer[inner]))
    for one, other in zip(*seen, strict=True):
        assert np.allclose(one, other, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", GRID_MOVES)
@pytest.mark.parametrize("rule", NAMES)
def test_odd_kernels_have_no_band_under_turns_and_mirrors(name, rule):
    """Padding that is as wide on both sides is as symmetric as the move: every place is interior."""
    picture = np.random.default_rng(6).integers(0, 99, (9, 12))
    layer = ConvLayer.of(np.ones((3, 3), int), border=rule)
    ledger = run_routes(picture, layer, GridMove(name)).ledger
    assert (ledger.border.pixels, ledger.interior.max_error) == (0, 0)


def test_the_interior_of_a_band_that_is_everything_is_empty():
    """A shift and kernel that reach every place leave no interior, and say so in its pixels."""
    ledger = run_routes([[1, 2, 3]], ConvLayer.of([[1, 2, 4]], border="edge"), Shift(2, 0, border("edge"))).ledger
    assert (ledger.interior.pixels, ledger.border.pixels, ledger.interior.max_error) == (0, 3, 0)
