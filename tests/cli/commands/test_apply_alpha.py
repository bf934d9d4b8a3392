"""`apply` on pictures with alpha: against ImageMagick, exact fractions, and what must stay as it was."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from convcli import images
from tests.command_line import Finished, convcli

Array = NDArray[Any]
GAUSS = np.exp(-np.add.outer(np.arange(-3, 4) ** 2, np.arange(-3, 4) ** 2) / 4.5)
KERNELS = {
    "gauss": GAUSS / GAUSS.sum(),
    "box": np.full((5, 5), 1 / 25),
    "skew": np.array([[1, 2, 0, 4], [3, 1, 2, 0], [0, 5, 1, 1]]) / 20,
    "sharp": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0.0]]),
}
BORDERS = {"edge": "edge", "wrap": "tile", "zero": "black", "symmetric": "mirror"}


def sprite(dtype: Any = np.uint8, channels: int = 4) -> Array:
    """Soft transparency over noise, a hole and an opaque part; hidden colours differ from the visible ones."""
    rng = np.random.default_rng(7)
    top = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    soft = ndimage.uniform_filter(rng.random((26, 31, channels)), (3, 3, 0))
    soft[..., -1] = np.clip(soft[..., -1] * 2 - 0.5, 0, 1)
    soft[4:13, 8:20, -1], soft[15:22, 2:11, -1] = 0, 1
    return (soft * top).astype(dtype)


def save(path: Path, samples: Array) -> Path:
    """Written by Pillow or tifffile alone; 16-bit PNG by this package, whose pixels other tests vouch for."""
    if path.suffix == ".tif":
        kind = "rgb" if samples.shape[2] == 4 else "minisblack"
        tifffile.imwrite(path, samples, photometric=kind, extrasamples=["unassalpha"])
    elif samples.dtype == np.uint16:
        colours = samples[:, :, 0] if samples.shape[2] == 2 else samples[:, :, :3]
        images.write(images.Picture(colours, samples[:, :, -1]), str(path))
    else:
        options = {"lossless": True, "exact": True} if path.suffix == ".webp" else {}
        Image.fromarray(samples).save(path, **options)
    return path


def load(path: Path) -> Array:
    """All samples, alpha last."""
    if path.suffix == ".tif":
        return np.asarray(tifffile.imread(path))
    picture = images.read(str(path))
    return np.dstack([picture.pixels, *([picture.alpha] if picture.alpha is not None else [])])


def apply(source: Path, kernel: Array | str, out: Path, *options: str) -> Finished:
    """Run apply, in the pictures' folder, with a kernel's very weights."""
    if not isinstance(kernel, str):
        np.save(source.parent / "k.npy", kernel)
    given = kernel if isinstance(kernel, str) else "@k.npy"
    done = convcli("apply", source.name, "-k", given, "-o", out.name, *options, cwd=source.parent)
    assert done.code == 0, done.err
    return done


def weighted(samples: Array, kernel: Array, full: float) -> tuple[Array, Array]:
    """Colours and alpha as SciPy's correlations make them, border "edge", colours where anything is visible."""
    colours, alpha = samples[..., :-1].astype(float), samples[..., -1].astype(float)
    below = ndimage.correlate(alpha, kernel, mode="nearest")
    above = np.stack([ndimage.correlate(colours[..., c] * alpha, kernel, mode="nearest")
                      for c in range(colours.shape[2])], axis=2)  # fmt: skip
    with np.errstate(invalid="ignore", divide="ignore"):
        return above / below[..., np.newaxis] * kernel.sum(), np.clip(below / kernel.sum(), 0, full)


@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick is not here")
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_a_premultiplied_blur_equals_imagemagicks_to_one_level(tmp_path: Path, kernel: str, border: str) -> None:
    """Colours wherever alpha is at least 8 of 255, and alpha everywhere; a black border is opaque."""
    source, weights = save(tmp_path / "p.png", sprite()), KERNELS[kernel]
    rows = " ".join(",".join(map(repr, row)) for row in weights.tolist())
    text = f"{weights.shape[1]}x{weights.shape[0]}+{weights.shape[1] // 2}+{weights.shape[0] // 2}: {rows}"
    command = [
        "convert",
        source,
        "-virtual-pixel",
        BORDERS[border],
        "-morphology",
        "Correlate",
        text,
        tmp_path / "im.png",
    ]
    subprocess.run(command, check=True)
    apply(source, weights, tmp_path / "o.png", "--border", border)
    ours, theirs = (np.asarray(Image.open(tmp_path / name).convert("RGBA")).astype(int) for name in ("o.png", "im.png"))
    seen = np.minimum(ours[..., 3], theirs[..., 3]) >= 8
    assert np.abs(ours - theirs)[..., 3].max() <= 1
    assert np.abs(ours - theirs)[seen].max() <= 1
    assert seen.sum() > 400


