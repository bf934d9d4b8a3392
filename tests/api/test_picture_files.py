"""sample, read and write: pictures as arrays, and what is lost on the way is a warning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import convcli
from convcli.files import sample_names

PIXELS = np.random.default_rng(8).integers(0, 256, (9, 7, 3), dtype=np.uint8)


def test_samples_are_the_bundled_files_and_the_callers_own() -> None:
    """As Pillow decodes them; changing one changes no other."""
    for name in sample_names():
        path = Path(convcli.__file__).parent.parent / "sample_images" / f"{name}.png"
        assert np.array_equal(convcli.sample(name), np.asarray(Image.open(path)))
    convcli.sample("clock")[:] = 0
    assert convcli.sample("clock").max() > 0
    with pytest.raises(convcli.ConvcliError, match="no sample is called 'camra'; did you mean camera"):
        convcli.sample("camra")


@pytest.mark.parametrize("name", ["a.png", "a.tiff", "a.npy", "a.ppm", "a.bmp"])
@pytest.mark.parametrize("kind", [str, Path])
def test_what_is_written_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: type) -> None:
    """By a text or a path object; Pillow or NumPy read the same."""
    monkeypatch.chdir(tmp_path)
    convcli.write(PIXELS, kind(name))
    assert np.array_equal(convcli.read(kind(name)), PIXELS)
    other = np.load(name) if name.endswith("npy") else np.asarray(Image.open(name))
    assert np.array_equal(other, PIXELS)


def test_a_path_object_is_a_path_and_a_text_may_be_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file called as a sample or a matrix is; a matrix as text; a sample by its whole name."""
    monkeypatch.chdir(tmp_path)
    for name in ("-", "1 2; 3 4", "sample:camera"):
        convcli.write(PIXELS, Path(name), format="png")
        assert np.array_equal(convcli.read(Path(name)), PIXELS)
    assert convcli.read("5 6; 7 8").tolist() == [[5, 6], [7, 8]]
    assert convcli.read("sample:clock").shape == convcli.sample("clock").shape


def test_truth_values_are_black_and_white_in_a_picture(tmp_path: Path) -> None:
    """As the bits of a picture are read; an array keeps 0 and 1."""
    mask = PIXELS[:, :, 0] > 100
    convcli.write(mask, tmp_path / "mask.png")
    assert np.array_equal(convcli.read(tmp_path / "mask.png"), np.where(mask, 255, 0))
    convcli.write(mask, tmp_path / "mask.npy")
    assert np.array_equal(np.load(tmp_path / "mask.npy"), mask)


def test_what_is_lost_is_a_warning(tmp_path: Path) -> None:
    """Alpha, and an animation's further frames; it names the caller's own line."""
    alpha = np.dstack([PIXELS, PIXELS[:, :, :1]])
    Image.fromarray(alpha).save(tmp_path / "alpha.png")
    with pytest.warns(UserWarning, match="its alpha is left out") as warned:
        assert np.array_equal(convcli.read(tmp_path / "alpha.png"), PIXELS)
    assert warned[0].filename == __file__
    frames = [Image.fromarray(PIXELS[:, :, channel]) for channel in range(3)]
    frames[0].save(tmp_path / "walk.gif", save_all=True, append_images=frames[1:])
    with pytest.warns(UserWarning, match="frame"):
        assert np.array_equal(convcli.read(tmp_path / "walk.gif")[:, :, 0], PIXELS[:, :, 0])


def test_an_existing_file_is_replaced_only_when_asked(tmp_path: Path) -> None:
    """The message says how, in Python's words."""
    convcli.write(PIXELS, tmp_path / "a.png")
    with pytest.raises(convcli.ConvcliError, match="exists already; use force to replace it"):
        convcli.write(PIXELS[::-1], tmp_path / "a.png")
    assert np.array_equal(convcli.read(tmp_path / "a.png"), PIXELS)
    convcli.write(PIXELS[::-1], tmp_path / "a.png", force=True)
    assert np.array_equal(convcli.read(tmp_path / "a.png"), PIXELS[::-1])


WRONG: list[tuple[Any, dict[str, Any], str]] = [
    (PIXELS, {"target": "a.xyz"}, "output: a.xyz is not allowed; .* or give format$"),
    (PIXELS, {"format": "gif2"}, "format: gif2 is not allowed"),
    (PIXELS, {"format": 3}, "format: 3 is not allowed"),
    (PIXELS.astype(float), {}, "PNG holds uint8 or uint16, not float64"),
    (np.zeros((2, 2, 5), np.uint8), {}, "PNG holds 1 or 3 channels, not 5"),
    (PIXELS, {"quality": 0}, "quality: 0 is not allowed"),
    (PIXELS, {"quality": "high"}, "quality: high is not allowed"),
    (PIXELS, {"png_level": 10}, "png_level: 10 is not allowed"),
    (PIXELS, {"target": None}, "give a path, not NoneType"),
    (None, {}, "the array has shape"),
    ([[1, 2], [3]], {}, "the array is ragged"),
]


@pytest.mark.parametrize(("pixels", "keywords", "words"), WRONG)
def test_what_cannot_be_written_is_said(tmp_path: Path, pixels: Any, keywords: dict[str, Any], words: str) -> None:
    """One message; no file."""
    target = keywords.get("target", "a.png")
    place = target if target is None else str(tmp_path / target)
    with pytest.raises(convcli.ConvcliError, match=words.replace("a.xyz", ".*a.xyz")):
        convcli.write(pixels, place, **{key: value for key, value in keywords.items() if key != "target"})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "keywords", "words"),
    [
        ("nothing.png", {}, "there is no such file"),
        (3, {}, "give a path, not int"),
        ("1 2", {"layout": "whc"}, "layout: whc is not allowed"),
        ("1 2", {"max_pixels": 0}, "max_pixels: 0 is not allowed"),
        ("1 2", {"max_pixels": "many"}, "max_pixels: many is not allowed"),
        ("sample:clock", {"max_pixels": 10}, "more than 10; max_pixels allows more"),
        ("1 2; 3", {}, "row 2 has 1 number"),
    ],
)
def test_what_cannot_be_read_is_said(source: Any, keywords: dict[str, Any], words: str) -> None:
    """In Python's words."""
    with pytest.raises(convcli.ConvcliError, match=words):
        convcli.read(source, **keywords)
