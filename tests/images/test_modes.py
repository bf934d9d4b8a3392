"""Every kind of pixel becomes the right numbers, or is refused by name."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import InputError
from tests.images.picture_bytes import chunk, grey_tags, png, tiff

RNG = np.random.default_rng(2)
GREY = RNG.integers(0, 256, (5, 7), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)
ALPHA = RNG.integers(0, 256, (5, 7), dtype=np.uint8)
DEEP = RNG.integers(0, 65536, (5, 7, 3), dtype=np.uint16)
DEEP_ALPHA = RNG.integers(0, 65536, (5, 7), dtype=np.uint16)


def read_bytes(content: bytes, tmp_path: Path, **options: object) -> images.Picture:
    path = tmp_path / "picture.bin"
    path.write_bytes(content)
    picture = images.read(str(path), **options)  # type: ignore[arg-type]
    shape = images.shape_of(str(path))
    assert shape == (picture.height, picture.width, picture.channels), "the header must promise what decoding gives"
    return picture


def saved(image: Image.Image, fmt: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, fmt, **options)
    return stream.getvalue()


def be(values: np.ndarray) -> np.ndarray:
    """Rows of big-endian bytes."""
    return np.ascontiguousarray(values, ">u2").reshape(len(values), -1)


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    """A 1-bit PNG reads as 0 and 255, most significant bit first."""
    picture = read_bytes(png(np.array([[0b10110000], [0b00010000]], np.uint8), (2, 4), 1, 0), tmp_path)
    assert picture.pixels.tolist() == [[255, 0, 255, 255], [0, 0, 0, 255]]
    assert picture.pixels.dtype == np.uint8


def test_four_bit_grey_is_spread_to_eight(tmp_path: Path) -> None:
    """A 4-bit sample v reads as 17 v, so that white is 255."""
    picture = read_bytes(png(np.array([[0x0F, 0x51]], np.uint8), (1, 4), 4, 0), tmp_path)
    assert picture.pixels.tolist() == [[0, 255, 85, 17]]


@pytest.mark.parametrize(("depth", "rows", "key"), [(4, [[0x0F, 0x51]], 5), (8, [[0, 255, 85, 17]], 85)])
def test_grey_key_is_transparent(tmp_path: Path, depth: int, rows: list[list[int]], key: int) -> None:
    """tRNS on grey names one sample value, in the file's own depth."""
    content = png(np.array(rows, np.uint8), (1, 4), depth, 0, before=chunk(b"tRNS", key.to_bytes(2, "big")))
    picture = read_bytes(content, tmp_path)
    assert picture.pixels.tolist() == [[0, 255, 85, 17]]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[255, 255, 0, 255]]


def test_palette_is_looked_up(tmp_path: Path) -> None:
    """A palette index is never taken for brightness."""
    palette = bytes([10, 20, 30, 200, 150, 100, 7, 8, 9])
    picture = read_bytes(png(np.array([[1, 0, 2]], np.uint8), (1, 3), 8, 3, before=chunk(b"PLTE", palette)), tmp_path)
    assert picture.pixels.tolist() == [[[200, 150, 100], [10, 20, 30], [7, 8, 9]]]
    assert picture.alpha is None


def test_palette_transparency_becomes_alpha(tmp_path: Path) -> None:
    """tRNS on a palette gives each index an alpha, 255 where it stops."""
    before = chunk(b"PLTE", bytes([10, 20, 30, 200, 150, 100])) + chunk(b"tRNS", bytes([99]))
    picture = read_bytes(png(np.array([[1, 0]], np.uint8), (1, 2), 8, 3, before=before), tmp_path)
    assert picture.pixels.tolist() == [[[200, 150, 100], [10, 20, 30]]]
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[255, 99]]


def test_eight_bit_png_with_and_without_alpha(tmp_path: Path) -> None:
    """Grey, colour and their alpha are the bytes of the file."""
    assert np.array_equal(read_bytes(png(GREY, (5, 7), 8, 0), tmp_path).pixels, GREY)
    assert np.array_equal(read_bytes(png(COLOUR.reshape(5, -1), (5, 7), 8, 2), tmp_path).pixels, COLOUR)
    both = read_bytes(png(np.dstack([GREY, ALPHA]).reshape(5, -1), (5, 7), 8, 4), tmp_path)
    assert np.array_equal(both.pixels, GREY)
    assert np.array_equal(both.alpha, ALPHA)
    all_four = read_bytes(png(np.dstack([COLOUR, ALPHA]).reshape(5, -1), (5, 7), 8, 6), tmp_path)
    assert np.array_equal(all_four.pixels, COLOUR)
    assert np.array_equal(all_four.alpha, ALPHA)


