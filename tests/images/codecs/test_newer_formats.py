"""AVIF, HEIF and JPEG 2000: as independent decoders have them, lossless where they say so, else refused by name."""

from __future__ import annotations

import importlib.util
import io
import struct
import subprocess
import sys

import cv2
import imagecodecs
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from convcli import images
from convcli.errors import InputError, OptionError
from convcli.images.formats import FORMATS
from convcli.images.picture import Metadata, Picture
from convcli.images.pillow import opening
from tests.images.metadata.blocks import MISSING, there

avif = pytest.mark.skipif("avif" in MISSING, reason="this Pillow has no AVIF")
RNG = np.random.default_rng(4)
ACROSS = np.add.outer(np.arange(21) * 8, np.arange(30) * 3)
SMOOTH = np.stack([ACROSS, ACROSS // 2 + 40, 250 - ACROSS // 3], 2).astype(np.uint8)
NOISE = RNG.integers(0, 256, (21, 30, 4), np.uint8)


def read(content: bytes) -> Picture:
    return images.read("-", stdin=io.BytesIO(content))


def written(picture: Picture, name: str, quality: int = 90) -> bytes:
    stream = io.BytesIO()
    images.encode(picture, stream, name, quality=quality)
    return stream.getvalue()


def decoded(content: bytes, name: str) -> np.ndarray:
    """By a library that is not the one that wrote it."""
    if name == "avif":
        return imagecodecs.avif_decode(content)
    if name == "jp2":
        return imagecodecs.jpeg2k_decode(content)
    return np.asarray(pillow_heif.open_heif(io.BytesIO(content)))


@pytest.mark.parametrize("name", there("avif", "heif", "jp2"))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_at_quality_100_every_sample_comes_back(name: str, channels: int) -> None:
    """Grey and colour, with alpha and without; AVIF's colours within 3 levels.  Another decoder sees the same."""
    samples = NOISE[:, :, :channels]
    colours = 1 if channels < 3 else 3
    pixels = samples[:, :, 0].copy() if colours == 1 else samples[:, :, :3].copy()
    alpha = samples[:, :, -1].copy() if channels in (2, 4) else None
    content = written(Picture(pixels, alpha), name, 100)
    again = read(content)
    allowed = 3 if name == "avif" and colours == 3 else 0
    assert again.format == name
    assert again.pixels.shape == pixels.shape or (name, channels) == ("heif", 2)
    assert (
        np.abs(again.pixels.astype(int) - (pixels if again.pixels.ndim == pixels.ndim else pixels[:, :, None])).max()
        <= allowed
    )
    assert (again.alpha is None) == (alpha is None)
    assert alpha is None or np.array_equal(again.alpha, alpha)
    other = decoded(content, name)
    ours = np.dstack([again.pixels, *([] if again.alpha is None else [again.alpha])])
    other = np.atleast_3d(other)
    other = other[:, :, [0, -1]] if other.shape[2] == 4 and ours.shape[2] == 2 else other[:, :, : ours.shape[2]]
    assert np.abs(other.astype(int) - ours).max() <= allowed


@pytest.mark.parametrize("name", there("avif", "heif", "jp2"))
def test_quality_is_a_matter_of_size(name: str) -> None:
    """Less of it, fewer bytes and a larger error; at 90 a smooth picture is within a few levels."""
    sizes, errors = [], []
    for quality in (10, 50, 90):
        content = written(Picture(SMOOTH), name, quality)
        sizes.append(len(content))
        errors.append(np.abs(read(content).pixels.astype(int) - SMOOTH).max())
    assert sizes == sorted(sizes)
    assert errors[2] <= 10


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (9, 1), (5, 7), (33, 2)])
@pytest.mark.parametrize("name", there("avif", "heif", "jp2"))
def test_any_size(name: str, height: int, width: int) -> None:
    """One pixel wide or high, odd sizes."""
    pixels = np.full((height, width, 3), 90, np.uint8)
    again = read(written(Picture(pixels), name, 100))
    assert again.pixels.shape == pixels.shape
    assert np.abs(again.pixels.astype(int) - 90).max() <= 1


