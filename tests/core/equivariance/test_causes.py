"""Each cause is found by taking it away and running again, and named."""

import numpy as np
import pytest

from convcli.core.border import border
from convcli.core.equivariance.causes import find_causes, find_remedy
from convcli.core.equivariance.conv_layer import ConvLayer
from convcli.core.equivariance.moves import GridMove, Shift
from convcli.core.equivariance.resampling import Resampling
from convcli.core.equivariance.routes import measure
from convcli.core.equivariance.study import study
from convcli.core.kernel.kernel import Kernel
from convcli.core.pooling import Pool
from convcli.report.printing.spelling import as_options

EDGE = border("edge")
SOBEL = Kernel("sobel-x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
BOX2 = Kernel("box2", np.full((2, 2), 0.25))
PICTURE = np.random.default_rng(0).integers(0, 256, (24, 24), dtype=np.uint8)
HALVE = Pool("max", (2, 2), (2, 2))


def layer(kernel=SOBEL, *, stride=1, **more):
    """A layer with an edge border."""
    return ConvLayer.of(kernel, border="edge", stride=stride, **more)


@pytest.mark.parametrize(
    ("name", "without", "f", "g"),
    [
        ("stride phase", "--stride 1", layer(stride=2), Shift(1, 0, EDGE)),
        ("stride phase", "--stride 1", layer(stride=3, blurpool=3), Shift(0, 2, EDGE)),
        ("pooling", "no --pool", layer(pool=HALVE), Shift(1, 0, EDGE)),
        ("pooling", "no --pool", layer(stride=2, pool=HALVE), Shift(2, 0, EDGE)),
        ("unshared weights", "the kernel shared by all places", layer(seed=3), Shift(1, 1, EDGE)),
        ("interpolation", "--dx 1 --dy 0", layer(rounds=True, clips=True), Shift(0.5, 0, EDGE)),
        ("interpolation", "--dx 0 --dy -1", layer(rounds=True, clips=True), Shift(0, -0.25, EDGE)),
        ("rounding", "rounding to whole numbers", layer(rounds=True), Shift(0.5, 0, EDGE)),
        ("clipping", "clipping to 0..255", layer(clips=True), Shift(0.5, 0, EDGE)),
        ("kernel symmetry", "the kernel made symmetric", layer(), GridMove("rotate90")),
        ("kernel symmetry", "the kernel made symmetric", layer(Kernel("row", [[1, 2, 4]])), GridMove("transpose")),
        ("anchor", "--size valid", layer(BOX2), GridMove("flip-x")),
        ("stride phase", "--stride 1", layer(Kernel("box", np.ones((3, 3))), stride=2), GridMove("flip-y")),
        (
            "pooling",
            "no --pool",
            layer(Kernel("box", np.ones((3, 3))), pool=Pool("max", (3, 3), (2, 2))),
            GridMove("flip-y"),
        ),
        ("rotation", "--transform rotate:0", layer(), Resampling("rotate:30", 30, 1, EDGE)),
        ("scaling", "--transform scale:1", layer(), Resampling("scale:2", 0, 2, EDGE)),
    ],
)
def test_the_cause_is_named(name, without, f, g):
    """Without it both routes agree, how it was taken away is said, and such causes come first."""
    ledger = measure(PICTURE, f, g)
    causes = find_causes(PICTURE, f, g, ledger)
    assert not ledger.holds
    assert (name, without) in {(cause.name, as_options(cause.without)) for cause in causes if cause.ledger.holds}
    assert causes[0].ledger.holds
    assert causes[0].helps


def test_nothing_is_run_where_it_holds():
    """A shift that commutes has no causes, no remedy and no proofs."""
    found = study(PICTURE, layer(), Shift(2, 0, EDGE))
    assert (found.causes, found.remedy, found.proofs, found.output_shift) == ([], None, [], (2, 0))


def test_several_causes_are_needed_together():
    """Stride, pooling and half a pixel at once: each alone leaves an error, all together none."""
    f, g = layer(stride=2, pool=HALVE, rounds=True), Shift(1.5, 1, EDGE)
    causes = find_causes(PICTURE, f, g, measure(PICTURE, f, g))
    assert causes[0].name == "all of these"
    assert causes[0].ledger.holds
    assert {cause.name for cause in causes[1:]} == {"stride phase", "pooling", "interpolation", "rounding"}
    assert not any(cause.ledger.holds for cause in causes[1:])


def test_a_turn_can_have_two_causes():
    """An even kernel without the symmetry: made symmetric and laid out evenly, it commutes."""
    f, g = layer(Kernel("k", [[1, 2], [3, 5]])), GridMove("flip-x")
    causes = find_causes(PICTURE, f, g, measure(PICTURE, f, g))
    assert [cause.name for cause in causes if cause.ledger.holds] == ["all of these"]


def test_rotation_has_no_way_out():
    """A rotation with rounding: only the rotation taken away helps for sure."""
    f, g = layer(rounds=True), Resampling("rotate:100", 100, 1, EDGE)
    causes = find_causes(PICTURE, f, g, measure(PICTURE, f, g))
    assert {cause.name for cause in causes} == {"rotation", "rounding"}
    assert as_options(causes[0].without) in ("--transform rotate:90", "rounding to whole numbers")


@pytest.mark.parametrize("f", [layer(stride=2), layer(pool=HALVE), layer(stride=2, pool=HALVE)])
def test_the_low_pass_lowers_the_error_by_the_factor_it_says(f):
    """The remedy's factor is the quotient of two measured errors, above 1 on noise, whether proposed or applied."""
    from dataclasses import replace

    g = Shift(1, 0, EDGE)
    plain, blurred = measure(PICTURE, f, g), measure(PICTURE, replace(f, blurpool=3), g)
    proposed = find_remedy(PICTURE, f, g, plain)
    applied = find_remedy(PICTURE, replace(f, blurpool=3), g, blurred)
    assert (proposed.applied, applied.applied) == (False, True)
    for remedy in (proposed, applied):
        assert remedy.taps == 3
        assert remedy.factor == plain.interior.max_error / blurred.interior.max_error > 1
        assert remedy.rms_factor == plain.interior.rms_error / blurred.interior.rms_error > 1


def test_a_low_pass_is_no_remedy_where_nothing_is_subsampled():
    """Aligned shifts, stride 1, turns and unshared weights have none."""
    for f, g in (
        (layer(), Shift(1, 0, EDGE)),
        (layer(stride=2), Shift(2, 0, EDGE)),
        (layer(stride=2), GridMove("flip-x")),
        (layer(stride=2, seed=1), Shift(1, 0, EDGE)),
    ):
        assert find_remedy(PICTURE, f, g, measure(PICTURE, f, g)) is None


def test_no_error_left_is_an_infinite_factor():
    """On a ramp the low-pass leaves nothing; on a flat picture there is nothing to lower."""
    ramp = np.tile(np.arange(0, 48, 2, dtype=float) ** 2, (24, 1))
    f, g = layer(Kernel("one", [[1.0]]), stride=2), Shift(1, 0, EDGE)
    flat = find_remedy(np.full((24, 24), 7.0), f, g, measure(np.full((24, 24), 7.0), f, g))
    assert flat.factor == 1
    curved = find_remedy(ramp, f, g, measure(ramp, f, g))
    assert curved.factor == pytest.approx(1)  # a parabola's second difference survives every low-pass of sum 1
