"""Layers of a network as `apply` in a pipe, held to SciPy's correlation and pooling put together by hand."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from tests.command_line import convcli


def picture(*shape, seed=0):
    """Asymmetric pixels."""
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def layer(maps, weights, biases, *, pool=None, step=None, how="max"):
    """One layer by SciPy: for each filter the channels' correlations (k // 2 is the anchor) added up, then
    the bias, then ReLU, then whole windows of pooling."""
    out = []
    for filter_, bias in zip(weights, biases, strict=True):
        total = sum(
            ndimage.correlate(maps[:, :, c].astype(float), filter_[c], mode="nearest") for c in range(maps.shape[2])
        )
        out.append(np.maximum(total + bias, 0))
    stack = np.dstack(out)
    return stack if pool is None else pooled(stack, pool, step or pool, how)


def pooled(stack, size, step, how):
    """Windows fully inside, from SciPy's running maximum or mean taken at their first pixels."""
    running = ndimage.maximum_filter if how == "max" else ndimage.uniform_filter
    filtered = np.dstack([running(stack[:, :, f], size, origin=-(size // 2)) for f in range(stack.shape[2])])
    rows, columns = ((n - size) // step + 1 for n in stack.shape[:2])
    return filtered[: rows * step : step, : columns * step : step]


def array(told):
    """A .npy on stdout."""
    assert told.code == 0, told
    return np.load(io.BytesIO(told.out))


@pytest.fixture
def weights(tmp_path):
    """A first layer of 5 filters over 3 channels, a second of 4 over 5, as frameworks store them."""
    generator = np.random.default_rng(1)
    first, second = generator.normal(size=(5, 3, 3, 3)), generator.normal(size=(4, 5, 2, 3))
    np.save(tmp_path / "first.npy", first)
    np.save(tmp_path / "second.npy", second)
    np.save(tmp_path / "picture.npy", picture(21, 26, 3))
    return tmp_path, first, second


@pytest.mark.parametrize(
    ("option", "size", "step", "how"),
    [("max:2", 2, 2, "max"), ("avg:3", 3, 3, "avg"), ("max:3,stride=2", 3, 2, "max"), ("avg:2,stride=1", 2, 1, "avg")],
)
def test_two_layers_in_a_pipe_are_scipys_composition(weights, option, size, step, how):
    """Correlation, bias, ReLU and pooling, in that order, twice; the pipe carries maps as channels."""
    folder, first, second = weights
    biases = [100.0, -50.0, 0.0, 25.5, -300.0]
    opening = ["picture.npy", "-k", "@first.npy", "--bias", ",".join(map(str, biases)), "--relu", "--pool", option]
    one = convcli("apply", *opening, "--precision", "float64", "--format", "npy", cwd=folder)
    expected = layer(picture(21, 26, 3), first, biases, pool=size, step=step, how=how)
    np.testing.assert_allclose(array(one), expected, atol=1e-9)
    two = convcli("apply", "-", "-k", "@second.npy", "--relu", "--bias", "1", stdin=one.out, cwd=folder)
    np.testing.assert_allclose(array(two), layer(expected, second, [1.0] * 4), atol=1e-8)


def test_plain_kernels_add_up_the_channels_with_sum(weights):
    """--channels sum: each kernel of a bank over all maps of the stack; each: maps kernel by kernel."""
    folder, _, _ = weights
    options = ["-k", "1 0 -1", "-k", "2; 3", "--format", "npy"]
    total = array(convcli("apply", "picture.npy", *options, "--channels", "sum", cwd=folder))
    kernels = [np.array([[1.0, 0, -1]]), np.array([[2.0], [3]])]
    pixels = picture(21, 26, 3).astype(float)
    each = [[ndimage.correlate(pixels[:, :, c], k, mode="nearest") for c in range(3)] for k in kernels]
    np.testing.assert_array_equal(total, np.dstack([sum(maps) for maps in each]))
    stack = array(convcli("apply", "picture.npy", *options, cwd=folder))
    np.testing.assert_array_equal(stack, np.dstack([plane for maps in each for plane in maps]))


def test_pytorchs_axis_order_goes_in_and_out(weights):
    """--layout chw reads (channels, rows, columns) and writes (maps, rows, columns); -v says which."""
    folder, first, _ = weights
    np.save(folder / "chw.npy", picture(21, 26, 3).transpose(2, 0, 1))
    told = convcli("apply", "chw.npy", "-k", "@first.npy", "--layout", "chw", "--relu", "-v", cwd=folder)
    expected = layer(picture(21, 26, 3), first, [0.0] * 5).transpose(2, 0, 1)
    np.testing.assert_allclose(array(told), expected, rtol=1e-4, atol=0.02)
    assert "5 × 21 × 26 (maps, rows, columns)" in told.err


def test_a_tiff_has_a_page_for_each_map(weights):
    """Four pages, in the order of the filters, with the raw values."""
    folder, first, _ = weights
    assert convcli("apply", "picture.npy", "-k", "@first.npy", "-o", "maps.tiff", cwd=folder).code == 0
    expected = sum(
        ndimage.correlate(picture(21, 26, 3)[:, :, c].astype(float), first[3, c], mode="nearest") for c in range(3)
    )
    with Image.open(folder / "maps.tiff") as pages:
        assert pages.n_frames == 5
        pages.seek(3)
        np.testing.assert_allclose(np.asarray(pages), expected, atol=0.02)


def tiles(sheet, count):
    """Where a sheet's maps lie: their frames' inner boxes, found by the colour of their outlines."""
    line = (sheet == (154, 165, 177)).all(axis=2)
    boxes = []
    for top, left in zip(*np.nonzero(line), strict=True):
        if line[top, left : left + 60].all() and line[top : top + 60, left].all():
            width = int(np.argmin(line[top, left:])) if not line[top, left:].all() else line.shape[1] - left
            height = int(np.argmin(line[top:, left])) if not line[top:, left].all() else line.shape[0] - top
            boxes.append((top + 1, left + 1, height - 2, width - 2))
    assert len(boxes) == count, boxes
    return [sheet[top : top + height, left : left + width] for top, left, height, width in boxes]


def test_oriented_edges_light_up_their_own_sides_of_the_square(tmp_path):
    """The chapter's picture: on the sheet, sobel-x answers to left and right sides only, sobel-y to top and bottom."""
    Image.fromarray(np.pad(np.full((60, 70), 255, np.uint8), ((30, 40), (35, 25)))).save(tmp_path / "square.png")
    told = convcli("apply", "square.png", "-k", "bank:sobel", cwd=tmp_path)
    rgb = np.asarray(Image.open(io.BytesIO(told.out)).convert("RGB"))
    across, down = (tile[:, :, 0].astype(int) - 128 for tile in tiles(rgb, 2))
    scale = across.shape[0] / 130
    middle_row, middle_column = round(60 * scale), round(70 * scale)
    assert across[middle_row].max() > 100  # the left side: brightness rises to the right
    assert across[middle_row].min() < -100
    assert np.abs(across[:, middle_column]).max() < 5
    assert down[:, middle_column].max() > 100  # the top
    assert np.abs(down[middle_row]).max() < 5


def test_maps_share_a_scale_on_the_sheet_or_have_their_own(tmp_path):
    """A kernel ten times weaker is faint beside the other, or as strong as it."""
    Image.fromarray(picture(80, 90)).save(tmp_path / "noise.png")
    arguments = ["apply", "noise.png", "-k", "1 0 -1", "-k", "0.1 0 -0.1"]
    strengths = []
    for scale in ("shared", "each"):
        told = convcli(*arguments, "--sheet-scale", scale, cwd=tmp_path)
        sheet = np.asarray(Image.open(io.BytesIO(told.out)).convert("RGB"))
        strengths.append([float(np.std(tile[:, :, 0])) for tile in tiles(sheet, 2)])
    assert strengths[0][0] > 8 * strengths[0][1]
    assert strengths[1][0] == pytest.approx(strengths[1][1], rel=0.05)


def test_a_clipped_map_does_not_dim_the_others(tmp_path):
    """Beside a mean of nine pixels, which shows its photograph, the difference is as strong as by itself."""
    Image.fromarray(picture(80, 90)).save(tmp_path / "noise.png")
    difference, nine = ["-k", "1 0 -1"], ["-k", "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9"]
    strengths = []
    for kernels in (difference * 2, difference + nine):
        told = convcli("apply", "noise.png", *kernels, cwd=tmp_path)
        sheet = np.asarray(Image.open(io.BytesIO(told.out)).convert("RGB"))
        strengths.append(float(np.std(tiles(sheet, 2)[0][:, :, 0])))
    assert strengths[0] == pytest.approx(strengths[1])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["picture.npy", "-k", "@second.npy"], 2, ["5 channels; the picture has 3"]),
        (["picture.npy", "-k", "1", "--pool", "max:22"], 2, ["pooling max:22", "21 × 26"]),
        (["picture.npy", "-k", "1", "--pool", "min:2"], 2, ["--pool: min:2 is not allowed; give max or avg"]),
        (["picture.npy", "-k", "1", "--pool", "max"], 2, ["--pool: max", "max:2"]),
        (["picture.npy", "-k", "@first.npy", "--bias", "1,2"], 2, ["--bias: 2 numbers", "5 kernels"]),
        (["picture.npy", "-k", "@nowhere.npy"], 3, ["nowhere.npy"]),
    ],
)
def test_layers_that_do_not_fit_are_refused(weights, arguments, code, words):
    """One message with both sizes, and no output."""
    folder, _, _ = weights
    told = convcli("apply", *arguments, "-o", "out.npy", cwd=folder)
    assert told.refused(code, *words)
    assert not (folder / "out.npy").exists()


def test_a_hundred_kernels_take_one_pass(tmp_path):
    """100 kernels of 5x5 on a 224 x 224 x 3 picture: (224, 224, 100) when channels add up, each the kernel's own."""
    generator = np.random.default_rng(2)
    np.save(tmp_path / "picture.npy", picture(224, 224, 3))
    kernels = generator.normal(size=(100, 3, 5, 5))
    np.save(tmp_path / "layer.npy", kernels)
    maps = array(convcli("apply", "picture.npy", "-k", "@layer.npy", "--relu", cwd=tmp_path))
    assert maps.shape == (224, 224, 100)
    pixels = picture(224, 224, 3).astype(float)
    for f in (0, 57, 99):
        total = sum(ndimage.correlate(pixels[:, :, c], kernels[f, c], mode="nearest") for c in range(3))
        np.testing.assert_allclose(maps[:, :, f], np.maximum(total, 0), rtol=1e-3, atol=0.05)
