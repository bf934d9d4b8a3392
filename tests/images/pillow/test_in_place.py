"""Decoding in place: the same samples as Pillow's own, and memory that no two pictures share."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFile, features

from convcli import images
from convcli.images.pillow import in_place
from convcli.images.pillow.opening import open_image

RNG = np.random.default_rng(17)
COLOUR = RNG.integers(0, 256, (37, 53, 3), dtype=np.uint8)
KINDS: dict[str, dict[str, Any]] = {
    "4:4:4": {"subsampling": 0, "quality": 95},
    "4:2:2": {"subsampling": 1},
    "4:2:0": {"subsampling": 2, "quality": 30},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_rows": 1},
}


def file_of(pixels: Any, **options: Any) -> bytes:
    """A JPEG, by Pillow."""
    stream = io.BytesIO()
    (pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)).save(stream, "JPEG", **options)
    return stream.getvalue()


def by_pillow(content: bytes) -> Any:
    """What Pillow alone makes of it."""
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image)


def read(content: bytes, path: Path, **options: Any) -> images.Picture:
    """What we make of it."""
    path.write_bytes(content)
    return images.read(str(path), **options)


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_those_that_pillow_has(kind: str, tmp_path: Path) -> None:
    """Bit for bit, of every subsampling and process."""
    content = file_of(COLOUR, **KINDS[kind])
    assert np.array_equal(read(content, tmp_path / "a.jpg").pixels, by_pillow(content))


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_other_colours_go_the_usual_way(mode: str, tmp_path: Path) -> None:
    """Grey, and CMYK, which is converted."""
    content = file_of(Image.fromarray(COLOUR).convert(mode))
    with Image.open(io.BytesIO(content)) as image:
        expected = np.asarray(image.convert("L" if mode == "L" else "RGB"))
    assert np.array_equal(read(content, tmp_path / "a.jpg").pixels, expected)
    assert in_place.decode(open_image(io.BytesIO(content), "JPEG")).memory is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_exif_says(orientation: int, tmp_path: Path) -> None:
    """As Pillow's own `exif_transpose` turns them."""
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    content = file_of(COLOUR, exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    pixels = read(content, tmp_path / "a.jpg").pixels
    assert np.array_equal(pixels, expected)
    assert pixels.flags.c_contiguous


def test_pillow_decodes_into_our_memory() -> None:
    """Where its decoder knows colours with a spare byte."""
    if not features.check("libjpeg_turbo"):
        pytest.skip("this Pillow has no libjpeg-turbo")
    content = file_of(COLOUR)
    decoded = in_place.decode(open_image(io.BytesIO(content), "JPEG"))
    assert decoded.memory is not None
    spaced = np.ndarray((37, 53, 4), np.uint8, buffer=decoded.memory)
    assert np.array_equal(spaced[..., :3], by_pillow(content))


def test_without_such_a_decoder_the_samples_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Built on another libjpeg, Pillow hands out colours side by side."""
    monkeypatch.setattr(in_place, "_knows_spare_bytes", lambda: False)
    content = file_of(COLOUR)
    assert np.array_equal(read(content, tmp_path / "a.jpg").pixels, by_pillow(content))


def test_pictures_read_one_after_the_other_keep_their_samples(tmp_path: Path) -> None:
    """Memory goes round, but not while somebody has it."""
    contents = [file_of(np.roll(COLOUR, index, 0)) for index in range(5)]
    read_all = [read(content, tmp_path / "a.jpg").pixels for content in contents]
    for pixels, content in zip(read_all, contents, strict=True):
        assert np.array_equal(pixels, by_pillow(content))


def test_what_a_damaged_file_lacks_is_not_the_picture_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that was used before holds other samples; what is missing is as Pillow has it."""
    content = file_of(RNG.integers(0, 256, (400, 53, 3), dtype=np.uint8))
    for _ in range(3):
        read(content, tmp_path / "a.jpg")
    half = content[: len(content) // 2]
    made = read(half, tmp_path / "b.jpg", allow_truncated=True).pixels
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert np.array_equal(made, by_pillow(half))
