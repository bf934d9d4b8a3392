"""`apply`, as a user runs it; pixels compared with the nested loops, SciPy and Pillow."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from tests.command_line import convcli

SOBEL_X = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
SOBEL_Y = SOBEL_X.T


def camera() -> NDArray[np.int64]:
    """The sample, read by Pillow alone."""
    path = Path(__file__).parents[3] / "sample_images" / "camera.png"
    return np.asarray(Image.open(path)).astype(np.int64)


def pixels(path: Path) -> NDArray[np.uint8]:
    """A picture, read by Pillow alone."""
    with Image.open(path) as picture:
        return np.asarray(picture)


def save(path: Path, samples: NDArray[np.uint8]) -> Path:
    """A picture, written by Pillow alone."""
    Image.fromarray(samples).save(path)
    return path


def noise(*shape: int, seed: int = 0) -> NDArray[np.uint8]:
    """Asymmetric pixels."""
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid"], "19 25\n37 43\n"),
        (["0 1 2; 3 4 5; 6 7 8", "-k", "0 1; 2 3", "--size", "valid", "--bias", "1"], "20 26\n38 44\n"),
        (["1 2 3", "-k", "0 1 0.5", "--convolve", "--size", "full"], "0 1 2.5 4 1.5\n"),
        (["1 2 3", "-k", "0 1 0.5", "--size", "full"], "0.5 2 3.5 3 0\n"),
        (["-1 2", "-k", "-1 1", "--size", "valid"], "3\n"),
        (["1 2 3 4 5", "-k", "1 0 1", "--stride", "2", "--border", "zero"], "2 6 4\n"),
        (["1 2 3 4 5", "-k", "1 1", "--dilation", "3", "--size", "valid"], "5 7\n"),
        (["1 2 3", "-k", "1 1 1", "--padding", "0,0,2,1", "--border", "constant:10"], "21 13 6 15\n"),
        (["1 2 3", "-k", "1 1 1", "--normalize", "sum", "--scale", "3", "--border", "wrap"], "6 6 6\n"),
        (["1 -2 3", "-k", "2", "--relu"], "2 0 6\n"),
        (["1 5 3 2", "-k", "1", "--pool", "max:1x2"], "5 3\n"),
        (["3 0", "-k", "1", "-k", "-1", "--combine", "max"], "3 0\n"),
        (["3 -4", "-k", "3", "-k", "4", "--combine", "magnitude"], "15 20\n"),
        (["3 -4", "-k", "3", "-k", "4", "--combine", "sum"], "21 -28\n"),
    ],
)
def test_a_literal_matrix_gives_the_numbers_worked_out_by_hand(arguments: list[str], printed: str) -> None:
    """Each result was computed on paper."""
    done = convcli("apply", *arguments)
    assert (done.code, done.text) == (0, printed)


def test_an_edge_has_opposite_signs_about_mid_grey_on_its_two_sides(tmp_path: Path) -> None:
    """sobel-x of a bright bar: its left side is above 128, its right side below; stderr names the display."""
    bar = np.zeros((9, 12), np.uint8)
    bar[:, 4:8] = 200
    done = convcli("apply", save(tmp_path / "bar.png", bar), "-k", "sobel-x", "-o", tmp_path / "out.png")
    shown = pixels(tmp_path / "out.png")
    assert done.code == 0
    assert "display: signed (mid-grey is 0)" in done.err
    assert shown[4].tolist() == [128, 128, 128, 255, 255, 128, 128, 1, 1, 128, 128, 128]


def test_the_edge_map_is_the_magnitude_of_both_sobel_responses(tmp_path: Path) -> None:
    """bank:sobel, magnitude, stretched: compared with SciPy's two correlations."""
    done = convcli("apply", "sample:camera", "-k", "bank:sobel", "--combine", "magnitude", "--display", "stretch",
                   "-o", "e.png", cwd=tmp_path)  # fmt: skip
    x, y = (ndimage.correlate(camera(), k, mode="nearest") for k in (SOBEL_X, SOBEL_Y))
    magnitude = np.hypot(x, y)
    expected = (magnitude - magnitude.min()) * 255 / np.ptp(magnitude)
    assert done.code == 0
    assert np.abs(pixels(tmp_path / "e.png") - expected).max() <= 0.51


