"""What is written is what is read back, orientation and metadata included."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from convcli import images
from convcli.errors import OptionError
from convcli.images import Metadata, Picture
from tests.images.picture_bytes import chunk, png

RNG = np.random.default_rng(3)
PROFILE = {space: b"\0" * 16 + space + b"\0" * 108 for space in (b"RGB ", b"GRAY")}


def random_array(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind == "f":
        return RNG.normal(size=shape).astype(kind)
    return RNG.integers(np.iinfo(kind).min, np.iinfo(kind).max, shape, dtype=kind, endpoint=True)


@pytest.mark.parametrize(
    ("suffix", "dtype", "shape", "has_alpha"),
    [
        (suffix, dtype, shape, has_alpha)
        for suffix in (".png", ".tiff")
        for dtype in ("u1", "u2")
        for shape in ((5, 7), (5, 7, 3))
        for has_alpha in (False, True)
    ]
    + [(suffix, "u1", (5, 7, 3), False) for suffix in (".bmp", ".ppm", ".webp")]
    + [(".webp", "u1", (5, 7, 3), True), (".pgm", "u1", (5, 7), False), (".bmp", "u1", (5, 7), False)]
    + [(".ppm", "u2", (5, 7, 3), False), (".pnm", "u2", (5, 7), False)]
    + [(".tif", dtype, shape, False) for dtype in ("i4", "u4", "f4") for shape in ((5, 7), (5, 7, 4), (5, 7, 3))]
    + [(".tiff", "u1", (5, 7, 2), False), (".tiff", "u2", (5, 7, 6), False), (".tiff", "u1", (1, 1), False)]
    + [(".npy", dtype, (5, 7, 4), False) for dtype in ("u1", "i2", "i8", "u4", "f4", "f8")]
    + [(".txt", "f8", (5, 7), False), (".csv", "i4", (5, 7), False)],
)
def test_round_trip_is_exact(tmp_path: Path, suffix: str, dtype: str, shape: tuple[int, ...], has_alpha: bool) -> None:
    """Lossless formats give back every sample and the dtype."""
    pixels = random_array(dtype, shape)
    alpha = random_array(dtype, shape[:2]) if has_alpha else None
    path = str(tmp_path / f"out{suffix}")
    assert images.write(Picture(pixels, alpha), path, quality=100) == ()
    again = images.read(path)
    assert np.array_equal(again.pixels, pixels)
    assert again.pixels.dtype == (np.int64 if suffix == ".csv" else pixels.dtype)
    assert (again.alpha is None) == (alpha is None)
    assert alpha is None or np.array_equal(again.alpha, alpha)
    assert images.shape_of(path) == (again.height, again.width, again.channels)


@pytest.mark.parametrize(
    ("dtype", "shape", "suffix"),
    [(d, s, e) for d, s in (("u1", (70, 9, 3)), ("u2", (70, 9, 3)), ("u2", (70, 9))) for e in (".png", ".tiff")]
    + [("f4", (70, 9), ".tiff")],
)
def test_opencv_reads_what_is_written(tmp_path: Path, dtype: str, shape: tuple[int, ...], suffix: str) -> None:
    """Another reader sees the same samples, over more rows than one band has."""
    pixels = random_array(dtype, shape)
    path = str(tmp_path / f"out{suffix}")
    images.write(Picture(pixels), path)
    seen = cv2.imread(path, cv2.IMREAD_UNCHANGED)
    assert np.array_equal(seen[:, :, ::-1] if seen.ndim == 3 else seen, pixels)


@pytest.mark.parametrize("samples", ["grey", "colour"])
def test_pillow_reads_every_page_of_a_stack(tmp_path: Path, samples: str) -> None:
    """A stack has one page a map; three 8-bit maps are one colour page."""
    pixels = random_array("u1", (4, 6, 5 if samples == "grey" else 3))
    images.write(Picture(pixels), str(tmp_path / "out.tiff"))
    with Image.open(tmp_path / "out.tiff") as image:
        assert getattr(image, "n_frames", 1) == (5 if samples == "grey" else 1)
        if samples == "grey":
            image.seek(4)
            assert np.array_equal(np.asarray(image), pixels[:, :, 4])
        else:
            assert np.array_equal(np.asarray(image), pixels)


def test_jpeg_is_near_and_keeps_colour_edges(tmp_path: Path) -> None:
    """Quality 90 and up keeps colour at full resolution: a red-green checkerboard of single pixels survives."""
    board = np.zeros((32, 32, 3), np.uint8)
    board[::2, ::2, 0] = board[1::2, 1::2, 1] = 255
    errors = {}
    for quality in (89, 95):
        images.write(Picture(board), str(tmp_path / "out.jpg"), quality=quality, force=True)
        read = images.read(str(tmp_path / "out.jpg")).pixels
        errors[quality] = float(np.abs(read.astype(int) - board).mean())
    assert errors[95] < 12
    assert errors[89] > 2 * errors[95]


@pytest.mark.parametrize("suffix", [".jpg", ".bmp", ".ppm", ".npy", ".txt"])
def test_alpha_that_has_no_place_is_dropped_with_a_note(tmp_path: Path, suffix: str) -> None:
    """Colours stay as they are; the note says that alpha is gone."""
    pixels = np.full((8, 8) if suffix == ".txt" else (8, 8, 3), 77, np.uint8)
    notes = images.write(Picture(pixels, np.zeros((8, 8), np.uint8)), str(tmp_path / f"out{suffix}"))
    assert len(notes) == 1
    assert "alpha" in notes[0]
    again = images.read(str(tmp_path / f"out{suffix}"))
    assert again.alpha is None
    assert np.abs(again.pixels.astype(int) - 77).max() <= 1


def test_float64_tiff_says_that_it_is_rounded(tmp_path: Path) -> None:
    """float64 goes into TIFF as float32, and the note says so."""
    pixels = RNG.normal(size=(3, 4))
    notes = images.write(Picture(pixels), str(tmp_path / "out.tiff"))
    assert notes == ("float64 is stored as float32",)
    assert np.array_equal(images.read(str(tmp_path / "out.tiff")).pixels, pixels.astype(np.float32))


@pytest.mark.parametrize(
    ("suffix", "pixels", "reason"),
    [
        (".png", np.zeros((2, 2), np.float32), "uint8 or uint16, not float32"),
        (".jpg", np.zeros((2, 2), np.uint16), "uint8, not uint16"),
        (".png", np.zeros((2, 2, 4), np.uint8), "1 or 3 channels, not 4"),
        (".txt", np.zeros((2, 2, 2)), "one channel, not 2"),
        (".tiff", np.full((2, 2), 2**40), "32 bits"),
        (".tiff", np.array([[-1, 2**31]]), "32 bits"),
        (".webp", np.zeros((1, 17_000), np.uint8), "at most 16383"),
        (".jpg", np.zeros((66_000, 1), np.uint8), "at most 65500"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(tmp_path: Path, suffix: str, pixels: np.ndarray, reason: str) -> None:
    """The refusal names what the format holds, costs exit 2, and leaves no file."""
    with pytest.raises(OptionError, match=reason) as caught:
        images.write(Picture(pixels), str(tmp_path / f"out{suffix}"))
    assert caught.value.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_tiff_beyond_its_offsets_is_refused() -> None:
    """A TIFF of more than 4 GiB cannot be addressed; the array here is one repeated zero."""
    huge = np.broadcast_to(np.zeros((1, 1), np.float32), (40_000, 40_000))
    with pytest.raises(OptionError, match="4 GiB"):
        images.encode(Picture(huge), io.BytesIO(), "tiff")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("fmt", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_orientation_is_applied_and_reset(tmp_path: Path, fmt: str, orientation: int) -> None:
    """Each of EXIF's eight orientations comes out upright, and the output says nothing more of it."""
    coarse = np.kron(np.array([[0, 80, 160], [240, 120, 40]]), np.ones((16, 16))).astype(np.uint8)
    stored = Image.fromarray(np.dstack([coarse, 255 - coarse, coarse // 2]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"PNG": {}, "JPEG": {"quality": 100, "subsampling": 0}, "TIFF": {}, "WEBP": {"lossless": True}}[fmt]
    path = tmp_path / f"in.{fmt.lower()}"
    stored.save(path, exif=exif, **options)
    upright = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a, 1),
    }[orientation](np.asarray(stored))
    picture = images.read(str(path))
    assert picture.pixels.shape == upright.shape
    assert np.abs(picture.pixels.astype(int) - upright).max() <= (8 if fmt == "JPEG" else 0)
    assert images.shape_of(str(path)) == upright.shape
    images.write(picture, str(tmp_path / "out.png"))
    with Image.open(tmp_path / "out.png") as out:
        assert np.array_equal(np.asarray(ImageOps.exif_transpose(out)), picture.pixels)


@pytest.mark.parametrize("depth", ["16-bit", "alpha", "after the pixels"])
def test_orientation_of_deep_and_late_png(tmp_path: Path, depth: str) -> None:
    """Orientation holds for 16-bit colour, for alpha, and for an eXIf chunk behind the pixels."""
    exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"  # orientation 6
    side = chunk(b"eXIf", exif)
    late = depth == "after the pixels"
    colours = random_array("u2" if depth == "16-bit" else "u1", (4, 6, 4))
    rows = np.ascontiguousarray(colours, ">u2" if depth == "16-bit" else "u1").reshape(4, -1)
    content = png(
        rows, (4, 6), 16 if depth == "16-bit" else 8, 6, before=b"" if late else side, after=side if late else b""
    )
    (tmp_path / "in.png").write_bytes(content)
    picture = images.read(str(tmp_path / "in.png"))
    assert np.array_equal(np.dstack([picture.pixels, picture.alpha]), np.rot90(colours, -1))  # type: ignore[list-item]
    assert images.shape_of(str(tmp_path / "in.png")) == (6, 4, 3)


def test_deep_tiff_is_turned(tmp_path: Path) -> None:
    """A 16-bit colour TIFF with orientation 8 comes out upright and exact."""
    colours = random_array("u2", (4, 6, 3))
    images.write(Picture(colours), str(tmp_path / "in.tiff"))
    content = bytearray((tmp_path / "in.tiff").read_bytes())
    content[8 + 2 + 12 * 3 : 8 + 2 + 12 * 4] = b"\x12\x01\x03\0\x01\0\0\0\x08\0\0\0"  # compression 1 is the default
    (tmp_path / "in.tiff").write_bytes(content)
    assert np.array_equal(images.read(str(tmp_path / "in.tiff")).pixels, np.rot90(colours, 1))


@pytest.mark.parametrize(
    ("suffix", "dtype"), [(".png", "u1"), (".png", "u2"), (".jpg", "u1"), (".tiff", "u1"), (".tiff", "u2")]
)
def test_profile_and_resolution_are_carried_over(tmp_path: Path, suffix: str, dtype: str) -> None:
    """ICC profile and dpi of the input are those of the output."""
    metadata = Metadata(PROFILE[b"RGB "], (300.0, 150.0))
    path = str(tmp_path / f"out{suffix}")
    images.write(Picture(random_array(dtype, (5, 7, 3)), metadata=metadata), path)
    again = images.read(path).metadata
    assert again.icc_profile == PROFILE[b"RGB "]
    assert again.dpi == pytest.approx((300, 150), abs=0.02)
    with Image.open(path) as image:
        assert image.info["icc_profile"] == PROFILE[b"RGB "]
        assert tuple(float(n) for n in image.info["dpi"]) == pytest.approx((300, 150), abs=0.02)


def test_profile_of_another_colour_space_is_left_out(tmp_path: Path) -> None:
    """A grey result of a colour picture does not claim an RGB profile."""
    for pixels, space in ((np.zeros((2, 2), np.uint8), b"RGB "), (np.zeros((2, 2, 3), np.uint8), b"GRAY")):
        picture = Picture(pixels, metadata=Metadata(PROFILE[space]))
        images.write(picture, str(tmp_path / "out.png"), force=True)
        assert images.read(str(tmp_path / "out.png")).metadata.icc_profile is None


@pytest.mark.parametrize("dpi", [(0, 0), (float("nan"), 72), "72", (72,)])
def test_senseless_resolution_is_ignored(dpi: object) -> None:
    """A resolution that is no pair of positive numbers is not carried over."""
    from convcli.images.pillow.decoding import metadata_of

    image = Image.new("L", (1, 1))
    image.info["dpi"] = dpi
    assert metadata_of(image).dpi is None


def test_settings_change_the_file(tmp_path: Path) -> None:
    """Quality and PNG level each change the size; the pixels of a PNG stay."""
    ramp = Picture(np.add.outer(np.arange(64), np.arange(64)).astype(np.uint8) ** 2)
    sizes = {}
    for level in (0, 9):
        path = tmp_path / f"level{level}.png"
        images.write(ramp, str(path), png_level=level)
        sizes[level] = path.stat().st_size
        assert np.array_equal(images.read(str(path)).pixels, ramp.pixels)
    assert sizes[9] < sizes[0]
    for quality in (10, 95):
        images.write(ramp, str(tmp_path / f"q{quality}.jpg"), quality=quality)
    assert (tmp_path / "q10.jpg").stat().st_size < (tmp_path / "q95.jpg").stat().st_size


def test_layout_moves_the_channels_of_npy(tmp_path: Path) -> None:
    """`chw` writes and reads the maps first, as PyTorch has them."""
    maps = random_array("f4", (5, 7, 3))
    path = str(tmp_path / "maps.npy")
    images.write(Picture(maps), path, layout="chw")
    assert np.array_equal(np.load(path), np.moveaxis(maps, -1, 0))
    assert np.array_equal(images.read(path, layout="chw").pixels, maps)
    assert images.shape_of(path, layout="chw") == (5, 7, 3)
    assert images.read(path).pixels.shape == (3, 5, 7)


@pytest.mark.parametrize(
    ("option", "value"), [("quality", 0), ("quality", 101), ("png_level", 10), ("layout", "cwh"), ("format", "pbm")]
)
def test_bad_settings_are_refused(tmp_path: Path, option: str, value: object) -> None:
    """A setting out of its range is a usage error that names the option."""
    with pytest.raises(OptionError, match=f"^{option}: "):
        images.write(Picture(np.zeros((2, 2), np.uint8)), str(tmp_path / "out.png"), **{option: value})  # type: ignore[arg-type]


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from(["u1", "u2"]), st.sampled_from([1, 3]), st.booleans())
def test_png_and_tiff_hold_any_size(height: int, width: int, dtype: str, channels: int, has_alpha: bool) -> None:
    """Any size, one pixel wide or high included, survives PNG, TIFF and PPM through memory."""
    pixels = random_array(dtype, (height, width, channels))
    pixels = pixels[:, :, 0] if channels == 1 else pixels
    alpha = random_array(dtype, (height, width)) if has_alpha else None
    for name in ("png", "tiff"):
        stream = io.BytesIO()
        images.encode(Picture(pixels, alpha), stream, name)
        stream.seek(0)
        again = images.read("-", stdin=stream)
        assert np.array_equal(again.pixels, pixels)
        assert alpha is None or np.array_equal(again.alpha, alpha)


