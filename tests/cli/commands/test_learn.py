"""`learn`, as a user runs it: kernels known beforehand, from OpenCV, SciPy and apply itself."""

from __future__ import annotations

import io
import json

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage, signal

from tests.command_line import convcli

STEP = ";".join(["1 1 0 0 0 0 1 1"] * 6)
RESPONSE = ";".join(["0 1 0 0 0 -1 0"] * 6)
KERNEL = np.array([[1.0, -2.0, 0.5], [3.0, 0.25, -1.5], [0, 4, 2]])


def noise(*shape, seed=0):
    """Asymmetric pixels."""
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture
def pair(tmp_path):
    """A picture and its exact response to KERNEL plus 7, as SciPy computes it."""
    before = noise(40, 50)
    np.save(tmp_path / "before.npy", before)
    np.save(tmp_path / "after.npy", ndimage.correlate(before.astype(float), KERNEL, mode="nearest") + 7)
    return tmp_path


def test_the_textbooks_step_prints_1_minus_1():
    """The kernel as rows, its bias and rank as remarks; the flip for a convolution; all digits in JSON."""
    told = convcli("learn", STEP, RESPONSE, "--kernel-size", "1x2")
    assert told.text.splitlines()[:2] == ["1 -1", "# bias 0"]
    assert "# all 3 numbers are determined" in told.text
    assert told.err == ""
    flipped = convcli("learn", STEP, RESPONSE, "--kernel-size", "1x2", "--mode", "convolve").text
    assert flipped.startswith("-1 1\n# bias 0\n")
    assert "a correlation needs its flip: 1 -1\n" in flipped
    (record,) = convcli("learn", STEP, RESPONSE, "--kernel-size", "1x2", "--json").records
    np.testing.assert_allclose(record["kernel"], [[1, -1]], atol=1e-9)
    assert abs(record["bias"]) < 1e-9
    assert record["residual_rms"] < 1e-9
    assert (record["command"], record["rank"], record["identifiable"]) == ("learn", 3, True)
    assert (record["undetermined"], record["pixels"]) == ([], 42)


def test_a_literal_that_begins_with_a_minus_sign_is_an_input():
    """-1 0 ... as BEFORE and AFTER."""
    told = convcli("learn", "-1 2 0 5 3 -2 7", "3 -2 5 -2 -5 9", "--kernel-size", "1x2")
    assert told.text.startswith("-1 1\n# bias 0\n")


def test_a_sample_and_its_response_are_named(tmp_path):
    """sobel-x on sample:camera: the kernel to 1e-9, and the catalogue's name with the factor."""
    convcli("apply", "sample:camera", "-k", "sobel-x", "--scale", "1/8", "--bias", "7", "-o", tmp_path / "after.npy")
    told = convcli("learn", "sample:camera", tmp_path / "after.npy", "--kernel-size", "3")
    assert told.text.splitlines()[:4] == ["-0.125 0 0.125", "-0.25 0 0.25", "-0.125 0 0.125", "# bias 7"]
    assert "# = sobel-x × 0.125\n" in told.text
    (record,) = convcli("learn", "sample:camera", tmp_path / "after.npy", "--kernel-size", "3", "--json").records
    np.testing.assert_allclose(record["kernel"], np.outer([1, 2, 1], [-1, 0, 1]) / 8, atol=1e-9)
    assert record["nearest"]["name"] == "sobel-x"
    assert record["nearest"]["same"]
    assert record["bias"] == pytest.approx(7, abs=1e-6)


def test_an_8_bit_blur_is_found_to_within_rounding(tmp_path):
    """OpenCV's own blur of a sample, saved as PNG: gaussian:sigma=2 by name, and what rounding leaves."""
    camera = np.asarray(Image.open(io.BytesIO(convcli("apply", "sample:camera", "-k", "identity").out)))
    Image.fromarray(cv2.GaussianBlur(camera, (5, 5), 2)).save(tmp_path / "soft.png")
    told = convcli("learn", "sample:camera", tmp_path / "soft.png", "--kernel-size", "5", "--json").records[0]
    taps = cv2.getGaussianKernel(5, 2)
    np.testing.assert_allclose(told["kernel"], taps @ taps.T, atol=3e-3)
    assert 0.2 < told["residual_rms"] < 0.6  # OpenCV blurs 8-bit pictures in fixed point
    assert told["nearest"]["name"] == "gaussian:sigma=2,size=5"
    words = convcli("learn", "sample:camera", tmp_path / "soft.png", "--kernel-size", "5").text
    assert "left unexplained: RMS 0." in words