@pytest.mark.parametrize("display", ["clip", "abs", "offset"])
def test_displays_map_the_response_as_documented(tmp_path: Path, display: str) -> None:
    """The same SciPy response, mapped by the formula."""
    convcli("apply", "sample:camera", "-k", "sobel-y", "--display", display, "-o", "e.png", cwd=tmp_path)
    response = ndimage.correlate(camera(), SOBEL_Y, mode="nearest")
    expected = {"clip": response, "abs": np.abs(response), "offset": response + 128}[display]
    assert np.array_equal(pixels(tmp_path / "e.png"), np.clip(expected, 0, 255))


def test_a_colour_maps_white_is_where_the_response_is_zero(tmp_path: Path) -> None:
    """Diverging colours: flat areas of the bar picture are white, its sides are not."""
    bar = np.zeros((5, 12), np.uint8)
    bar[:, 6:] = 200
    convcli(
        "apply", save(tmp_path / "b.png", bar), "-k", "sobel-x", "--colormap", "diverging", "-o", tmp_path / "o.png"
    )
    shown = pixels(tmp_path / "o.png")
    assert shown.shape == (5, 12, 3)
    assert (shown[2, 0] >= 245).all()
    assert shown[2, 6].min() < 120


def test_every_colour_channel_is_filtered_by_itself_and_alpha_can_be_left_alone(tmp_path: Path) -> None:
    """An RGBA picture: each channel equals SciPy's, alpha is the input's."""
    rgba = noise(11, 13, 4)
    convcli("apply", save(tmp_path / "p.png", rgba), "-k", "sharpen", "--alpha", "keep", "-o", tmp_path / "o.png")
    shown = pixels(tmp_path / "o.png")
    kernel = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    for channel in range(3):
        response = ndimage.correlate(rgba[:, :, channel].astype(int), kernel, mode="nearest")
        assert np.array_equal(shown[:, :, channel], np.clip(response, 0, 255))
    assert np.array_equal(shown[:, :, 3], rgba[:, :, 3])


def test_kept_alpha_follows_the_centre_of_the_window_when_the_size_changes(tmp_path: Path) -> None:
    """valid with stride 2: alpha is taken at the centres 1, 3, 5 ..."""
    rgba = noise(9, 8, 4)
    convcli(
        "apply",
        save(tmp_path / "p.png", rgba),
        "-k",
        "box",
        "--size",
        "valid",
        "--stride",
        "2",
        "--alpha",
        "keep",
        "-o",
        tmp_path / "o.png",
    )
    assert np.array_equal(pixels(tmp_path / "o.png")[:, :, 3], rgba[1:8:2, 1:7:2, 3])


def test_grey_and_sum_join_the_channels(tmp_path: Path) -> None:
    """gray is Pillow's L first; sum adds the three responses."""
    rgb = noise(7, 9, 3)
    source = save(tmp_path / "p.png", rgb)
    grey = np.asarray(Image.fromarray(rgb).convert("L")).astype(int)
    for mode, plane in (("gray", grey), ("sum", rgb.astype(int).sum(axis=2))):
        convcli("apply", source, "-k", "sobel-x", "--channels", mode, "-o", tmp_path / f"{mode}.npy")
        assert np.array_equal(np.load(tmp_path / f"{mode}.npy"), ndimage.correlate(plane, SOBEL_X, mode="nearest"))


def test_several_kernels_make_a_stack_channels_last_or_first(tmp_path: Path) -> None:
    """Two kernels on RGB: (H, W, 2*3) kernel by kernel; --layout chw moves the maps to the front."""
    rgb = noise(6, 8, 3)
    source = save(tmp_path / "p.png", rgb)
    expected = np.concatenate(
        [ndimage.correlate(rgb.astype(int), k[:, :, None], mode="nearest") for k in (SOBEL_X, SOBEL_Y)], axis=2
    )
    convcli("apply", source, "-k", "sobel-x", "-k", "sobel-y", "-o", tmp_path / "s.npy")
    convcli("apply", source, "-k", "bank:sobel", "--layout", "chw", "-o", tmp_path / "t.npy")
    assert np.array_equal(np.load(tmp_path / "s.npy"), expected)
    assert np.array_equal(np.load(tmp_path / "t.npy"), np.moveaxis(expected, 2, 0))


def test_a_stack_goes_to_the_pages_of_a_tiff_and_to_a_sheet(tmp_path: Path) -> None:
    """TIFF pages hold the raw maps; a PNG holds one labelled picture of all."""
    grey = noise(20, 30)
    source = save(tmp_path / "p.png", grey)
    convcli("apply", source, "-k", "bank:sobel", "-o", tmp_path / "s.tiff")
    with Image.open(tmp_path / "s.tiff") as pages:
        assert pages.n_frames == 2
        for page, kernel in enumerate((SOBEL_X, SOBEL_Y)):
            pages.seek(page)
            assert np.array_equal(np.asarray(pages), ndimage.correlate(grey.astype(int), kernel, mode="nearest"))
    done = convcli("apply", source, "-k", "bank:sobel", "-o", tmp_path / "s.png")
    assert done.code == 0
    assert pixels(tmp_path / "s.png").shape[1] > 60