@pytest.mark.parametrize("colour", [0, 2, 4, 6])
def test_sixteen_bit_png_is_exact(tmp_path: Path, colour: int) -> None:
    """All 16 bits of every sample arrive, in grey and colour, with and without alpha."""
    pixels = DEEP if colour & 2 else DEEP[:, :, 0]
    stacked = np.dstack([pixels, DEEP_ALPHA]) if colour & 4 else pixels
    picture = read_bytes(png(be(stacked.reshape(5, -1)), (5, 7), 16, colour), tmp_path)
    assert picture.pixels.dtype == np.uint16
    assert np.array_equal(picture.pixels, pixels)
    assert (picture.alpha is None) == (not colour & 4)
    assert picture.alpha is None or np.array_equal(picture.alpha, DEEP_ALPHA)


@pytest.mark.parametrize("colour", [0, 2])
def test_sixteen_bit_key_is_compared_exactly(tmp_path: Path, colour: int) -> None:
    """A transparent 16-bit sample differs from one that shares only its high byte."""
    row = np.array([[[0x1234] * 3, [0x1235] * 3]], np.uint16)
    samples = row if colour else row[:, :, :1]
    key = be(np.full((1, samples.shape[2]), 0x1234)).tobytes()
    picture = read_bytes(png(be(samples.reshape(1, -1)), (1, 2), 16, colour, before=chunk(b"tRNS", key)), tmp_path)
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[0, 65535]]
    assert np.array_equal(picture.pixels, row if colour else row[:, :, 0])


@pytest.mark.parametrize("array", [GREY, COLOUR, DEEP[:, :, 0], DEEP], ids=["L", "RGB", "I16", "RGB16"])
@pytest.mark.parametrize("suffix", [".png", ".tiff", ".ppm"])
def test_files_of_opencv(tmp_path: Path, array: np.ndarray, suffix: str) -> None:
    """What OpenCV wrote is what is read (OpenCV keeps blue first, and compresses TIFF)."""
    path = str(tmp_path / f"cv{'.pgm' if suffix == '.ppm' and array.ndim == 2 else suffix}")
    assert cv2.imwrite(path, array[:, :, ::-1] if array.ndim == 3 else array)
    assert np.array_equal(images.read(path).pixels, array)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(4, 6), (4, 6, 3)])
