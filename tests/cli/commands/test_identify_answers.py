"""What comes back for a probe: files of every kind, brought to the probe's own kind, and what is no picture."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli.cli.commands.identify.picture_answers import decoded, encoded, fitted, suffix_for
from convcli.cli.commands.identify.proof import compared

RNG = np.random.default_rng(20)
GREY = RNG.integers(0, 256, (5, 7), dtype=np.uint8)
COLOUR = RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)
ALPHA = RNG.integers(0, 256, (5, 7, 4), dtype=np.uint8)
DEEP = RNG.integers(0, 65536, (5, 7), dtype=np.uint16)
FLOAT = RNG.normal(0, 300, (5, 7)).astype(np.float32)


@pytest.mark.parametrize(
    ("pixels", "formats"),
    [
        (GREY, ("png", "tiff", "npy", "ppm")),
        (COLOUR, ("png", "tiff", "npy", "ppm")),
        (ALPHA, ("png", "tiff", "npy")),
        (DEEP, ("png", "tiff", "npy", "ppm")),
        (FLOAT, ("tiff", "npy")),
    ],
    ids=["grey", "colour", "alpha", "deep", "float"],
)
def test_a_probe_as_a_file_is_the_same_samples(pixels: np.ndarray, formats: tuple[str, ...], tmp_path: Path) -> None:
    """In every format that holds it, alpha last."""
    for file_format in formats:
        path = tmp_path / f"probe{suffix_for(pixels, file_format)}"
        path.write_bytes(encoded(pixels, file_format))
        back = decoded(str(path), 10**6)
        assert np.array_equal(back, pixels)
        assert back.dtype == pixels.dtype


def test_a_palette_and_a_colour_picture_of_grey_are_grey(tmp_path: Path) -> None:
    """What a tool makes of a grey PNG: a palette, three channels, an opaque alpha, 16 bits; the samples are these."""
    kinds = {"L": GREY, "P": GREY, "RGB": GREY, "RGBA": GREY, "LA": GREY}
    for mode in kinds:
        Image.fromarray(GREY).convert(mode).save(tmp_path / "back.png")
        found, notes = fitted(GREY, decoded(str(tmp_path / "back.png"), 10**6))
        assert np.array_equal(found, GREY), mode
        assert ("an opaque alpha channel is added" in notes) == (mode in ("RGBA", "LA"))
        assert any("grey comes back as colour" in note for note in notes) == (mode in ("P", "RGB", "RGBA"))
    found, notes = fitted(GREY, GREY.astype(np.uint16) * 257)
    assert np.array_equal(found, GREY)
    assert notes == ("8 bits come back as 16, each value times 257",)


def test_what_holds_more_is_left_as_it_came() -> None:
    """Unequal channels, an alpha that is not opaque, 16 bits that are no multiples, a smaller picture."""
    assert fitted(GREY, COLOUR)[0].shape == (5, 7, 3)
    assert fitted(COLOUR, ALPHA)[0].shape == (5, 7, 4)
    assert fitted(GREY, DEEP)[0].dtype == np.uint16
    assert fitted(GREY, GREY[1:-1, 1:-1])[0].shape == (3, 5)
    assert fitted(COLOUR, GREY)[1] == ("colour comes back as grey",)


@pytest.mark.parametrize("name", ["missing", "folder", "empty", "garbage", "cut", "pipe"])
def test_what_is_no_picture_is_said(name: str, tmp_path: Path) -> None:
    """In words that follow the command's name; a pipe is not waited for."""
    path = tmp_path / "out.png"
    content = {"empty": b"", "garbage": bytes(range(256)), "cut": encoded(COLOUR, "png")[:70]}
    if name in content:
        path.write_bytes(content[name])
    elif name == "folder":
        path.mkdir()
    elif name == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes with names here")
        os.mkfifo(path)
    words = {
        "missing": "wrote no picture",
        "folder": "made a folder",
        "empty": "empty file",
        "pipe": "no file",
    }
    with pytest.raises(ValueError, match=words.get(name, "is no picture: ")):
        decoded(str(path), 10**6)


def test_pixels_are_counted_once_whatever_channels_differ() -> None:
    """Two channels of one pixel and one of another: 2 of 35 pixels; of two sizes, all."""
    other = COLOUR.copy()
    other[1, 2, :2] ^= 3
    other[4, 0, 2] ^= 4
    found = compared(other, COLOUR)
    assert (found.pixels, found.differing, found.largest) == (35, 2, 4.0)
    assert compared(COLOUR[1:], COLOUR).differing == 35
    assert compared(COLOUR, COLOUR).same