def test_every_file_reads_back_as_the_kernel(pair):
    """.txt, .csv, .json and .npy hold all digits; apply with the bias named on stderr gives AFTER again."""
    files = ["k.txt", "k.csv", "k.json", "k.npy"]
    wanted = [part for file in files for part in ("-o", file)]
    told = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3", *wanted, cwd=pair)
    assert "-k @k.npy --bias" in told.err
    bias = told.err.split("--bias ")[1].split()[0]
    inside = np.load(pair / "after.npy")
    for file in files:
        applied = convcli("apply", "before.npy", "-k", f"@{file}", "--bias", bias, "-o", "again.npy", "-f", cwd=pair)
        assert applied.code == 0, applied
        np.testing.assert_allclose(np.load(pair / "again.npy"), inside, atol=2e-4)
    np.testing.assert_allclose(np.load(pair / "k.npy"), KERNEL, atol=1e-10)
    assert json.loads((pair / "k.json").read_text())["bias"] == pytest.approx(7, abs=1e-8)
    again = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3", "-o", "k.txt", cwd=pair)
    assert again.refused(3, "k.txt: the output exists already")


def test_the_printed_kernel_goes_down_a_pipe(pair):
    """What learn prints, apply reads as -k @-."""
    printed = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3", "-q", cwd=pair)
    applied = convcli("apply", "1 2 3; 4 5 6; 7 8 10", "-k", "@-", "--size", "valid", stdin=printed.out)
    assert float(applied.text) == pytest.approx((KERNEL * [[1, 2, 3], [4, 5, 6], [7, 8, 10]]).sum(), abs=1e-6)
    to_stdout = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3", "-o", "-", cwd=pair)
    np.testing.assert_allclose(np.loadtxt(io.BytesIO(to_stdout.out)), KERNEL, atol=1e-10)


def test_kernels_for_each_channel_make_a_layer(tmp_path):
    """Three kernels, printed apart and saved as weights (3, 3, h, w) that give AFTER's channels again."""
    before = noise(20, 21, 3)
    kernels = np.random.default_rng(3).normal(size=(3, 2, 2))
    after = np.dstack([signal.correlate(before[:, :, c].astype(float), k, mode="valid") for c, k in enumerate(kernels)])
    Image.fromarray(before).save(tmp_path / "before.png")
    np.save(tmp_path / "after.npy", after)
    options = ["--kernel-size", "2", "--channels", "each", "-o", "k.npy"]
    told = convcli("learn", "before.png", "after.npy", *options, cwd=tmp_path)
    assert [line for line in told.text.splitlines() if line.startswith("kernel")] == [f"kernel {c}:" for c in range(3)]
    convcli("apply", "before.png", "-k", "@k.npy", "--size", "valid", "-o", "again.npy", cwd=tmp_path)
    np.testing.assert_allclose(np.load(tmp_path / "again.npy"), after, atol=1e-3)
    refused = convcli("learn", "before.png", "after.npy", *options[:4], "-o", "k.txt", cwd=tmp_path)
    assert refused.refused(2, "k.txt", "rows of text hold one kernel")
    (record,) = convcli("learn", "before.png", "after.npy", *options[:4], "--json", cwd=tmp_path).records
    np.testing.assert_allclose(record["kernel"], kernels, atol=1e-9)
    assert record["identifiable"] is True


def test_a_layer_that_adds_channels_is_learned_as_one(tmp_path):
    """What apply --channels sum made of a colour picture, with weights for every channel of it."""
    np.save(tmp_path / "before.npy", noise(18, 19, 3))
    weights = np.random.default_rng(4).normal(size=(2, 3, 2, 3))
    np.save(tmp_path / "layer.npy", weights)
    convcli("apply", "before.npy", "-k", "@layer.npy", "--precision", "float64", "-o", "after.npy", cwd=tmp_path)
    options = ["--kernel-size", "2x3", "--channels", "sum", "-o", "found.npy"]
    assert convcli("learn", "before.npy", "after.npy", *options, cwd=tmp_path).code == 0
    np.testing.assert_allclose(np.load(tmp_path / "found.npy"), weights, atol=1e-9)


