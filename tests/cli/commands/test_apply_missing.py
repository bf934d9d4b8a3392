"""`apply --missing`: against astropy, fractions worked out by hand, and what it must say."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tests.command_line import convcli

Array = NDArray[Any]


def heights(seed: int = 0) -> Array:
    """Asymmetric numbers with a third of them missing."""
    rng = np.random.default_rng(seed)
    plane = rng.normal(size=(23, 19)) * 50
    plane[rng.random(plane.shape) < 0.33] = np.nan
    plane[8:16, 3:9] = np.nan
    return plane


def filled(plane: Array, kernel: Array, boundary: str = "extend") -> Array:
    """astropy's `interpolate`, times the kernel's sum."""
    convolution = pytest.importorskip("astropy.convolution")
    flipped = abs(kernel[::-1, ::-1])  # it takes no negative sums; the mean is the same
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of windows without a sample, which stay NaN
        return np.asarray(
            kernel.sum()
            * convolution.convolve(plane, flipped, boundary, nan_treatment="interpolate", normalize_kernel=True)
        )


@pytest.mark.parametrize(("border", "boundary"), [("edge", "extend"), ("zero", "fill"), ("wrap", "wrap")])
@pytest.mark.parametrize("scale", [1.0, -2.5])
@pytest.mark.parametrize(("value", "suffix"), [("nan", ".npy"), ("-9999", ".npy"), ("nan", ".txt"), ("1e30", ".npy")])
def test_a_nodata_blur_is_astropys(
    tmp_path: Path, border: str, boundary: str, scale: float, value: str, suffix: str
) -> None:
    """NaN and values that stand for it, to 1e-9; windows without a sample are NaN."""
    kernel = np.random.default_rng(3).random((3, 5)) * scale
    stored = np.nan_to_num(heights(), nan=float(value)) if value != "nan" else heights()
    np.save(tmp_path / "in.npy", stored)
    np.save(tmp_path / "k.npy", kernel)
    done = convcli("apply", "in.npy", "-k", "@k.npy", "--missing", value, "--border", border, "-o", f"out{suffix}",
                   cwd=tmp_path)  # fmt: skip
    assert done.code == 0, done.err
    found = np.load(tmp_path / "out.npy") if suffix == ".npy" else np.loadtxt(tmp_path / "out.txt")
    expected = filled(heights(), kernel, boundary)
    assert np.allclose(found, expected, rtol=0, atol=1e-9, equal_nan=True)
    assert np.isnan(found).sum() > 0
    assert (
        f"{np.isnan(found).sum()} responses are missing, with nothing of the window there: written as NaN" in done.err
    )
    assert "it holds NaN" in done.err or value != "nan"
    assert "leaves NaN out" not in done.err


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["1 -1 5", "-k", "1 2 1", "--missing", "-1", "--border", "zero"], "2.6666666666666665 12 13.333333333333334"),
        (["1 -1 5 -1 -1 -1", "-k", "1 1 1", "--missing", "-1"], "3 9 15 15 nan nan"),
        (["1 -1 5 -1 -1 -1", "-k", "1 1 1", "--missing", "-1", "--min-valid", "2/3"], "3 9 nan nan nan nan"),
        (["1 -1 5 -1 -1 -1", "-k", "1 1 1", "--missing", "-1", "--min-valid", "1/3"], "3 9 15 15 nan nan"),
        (["1 -1 5 9", "-k", "-1 4 -1", "--missing", "-1", "--size", "valid"], "6 7.333333333333333"),
        (["1 -1 5 9", "-k", "-1 4 -1", "--missing", "-1", "--size", "valid", "--min-valid", "1/2"],
         "nan 7.333333333333333"),
        (["1 -1 5 9", "-k", "1 1", "--missing", "-1", "--size", "valid", "--bias", "100"], "102 110 114"),
        (["1 -1 5 9", "-k", "1 1", "--missing", "7", "--size", "valid"], "0 4 14"),
    ],
)  # fmt: skip
def test_the_weighted_mean_of_what_is_there_times_the_kernels_sum(arguments: list[str], printed: str) -> None:
    """Worked out on paper: -1 is missing; a weight of 4 in 6 on it leaves a third of the window."""
    done = convcli("apply", *arguments)
    assert (done.code, done.text.split()) == (0, printed.split())


@pytest.mark.parametrize(("dtype", "value"), [(np.uint8, 0), (np.uint8, 255), (np.uint16, 7), (np.uint16, 65535)])
def test_in_a_picture_of_whole_numbers_what_is_missing_is_the_value(tmp_path: Path, dtype: Any, value: int) -> None:
    """PNG of 8 and 16 bits, grey; the rest is astropy's, rounded."""
    rng = np.random.default_rng(1)
    samples = rng.integers(10, 250, (17, 15)).astype(dtype)
    gone = rng.random(samples.shape) < 0.3
    gone[4:11, 5:12] = True
    samples[gone] = value
    Image.fromarray(samples).save(tmp_path / "in.png")
    kernel = np.full((3, 3), 1 / 9)
    done = convcli("apply", "in.png", "-k", "box", "--missing", str(value), "-o", "out.png", cwd=tmp_path)
    found = np.asarray(Image.open(tmp_path / "out.png"))
    expected = filled(np.where(gone, np.nan, samples.astype(float)), kernel)
    empty = np.isnan(expected)
    assert done.code == 0
    assert found.dtype == dtype
    assert (found[empty] == value).all()
    assert np.abs(found[~empty] - expected[~empty]).max() <= 0.51
    assert f"{empty.sum()} responses are missing, with nothing of the window there: written as {value}" in done.err


