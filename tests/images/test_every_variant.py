"""Each kind of PNG, JPEG, GIF, WebP and PNM: the pixels of an independent decoder, or a refusal by its true name."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import InputError
from convcli.images.codecs.png.chunks import ADAM7
from convcli.images.picture import Picture
from tests.images.picture_bytes import chunk, png

RNG = np.random.default_rng(12)
HEIGHT, WIDTH = 11, 13
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
KINDS = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16),
         (6, 8), (6, 16)]  # fmt: skip
ACROSS = np.add.outer(np.arange(40) * 3, np.arange(48) * 2)
SMOOTH = np.stack([ACROSS, ACROSS // 2 + 40, 250 - ACROSS], 2).astype(np.uint8)
magick = pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick's convert is not there")


def read(content: bytes) -> Picture:
    return images.read("-", stdin=io.BytesIO(content))


def lines(samples: np.ndarray, depth: int) -> bytes:
    """Rows of packed samples, filter 0 before each."""
    if depth == 16:
        rows = samples.astype(">u2").reshape(len(samples), -1).view(np.uint8)
    else:
        bits = samples.reshape(len(samples), -1)[:, :, None] >> np.arange(depth - 1, -1, -1) & 1
        rows = np.packbits(bits.reshape(len(samples), -1).astype(np.uint8), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in rows)


def passes(samples: np.ndarray, depth: int) -> bytes:
    """The rows of the seven passes of an interlaced PNG."""
    parts = (samples[top::down, left::across] for left, top, across, down in ADAM7)
    return b"".join(lines(part, depth) for part in parts if part.size)


@pytest.mark.parametrize("interlaced", [False, True], ids=["plain", "interlaced"])
@pytest.mark.parametrize("keyed", [False, True], ids=["opaque", "tRNS"])
@pytest.mark.parametrize(("colour", "depth"), KINDS)
def test_every_kind_of_png(colour: int, depth: int, keyed: bool, interlaced: bool) -> None:
    """By hand from the samples: spread to 8 or 16 bits, looked up, transparent where the key is; OpenCV agrees."""
    if keyed and colour in (4, 6):
        return
    stored = RNG.integers(0, 1 << depth, (HEIGHT, WIDTH, SAMPLES[colour]))
    palette = RNG.integers(0, 256, (1 << min(depth, 8), 3), np.uint8)
    alphas = RNG.integers(0, 256, len(palette) // 2 + 1, np.uint8)
    before, key = b"", stored[4, 5]
    if colour == 3:
        before = chunk(b"PLTE", palette.tobytes())
    if keyed:
        before += chunk(b"tRNS", alphas.tobytes() if colour == 3 else key.astype(">u2").tobytes())
    rows = (passes if interlaced else lines)(stored, depth)
    content = png(rows, (HEIGHT, WIDTH), depth, colour, before=before, interlaced=int(interlaced))
    picture = read(content)
    full = 65535 if depth == 16 else 255
    if colour == 3:
        pixels = palette[stored[:, :, 0]]
        alpha = np.append(alphas, np.full(256, 255, np.uint8))[stored[:, :, 0]] if keyed else None
    else:
        spread = stored * (full // ((1 << depth) - 1))
        pixels = spread[:, :, : 3 if colour in (2, 6) else 1]
        hit = (stored == key).all(axis=2)
        alpha = spread[:, :, -1] if colour in (4, 6) else np.where(hit, 0, full) if keyed else None
    assert np.array_equal(np.atleast_3d(picture.pixels), pixels)
    assert np.array_equal(picture.alpha, alpha) if alpha is not None else picture.alpha is None
    seen = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    seen = np.atleast_3d(seen)
    if seen.shape[2] >= 3:  # blue first; grey with a key may come out as four channels
        assert np.array_equal(seen[:, :, 2::-1], pixels if pixels.shape[2] == 3 else np.repeat(pixels, 3, 2))
    else:
        assert np.array_equal(seen[:, :, :1], pixels)


@pytest.mark.parametrize(
    ("depth", "colour", "why"),
    [(3, 0, "3 bits of colour type 0"), (4, 2, "4 bits of colour type 2"), (16, 3, "16 bits of colour type 3"),
     (8, 1, "8 bits of colour type 1"), (8, 9, "8 bits of colour type 9"), (0, 2, "0 bits"), (99, 0, "99 bits")],
)  # fmt: skip
def test_kinds_that_png_has_not_are_named(depth: int, colour: int, why: str) -> None:
    """As pngsuite's damaged files have them."""
    with pytest.raises(InputError, match=f"{why}.*which PNG has not"):
        read(png(bytes(99), (3, 3), depth, colour))


def test_a_png_without_image_data_is_named() -> None:
    """Header and end alone."""
    whole = png(bytes(12), (3, 3), 8, 0)
    with pytest.raises(InputError, match="it has no image data"):
        read(whole[:33] + whole[-12:])