@pytest.mark.parametrize("name", there("avif", "heif", "jp2"))
def test_the_header_alone_gives_the_shape(name: str, tmp_path: object) -> None:
    """Grey stays grey."""
    for pixels in (SMOOTH, SMOOTH[:, :, 0].copy()):
        path = f"{tmp_path}/a-{pixels.ndim}.{name}"
        with open(path, "wb") as stream:
            stream.write(written(Picture(pixels), name))
        picture = images.read(path)
        assert images.shape_of(path) == (21, 30, picture.channels)
        assert picture.channels == (3 if pixels.ndim == 3 else 1)


@pytest.mark.parametrize("bits", [1, 2, 4, 7, 8, 9, 10, 12, 15, 16])
def test_grey_jpeg_2000_of_any_depth(bits: int) -> None:
    """Exactly, spread over 0..255 or 0..65535; Pillow would leave it at the upper end."""
    largest = (1 << bits) - 1
    grey = RNG.integers(0, largest + 1, (21, 30)).astype(np.uint8 if bits <= 8 else np.uint16)
    for codec in ("jp2", "j2k"):
        content = imagecodecs.jpeg2k_encode(grey, level=0, reversible=True, bitspersample=bits, codecformat=codec)
        full = 255 if bits <= 8 else 65535
        picture = read(content)
        assert np.array_equal(picture.pixels, np.rint(grey * (full / largest)).astype(int))
        assert picture.notes == (() if largest == full else (f"values 0..{largest} spread to 0..{full}",))


def test_deep_grey_jpeg_2000_is_written_exactly() -> None:
    """16 bits, and as OpenCV reads them."""
    grey = RNG.integers(0, 65536, (21, 30)).astype(np.uint16)
    content = written(Picture(grey), "jp2", 100)
    assert np.array_equal(read(content).pixels, grey)
    assert np.array_equal(imagecodecs.jpeg2k_decode(content), grey)


def jp2(samples: np.ndarray, **how: object) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(samples, level=0, reversible=True, codecformat="jp2", **how))


def patched(content: bytes, kind: bytes, at: int, value: bytes) -> bytes:
    """A JP2 with other bytes in a box."""
    place = content.index(kind) + 4 + at
    return content[:place] + value + content[place + len(value) :]


DEEP = RNG.integers(0, 65536, (21, 30, 4)).astype(np.uint16)
FEW = [
    (jp2(DEEP[:, :, :3]), "16-bit colour is not supported"),
    (jp2(DEEP >> 4, bitspersample=12), "12-bit colour is not supported"),
    (patched(jp2(SMOOTH), b"colr", 3, struct.pack(">I", 14)), "the colour space CIELab is not supported"),
    (patched(jp2(SMOOTH[:, :, 0].copy()), b"\xff\x51", 36, b"\x87"), "with a sign"),
    (jp2(SMOOTH)[:100], "damaged or incomplete"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "no codestream"),
]


@pytest.mark.parametrize(("content", "why"), FEW, ids=[why for _, why in FEW])
def test_jpeg_2000_that_pillow_would_read_wrongly_is_refused_by_name(content: bytes, why: str) -> None:
    """12 bits of white would come out black, signs and other colour spaces as something else."""
    with pytest.raises(InputError, match=why):
        read(content)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1)])