def test_every_channel_has_its_own_gaps_and_added_channels_are_one_window(tmp_path: Path) -> None:
    """Each colour by itself; with --channels sum a pixel that lacks one colour is the mean of the others."""
    rng = np.random.default_rng(2)
    colours = rng.normal(size=(12, 11, 3)) * 9
    colours[rng.random(colours.shape) < 0.4] = np.nan
    np.save(tmp_path / "in.npy", colours)
    kernel = np.array([[1, 2, 0], [0, 1, 3.0]])
    convcli("apply", "in.npy", "-k", "1 2 0; 0 1 3", "--missing", "nan", "-o", "each.npy", cwd=tmp_path)
    each = np.dstack([filled(colours[..., c], np.pad(kernel, ((0, 1), (0, 0)))) for c in range(3)])
    assert np.allclose(np.load(tmp_path / "each.npy"), each, atol=1e-9, equal_nan=True)
    convcli("apply", "in.npy", "-k", "1", "--channels", "sum", "--missing", "nan", "-o", "sum.npy", cwd=tmp_path)
    there = ~np.isnan(colours)
    with np.errstate(invalid="ignore"):
        mean = np.where(there, colours, 0).sum(axis=2) / there.sum(axis=2) * 3
    assert np.allclose(np.load(tmp_path / "sum.npy"), mean, atol=1e-9, equal_nan=True)


def test_a_float_tiff_keeps_nan_and_a_drawing_of_it_shows_0(tmp_path: Path) -> None:
    """float32 against astropy to its own precision; as PNG a missing response is black, which is said."""
    tifffile.imwrite(tmp_path / "in.tif", (heights() + 128).astype(np.float32))
    kernel = np.full((3, 3), 1 / 9)
    expected = filled((heights() + 128).astype(np.float32).astype(float), kernel)
    convcli("apply", "in.tif", "-k", "box", "--missing", "nan", "-o", "out.tif", cwd=tmp_path)
    assert np.allclose(tifffile.imread(tmp_path / "out.tif"), expected, rtol=1e-6, equal_nan=True)
    done = convcli("apply", "in.tif", "-k", "box", "--missing", "nan", "-o", "out.png", cwd=tmp_path)
    assert (np.asarray(Image.open(tmp_path / "out.png"))[np.isnan(expected)] == 0).all()
    assert "written as 0" in done.err