def test_a_constant_picture_determines_one_number():
    """It is said, with the smallest kernel and bias that fit."""
    flat, after = ";".join(["5 5 5 5 5"] * 5), ";".join(["10 10 10"] * 3)
    told = convcli("learn", flat, after, "--kernel-size", "3x3").refused
    assert told(2, "10 unknowns, but only 9 pixels")
    wide = ";".join(["5 5 5 5 5 5"] * 5)
    words = convcli("learn", wide, ";".join(["10 10 10 10"] * 3), "--kernel-size", "3").text
    assert "BEFORE is constant and determines one number only" in words
    assert "not any weight by itself, nor the bias: the smallest answer is shown" in words
    (record,) = convcli("learn", wide, ";".join(["10 10 10 10"] * 3), "--kernel-size", "3", "--json").records
    assert (record["rank"], record["identifiable"], len(record["undetermined"])) == (1, False, 9)
    np.testing.assert_allclose(record["kernel"], np.full((3, 3), 10 * 5 / (9 * 25 + 1)), rtol=1e-9)
    assert record["bias"] == pytest.approx(10 / (9 * 25 + 1))


def test_entries_that_cannot_be_told_are_listed():
    """BEFORE's first column is constant, and so is the kernel's first column of windows."""
    before = ";".join(f"0 {value}" for value in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3))
    after = ";".join(str(value) for value in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3))
    told = convcli("learn", before, after, "--kernel-size", "1x2")
    assert "0 1\n# bias 0\n" in told.text
    assert "only 2 of 3 numbers are determined (condition 1); not the weights at (0,0): the smallest" in told.text


def test_clamped_pixels_are_said_and_can_be_kept(tmp_path):
    """An 8-bit AFTER with pixels at 0 and 255."""
    before = noise(60, 60)
    after = np.clip(np.rint(2.5 * before.astype(float) - 150), 0, 255).astype(np.uint8)
    Image.fromarray(before).save(tmp_path / "before.png")
    Image.fromarray(after).save(tmp_path / "after.png")
    clamped = int(np.isin(after, (0, 255)).sum())
    told = convcli("learn", "before.png", "after.png", "--kernel-size", "1", cwd=tmp_path)
    assert told.text.startswith("2.5\n# bias -150\n")
    assert f"# left out: {clamped:,} clamped (AFTER" in told.text
    kept = convcli("learn", "before.png", "after.png", "--kernel-size", "1", "--keep-clamped", "--json", cwd=tmp_path)
    assert kept.records[0]["clamped"] == 0
    assert kept.records[0]["kernel"][0][0] < 2


def test_border_pixels_take_part_when_asked(pair):
    """SciPy's "nearest" is our edge: every pixel then fits, and under zero it does not."""
    inside, edge, zero = (
        convcli("learn", "before.npy", "after.npy", "--kernel-size", "3", "--json", *border, cwd=pair).records[0]
        for border in ((), ("--border", "edge"), ("--border", "zero"))
    )
    assert (inside["pixels"], edge["pixels"]) == (38 * 48, 40 * 50)
    assert edge["residual_max"] < 1e-9 < 1 < zero["residual_max"]


def residual_of_a_scratch(tmp_path, suffix, channels):
    """The file that --residual writes when AFTER is BEFORE but for a brighter spot at (12, 20)."""
    before = noise(30, 31, channels).squeeze()
    after = before.astype(np.float32)
    after[12, 20] += 60
    np.save(tmp_path / "before.npy", before)
    np.save(tmp_path / "after.npy", after)
    told = convcli(
        "learn", "before.npy", "after.npy", "--kernel-size", "3", "--residual", f"left{suffix}", cwd=tmp_path
    )
    assert told.code == 1, told  # no kernel makes a scratch
    assert "the strongest colour being" in told.err
    return tmp_path / f"left{suffix}"