def test_float_tiff_of_opencv(tmp_path: Path, dtype: str, shape: tuple[int, ...]) -> None:
    """Floating TIFF arrives bit for bit, in grey and colour."""
    array = RNG.normal(size=shape).astype(dtype)
    path = str(tmp_path / "cv.tiff")
    stored = array[:, :, ::-1] if array.ndim == 3 else array
    assert cv2.imwrite(path, stored, [cv2.IMWRITE_TIFF_COMPRESSION, 1])
    picture = images.read(path)
    assert picture.pixels.dtype == np.dtype(dtype)
    assert np.array_equal(picture.pixels, array)
    assert images.shape_of(path) == (4, 6, picture.channels)


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize(
    ("dtype", "bits", "kind"),
    [
        ("u1", 8, 1),
        ("i1", 8, 2),
        ("u2", 16, 1),
        ("i2", 16, 2),
        ("u4", 32, 1),
        ("i4", 32, 2),
        ("f4", 32, 3),
        ("f8", 64, 3),
    ],
)
def test_tiff_samples_keep_sign_and_size(tmp_path: Path, dtype: str, bits: int, kind: int, big_endian: bool) -> None:
    """Signed stays signed, unsigned 32-bit stays positive, in both byte orders."""
    values = np.frombuffer(RNG.bytes(5 * 7 * bits // 8), dtype).reshape(5, 7)
    if kind == 3:
        values = RNG.normal(size=(5, 7)).astype(dtype)
    content = values.astype(values.dtype.newbyteorder(">" if big_endian else "<")).tobytes()
    picture = read_bytes(tiff(grey_tags(5, 7, bits, kind=kind), content, big_endian=big_endian), tmp_path)
    assert np.array_equal(picture.pixels, values)
    assert picture.pixels.dtype.kind == values.dtype.kind


def test_white_is_zero(tmp_path: Path) -> None:
    """TIFF's WhiteIsZero is turned round, at 8 and at 16 bits."""
    eight = tiff(grey_tags(5, 7, 8, photometric=0), GREY.tobytes())
    assert np.array_equal(read_bytes(eight, tmp_path).pixels, 255 - GREY)
    sixteen = tiff(grey_tags(5, 7, 16, photometric=0), DEEP[:, :, 0].tobytes())
    assert np.array_equal(read_bytes(sixteen, tmp_path).pixels, 65535 - DEEP[:, :, 0])


def test_half_float_tiff_is_widened(tmp_path: Path) -> None:
    """float16 TIFF reads as float32 with equal values."""
    half = RNG.normal(size=(5, 7)).astype("<f2")
    picture = read_bytes(tiff(grey_tags(5, 7, 16, kind=3), half.tobytes()), tmp_path)
    assert picture.pixels.dtype == np.float32
    assert np.array_equal(picture.pixels, half.astype(np.float32))


def test_five_band_tiff_is_five_channels(tmp_path: Path) -> None:
    """A TIFF of five samples a pixel is a stack of five feature maps."""
    bands = RNG.integers(0, 256, (5, 7, 5), dtype=np.uint8)
    tags = {**grey_tags(5, 7, 8), 258: (3, (8,) * 5), 277: (3, (5,)), 338: (3, (0,) * 4), 339: (3, (1,) * 5)}
    assert np.array_equal(read_bytes(tiff(tags, bands.tobytes()), tmp_path).pixels, bands)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB", "HSV", "RGBX", "PA", "La", "RGBa"])
def test_rare_modes_become_rgb(tmp_path: Path, mode: str) -> None:
    """Modes that a file can hold are converted to grey or RGB near the original colours."""
    smooth = np.dstack([np.full((8, 8), 180), np.full((8, 8), 90), np.full((8, 8), 40)]).astype(np.uint8)
    image = Image.fromarray(smooth)
    if mode == "LAB":
        lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB).astype(np.int16)
        image = Image.frombytes(
            "LAB", (8, 8), (np.dstack([lab[:, :, 0], lab[:, :, 1:] - 128])).astype(np.int8).tobytes()
        )
    elif mode == "PA":
        image = image.quantize(4).convert("PA")
    elif mode in ("La", "RGBa"):
        image = image.convert("LA" if mode == "La" else "RGBA").convert(mode)
    else:
        image = image.convert(mode)
    formats = {"HSV": None, "RGBX": "TIFF", "PA": "TIFF", "La": None, "RGBa": None}
    expected = np.full((8, 8), 111) if mode == "La" else smooth
    fmt = formats.get(mode, "TIFF")
    if fmt is None:
        from convcli.images.pillow.unpacking import samples_of

        pixels = samples_of(image).pixels
    else:
        picture = read_bytes(saved(image, fmt), tmp_path)
        pixels = picture.pixels
        assert bool(picture.notes) == (mode in ("CMYK", "LAB"))
    assert pixels.dtype == np.uint8
    if mode == "RGBX":  # its fourth sample has no meaning: a band
        assert pixels.shape[2] == 4
        pixels = pixels[:, :, :3]
    assert np.abs(pixels.astype(int) - expected).max() <= 4


def test_cmyk_jpeg_is_converted_and_said(tmp_path: Path) -> None:
    """A CMYK JPEG comes out as RGB, with a note, and without the CMYK profile."""
    smooth = Image.new("RGB", (16, 16), (200, 100, 50)).convert("CMYK")
    picture = read_bytes(saved(smooth, "JPEG", icc_profile=b"\0" * 16 + b"CMYK" + b"\0" * 200), tmp_path)
    assert np.abs(picture.pixels.astype(int) - [200, 100, 50]).max() <= 6
    assert any("CMYK" in note for note in picture.notes)
    assert picture.metadata.icc_profile is None


def test_gif_gives_the_first_frame_and_says_so(tmp_path: Path) -> None:
    """Of an animation the first frame is read, through its palette, and a note says so."""
    first, second = (Image.fromarray(frame) for frame in (GREY, 255 - GREY))
    picture = read_bytes(saved(first, "GIF", save_all=True, append_images=[second]), tmp_path)
    assert np.array_equal(picture.pixels.reshape(5, 7, -1)[:, :, 0], GREY)
    assert picture.notes == ("only the first of 2 frames is read",)


@pytest.mark.parametrize("fmt", ["PNG", "WEBP"])
def test_animated_png_and_webp_give_the_first_frame(tmp_path: Path, fmt: str) -> None:
    """APNG and animated WebP are read like a GIF."""
    first, second = (Image.fromarray(frame) for frame in (COLOUR, 255 - COLOUR))
    options = {"lossless": True} if fmt == "WEBP" else {}
    picture = read_bytes(saved(first, fmt, save_all=True, append_images=[second], **options), tmp_path)
    assert np.array_equal(picture.pixels, COLOUR)
    assert "first of 2 frames" in picture.notes[0]


def test_pages_of_one_kind_are_a_stack(tmp_path: Path) -> None:
    """A multi-page TIFF of equal grey pages reads as (H, W, pages)."""
    pages = [Image.fromarray(GREY + page) for page in range(3)]
    picture = read_bytes(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), tmp_path)
    assert np.array_equal(picture.pixels, np.dstack([GREY, GREY + 1, GREY + 2]))