def test_hidden_red_does_not_bleed_into_white(tmp_path: Path) -> None:
    """A white square on invisible red, blurred: white wherever anything is visible, and a soft edge."""
    red = np.zeros((21, 21, 4), np.uint8)
    red[..., 0] = 255
    red[7:14, 7:14] = 255
    apply(save(tmp_path / "red.png", red), "gaussian:sigma=2", tmp_path / "o.png")
    shown = load(tmp_path / "o.png").astype(int)
    assert (shown[shown[..., 3] > 0][:, :3] == 255).all()
    assert np.abs(shown[10, 6:9, 3] - [95, 142, 183]).max() <= 1


FORMATS = [(".png", np.uint8), (".png", np.uint16), (".webp", np.uint8),
           (".tif", np.uint8), (".tif", np.uint16), (".tif", np.float32)]  # fmt: skip


@pytest.mark.parametrize("channels", [4, 2])
@pytest.mark.parametrize(("suffix", "dtype"), FORMATS)
def test_every_format_with_alpha_is_weighted_by_it(tmp_path: Path, suffix: str, dtype: Any, channels: int) -> None:
    """RGBA and LA, 8 and 16 bits and floats: the ratio of SciPy's sums, and alpha their own mean."""
    if suffix == ".webp" and channels == 2:
        pytest.skip("WebP has no grey with alpha")
    samples = sprite(dtype, channels)
    full = 1.0 if dtype == np.float32 else float(np.iinfo(dtype).max)
    out = tmp_path / ("o.png" if suffix == ".webp" else f"o{suffix}")
    apply(save(tmp_path / f"p{suffix}", samples), KERNELS["gauss"], out)
    found = load(out)
    colours, alpha = weighted(samples, KERNELS["gauss"], full)
    seen = alpha > full * 1e-6
    step = 1e-5 if dtype == np.float32 else 0.51
    assert found.dtype == dtype
    assert found.shape == samples.shape
    assert np.abs(found[..., -1] - alpha).max() <= step
    assert np.abs(found[..., :-1] - colours)[seen].max() <= step


@pytest.mark.parametrize("mode", ["weight", "separate", "keep"])
@pytest.mark.parametrize(("suffix", "dtype"), FORMATS)
def test_identity_scrambles_no_sample_hidden_ones_included(tmp_path: Path, suffix: str, dtype: Any, mode: str) -> None:
    """Every sample of every format comes out as it was, colours under alpha 0 too."""
    out = tmp_path / ("o.png" if suffix == ".webp" else f"o{suffix}")
    apply(save(tmp_path / f"p{suffix}", sprite(dtype)), "0 0 0; 0 1 0; 0 0 0", out, "--alpha", mode)
    assert np.array_equal(load(out), sprite(dtype))


def test_separate_filters_alpha_and_leaves_colours_plain(tmp_path: Path) -> None:
    """Four plain correlations of SciPy."""
    apply(save(tmp_path / "p.png", sprite()), KERNELS["skew"], tmp_path / "o.png", "--alpha", "separate")
    shown = load(tmp_path / "o.png")
    for c in range(4):
        # An even width has its anchor at k // 2 here and there.
        plain = ndimage.correlate(sprite()[..., c].astype(float), KERNELS["skew"], mode="nearest")
        assert np.abs(shown[..., c] - plain).max() <= 0.51


def test_keep_carries_alpha_and_drop_writes_none(tmp_path: Path) -> None:
    """Colours are plain in both; what is not written is not missed."""
    source = save(tmp_path / "p.png", sprite())
    plain = np.stack([ndimage.correlate(sprite()[..., c].astype(float), KERNELS["gauss"], mode="nearest")
                      for c in range(3)], axis=2)  # fmt: skip
    for mode in ("keep", "drop"):
        done = apply(source, KERNELS["gauss"], tmp_path / f"{mode}.png", "--alpha", mode)
        assert "alpha" not in done.err
        assert np.abs(load(tmp_path / f"{mode}.png")[..., :3] - plain).max() <= 0.51
    assert np.array_equal(load(tmp_path / "keep.png")[..., 3], sprite()[..., 3])
    assert load(tmp_path / "drop.png").shape[2] == 3