def test_sheet_scale_each_gives_every_map_the_full_range(tmp_path: Path) -> None:
    """A weak kernel's map is faint under the shared scale and strong under its own."""
    source = save(tmp_path / "p.png", noise(20, 30))
    spreads = []
    for scale in ("shared", "each"):
        target = tmp_path / f"{scale}.png"
        convcli("apply", source, "-k", "100 -100", "-k", "1 -1", "--sheet-scale", scale, "--columns", "1", "-o", target)
        sheet = pixels(target).astype(float)
        weak = sheet[sheet.shape[0] // 2 : -80, 20:-20]  # above the scales
        spreads.append(weak[(weak < 250) & (weak > 5)].std())
    assert spreads[0] < spreads[1] / 3


def test_one_file_per_kernel_is_named_by_the_pattern(tmp_path: Path) -> None:
    """{stem} and {kernel} name the files; each holds that kernel's response."""
    save(tmp_path / "cat.png", noise(9, 7))
    done = convcli("apply", "cat.png", "-k", "sobel-x", "-k", "sobel-y", "-o", "{stem}-{kernel}.png", cwd=tmp_path)
    assert done.code == 0
    alone = convcli("apply", "cat.png", "-k", "sobel-y", "-o", "alone.png", cwd=tmp_path)
    assert alone.code == 0
    assert np.array_equal(pixels(tmp_path / "cat-sobel-y.png"), pixels(tmp_path / "alone.png"))
    assert (tmp_path / "cat-sobel-x.png").exists()


def test_a_folder_of_pictures_is_done_file_by_file(tmp_path: Path) -> None:
    """Every input appears in out/ under its own name; a broken one fails alone with exit 3."""
    (tmp_path / "in").mkdir()
    for index in range(3):
        save(tmp_path / "in" / f"{index}.png", noise(5, 6, seed=index))
    (tmp_path / "in" / "bad.png").write_bytes(b"not a picture at all")
    done = convcli("apply", "in", "-k", "sharpen", "-o", "out/", "--jobs", "2", cwd=tmp_path)
    assert done.code == 3
    assert "3 done, 1 failed" in done.err
    assert done.err.count("bad.png") == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0.png", "1.png", "2.png"]
    kernel = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    response = ndimage.correlate(noise(5, 6, seed=2).astype(int), kernel, mode="nearest")
    assert np.array_equal(pixels(tmp_path / "out" / "2.png"), np.clip(response, 0, 255))


def test_skip_existing_does_only_what_is_missing(tmp_path: Path) -> None:
    """An output that is there stays as it was, the other is made."""
    for name in "ab":
        save(tmp_path / f"{name}.png", noise(5, 6))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.png").write_bytes(b"kept")
    done = convcli("apply", "a.png", "b.png", "-k", "box", "-o", "out/", "--skip-existing", cwd=tmp_path)
    assert done.code == 0
    assert (tmp_path / "out" / "a.png").read_bytes() == b"kept"
    assert pixels(tmp_path / "out" / "b.png").shape == (5, 6)


def test_stages_joined_by_pipes_give_what_one_process_would() -> None:
    """.npy hand-over is exact; a PNG comes out where PNG is asked for."""
    first = convcli("apply", "sample:clock", "-k", "gaussian:sigma=2", "--format", "npy")
    second = convcli("apply", "-", "-k", "sobel-x", "-k", "sobel-y", "--combine", "max", "-o", "-", "--format", "npy",
                     stdin=first.out)  # fmt: skip
    blurred = np.load(io.BytesIO(first.out))
    expected = np.maximum(*(ndimage.correlate(blurred.astype(float), k, mode="nearest") for k in (SOBEL_X, SOBEL_Y)))
    assert blurred.dtype == np.float32
    assert np.abs(np.load(io.BytesIO(second.out)) - expected).max() < 1e-3
    third = convcli("apply", "-", "-k", "identity", "--format", "png", stdin=first.out)
    with Image.open(io.BytesIO(third.out)) as picture:
        assert np.array_equal(np.asarray(picture), np.clip(np.rint(blurred), 0, 255))


def test_without_a_format_a_pipe_gets_the_inputs_kind(tmp_path: Path) -> None:
    """PNG for pictures, .npy for arrays, text for matrices."""
    save(tmp_path / "p.jpg", noise(6, 6, 3))
    np.save(tmp_path / "a.npy", noise(6, 6))
    assert convcli("apply", tmp_path / "p.jpg", "-k", "box").out.startswith(b"\x89PNG")
    assert convcli("apply", tmp_path / "a.npy", "-k", "box").out.startswith(b"\x93NUMPY")
    assert convcli("apply", "-", "-k", "2", stdin=b"1 2\n3 4\n").text == "2 4\n6 8\n"


def test_convolve_is_apply_with_the_flipped_kernel(tmp_path: Path) -> None:
    """An even, asymmetric kernel: bit for bit the same array."""
    common = ["sample:clock", "--format", "npy"]
    convolved = convcli("apply", *common, "-k", "1 2; 3 4; -5 6", "--convolve")
    correlated = convcli("apply", *common, "-k", "6 -5; 4 3; 2 1")
    assert convolved.out == correlated.out
    assert convolved.out != convcli("apply", *common, "-k", "1 2; 3 4; -5 6").out


def test_sixteen_bit_grey_stays_sixteen_bit(tmp_path: Path) -> None:
    """Values above 255 survive a PNG round trip."""
    wide = np.random.default_rng(1).integers(0, 65536, (8, 9), dtype=np.uint16)
    Image.fromarray(wide).save(tmp_path / "w.png")
    convcli("apply", tmp_path / "w.png", "-k", "box", "-o", tmp_path / "o.png")
    expected = np.rint(ndimage.correlate(wide.astype(float), np.full((3, 3), 1 / 9), mode="nearest"))
    shown = pixels(tmp_path / "o.png").astype(int)
    assert shown.max() > 255
    assert np.abs(shown - expected).max() <= 1
    assert (shown != expected).mean() < 0.02


def test_display_raw_keeps_negative_values_in_a_tiff(tmp_path: Path) -> None:
    """A float TIFF of the response itself."""
    grey = noise(6, 7)
    convcli("apply", save(tmp_path / "p.png", grey), "-k", "sobel-x", "--display", "raw", "-o", tmp_path / "r.tiff")
    assert np.array_equal(pixels(tmp_path / "r.tiff"), ndimage.correlate(grey.astype(int), SOBEL_X, mode="nearest"))


def test_json_says_what_was_done_with_the_keys_of_the_contract(tmp_path: Path) -> None:
    """One object per file on stdout, an error object for a file that failed."""
    save(tmp_path / "a.png", noise(5, 6, 3))
    (tmp_path / "b.png").write_bytes(b"no")
    done = convcli(
        "apply", "a.png", "b.png", "-k", "sobel-x", "--border", "mirror", "-o", "out/", "--json", cwd=tmp_path
    )
    good, bad = done.records
    assert good["input"] == {"path": "a.png", "height": 5, "width": 6, "channels": 3, "dtype": "uint8", "frames": 1}
    assert good["kernels"] == [{"name": "sobel-x", "height": 3, "width": 3, "sum": 0}]
    assert good["output"]["path"] == "out/a.png"
    assert (good["output"]["min"], good["output"]["max"]) == tuple(
        f(pixels(tmp_path / "out" / "a.png")) for f in (np.min, np.max)
    )
    assert (good["border"], good["size"], good["stride"], good["dilation"]) == ("reflect", "same", 1, 1)
    assert (good["display"], good["command"]) == ("signed", "apply")
    assert good["seconds"] >= 0
    assert bad["command"] == "apply"
    assert bad["input"] == {"path": "b.png"}
    assert "b.png" in bad["error"]


def test_verbose_names_the_plan_and_the_axes(tmp_path: Path) -> None:
    """-v explains; -q says nothing at all."""
    done = convcli("apply", "sample:clock", "-k", "bank:sobel", "-o", tmp_path / "s.npy", "-v")
    assert re.search(r"plan: \w+ in \w+, \d+ threads?, about \S+ ms( \(beside .*\))?; took \S+ ms\n", done.err)
    assert "300 × 400 × 2 (rows, columns, maps)" in done.err
    quiet = convcli("apply", "sample:clock", "-k", "sobel-x", "-o", tmp_path / "s.png", "-q")
    assert (quiet.code, quiet.err) == (0, "")


def test_a_spare_byte_saves_the_encoder_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours on their way to a JPEG lie as Pillow itself keeps them, to a PNG they do not; the pixels are the same."""
    given, frombuffer = [], Image.frombuffer

    def noting(mode: str, *arguments: object) -> Image.Image:
        given.append(mode)
        return frombuffer(mode, *arguments)

    monkeypatch.setattr(Image, "frombuffer", noting)
    save(tmp_path / "in.png", noise(40, 56, 3))
    convcli("apply", tmp_path / "in.png", "-k", "0 1; 2 -1", "-o", tmp_path / "out.png")
    assert "RGBX" not in given
    convcli("apply", tmp_path / "in.png", "-k", "0 1; 2 -1", "-o", tmp_path / "out.jpg")
    assert "RGBX" in given
    expected = io.BytesIO()
    Image.fromarray(pixels(tmp_path / "out.png")).save(expected, "JPEG", quality=90, subsampling=0)
    assert (tmp_path / "out.jpg").read_bytes() == expected.getvalue()


def test_one_bias_per_kernel_is_added_to_its_own_map() -> None:
    """Two kernels, two biases."""
    done = convcli("apply", "1 2", "-k", "1", "-k", "2", "--bias", "10,-1", "--format", "npy")
    assert np.load(io.BytesIO(done.out)).tolist() == [[[11, 1], [12, 3]]]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["sample:camera", "-k", "sobelx"], 2, ["sobelx", "sobel-x"]),
        (["sample:camera", "-k", "sobel-x", "--border", "refelct"], 2, ["refelct", "reflect"]),
        (["sample:camra", "-k", "sobel-x"], 2, ["camra", "camera"]),
        (["sample:camera"], 2, ["-k"]),
        (["1 2", "-k", "1 2; 3"], 2, ["row 2"]),
        (["1 2", "-k", "1 x"], 2, ["x"]),
        (["1 2", "-k", ""], 2, []),
        (["1 2", "-k", "1 nan"], 2, ["nan"]),
        (["1 2", "-k", "1e400"], 2, ["1e400"]),
        (["1 2; 3 4", "-k", "1 2 3", "--size", "valid"], 2, ["3", "2"]),
        (["missing.png", "-k", "box"], 3, ["missing.png"]),
        (["bad.png", "-k", "box"], 3, ["bad.png"]),
        (["ok.png", "-k", "box", "-o", "ok.png"], 3, ["ok.png", "--force"]),
        (["ok.png", "-k", "box", "-o", "nowhere/o.png"], 3, ["nowhere"]),
        (["ok.png", "-k", "box", "-o", "o.xyz"], 2, ["o.xyz", ".png"]),
        (["ok.png", "-k", "box", "--json"], 2, ["--json", "stdout"]),
        (["ok.png", "-k", "box", "-o", "o.npy", "--display", "abs"], 2, ["--display"]),
        (["ok.png", "-k", "box", "-o", "o.png", "--display", "raw"], 2, ["raw"]),
        (["ok.png", "ok2.png", "-k", "box"], 2, ["2 inputs"]),
        (["ok.png", "ok2.png", "-k", "box", "-o", "o.png"], 2, ["o.png"]),
        (["ok.png", "-k", "box", "-o", "{name}.png"], 2, ["{stem}"]),
        (["-", "-k", "@-"], 2, ["stdin"]),
        (["ok.png", "-k", "box", "--stride", "0"], 2, ["--stride", "at least 1"]),
        (["ok.png", "-k", "box", "--strid", "2"], 2, ["--strid", "--stride"]),
        (["ok.png", "-k", "box", "--bias", "1,2"], 2, ["--bias"]),
        (["ok.png", "-k", "box", "--pool", "max:99"], 2, ["pool", "max:99"]),
        (["ok.png", "-k", "sobel-x", "--normalize", "sum"], 2, ["sums to 0"]),
        (["rgb.png", "-k", "box", "--colormap", "viridis", "-o", "o.png"], 2, ["--colormap"]),
        (["ok.png", "-k", "@deep.npy"], 2, ["3", "1"]),
        ([], 2, ["INPUT"]),
    ],
)
def test_bad_input_gets_one_clear_message_and_leaves_nothing_behind(
    tmp_path: Path, arguments: list[str], code: int, words: list[str]
) -> None:
    """The right exit code, the value and the rule, and no new file."""
    for name in ("ok.png", "ok2.png"):
        save(tmp_path / name, noise(5, 5))
    save(tmp_path / "rgb.png", noise(5, 5, 3))
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    np.save(tmp_path / "deep.npy", np.ones((2, 3, 2, 2)))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = convcli("apply", *arguments, cwd=tmp_path)
    assert done.refused(code, *words)
    assert done.out == b""
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