def test_unlike_pages_are_left_out_with_a_note(tmp_path: Path) -> None:
    """A second page of another size is not a map; only the first page is read."""
    content = saved(Image.fromarray(GREY), "TIFF", save_all=True, append_images=[Image.new("L", (2, 2))])
    picture = read_bytes(content, tmp_path)
    assert np.array_equal(picture.pixels, GREY)
    assert "first of 2 pages" in picture.notes[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"P1 3 2 # bits\n1 0 1\n001", [[0, 255, 0], [255, 255, 0]]),
        (b"P4\n3 2\n\xa0\x20", [[0, 255, 0], [255, 255, 0]]),
        (b"P2\n# made by hand\n3 1\n255\n1 2\n3", [[1, 2, 3]]),
        (b"P5 3 1 255\n\x01\x02\x03", [[1, 2, 3]]),
        (b"P5 2 1 65535\n\x01\x02\x03\x04", [[258, 772]]),
        (b"P3 1 2 255 1 2 3 4 5 6", [[[1, 2, 3]], [[4, 5, 6]]]),
        (b"P6 1 1 65535\n\x01\x02\x03\x04\x05\x06", [[[258, 772, 1286]]]),
        (b"P5 3 1 15\n\x00\x05\x0f", [[0, 85, 255]]),
        (b"P2 2 1 1000 0 1000", [[0, 65535]]),
    ],
)
def test_pnm_by_hand(tmp_path: Path, content: bytes, expected: list[object]) -> None:
    """The PNM family, plain and binary, reads as its definition says."""
    assert read_bytes(content, tmp_path).pixels.tolist() == expected


def test_pfm_has_its_last_row_first(tmp_path: Path) -> None:
    """PFM stores the bottom row first, in the byte order of its scale's sign."""
    values = np.array([[1.5, -2.0], [3.0, 4.0]], "<f4")
    assert read_bytes(b"Pf\n2 2\n-1.0\n" + values[::-1].tobytes(), tmp_path).pixels.tolist() == values.tolist()
    assert (
        read_bytes(b"Pf\n2 2\n1.0\n" + values[::-1].astype(">f4").tobytes(), tmp_path).pixels.tolist()
        == values.tolist()
    )


@pytest.mark.parametrize(
    "content",
    [
        b"P5 0 1 255\n",
        b"P5 2 x 255\n12",
        b"P5 2 1 70000\n1234",
        b"Pf 1 1 0\n1234",
        b"P5 2 1",
        b"P2 1 1 255 256",
        b"P2 1 1 255 q",
        b"P1 1 1 2",
        b"P3 1 1 255 1 2",
        b"P6 9 9 255\n123",
    ],
)
def test_bad_pnm_is_refused(tmp_path: Path, content: bytes) -> None:
    """Headers without sense and samples that are missing or too large are errors."""
    with pytest.raises(InputError, match=r"picture\.bin"):
        read_bytes(content, tmp_path)