@pytest.mark.parametrize("factor", [9, -1, 0.25])
def test_alpha_is_a_share_whatever_the_kernels_sum(tmp_path: Path, factor: float) -> None:
    """Weights times nine: colours are nine times as bright, alpha is the mean it was."""
    source = save(tmp_path / "p.png", sprite())
    apply(source, KERNELS["gauss"] * factor, tmp_path / "o.png", "--bias", "300" if factor < 0 else "0")
    colours, alpha = weighted(sprite(), KERNELS["gauss"] * factor, 255)
    shown, bias = load(tmp_path / "o.png"), 300 if factor < 0 else 0
    assert np.abs(shown[..., 3] - alpha).max() <= 0.51
    assert np.abs(shown[..., :3] - np.clip(colours + bias, 0, 255))[alpha > 1].max() <= 0.51


@pytest.mark.parametrize("mode", ["weight", "separate"])
def test_a_kernel_that_sums_to_zero_leaves_alpha_as_it_was_and_says_so(tmp_path: Path, mode: str) -> None:
    """sobel-x: the colours' plain slopes, one note."""
    source = save(tmp_path / "p.png", sprite())
    done = apply(source, "sobel-x", tmp_path / "o.png", "--display", "offset", "--alpha", mode)
    slope = ndimage.sobel(sprite()[..., 1].astype(int), axis=1, mode="nearest")
    assert np.array_equal(load(tmp_path / "o.png")[..., 1], np.clip(slope + 128, 0, 255))
    assert np.array_equal(load(tmp_path / "o.png")[..., 3], sprite()[..., 3])
    assert done.err.count("alpha") == 1
    assert "carried as it was: sobel-x sums to zero" in done.err


@pytest.mark.parametrize("display", ["abs", "offset", "signed", "stretch"])
def test_every_display_shows_weighted_colours_and_filtered_alpha(tmp_path: Path, display: str) -> None:
    """Alpha is the same as that of clip, whatever is made of the colours."""
    source = save(tmp_path / "p.png", sprite())
    for name in ("clip", display):
        apply(source, KERNELS["skew"], tmp_path / f"{name}.png", "--display", name)
    _, alpha = weighted(sprite(), KERNELS["skew"], 255)
    clipped, shown = load(tmp_path / "clip.png"), load(tmp_path / f"{display}.png")
    assert np.array_equal(shown[..., 3], clipped[..., 3])
    assert np.abs(shown[..., 3] - alpha).max() <= 0.51
    if display == "offset":
        assert np.abs(shown[..., :3].astype(int) - np.clip(clipped[..., :3].astype(int) + 128, 0, 255)).max() <= 1


@pytest.mark.parametrize(
    ("out", "options", "told"),
    [
        ("o.png", ["-k", "box", "-k", "gaussian"], "alpha weighs the colours but is left out of the result: a sheet"),
        ("o.png", ["-k", "box", "-k", "sobel-x"], "it does not weigh those of sobel-x"),
        ("o.png", ["-k", "box", "--pool", "max:2"], "alpha weighs the colours but is left out of the result: pooled"),
        ("o.png", ["-k", "box", "--pool", "avg:2", "--alpha", "keep"], "alpha is left out of the result: pooled maps"),
        ("o.npy", ["-k", "box"], "alpha is not in the array"),
        ("o.txt", ["-k", "box", "--channels", "gray"], "alpha is not in the text"),
        ("o.tif", ["-k", "box", "-k", "gaussian"], "alpha was dropped: a stack of maps"),
        ("o.jpg", ["-k", "box"], "JPEG has no alpha"),
        ("o.ppm", ["-k", "box"], "PPM has no alpha"),
    ],
)  # fmt: skip
def test_where_alpha_is_lost_one_note_says_so(tmp_path: Path, out: str, options: list[str], told: str) -> None:
    """Sheets, pooled maps, arrays, text, stacks and formats without alpha; with drop nothing is said."""
    save(tmp_path / "p.png", sprite())
    done = convcli("apply", "p.png", *options, "-o", out, cwd=tmp_path)
    assert done.code == 0
    assert done.err.count("alpha") == 1
    assert told in done.err
    if "--alpha" not in options:
        again = convcli("apply", "p.png", *options, "--alpha", "drop", "-o", out, "-f", cwd=tmp_path)
        assert "alpha" not in again.err


def test_combined_kernels_show_what_any_of_them_shows(tmp_path: Path) -> None:
    """The largest of both alphas; beside a kernel that sums to zero alpha stays."""
    source = save(tmp_path / "p.png", sprite())
    kernels = np.stack([np.pad(KERNELS["sharp"], 1), KERNELS["box"]])
    apply(source, kernels, tmp_path / "o.png", "--combine", "max")
    alphas = [weighted(sprite(), kernel, 255)[1] for kernel in kernels]
    assert np.abs(load(tmp_path / "o.png")[..., 3] - np.maximum(*alphas)).max() <= 0.51
    done = convcli("apply", source, "-k", "box", "-k", "sobel-x", "--combine", "sum", "-o", tmp_path / "s.png")
    assert np.array_equal(load(tmp_path / "s.png")[..., 3], sprite()[..., 3])
    assert "carried as it was: sobel-x" in done.err


