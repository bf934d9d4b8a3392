"""TIFFs of other programs: every file gives the numbers that were written, or is refused by its true name."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from convcli import images
from convcli.errors import InputError

RNG = np.random.default_rng(32)
HEIGHT, WIDTH = 37, 50
DTYPES = ("u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8")
SAMPLES = {"grey": 1, "rgb": 3, "bands": 5}
COMPRESSIONS = (None, "lzw", "deflate", "packbits", "lzma", "zstd")
COLOUR = RNG.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def random_array(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    if dtype[0] == "f":
        return RNG.normal(0, 100, shape).astype(dtype)
    return RNG.integers(np.iinfo(dtype).min, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)


def layouts() -> Iterator[tuple[Any, ...]]:
    """Every dtype with every number of samples and compression; the rest takes its turn."""
    turns = itertools.cycle(
        itertools.product((False, True), ("contig", "separate"), (None, (16, 32)), "<>", (1, 3, 64))
    )
    for dtype, samples, compression in itertools.product(DTYPES, SAMPLES, COMPRESSIONS):
        for _ in range(3):
            yield dtype, samples, compression, *next(turns)


@pytest.mark.parametrize("dtype", DTYPES)
def test_files_of_tifffile_are_the_arrays(tmp_path: Path, dtype: str) -> None:
    """Grey, RGB and five bands; six compressions, predictors 2 and 3, planes, tiles, strips, both byte orders."""
    path = str(tmp_path / "p.tif")
    for row in layouts():
        kind, samples, compression, predictor, planar, tile, order, strip = row
        if kind != dtype:
            continue
        array = random_array(dtype, (HEIGHT, WIDTH, SAMPLES[samples]))
        stored = np.moveaxis(array, -1, 0) if planar == "separate" and samples != "grey" else array
        can_predict = compression not in (None, "packbits") and dtype not in ("u8", "i8")
        tifffile.imwrite(
            path, stored if samples != "grey" else array[:, :, 0], byteorder=order, compression=compression, tile=tile,
            predictor=predictor and can_predict, rowsperstrip=None if tile else strip,
            photometric="rgb" if samples == "rgb" else "minisblack", metadata=None,
            planarconfig=None if samples == "grey" else planar, extrasamples=(0,) * 4 if samples == "bands" else None,
        )  # fmt: skip
        picture = images.read(path)
        assert np.array_equal(picture.pixels.reshape(array.shape), array), row
        assert picture.pixels.dtype == np.dtype("f4" if dtype == "f2" else dtype), row
        assert images.shape_of(path) == array.shape, row
        assert picture.notes == (), row


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("photometric", ["minisblack", "rgb", "ycbcr"])
def test_jpeg_in_tiff_is_what_its_decoder_gives(
    tmp_path: Path, photometric: str, order: str, tile: tuple[int, int] | None, planar: str
) -> None:
    """YCbCr (as cloud-optimised GeoTIFF has it), RGB and grey, in strips and tiles: as imagecodecs decodes it."""
    if photometric != "rgb" and planar == "separate":
        return
    path = str(tmp_path / "p.tif")
    smooth = np.clip(np.add.outer(np.arange(HEIGHT), 3 * np.arange(WIDTH))[:, :, None] + [0, 20, 60], 0, 255)
    array: Any = smooth.astype(np.uint8) if photometric != "minisblack" else smooth[:, :, 0].astype(np.uint8)
    tifffile.imwrite(
        path, np.moveaxis(array, -1, 0) if planar == "separate" else array, compression="jpeg", tile=tile,
        byteorder=order, photometric=photometric, planarconfig=planar, rowsperstrip=None if tile else 16,
    )  # fmt: skip
    truth: Any = tifffile.imread(path)
    truth = np.moveaxis(truth, 0, -1) if planar == "separate" else truth
    made = images.read(path).pixels
    assert made.shape == array.shape
    assert np.abs(made.astype(int) - truth).max() <= 1


@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize("samples", [3, 4])
def test_webp_in_tiff(tmp_path: Path, tile: tuple[int, int] | None, samples: int) -> None:
    """Lossless WebP in strips and tiles gives back every sample, alpha too."""
    array = random_array("u1", (HEIGHT, WIDTH, samples))
    array[:, :, 3:] |= 1  # under alpha 0 the colours are not kept
    tifffile.imwrite(tmp_path / "p.tif", array, compression="webp", compressionargs={"level": -1}, tile=tile,
                     photometric="rgb", extrasamples=(2,) * (samples - 3))  # fmt: skip
    picture = images.read(str(tmp_path / "p.tif"))
    assert np.array_equal(picture.pixels, array[:, :, :3])
    assert samples == 3 or np.array_equal(picture.alpha, array[:, :, 3])  # type: ignore[arg-type]


@pytest.mark.parametrize("compression", [1, 5, 8, 32773, 32946])
@pytest.mark.parametrize("dtype", ["u1", "u2", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("samples", [1, 3, 4])
def test_files_of_opencv_are_the_arrays(tmp_path: Path, dtype: str, samples: int, compression: int) -> None:
    """Every kind that OpenCV writes, with its own predictors; blue first, a fourth sample as alpha."""
    path = str(tmp_path / "p.tif")
    array = random_array(dtype, (HEIGHT, WIDTH, samples))
    stored = array[:, :, 0] if samples == 1 else array[:, :, [2, 1, 0, 3][:samples]]
    assert cv2.imwrite(path, np.ascontiguousarray(stored), [cv2.IMWRITE_TIFF_COMPRESSION, compression])
    picture = images.read(path)
    made = picture.pixels.reshape(HEIGHT, WIDTH, -1)
    made = made if picture.alpha is None else np.dstack([made, picture.alpha])
    assert np.array_equal(made, array)
    assert made.dtype == array.dtype


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "I", "F", "RGB", "RGBA", "RGBX", "CMYK"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits", "group4", "jpeg"])
@pytest.mark.parametrize("big", [False, True])
def test_files_of_pillow_are_its_pictures(tmp_path: Path, mode: str, compression: str | None, big: bool) -> None:
    """Every mode that Pillow writes, classic and BigTIFF, in each of its compressions, as Pillow converts it."""
    grey = COLOUR[:, :, 0]
    deep = grey.astype(np.uint16) * 201
    made = {"I;16": deep, "I": deep.astype(np.int32) - 9999, "F": deep.astype(np.float32) / 7}
    image = Image.fromarray(made[mode]) if mode in made else Image.fromarray(COLOUR).convert("RGB").convert(mode)
    path = tmp_path / "p.tif"
    try:
        image.save(path, compression=compression, big_tiff=big)
    except (OSError, KeyError, RuntimeError, ValueError):
        return  # Pillow itself cannot
    with Image.open(path) as again:
        again.load()
    target = {"1": "L", "P": "RGB", "CMYK": "RGB"}.get(mode, mode)
    truth = np.asarray(again.convert(target) if again.mode != "RGB" else again).reshape(HEIGHT, WIDTH, -1)
    picture = images.read(str(path))
    samples = picture.pixels.reshape(HEIGHT, WIDTH, -1)
    samples = samples if picture.alpha is None else np.dstack([samples, picture.alpha])
    assert np.array_equal(samples[:, :, : truth.shape[2]], truth)
    assert samples.shape[2] == (4 if mode == "RGBX" else truth.shape[2])  # its fourth sample is a band, as it says


MAGICK = [
    *[["-depth", str(bits), "-compress", how] for bits in (8, 16) for how in ("none", "lzw", "zip", "rle", "lzma")],
    *[["-depth", "16", "-endian", order, "-compress", "zip"] for order in ("lsb", "msb")],
    *[["-depth", str(bits), "-compress", "none"] for bits in (2, 4, 10, 12)],
    ["-interlace", "plane", "-depth", "16"],
    ["-interlace", "plane", "-compress", "zip"],
    ["-define", "tiff:tile-geometry=16x32", "-compress", "lzw"],
    ["-define", "tiff:rows-per-strip=5", "-define", "tiff:fill-order=lsb", "-compress", "none"],
    ["-colorspace", "gray", "-depth", "16", "-compress", "zip"],
    ["-colorspace", "gray", "-define", "quantum:polarity=min-is-white", "-depth", "8"],
    ["-monochrome", "-compress", "group4"],
    ["-monochrome", "-compress", "fax"],
    ["-colors", "13", "-type", "palette", "-depth", "4"],
    ["-define", "quantum:format=floating-point", "-depth", "32"],
    ["-define", "quantum:format=floating-point", "-depth", "64", "-compress", "zip"],
    ["-define", "quantum:format=floating-point", "-depth", "16", "-interlace", "plane"],
]


@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick's convert is not there")
@pytest.mark.parametrize("options", MAGICK, ids=" ".join)
def test_files_of_imagemagick_are_its_pictures(tmp_path: Path, options: list[str]) -> None:
    """What ImageMagick writes is what ImageMagick reads back: depths, orders, planes, tiles, fax, palettes, floats."""
    deep = RNG.integers(0, 65536, (HEIGHT, WIDTH, 3), dtype=np.uint16)
    cv2.imwrite(str(tmp_path / "in.png"), deep)
    subprocess.run(["convert", "in.png", *options, "p.tif"], cwd=tmp_path, check=True, capture_output=True)
    subprocess.run(["convert", "p.tif", "-depth", "16", "back.ppm"], cwd=tmp_path, check=True, capture_output=True)
    truth = cv2.imread(str(tmp_path / "back.ppm"), cv2.IMREAD_UNCHANGED).astype(np.int64)
    made = images.read(str(tmp_path / "p.tif")).pixels
    scale = {"u1": 257, "u2": 1}.get(made.dtype.str[1:], 65535)
    samples = np.rint(made.reshape(HEIGHT, WIDTH, -1).astype(np.float64) * scale).astype(np.int64)
    shown = truth[:, :, ::-1] if truth.ndim == 3 else truth[:, :, None]
    assert np.abs(samples - shown).max() <= (40 if "16" in options and "floating-point" in str(options) else 1)


def _altered(path: Path, **options: Any) -> str:
    array = options.pop("array", COLOUR)
    tifffile.imwrite(path, array, metadata=None, **options)
    return str(path)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"compression": "jpeg2000"}, "JPEG 2000 compression is not supported"),
        ({"compression": "jpegxl"}, "JPEG XL compression is not supported"),
        ({"compression": "png"}, "PNG compression is not supported"),
        ({"compression": "lerc"}, "LERC compression is not supported"),
        ({"array": COLOUR[:, :, 0].astype(np.complex64)}, "complex numbers are not supported"),
        ({"array": COLOUR[:, :, 0].astype(np.complex128), "compression": "deflate"}, "complex numbers"),
        ({"photometric": "cielab", "array": COLOUR.astype(np.uint16)}, "CIELAB of 16-bit unsigned samples"),
        ({"photometric": "icclab"}, "ICC's CIELAB is not supported"),
        ({"photometric": "cfa", "array": COLOUR[:, :, 0]}, "the mosaic of a camera's sensor"),
        ({"photometric": "linear_raw"}, "LinearRaw"),
        ({"photometric": "logluv"}, "CIE Log2"),
        ({"photometric": "ycbcr", "array": COLOUR.astype(np.uint16)}, "YCbCr of 3 16-bit samples"),
        ({"photometric": "ycbcr", "planarconfig": "separate", "array": np.moveaxis(COLOUR, -1, 0)}, "plane by plane"),
        ({"photometric": "separated", "array": np.dstack([COLOUR, COLOUR[:, :, :1]]).astype(np.float32)}, "CMYK of 32"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_read_is_refused_by_its_name(tmp_path: Path, options: dict[str, Any], words: str) -> None:
    """A whole file of a kind that is not read is not called damaged; the header alone says so, too."""
    options.setdefault("photometric", "rgb" if options.get("array", COLOUR).ndim == 3 else "minisblack")
    path = _altered(tmp_path / "p.tif", **options)
    for read in (images.read, images.shape_of):
        with pytest.raises(InputError, match=words) as caught:
            read(path)
        assert "cannot be read" in str(caught.value)
        assert "damaged" not in str(caught.value)