def test_channels_of_a_jp2_are_taken_in_their_order(order: tuple[int, int, int]) -> None:
    """Red, green, blue; any other order is refused."""
    content = jp2(SMOOTH)
    at = content.index(b"jp2h") - 4
    length = int.from_bytes(content[at : at + 4], "big")
    entries = b"".join(struct.pack(">HHH", channel, 0, of) for channel, of in enumerate(order))
    box = struct.pack(">I4sH", 10 + len(entries), b"cdef", 3) + entries
    made = (
        content[:at]
        + struct.pack(">I", length + len(box))
        + content[at + 4 : at + length]
        + box
        + content[at + length :]
    )
    if order == (1, 2, 3):
        assert np.array_equal(read(made).pixels, SMOOTH)
    else:
        with pytest.raises(InputError, match="channels in another order"):
            read(made)


def test_a_palette_with_equal_colours_keeps_its_places() -> None:
    """Pillow takes equal colours for one, and every index behind them for the next."""
    indices = RNG.integers(0, 4, (21, 30)).astype(np.uint8)
    palette = np.array([[9, 9, 9], [9, 9, 9], [200, 0, 0], [0, 0, 250]], np.uint8)
    content = jp2(indices)
    at = content.index(b"jp2h") - 4
    length = int.from_bytes(content[at : at + 4], "big")
    entries = struct.pack(">HB", 4, 3) + b"\7\7\7" + palette.tobytes()
    boxes = struct.pack(">I4s", 8 + len(entries), b"pclr") + entries
    boxes += struct.pack(">I4s", 20, b"cmap") + b"".join(struct.pack(">HBB", 0, 1, column) for column in range(3))
    content = patched(content, b"colr", 3, struct.pack(">I", 16))
    made = content[:at] + struct.pack(">I", length + len(boxes)) + content[at + 4 : at + length]
    assert np.array_equal(read(made + boxes + content[at + length :]).pixels, palette[indices])