def test_stride_and_size_filter_alpha_where_the_windows_stand(tmp_path: Path) -> None:
    """valid with stride 2: every second of SciPy's inner values; kept alpha is the centres'."""
    source = save(tmp_path / "p.png", sprite())
    window = ["--size", "valid", "--stride", "2"]
    apply(source, KERNELS["box"], tmp_path / "o.png", *window)
    colours, alpha = (found[2:-2:2, 2:-2:2] for found in weighted(sprite(), KERNELS["box"], 255))
    shown = load(tmp_path / "o.png")
    assert np.abs(shown[..., 3] - alpha).max() <= 0.51
    assert np.abs(shown[..., :3] - colours)[alpha > 0].max() <= 0.51
    apply(source, "box", tmp_path / "k.png", *window, "--alpha", "keep")
    assert np.array_equal(load(tmp_path / "k.png")[..., 3], sprite()[1:-1:2, 1:-1:2, 3])


def test_grey_and_sums_of_channels_are_weighted_too(tmp_path: Path) -> None:
    """luma, and three channels added: grey with alpha, of weighted means."""
    source = save(tmp_path / "p.png", sprite())
    colours, alpha = weighted(sprite(), KERNELS["gauss"], 255)
    grey = np.asarray(Image.fromarray(sprite()[..., :3]).convert("L"))
    (luma, _) = weighted(np.dstack([grey, sprite()[..., 3]]), KERNELS["gauss"], 255)
    for mode, truth in (("gray", luma[..., 0]), ("sum", colours.sum(axis=2).clip(0, 255))):
        apply(source, KERNELS["gauss"], tmp_path / "o.png", "--channels", mode, "-f")
        shown = load(tmp_path / "o.png")
        assert shown.shape[2] == 2
        assert np.abs(shown[..., 0] - truth)[alpha > 0.5].max() <= 0.51
        assert np.abs(shown[..., 1] - alpha).max() <= 0.51


def test_an_opaque_picture_is_filtered_as_one_without_alpha(tmp_path: Path) -> None:
    """Bit for bit, exact integers included; alpha stays opaque under any border."""
    opaque = sprite()
    opaque[..., 3] = 255
    with_alpha, without = save(tmp_path / "a.png", opaque), save(tmp_path / "b.png", opaque[..., :3])
    for options in (["-k", "1 2; 3 0"], ["-k", "box:size=2"], ["-k", "gaussian", "--border", "zero"]):
        for name, source in (("a", with_alpha), ("b", without)):
            assert convcli("apply", source, *options, "-o", tmp_path / f"{name}.npy", "-f").code == 0
            assert convcli("apply", source, *options, "-o", tmp_path / f"{name}o.png", "-f").code == 0
        first, second = (np.load(tmp_path / f"{name}.npy") for name in "ab")
        assert first.dtype == second.dtype
        assert first.tobytes() == second.tobytes()
        assert np.array_equal(load(tmp_path / "ao.png")[..., :3], load(tmp_path / "bo.png"))
        assert (load(tmp_path / "ao.png")[..., 3] == 255).all()


def test_records_say_what_was_done_with_alpha(tmp_path: Path) -> None:
    """weight, or keep where nothing could be weighed; no key where there is none."""
    source = save(tmp_path / "p.png", sprite())
    plain = save(tmp_path / "q.png", sprite()[..., :3])
    for given, kernel, said in ((source, "box", "weight"), (source, "sobel-x", "keep"), (plain, "box", None)):
        done = convcli("apply", given, "-k", kernel, "-o", tmp_path / "o.png", "-f", "--json")
        assert done.records[0].get("alpha") == said


def test_colours_of_a_map_have_alpha_of_their_depth(tmp_path: Path) -> None:
    """A 16-bit picture in 8-bit colours: alpha is brought to 8 bits; raw floats have it from 0 to 1."""
    source = save(tmp_path / "p.png", sprite(np.uint16, 2))
    apply(source, KERNELS["gauss"], tmp_path / "o.png", "--colormap", "viridis")
    _, alpha = weighted(sprite(np.uint16, 2), KERNELS["gauss"], 65535)
    assert np.abs(load(tmp_path / "o.png")[..., 3] - alpha / 257).max() <= 0.52
    apply(source, KERNELS["gauss"], tmp_path / "o.tif", "--display", "raw")
    assert np.abs(tifffile.imread(tmp_path / "o.tif")[..., 1] - alpha / 65535).max() <= 1e-5