JPEGS = {
    "grey": (SMOOTH[:, :, 0], {}),
    "4:4:4": (SMOOTH, {"subsampling": 0}),
    "4:2:2": (SMOOTH, {"subsampling": 1}),
    "4:2:0": (SMOOTH, {"subsampling": 2}),
    "progressive": (SMOOTH, {"progressive": True}),
    "optimised": (SMOOTH, {"optimize": True}),
    "restarts": (SMOOTH, {"restart_marker_rows": 1}),
    "RGB": (SMOOTH, {"keep_rgb": True, "subsampling": 0}),
    "odd": (SMOOTH[:37, :45], {"subsampling": 2}),
}


@pytest.mark.parametrize("kind", JPEGS)
def test_every_kind_of_jpeg(kind: str) -> None:
    """The decoder of imagecodecs sees the same."""
    pixels, how = JPEGS[kind]
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "JPEG", quality=93, **how)
    ours, truth = read(stream.getvalue()), imagecodecs.jpeg8_decode(stream.getvalue())
    assert np.abs(ours.pixels.astype(int) - truth).max() <= 2
    assert (ours.channels, ours.notes) == (1 if kind == "grey" else 3, ())


DEEP = RNG.integers(0, 4096, (16, 24)).astype(np.uint16)
UNREAD = {
    "a JPEG of 12 bits a sample": imagecodecs.jpeg_encode(DEEP, bitspersample=12),
    "a JPEG-LS": imagecodecs.jpegls_encode(DEEP),
    "a lossless JPEG of 12 bits": imagecodecs.ljpeg_encode(DEEP, bitspersample=12),
    "a JPEG of 2 components": imagecodecs.jpeg_encode(np.dstack([DEEP.astype(np.uint8)] * 2)),
    "a JPEG XL picture": imagecodecs.jpegxl_encode(DEEP.astype(np.uint8)),
}


@pytest.mark.parametrize("kind", UNREAD)
def test_other_jpegs_are_called_what_they_are(kind: str, tmp_path: Path) -> None:
    """From a pipe and from a file, pixels and shape."""
    (tmp_path / "a.jpg").write_bytes(UNREAD[kind])
    with pytest.raises(InputError, match=f"this is {kind}"):
        read(UNREAD[kind])
    with pytest.raises(InputError, match=f"this is {kind}"):
        images.shape_of(str(tmp_path / "a.jpg"))


@pytest.mark.parametrize("how", ["lossy", "lossless", "grey"])
@pytest.mark.parametrize("has_alpha", [False, True])
def test_every_kind_of_webp(how: str, has_alpha: bool) -> None:
    """The decoder of imagecodecs sees the same, hidden colours aside."""
    pixels = np.repeat(SMOOTH[:, :, :1], 3, 2) if how == "grey" else SMOOTH
    alpha = RNG.integers(0, 256, pixels.shape[:2]).astype(np.uint8)
    image = Image.fromarray(np.dstack([pixels, alpha]) if has_alpha else pixels)
    stream = io.BytesIO()
    image.save(stream, "WEBP", lossless=how != "lossy", quality=80, exact=True)
    ours, truth = read(stream.getvalue()), imagecodecs.webp_decode(stream.getvalue())
    assert np.array_equal(ours.pixels, truth[:, :, :3])
    assert np.array_equal(ours.alpha, truth[:, :, 3]) if has_alpha else ours.alpha is None


@pytest.mark.parametrize("colours", [2, 7, 256])
@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("see_through", [False, True])
def test_every_kind_of_gif(colours: int, interlaced: bool, see_through: bool) -> None:
    """The decoder of imagecodecs sees the same."""
    image = Image.fromarray(SMOOTH).quantize(colours)
    stream = io.BytesIO()
    image.save(stream, "GIF", interlace=interlaced, **({"transparency": 1} if see_through else {}))
    ours, truth = read(stream.getvalue()), imagecodecs.gif_decode(stream.getvalue(), index=0)
    shown = np.ones(SMOOTH.shape[:2], bool) if ours.alpha is None else ours.alpha > 0
    assert see_through or ours.alpha is None
    assert np.array_equal(ours.pixels[shown], truth[shown][:, :3])


@magick
@pytest.mark.parametrize("suffix", ["pbm", "pgm", "ppm"])
@pytest.mark.parametrize("plain", [False, True], ids=["binary", "plain"])
@pytest.mark.parametrize("depth", [8, 16])
def test_every_kind_of_pnm(suffix: str, plain: bool, depth: int, tmp_path: Path) -> None:
    """Written by ImageMagick, and as it reads it back."""
    images.write(Picture(SMOOTH.astype(np.uint16) * 257 if depth == 16 else SMOOTH), str(tmp_path / "in.png"))
    compress = ("-compress", "none") if plain else ()
    commands = (
        ["in.png", "-depth", str(depth), *compress, f"out.{suffix}"],
        [f"out.{suffix}", "-depth", "16", "-endian", "LSB", "rgb:out.raw"],
    )
    for command in commands:
        subprocess.run(["convert", *command], cwd=tmp_path, check=True, capture_output=True)
    truth = np.frombuffer((tmp_path / "out.raw").read_bytes(), "<u2").reshape(SMOOTH.shape)
    pixels = np.atleast_3d(images.read(str(tmp_path / f"out.{suffix}")).pixels)
    wide = pixels.astype(np.uint16) * (257 if pixels.dtype == np.uint8 else 1)
    assert np.array_equal(np.broadcast_to(wide, SMOOTH.shape), truth)