@pytest.mark.parametrize(("channels", "strongest", "within"), [(1, [103, 0, 31], 0), (3, [255, 255, 255], 14)])
def test_the_residual_map_shows_where_the_kernel_misses(tmp_path, channels, strongest, within):
    """A scratch on AFTER is the strongest colour, and the border takes no part."""
    left = np.asarray(Image.open(residual_of_a_scratch(tmp_path, ".png", channels))).astype(int)
    assert (left[0, 5] == 200).all()
    assert np.abs(left[12, 20] - strongest).max() <= within


@pytest.mark.parametrize(("suffix", "channels"), [(".npy", 1), (".tiff", 2)])
def test_the_residual_array_holds_what_is_left(tmp_path, suffix, channels):
    """A scratch on AFTER is the largest number, and the border is not a number."""
    path = residual_of_a_scratch(tmp_path, suffix, channels)
    left = np.load(path) if suffix == ".npy" else cv2.imreadmulti(str(path), flags=cv2.IMREAD_UNCHANGED)[1][0]
    assert left.dtype == np.float32
    assert np.isnan(left[0]).all()
    assert np.unravel_index(np.nanargmax(left), left.shape) == (12, 20)


def test_a_descent_arrives_and_tells_how_the_loss_fell(pair):
    """The same kernel from a random beginning; losses in words, as a curve and in JSON; a seed of one's own."""
    told = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3", "--descend", "--seed", "5", cwd=pair)
    np.testing.assert_allclose(np.loadtxt(io.BytesIO(told.out)), KERNEL, atol=1e-6)
    assert "# bias 7\n" in told.text
    assert "from random kernel 5" in told.text
    assert "█" in told.text.splitlines()[-1]
    options = ["--descend", "--steps", "30", "--rate", "0.1", "--json"]
    (record,) = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3", *options, cwd=pair).records
    descent = record["descent"]
    assert (descent["steps"], descent["rate"], descent["seed"]) == (30, 0.1, 0)
    falling = [loss["loss"] for loss in descent["losses"]]
    assert [loss["step"] for loss in descent["losses"]] == [0, 1, 10, 30]
    assert falling == sorted(falling, reverse=True)
    assert record["residual_rms"] ** 2 == pytest.approx(falling[-1])


def test_a_rate_that_is_too_large_is_reported_as_divergence(pair):
    """With the limit; nothing is written."""
    options = ["--kernel-size", "3", "--descend", "--rate", "9", "-o", "k.txt"]
    told = convcli("learn", "before.npy", "after.npy", *options, cwd=pair)
    assert told.refused(2, "--rate: 9", "the descent diverged", "Rates below")
    assert not (pair / "k.txt").exists()


