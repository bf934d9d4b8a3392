"""Both routes are really run, compared place by place, and a fault of the core is caught."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcli.core.border import BORDERS, border
from convcli.core.correlation.correlate import correlate, prepare
from convcli.core.equivariance.band import Band
from convcli.core.equivariance.conv_layer import ConvLayer, binomial
from convcli.core.equivariance.ledger import compare
from convcli.core.equivariance.locally_connected import locally_connected
from convcli.core.equivariance.move_names import GRID_MOVES
from convcli.core.equivariance.moves import GridMove, Shift
from convcli.core.equivariance.proofs import prove_symmetries, symmetrised
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.routes import is_aligned, measure, run_routes
from convcli.core.geometry import Padding
from convcli.core.kernel.kernel import Kernel
from convcli.core.kernel.symmetry import symmetries, transformed
from convcli.core.pooling import Pool
from convcli.core.problem.options import Options
from convcli.errors import GeometryError, OptionError
from tests.oracles import both, correlate_plane, same_padding, source

RNG = np.random.default_rng(0)
PICTURE = RNG.integers(0, 256, (17, 19), dtype=np.uint8)
SOBEL = Kernel("sobel-x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
EDGE = border("edge")


def shifted(plane, dx, dy, name):
    """The picture one to the right and so on, by a loop."""
    out = np.zeros_like(plane)
    for r, c in np.ndindex(*plane.shape):
        y, x = source(r - dy, plane.shape[0], name), source(c - dx, plane.shape[1], name)
        out[r, c] = 0 if y is None or x is None else plane[y, x]
    return out


@pytest.mark.parametrize("name", [rule.name for rule in BORDERS])
@pytest.mark.parametrize(("dx", "dy", "stride"), [(2, -1, 1), (-4, 2, 2), (-4, 3, (3, 2)), (3, 1, (1, 3))])
def test_both_routes_are_what_their_names_say(name, dx, dy, stride):
    """g(f(x)) and f(g(x)) equal nested loops that shift and correlate in either order."""
    kernel = np.array([[1, -2, 3, 0], [4, 5, -6, 7], [0, 8, 9, -1]])
    done = run_routes(PICTURE, ConvLayer.of(kernel, border=name, stride=stride), Shift(dx, dy, border(name)))
    down, across = both(stride)
    given_to_both = {"border": name, "padding": same_padding(3, 4), "stride": stride}
    response = correlate_plane(PICTURE.astype(int), kernel, **given_to_both)
    assert (done.moved == shifted(PICTURE, dx, dy, name)).all()
    assert (done.layer_then_move == shifted(response, dx // across, dy // down, name)).all()
    moved = shifted(PICTURE.astype(int), dx, dy, name)
    assert (done.move_then_layer == correlate_plane(moved, kernel, **given_to_both)).all()


def test_the_ledger_counts_by_hand():
    """Sizes, mismatches, largest and mean square error of a comparison that can be counted on paper."""
    first = np.array([[0, 0, 0, 9], [0, 0, 0, 0], [1, 0, 0, 0]])
    second = np.array([[0, 0, 0, 0], [0, 3, 0, 0], [1, 0, 0, 4]])
    ledger = compare(first, second, Band(0, 1, 0, 1), 0.0)
    assert (ledger.interior.pixels, ledger.interior.mismatched, ledger.interior.max_error) == (6, 1, 3)
    assert ledger.interior.rms_error == math.sqrt(9 / 6)
    assert (ledger.border.pixels, ledger.border.mismatched, ledger.border.max_error) == (6, 2, 9)
    assert ledger.border.rms_error == math.sqrt((81 + 16) / 6)
    assert not ledger.holds
    assert compare(first, second, Band(0, 1, 0, 1), 3.0).holds


def test_maps_of_one_place_count_once():
    """Three channels that differ at one place are one mismatched pixel."""
    first, second = np.zeros((2, 2, 3), int), np.zeros((2, 2, 3), int)
    second[1, 0] = (1, -5, 2)
    ledger = compare(first, second, Band(0, 0, 0, 0), 0.0)
    assert (ledger.interior.mismatched, ledger.interior.max_error) == (1, 5)
    assert ledger.interior.rms_error == math.sqrt((1 + 25 + 4) / 12)


def test_nan_agrees_with_nan_and_infinity_with_itself_only():
    """A NaN on both routes is agreement; against a number it is an infinite difference."""
    nan, inf = math.nan, math.inf
    alike = compare(np.array([[nan, inf, -inf, 1.0]]), np.array([[nan, inf, -inf, 1.5]]), Band(0, 0, 0, 0), 0.0)
    assert (alike.interior.mismatched, alike.interior.max_error) == (1, 0.5)
    unlike = compare(np.array([[nan, inf, 0.0]]), np.array([[1.0, -inf, 0.0]]), Band(0, 0, 0, 0), 0.0)
    assert (unlike.interior.mismatched, unlike.interior.max_error) == (2, inf)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int64])
def test_whole_numbers_are_held_to_nothing_but_equality(dtype):
    """Integer picture, integer kernel: the tolerance is 0 and so is the error."""
    ledger = measure(PICTURE.astype(dtype), ConvLayer.of(SOBEL, border="reflect"), Shift(3, 2, border("reflect")))
    assert (ledger.tolerance, ledger.interior.max_error) == (0, 0)


@pytest.mark.parametrize(("precision", "allowed"), [("auto", 0.02), ("float64", 1e-10)])
def test_the_tolerance_of_floats_is_their_rounding(precision, allowed):
    """A Gaussian of random weights may differ by rounding: small against a grey level, and smaller in float64."""
    kernel = np.random.default_rng(1).random((5, 5))
    layer = ConvLayer.of(kernel / kernel.sum(), border="edge", precision=precision)
    ledger = measure(PICTURE, layer, Shift(1, 1, EDGE))
    assert 0 < ledger.tolerance < allowed
    assert ledger.holds


def test_banks_and_colour_are_compared_in_every_map():
    """Two kernels on three channels make six maps; a shift commutes with all of them."""
    colour = np.random.default_rng(2).integers(0, 256, (12, 14, 3), dtype=np.uint8)
    kernels = (SOBEL, Kernel("down", [[0, 1], [2, 3]]))
    done = run_routes(colour, ConvLayer.of(kernels, border="edge"), Shift(1, -2, EDGE))
    assert done.layer_then_move.shape == (12, 14, 6)
    assert done.ledger.holds


# Faults that are planted


def anchor_off_by_one():
    """A core whose second run is one column off."""
    runs = []

    def faulty(picture, kernels, options):
        runs.append(1)
        return np.roll(prepare(picture, kernels, options).response(), len(runs) - 1, axis=1)

    return faulty


def pads_on_the_wrong_side(picture, kernels, options):
    """A core that puts an even kernel's odd pixel after, as PyTorch does."""
    height, width = kernels.array.shape
    before = [n - 1 - n // 2 for n in (height, width)]
    sides = Padding(before[0], height - 1 - before[0], before[1], width - 1 - before[1])
    return prepare(picture, kernels, replace(options, window=replace(options.window, padding=sides))).response()


def wrong_border(picture, kernels, options):
    """A core that pads with zeros whatever it is told."""
    window = replace(options.window, border=border("zero"))
    return prepare(picture, kernels, replace(options, window=window)).response()


def shades_to_the_right(picture, kernels, options):
    """A core that is not shift invariant."""
    response = prepare(picture, kernels, options).response()
    return response + np.arange(response.shape[1])


@pytest.mark.parametrize(
    ("fault", "kernel", "rule"),
    [
        (anchor_off_by_one(), [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "edge"),
        (pads_on_the_wrong_side, [[1, 2], [3, 4]], "edge"),
        (pads_on_the_wrong_side, [[1, 2, 5, 4]], "reflect"),
        (wrong_border, [[1, 2, 3]], "wrap"),
        (shades_to_the_right, [[1, 2, 3]], "edge"),
    ],
)
def test_a_fault_of_the_core_is_caught_by_the_interior(fault, kernel, rule):
    """Anchors off by one, padding on the wrong side, another border: places outside the predicted band differ."""
    move = Shift(3, 2, border(rule))
    right = measure(PICTURE, ConvLayer.of(kernel, border=rule), move)

    class Faulty(ConvLayer):
        def __call__(self, picture):
            return fault(picture, self.kernels, self.options)

    wrong = measure(PICTURE, Faulty.of(kernel, border=rule), move)
    assert right.holds
    assert not wrong.holds
    assert wrong.interior.max_error > 0


# The layer


@pytest.mark.parametrize(
    ("stride", "pool"),
    [
        (2, None),
        ((1, 3), None),
        ((2, 1), Pool("max", (2, 2), (2, 2))),
        (1, Pool("max", (2, 2), (2, 2))),
        (2, Pool("max", (2, 2), (2, 2))),
        (1, Pool("avg", (3, 2), (1, 2))),
        (2, Pool("avg", (3, 2), (1, 2))),
    ],
)
def test_blurpool_is_dense_low_pass_then_subsampling(stride, pool):
    """Every step above 1 is taken after a binomial low-pass of the map that a step of 1 gives."""
    layer = ConvLayer.of(SOBEL, border="wrap", stride=stride, pool=pool, blurpool=3)
    blur = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16

    def low_pass(maps, down, across):
        plain = correlate_plane(maps, blur, border="wrap", padding=(1, 1, 1, 1)).astype(float)
        return plain[::down, ::across]

    expected = correlate_plane(PICTURE.astype(int), SOBEL.weights, border="wrap", padding=(1, 1, 1, 1)).astype(float)
    if stride != 1:
        expected = low_pass(expected, *both(stride))
    if pool is not None:
        expected = Pool(pool.kind, pool.size, (1, 1))(expected)
        expected = low_pass(expected, *pool.stride)
    assert np.allclose(layer(PICTURE), expected, atol=1e-9)
    assert measure(PICTURE, layer, Shift(layer.steps[1], 0, EDGE)).holds


def test_binomial_low_passes():
    """Rows of Pascal's triangle, of sum 1."""
    assert binomial(2).tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert np.allclose(binomial(5)[2] * 256, [6, 24, 36, 24, 6])


def test_blurpool_needs_something_to_subsample():
    """Without stride or pooling the option would do nothing, and is refused."""
    with pytest.raises(OptionError, match=r"blurpool: 3 .* stride or pool"):
        measure(PICTURE, ConvLayer.of(SOBEL, blurpool=3), Shift(1, 0, EDGE))


def test_locally_connected_places_have_weights_of_their_own():
    """On a constant picture a shared kernel responds alike everywhere, unshared weights do not; the seed decides."""
    flat = np.full((6, 7), 2.0)
    layer = ConvLayer.of(SOBEL, border="edge", seed=5)
    response = layer(flat)
    assert len(np.unique(response.round(9))) == response.size
    assert (layer(flat) == response).all()
    assert (ConvLayer.of(SOBEL, border="edge", seed=6)(flat) != response).any()


@pytest.mark.parametrize("name", ["edge", "constant:3"])
def test_locally_connected_windows_are_the_convolutions(name):
    """Recover the weights from impulses: the layer is linear and reads exactly its window, border included."""

    picture = np.random.default_rng(3).random((4, 5, 2))
    prepared = prepare(
        picture, [np.ones((3, 2)), np.full((3, 2), 4.0)], Options.of(border=name, stride=2, channels="sum")
    )
    out = locally_connected(picture, prepared.problem, 1)
    weights = np.random.default_rng((1, 1)).standard_normal(
        (2, 2, 3, 3, 2)
    )  # of row 1: filters, channels, places, taps
    padding = (1, 1, 1, 0)
    for f, rms in ((0, 1.0), (1, 4.0)):
        for c in range(3):
            total = 0.0
            for channel in range(2):
                plane = correlate_windows(picture[:, :, channel], name, padding, 1, c)
                total += (plane * weights[f, channel, c]).sum() * rms
            assert out[1, c, f, 0] == pytest.approx(total)


def correlate_windows(plane, name, padding, r, c):
    """The 3 x 2 window of output (r, c) at stride 2."""
    window = np.empty((3, 2))
    kind = "zero" if name.startswith("constant") else name
    for i, j in np.ndindex(3, 2):
        y, x = source(2 * r + i - padding[0], 4, kind), source(2 * c + j - padding[2], 5, kind)
        window[i, j] = 3 if y is None or x is None else plane[y, x]
    return window


def test_unshared_weights_break_equivariance():
    """The same windows, the same picture, no sharing: nearly every place differs."""
    ledger = measure(PICTURE, ConvLayer.of(SOBEL, border="wrap", seed=0), Shift(1, 0, border("wrap")))
    assert ledger.interior.mismatched > 0.99 * ledger.interior.pixels


# Symmetries


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(GRID_MOVES),
    st.sampled_from([rule.name for rule in BORDERS]),
    st.sampled_from(["valid", "full", "same"]),
)
def test_a_turn_or_mirror_commutes_exactly_when_the_kernel_has_it(seed, name, rule, size):
    """A symmetrised kernel commutes with the move at every place; one in general position does not."""
    rng = np.random.default_rng(seed)
    side = int(rng.integers(1, 3)) * 2 + 1 if size == "same" else int(rng.integers(2, 5))
    picture = rng.integers(0, 999, rng.integers(6, 12, 2))
    kernel = Kernel("random", rng.integers(-400, 400, (side, side)) * 4)
    even = symmetrised(kernel, name)
    assert name in symmetries(even)
    assert np.array_equal(even.weights, transformed(even.weights, name))
    options = {"border": rule, "size": size}
    ledger = measure(picture, ConvLayer.of(even, **options), GridMove(name))
    assert (ledger.interior.pixels, ledger.interior.max_error) == (np.prod(run_shape(picture, side, size)), 0)
    assert measure(picture, ConvLayer.of(kernel, **options), GridMove(name)).holds == (name in symmetries(kernel))


def run_shape(picture, side, size):
    """Rows and columns of the output."""
    grows = {"same": 0, "valid": 1 - side, "full": side - 1}[size]
    return picture.shape[0] + grows, picture.shape[1] + grows


def test_sobel_changes_sign_in_a_mirror():
    """sobel-x keeps under flip-y, turns to its negative under flip-x and a half turn, and has no other symmetry."""
    proofs = {proof.name: proof for proof in prove_symmetries(PICTURE, ConvLayer.of(SOBEL, border="edge"))}
    assert [name for name, proof in proofs.items() if proof.kernel == 1] == ["identity", "flip-y"]
    assert [name for name, proof in proofs.items() if proof.kernel == -1] == ["rotate180", "flip-x"]
    for proof in proofs.values():
        assert proof.ledger.holds == (proof.kernel == 1)
        assert proof.ledger.opposite == (proof.kernel == -1)


def test_a_turn_of_an_oblong_picture_exchanges_its_sides():
    """rotate90 of 17 x 19 is 19 x 17, and the routes agree for a kernel that has the symmetry."""
    done = run_routes(PICTURE, ConvLayer.of(np.ones((3, 3), int), border="edge"), GridMove("rotate90"))
    assert done.move_then_layer.shape == (19, 17)
    assert done.ledger.holds


@pytest.mark.parametrize(
    ("kernel", "options", "words"),
    [
        (np.ones((3, 3)), {"stride": 2}, r"rotate90 makes the 17 × 19 picture 19 × 17"),
        (np.ones((1, 3)), {"size": "valid"}, r"17 × 17|19 × 15"),
    ],
)
def test_turns_without_a_common_shape_are_refused(kernel, options, words):
    """Subsampling an oblong picture, or a window that is not square: the shapes are in the message."""
    with pytest.raises(GeometryError, match=words):
        measure(PICTURE, ConvLayer.of(kernel, **options), GridMove("rotate90"))


def test_rotation_and_scaling_do_not_commute_by_nature():
    """A derivative turned by 30 degrees is another derivative; a single tap commutes with anything."""
    for move in (Resampling("rotate:30", 30, 1, EDGE), Resampling("scale:1.5", 0, 1.5, EDGE)):
        assert not measure(PICTURE, ConvLayer.of(SOBEL, border="edge"), move).holds
        assert measure(PICTURE, ConvLayer.of([[2.0]], border="edge"), move).holds


def test_what_is_aligned():
    """Shifts by multiples of the step take outputs to outputs, and so do turns; rotations do not."""
    assert is_aligned(Shift(4, -6, EDGE), (2, 4))
    assert not is_aligned(Shift(4, -5, EDGE), (2, 4))
    assert not is_aligned(Shift(0.5, 0, EDGE), (1, 1))
    assert is_aligned(GridMove("flip-x"), (2, 2))
    assert not is_aligned(Resampling("rotate:30", 30, 1, EDGE), (1, 1))


def test_nan_and_infinity_stay_where_the_kernel_takes_them():
    """A NaN and an infinity in the picture shift with it; the tolerance is that of the finite samples."""
    picture = np.random.default_rng(7).random((12, 13))
    picture[4, 5], picture[8, 2] = math.nan, math.inf
    ledger = measure(picture, ConvLayer.of(SOBEL, border="edge"), Shift(2, 1, EDGE))
    assert ledger.holds
    assert 0 < ledger.tolerance < 1e-12
    empty = measure(np.full((5, 5), math.nan), ConvLayer.of(SOBEL, border="edge"), Shift(1, 0, EDGE))
    assert (empty.holds, empty.tolerance) == (True, 0)


def test_a_response_of_zeros_is_no_negative():
    """A flat picture under a mirror: both routes are 0, which is not a change of sign."""
    flat = np.full((6, 6), 9)
    assert not measure(flat, ConvLayer.of(SOBEL, border="edge"), GridMove("flip-x")).opposite


@pytest.mark.parametrize("stride", [(2, 2), (3, 1), (1, 4)])
def test_a_low_pass_keeps_the_samples_that_its_steps_meet(stride):
    """Subsampling while it is computed is every s-th row and column of the whole low-pass, whatever the bands."""
    picture = np.random.default_rng(8).integers(0, 256, (150, 47, 3), dtype=np.uint8)
    layer = ConvLayer.of([[-1, 0, 1]], border="edge", stride=stride, blurpool=3)
    whole = correlate(correlate(picture, [[-1, 0, 1]]), binomial(3))
    assert np.array_equal(layer(picture), whole[:: stride[0], :: stride[1]])


@pytest.mark.parametrize(
    "pool", [Pool("max", (2, 3), (2, 2)), Pool("avg", (3, 2), (4, 1)), Pool("max", (1, 2), (1, 1))]
)
@pytest.mark.parametrize(("rounds", "clips"), [(False, False), (True, True)])
def test_what_is_pooled_by_bands_is_the_pooled_whole(pool, rounds, clips):
    """Bit for bit, of several bands and both with a low-pass and without: the maps never stand whole beside it."""
    picture = np.random.default_rng(8).integers(0, 256, (233, 347, 3), dtype=np.uint8)
    taps, low_pass = [[-0.5, 0.25, 1], [2, 0, -1.5]], binomial(3)
    layer = ConvLayer.of(taps, border="edge", pool=pool, rounds=rounds, clips=clips)
    whole = layer.as_pixels(correlate(picture, taps))
    assert layer(picture).tobytes() == layer.as_pixels(pool(whole)).tobytes()
    if max(pool.stride) > 1:
        dense = layer.as_pixels(replace(pool, stride=(1, 1))(whole))
        blurred = layer.as_pixels(correlate(dense, low_pass))[:: pool.stride[0], :: pool.stride[1]]
        assert np.array_equal(replace(layer, blurpool=3)(picture), blurred)


def test_measuring_is_what_both_whole_routes_show():
    """The ledger that is counted row by row is that of the two outputs, on a picture of several bands."""
    picture = np.random.default_rng(9).integers(0, 256, (400, 300, 3), dtype=np.uint8)
    for move in (Shift(1, 2, EDGE), GridMove("rotate90"), GridMove("flip-x")):
        layer = ConvLayer.of(SOBEL, border="edge", stride=2 if isinstance(move, Shift) else 1)
        done = run_routes(picture, layer, move)
        assert measure(picture, layer, move) == done.ledger
        differs = np.abs(done.layer_then_move.astype(float) - done.move_then_layer).max(axis=2) > done.ledger.tolerance
        assert done.ledger.interior.mismatched + done.ledger.border.mismatched == int(differs.sum()) > 0