@avif
@pytest.mark.parametrize("bits", [10, 12])
def test_deep_avif_is_read_as_8_bits_with_a_note(bits: int) -> None:
    """Within a level of the upper eight bits."""
    deep = (ACROSS * ((1 << bits) - 1) // 255).astype(np.uint16)
    content = imagecodecs.avif_encode(np.dstack([deep] * 3), level=100, bitspersample=bits)
    picture = read(content)
    assert picture.notes == (f"its {bits}-bit samples are read as 8-bit",)
    assert np.abs(picture.pixels[:, :, 0].astype(int) - ACROSS).max() <= 2


@pytest.mark.parametrize("bits", [10, 12])
def test_deep_heif_is_spread_to_16_bits(bits: int) -> None:
    """Within the encoder's rounding, over the whole range."""
    deep = (ACROSS * 257).astype(np.uint16)
    image = pillow_heif.from_bytes("RGB;16", (30, 21), np.dstack([deep] * 3).tobytes())
    pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
    stream = io.BytesIO()
    image.save(stream, quality=-1, chroma=444, matrix_coefficients=0)
    pillow_heif.options.SAVE_HDR_TO_12_BIT = False
    picture = read(stream.getvalue())
    assert picture.pixels.dtype == np.uint16
    assert picture.notes == (f"values 0..{(1 << bits) - 1} spread to 0..65535",)
    assert np.abs(picture.pixels[:, :, 1].astype(int) - deep).max() <= 65535 // ((1 << bits) - 1)


@avif
@pytest.mark.parametrize("brand", [b"avif", b"heic", b"mif1", b"mp42", b"qt  "])
def test_brands_are_told_apart(brand: bytes) -> None:
    """A general brand is what its other brands say; a video is called so."""
    made = {b"avif": written(Picture(SMOOTH), "avif"), b"heic": written(Picture(SMOOTH), "heif")}
    if brand in made:
        assert read(made[brand]).format == ("avif" if brand == b"avif" else "heif")
    elif brand == b"mif1":
        for content, name in ((made[b"avif"], "avif"), (made[b"heic"], "heif")):
            general = content[:8] + brand + content[12:]
            assert read(general).format == name
    else:
        with pytest.raises(InputError, match="a video or audio file"):
            read(b"\0\0\0\x18ftyp" + brand + bytes(99))


@avif
def test_other_pictures_of_an_avif_and_a_heif_are_counted() -> None:
    """The first frame, and the main picture."""
    frames = [Image.fromarray(SMOOTH), Image.fromarray(255 - SMOOTH)]
    stream = io.BytesIO()
    frames[0].save(stream, "AVIF", save_all=True, append_images=frames[1:], quality=90)
    assert read(stream.getvalue()).notes == ("only the first of 2 frames is read",)
    heif = pillow_heif.from_pillow(frames[0])
    heif.add_from_pillow(frames[1])
    stream = io.BytesIO()
    heif.save(stream, quality=90)
    assert read(stream.getvalue()).notes == ("only the main one of 2 pictures is read",)


@pytest.mark.parametrize(
    ("name", "feature"),
    [(name, feature) for name, feature in (("avif", "avif"), ("jp2", "jpg_2000")) if name in there(name)],
)
def test_a_pillow_without_the_codec_is_named(name: str, feature: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading is an error of the input, writing one of the usage."""
    content = written(Picture(SMOOTH), name)
    monkeypatch.setattr(opening, "has", lambda asked: asked != feature)
    with pytest.raises(InputError, match="this Pillow has no"):
        read(content)
    with pytest.raises(OptionError, match="this Pillow has no"):
        written(Picture(SMOOTH), name)


def test_heif_without_its_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, the shape, and writing."""
    content = written(Picture(SMOOTH), "heif")
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pillow_heif" else find(name))
    with pytest.raises(InputError, match=r"pip install 'convcli\[heif\]'"):
        read(content)
    with pytest.raises(OptionError, match=r"pip install 'convcli\[heif\]'"):
        written(Picture(SMOOTH), "heif")


def test_the_library_of_heif_is_loaded_for_heif_alone() -> None:
    """A PNG is read, and formats are listed, without it."""
    code = (
        "import sys; from convcli import images; images.read('sample:camera'); images.format_names();"
        "sys.exit('pillow_heif' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", there("avif", "heif", "jp2"))
def test_sizes_are_refused_before_pixels_are_decoded(name: str) -> None:
    """As in every format."""
    with pytest.raises(InputError, match="more than 600; max_pixels"):
        images.read("-", stdin=io.BytesIO(written(Picture(SMOOTH), name)), max_pixels=600)


@pytest.mark.parametrize("name", there("avif", "heif", "jp2"))
def test_damage_is_an_error_and_never_a_traceback(name: str) -> None:
    """Cut anywhere, and bytes changed anywhere."""
    content = written(Picture(SMOOTH, metadata=Metadata(dpi=(72, 72))), name)
    rng = np.random.default_rng(1)
    for cut in range(0, len(content), max(1, len(content) // 25)):
        with pytest.raises(InputError):
            read(content[:cut])
    for _ in range(40):
        changed = bytearray(content)
        for place in rng.integers(0, len(content), 5):
            changed[place] = int(rng.integers(0, 256))
        try:
            read(bytes(changed))
        except InputError:
            continue


def test_opencv_reads_our_jp2() -> None:
    """Where it was built with JPEG 2000; blue comes first there."""
    seen = cv2.imdecode(np.frombuffer(written(Picture(SMOOTH), "jp2", 100), np.uint8), cv2.IMREAD_UNCHANGED)
    if seen is None:
        pytest.skip("OpenCV has no JPEG 2000")
    assert np.array_equal(seen[:, :, ::-1], SMOOTH)


def test_rows_of_the_newer_formats_say_what_they_are() -> None:
    """Capitals, and the other names of the suffix."""
    assert [images.format_of(f"x{suffix}") for suffix in (".AVIF", ".Heic", ".HEIF", ".JP2", ".JFIF", ".jpe")] == [
        "avif",
        "heif",
        "heif",
        "jp2",
        "jpeg",
        "jpeg",
    ]
    assert {row.name for row in FORMATS if ".j2k" in row.read_only} == {"jp2"}