@pytest.mark.parametrize("suffix", ["gif", "webp", "apng"])
def test_the_kernel_takes_shape_in_a_moving_picture(pair, suffix):
    """Many frames of one size, the last one unlike the first; the kernel file beside it."""
    options = ["--kernel-size", "3", "--descend", "--steps", "40", "-o", f"learning.{suffix}", "-o", "k.txt"]
    assert convcli("learn", "before.npy", "after.npy", *options, cwd=pair).code == 0
    assert (pair / "k.txt").exists()
    with Image.open(pair / f"learning.{suffix}") as moving:
        assert moving.n_frames > 10
        first = np.asarray(moving.convert("RGB")).copy()
        moving.seek(moving.n_frames - 1)
        last = np.asarray(moving.convert("RGB"))
    assert first.shape == last.shape
    assert (first != last).any()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["1 2; 3 4", "1 2 3; 4 5 6", "--kernel-size", "1"], 2, ["AFTER has 2 × 3 pixels but BEFORE has 2 × 2"]),
        (["1 2; 3 4", "1 2; 3 4", "--kernel-size", "3"], 2, ["a 3x3 kernel does not fit", "--kernel-size"]),
        (["1 2 3 4; 3 4 5 1", "1 2 3 0; 3 4 5 5", "--kernel-size", "2"], 2, ["5 unknowns, but only 3 pixels"]),
        (["sample:coffee", "sample:camera", "--kernel-size", "3"], 2, ["AFTER has 512 × 512 pixels but BEFORE has"]),
        (["nowhere.png", "sample:camera", "--kernel-size", "3"], 3, ["nowhere.png"]),
        (["-", "-", "--kernel-size", "3"], 2, ["stdin can be read once"]),
        (["1 2", "1 2", "--kernel-size", "1", "--steps", "3"], 2, ["--steps belongs to --descend"]),
        (["1 2", "1 2", "--kernel-size", "1", "-o", "l.gif"], 2, ["l.gif", "add --descend"]),
        (
            ["1 2", "1 2", "--kernel-size", "1", "-o", "l.doc"],
            2,
            ["l.doc", ".doc is no suffix that is written: end it with .txt, .csv, .json, .npy"],
        ),
        (["1 2", "1 2", "--kernel-size", "1", "--residual", "l.doc"], 2, ["l.doc"]),
        (["1 2", "1 2", "--kernel-size", "1", "--descend", "--rate", "-1"], 2, ["--rate: -1", "above 0"]),
        (["1 2", "1 2", "--kernel-size", "1", "--json", "-o", "-"], 2, ["--json and an output"]),
        (["1 2", "1 2", "--kernel-size", "1", "-o", "-", "--residual", "-"], 2, ["only one output"]),
        (["1 2", "1 2", "--kernel-size", "0"], 2, ["--kernel-size: 0"]),
        (["1 2", "1 2"], 2, ["--kernel-size"]),
        (["1 2 3 4", "1 2 3", "--kernel-size", "1x2", "--border", "edge"], 2, ["leave --border out"]),
    ],
)
def test_what_cannot_be_learned_is_refused_by_name(tmp_path, arguments, code, words):
    """One message with the value and the rule; nothing on stdout and no file."""
    told = convcli("learn", *arguments, cwd=tmp_path)
    assert told.refused(code, *words)
    assert told.out == b""
    assert list(tmp_path.iterdir()) == []


def test_maps_that_no_picture_holds_are_refused(tmp_path):
    """Two channels of residuals are no PNG."""
    np.save(tmp_path / "two.npy", noise(9, 9, 2))
    options = ["--kernel-size", "1", "--keep-clamped", "--residual", "left.png"]
    told = convcli("learn", "two.npy", "two.npy", *options, cwd=tmp_path)
    assert told.refused(2, "--residual: 2 channels", ".npy or .tiff")


def test_what_is_left_out_is_said(tmp_path):
    """NaN in AFTER is counted, and an alpha channel is not learned from."""
    before = noise(12, 13, 4)
    before[:, :, 3] = 255
    Image.fromarray(before).save(tmp_path / "before.png")
    after = before[:, :, :3].astype(float) * 3
    after[4, 5, 1] = np.nan
    np.save(tmp_path / "after.npy", after)
    told = convcli("learn", "before.png", "after.npy", "--kernel-size", "1", cwd=tmp_path)
    assert told.text.startswith("3\n# bias 0\n")
    assert "# left out: 1 not finite" in told.text
    assert "BEFORE: alpha is left out" in told.err


@pytest.mark.parametrize("mode", ["weight", "separate", "keep"])
@pytest.mark.parametrize(
    "border", [[], ["--border", "edge"], ["--border", "constant:90"]], ids=["", "edge", "constant"]
)
def test_what_is_transparent_is_not_learned_from(tmp_path, mode, border):
    """Whatever was done with alpha, the kernel is the one that was applied: only opaque windows count."""
    rgba = np.random.default_rng(5).integers(60, 190, (40, 41, 4), dtype=np.uint8)
    rgba[..., 3] = 255
    rgba[12:20, 13:30, 3], rgba[25:30, 5:9, 3] = 0, 120
    rgba[12:20, 13:30, :3] = 7
    Image.fromarray(rgba).save(tmp_path / "before.png")
    kernel = "0 1/2 1/8; 1/4 0 1/8"
    convcli("apply", "before.png", "-k", kernel, "--alpha", mode, *border, "-o", "after.png", cwd=tmp_path)
    options = ["--kernel-size", "2x3", *border, "--json"]
    told = convcli("learn", "before.png", "after.png", *options, cwd=tmp_path)
    assert np.allclose(told.records[0]["kernel"], [[0, 0.5, 0.125], [0.25, 0, 0.125]], atol=2e-3)
    assert told.records[0]["residual_rms"] < 0.3
    beyond = [(1, 0), (1, 1)] if border else [(0, 0), (0, 0)]
    opaque = np.pad(rgba[..., 3] == 255, beyond, constant_values=True)
    whole = np.lib.stride_tricks.sliding_window_view(opaque, (2, 3)).all(axis=(2, 3))
    assert told.records[0]["pixels"] == 3 * whole.sum()
    assert told.err.count("and so are windows and pixels that are not opaque") == 2
    shown = convcli("learn", "before.png", "after.png", *options[:-1], cwd=tmp_path)
    assert "not finite or not opaque" in shown.text