def test_input_arrays_are_untouched_and_may_be_views() -> None:
    """Transposed, reversed and read-only arrays are written as they look."""
    base = random_array("u1", (6, 4, 3))
    view = base[::-1, ::2].swapaxes(0, 1)
    view.flags.writeable = False
    before = base.copy()
    for name in ("png", "tiff", "ppm", "npy", "bmp"):
        stream = io.BytesIO()
        images.encode(Picture(view), stream, name)
        stream.seek(0)
        assert np.array_equal(images.read("-", stdin=stream).pixels, view)
    assert np.array_equal(base, before)


def test_importing_images_loads_no_pillow() -> None:
    """.npy and text pictures start without Pillow."""
    import subprocess

    code = "import sys; from convcli import images; images.read('1 2;3 4'); sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_with_alpha_are_one_page(tmp_path: Path, dtype: str, channels: int) -> None:
    """tifffile sees one page of colours with unassociated alpha; what is read back is the picture, as float32."""
    rng = np.random.default_rng(channels)
    pixels = rng.random((7, 9, channels) if channels > 1 else (7, 9)).astype(dtype)
    alpha = rng.random((7, 9)).astype(dtype)
    notes = images.write(Picture(pixels, alpha), str(tmp_path / "p.tif"))
    assert notes == (("float64 is stored as float32",) if dtype == "float64" else ())
    with tifffile.TiffFile(tmp_path / "p.tif") as stored:
        assert len(stored.pages) == 1
        assert [int(extra) for extra in stored.pages[0].extrasamples] == [2]  # type: ignore[union-attr]
    again = images.read(str(tmp_path / "p.tif"))
    assert again.alpha is not None
    assert np.array_equal(again.pixels, pixels.astype(np.float32))
    assert np.array_equal(again.alpha, alpha.astype(np.float32))


def test_alpha_of_a_stack_or_of_wide_integers_is_dropped_with_a_note(tmp_path: Path) -> None:
    """Five float maps, and 32-bit integers."""
    alpha = np.ones((4, 5), np.float32)
    for pixels in (np.zeros((4, 5, 5), np.float32), np.full((4, 5), -9, np.int32)):
        (note,) = images.write(Picture(pixels, alpha), str(tmp_path / "p.tif"), force=True)
        assert "alpha was dropped" in note
