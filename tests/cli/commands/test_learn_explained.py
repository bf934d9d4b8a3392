"""`learn` says no where no convolution explains the pair, and names only what it does explain."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from tests.command_line import convcli


def saved(tmp_path, **pictures):
    """These pictures as PNG files."""
    for name, pixels in pictures.items():
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")


def smooth():
    """A picture whose pixels resemble their neighbours, without clamped ones."""
    grain = np.random.default_rng(0).integers(0, 256, (70, 83)).astype(float)
    return np.rint(ndimage.gaussian_filter(grain, 1.2) * 0.9 + 12).astype(np.uint8)


NOT_LINEAR = {
    "median": lambda picture: ndimage.median_filter(picture, 3),
    "maximum": lambda picture: ndimage.maximum_filter(picture, 3),
    "minimum": lambda picture: ndimage.minimum_filter(picture, (1, 3)),
    "gamma": lambda picture: np.rint(255 * (picture / 255) ** 0.45).astype(np.uint8),
    "threshold": lambda picture: np.where(picture > 120, 200, 30).astype(np.uint8),
    "posterised": lambda picture: picture // 32 * 32 + 9,
    "bilateral": lambda picture: cv2.bilateralFilter(picture, 5, 40, 40),
    "equalised": cv2.equalizeHist,
    "another picture": lambda picture: np.rot90(picture, 2).copy(),
    "darker to the right": lambda picture: np.rint(picture * np.linspace(1, 0.3, picture.shape[1])).astype(np.uint8),
}


@pytest.mark.parametrize("name", NOT_LINEAR)
def test_what_no_convolution_makes_is_called_that_without_a_name(tmp_path, name):
    """Exit code 1, the size and what it leaves; no kernel of the catalogue, nor a larger one, is named."""
    saved(tmp_path, before=smooth(), after=NOT_LINEAR[name](smooth()))
    told = convcli("learn", "before.png", "after.png", "--kernel-size", "3", cwd=tmp_path)
    assert told.code == 1, told
    assert "# a convolution does not explain this: the best of 3 × 3 is shown, and leaves an RMS of " in told.text
    assert "it may come of a kernel larger than 3 × 3, of no linear filter" in told.text
    assert "# =" not in told.text
    assert "nearest" not in told.text
    record = convcli("learn", "before.png", "after.png", "--kernel-size", "3", "--json", cwd=tmp_path).records[0]
    assert record["explained"] is False
    assert [record[key] for key in ("nearest", "moves", "larger_kernel")] == [None] * 3


LINEAR = {
    "rounded": lambda response: np.rint(response),
    "rounded down": lambda response: np.floor(response),
    "rounded up": lambda response: np.ceil(response),
    "rounded twice": lambda response: np.rint(np.rint(response * 2) / 2),
}


@pytest.mark.parametrize(("name", "side"), [(name, name.partition("rounded ")[2]) for name in LINEAR])
def test_what_a_kernel_makes_is_explained_however_it_was_rounded(tmp_path, name, side):
    """A binomial kernel by SciPy: its name, and a bias of half a level only where rounding to one side leaves it."""
    before = smooth()
    taps = np.outer([1, 2, 1], [1, 2, 1]) / 16
    saved(tmp_path, before=before, after=LINEAR[name](ndimage.correlate(before.astype(float), taps)).astype(np.uint8))
    told = convcli("learn", "before.png", "after.png", "--kernel-size", "3", cwd=tmp_path)
    assert told.code == 0, told
    assert "# = binomial" in told.text
    said = f": AFTER was rounded {side}; the filter itself added nothing" if side in ("up", "down") else ""
    (bias,) = (line for line in told.text.splitlines() if line.startswith("# bias"))
    assert "".join(bias.partition(":")[1:]) == said


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        (1, -2, "a shift by 1 row down and 2 columns to the left"),
        (-2, 0, "a shift by 2 rows up"),
        (0, 1, "a shift by 1 column to the right"),
    ],
)
@pytest.mark.parametrize("mode", ["correlate", "convolve"])
def test_a_shift_is_called_one(tmp_path, rows, columns, words, mode):
    """np.roll moves rows down and columns to the right."""
    saved(tmp_path, before=smooth(), after=np.roll(smooth(), (rows, columns), (0, 1)))
    told = convcli("learn", "before.png", "after.png", "--kernel-size", "5", "--mode", mode, cwd=tmp_path)
    assert told.code == 0, told
    assert f"# = {words}\n" in told.text
    record = convcli("learn", "before.png", "after.png", "--kernel-size", "5", "--json", cwd=tmp_path).records[0]
    assert (record["moves"]["down"], record["moves"]["right"]) == (rows, columns)
    assert record["moves"]["factor"] == pytest.approx(1, abs=1e-9)


def test_a_kernel_that_is_too_small_is_told_the_size_that_does(tmp_path):
    """A box of 7 x 7 learnt as 5 x 5; and a border of another kind, where the inside does fit."""
    before = smooth()
    saved(tmp_path, before=before, after=np.rint(ndimage.uniform_filter(before.astype(float), 7)).astype(np.uint8))
    told = convcli("learn", "before.png", "after.png", "--kernel-size", "5", cwd=tmp_path)
    assert told.code == 1
    assert "# a larger kernel does explain it: --kernel-size 7\n" in told.text
    assert "# = box" in convcli("learn", "before.png", "after.png", "--kernel-size", "7", cwd=tmp_path).text
    wrong = convcli("learn", "before.png", "after.png", "--kernel-size", "7", "--border", "zero", cwd=tmp_path)
    assert wrong.code == 1
    assert "# it does explain the pixels that are neither at the border nor clamped\n" in wrong.text
    right = convcli("learn", "before.png", "after.png", "--kernel-size", "7", "--border", "symmetric", cwd=tmp_path)
    assert right.code == 0


def test_noise_is_granted_where_it_is_said(tmp_path):
    """AFTER with noise of 3 grey levels: no, but for --noise 3, which keeps the name."""
    before = smooth()
    exact = ndimage.uniform_filter(before.astype(float), 3) + np.random.default_rng(1).normal(0, 3, before.shape)
    saved(tmp_path, before=before, after=np.rint(exact).astype(np.uint8))
    line = ("learn", "before.png", "after.png", "--kernel-size", "3")
    assert convcli(*line, cwd=tmp_path).code == 1
    granted = convcli(*line, "--noise", "3.1", cwd=tmp_path)
    assert granted.code == 0, granted
    assert "# = box\n" in granted.text
    assert convcli(*line, "--noise", "2.5", cwd=tmp_path).code == 1
    assert convcli(*line, "--noise", "-1", cwd=tmp_path).refused(2, "--noise: -1 is not allowed")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int16", "uint16", "int64"])
def test_responses_of_every_kind_are_explained_by_their_kernel(tmp_path, dtype):
    """Stored as any dtype, an exact response is explained, and a median of it is not."""
    before = smooth().astype(np.float64)
    response = ndimage.correlate(before, [[0.5, -1.25, 0.0], [2.0, 0.75, -0.5], [0.25, 0.0, -1.0]]) + 300
    for name, after, code in (("linear", response, 0), ("median", ndimage.median_filter(response, 3), 1)):
        np.save(tmp_path / "before.npy", before)
        np.save(
            tmp_path / f"{name}.npy",
            np.rint(after).astype(dtype) if np.dtype(dtype).kind in "iu" else after.astype(dtype),
        )
        line = ("learn", "before.npy", f"{name}.npy", "--kernel-size", "3", "-q")
        told = convcli(*line, cwd=tmp_path)
        assert told.code == code, (name, told)