def test_transparent_samples_are_missing_too(tmp_path: Path) -> None:
    """Grey with alpha, one value missing: the mean of what is neither, weighted by alpha."""
    grey = np.array([[10, 20, 30, 99, 50]], np.uint8)
    alpha = np.array([[255, 85, 0, 255, 255]], np.uint8)
    Image.fromarray(np.dstack([grey, alpha])).save(tmp_path / "in.png")
    done = convcli("apply", "in.png", "-k", "1 1 1", "--missing", "99", "-o", "out.npy", cwd=tmp_path)
    means = [(2 * 255 * 10 + 85 * 20) / (2 * 255 + 85), (255 * 10 + 85 * 20) / 340, 20, 50, 50]
    assert np.load(tmp_path / "out.npy")[0].tolist() == pytest.approx([3 * mean for mean in means], rel=1e-6)
    assert "alpha is not in the array" in done.err


def test_what_cannot_be_missing_is_said(tmp_path: Path) -> None:
    """-9999 among bytes, NaN among whole numbers: the plain response, and a word."""
    for value in ("-9999", "nan", "0.5", "256"):
        Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4)).save(tmp_path / "in.png")
        done = convcli("apply", "in.png", "-k", "box", "--missing", value, "-o", "out.npy", "-f", cwd=tmp_path)
        plain = convcli("apply", "in.png", "-k", "box", "-o", "plain.npy", "-f", cwd=tmp_path)
        assert (done.code, plain.code) == (0, 0)
        assert f"no uint8 sample can be {value}: nothing is missing" in done.err
        assert np.allclose(np.load(tmp_path / "out.npy"), np.load(tmp_path / "plain.npy"), atol=1e-5)


def test_what_is_no_number_is_explained_where_nothing_is_missing(tmp_path: Path) -> None:
    """Without --missing NaN spreads to each weight that reads it, and the option is named."""
    np.save(tmp_path / "hole.npy", np.where(np.arange(144).reshape(12, 12) == 66, np.nan, 1.0))
    counts = []
    for count in (1, 5, 6, 9):
        done = convcli("apply", "hole.npy", *["-k", "sobel-x"] * count, "-o", "o.npy", "-f", cwd=tmp_path)
        maps = np.load(tmp_path / "o.npy").reshape(12, 12, -1)
        counts += np.isnan(maps).sum(axis=(0, 1)).tolist()
        assert "--missing nan leaves NaN out" in done.err
    assert set(counts) == {6}
    shown = convcli("explain", "hole.npy", "-k", "sobel-x", "--at", "5,6", "--json", cwd=tmp_path)
    assert shown.records[0]["value"] == np.load(tmp_path / "o.npy")[5, 6, 0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-k", "sobel-x", "--missing", "nan"], ["--missing", "sobel-x sums to zero"]),
        (["-k", "box", "-k", "laplacian", "--missing", "3"], ["--missing", "laplacian sums to zero"]),
        (["-k", "box", "--min-valid", "0.5"], ["--min-valid", "--missing"]),
        (["-k", "box", "--missing", "x"], ["--missing: x", "or nan"]),
        (["-k", "box", "--missing", "inf"], ["--missing: inf", "finite"]),
        (["-k", "box", "--missing", "nan", "--min-valid", "1.5"], ["--min-valid: 1.5", "from 0 to 1"]),
        (["-k", "box", "--missing", "nan", "--min-valid", "-1"], ["--min-valid: -1", "from 0 to 1"]),
        (["-k", "box", "--missing", "nan", "--min-valid", "nan"], ["--min-valid: nan"]),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: list[str], words: list[str]) -> None:
    """One message, exit 2."""
    assert convcli("apply", "1 2; 3 4", *arguments).refused(2, *words)


def test_records_count_what_is_missing(tmp_path: Path) -> None:
    """The value, the share and the responses; null nowhere."""
    np.save(tmp_path / "in.npy", heights())
    for value, share in (("nan", 0.5), ("12.5", 0.0)):
        given = ["--missing", value, *(["--min-valid", str(share)] if share else [])]
        done = convcli("apply", "in.npy", "-k", "box", *given, "-o", "o.npy", "-f", "--json", cwd=tmp_path)
        missing = done.records[0]["missing"]
        assert missing["value"] == ("nan" if value == "nan" else 12.5)
        assert missing["min_valid"] == share
        assert missing["responses"] == (np.isnan(np.load(tmp_path / "o.npy")).sum() if value == "nan" else 0)