def test_where_nothing_is_opaque_enough_learning_says_so(tmp_path):
    """One opaque pixel is no window; alpha that is the same everywhere is as good as none."""
    rgba = noise(9, 9, 4)
    rgba[..., 3] = 100
    Image.fromarray(rgba).save(tmp_path / "even.png")
    assert convcli("learn", "even.png", "even.png", "--kernel-size", "1", "--keep-clamped", cwd=tmp_path).text[0] == "1"
    rgba[4, 4, 3] = 255
    Image.fromarray(rgba).save(tmp_path / "one.png")
    told = convcli("learn", "one.png", "one.png", "--kernel-size", "3", "--keep-clamped", cwd=tmp_path)
    assert told.refused(2, "0 pixels are left for 10 unknowns", "not opaque")


def test_the_kernel_of_a_convolution_is_named_as_one_writes_it(tmp_path):
    """prewitt-x convolved is found as prewitt-x for a convolution; a correlation looks west instead of east."""
    after = tmp_path / "after.npy"
    convcli("apply", "sample:camera", "-k", "prewitt-x", "--convolve", "-o", after)
    convolved, correlated = (
        convcli("learn", "sample:camera", after, "--kernel-size", "3", "--mode", mode, "--json").records[0]
        for mode in ("convolve", "correlate")
    )
    assert (convolved["nearest"]["name"], convolved["nearest"]["factor"]) == ("prewitt-x", pytest.approx(1))
    assert (correlated["nearest"]["name"], correlated["nearest"]["factor"]) == ("prewitt-compass-w", pytest.approx(1))
    np.testing.assert_allclose(np.flip(convolved["kernel"]), correlated["kernel"], atol=1e-9)


def test_several_kernels_take_shape_side_by_side(tmp_path):
    """One for each channel in every frame of the moving picture."""
    np.save(tmp_path / "before.npy", noise(20, 20, 3))
    options = ["--kernel-size", "2", "--channels", "each", "--descend", "--steps", "20", "-o", "learning.gif"]
    told = convcli("learn", "before.npy", "before.npy", "--keep-clamped", *options, cwd=tmp_path)
    assert told.code == 0, told
    with Image.open(tmp_path / "learning.gif") as moving:
        frame = np.asarray(moving.convert("RGB")).astype(int)
    kernels = frame[62:362, 28:328]
    quarters = [kernels[:145, :145], kernels[:145, 155:], kernels[155:, :145]]
    assert len({tuple(np.median(q.reshape(-1, 3), axis=0)) for q in quarters}) == 3


def test_many_undetermined_entries_are_cut_short(tmp_path):
    """The first eight by place, and how many more."""
    before = np.zeros((12, 12))
    before[:, 6:] = noise(12, 6)
    np.save(tmp_path / "before.npy", before[:, 2:9])
    np.save(tmp_path / "after.npy", before[1:-1, 5:6])
    told = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3x7", cwd=tmp_path)
    assert told.refused(2, "22 unknowns, but only 10 pixels")
    np.save(tmp_path / "before.npy", np.tile(before[:, 2:9], (4, 1)))
    np.save(tmp_path / "after.npy", np.zeros((46, 1)))
    told = convcli("learn", "before.npy", "after.npy", "--kernel-size", "3x7", cwd=tmp_path)
    assert " and 4 more" in told.text
