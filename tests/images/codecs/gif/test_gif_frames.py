"""GIF: every frame as a viewer shows it, and written so that it is read back."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import InputError
from convcli.images.codec import Moving
from convcli.images.frames import Frame, Frames
from convcli.images.picture import Picture as Given
from tests.images.moving_bytes import Picture, gif, scattered, shown

PALETTE = np.random.default_rng(5).integers(0, 256, (256, 3))


def frames_of(path: Path, **options: bool) -> tuple[Frames, list[Frame], list[str]]:
    """The frames of a file, all of them read, and what was said meanwhile."""
    notes: list[str] = []
    with images.opened(str(path), **options) as given:
        frames = given.frames()
        assert frames is not None
        return frames, list(frames.read(range(frames.count), notes.append)), notes


def visible(frame: Frame) -> np.ndarray:
    """(H, W, 4) in 0..1, black where nothing is seen."""
    pixels, alpha = frame.picture.pixels, frame.picture.alpha
    top = np.iinfo(pixels.dtype).max
    colours = np.dstack([pixels] * 3) if pixels.ndim == 2 else pixels
    cover = np.ones(pixels.shape[:2]) if alpha is None else alpha / top
    return np.dstack([colours / top * (cover > 0)[..., None], cover])


def seen(canvas: np.ndarray) -> np.ndarray:
    return canvas * (canvas[..., 3:] > 0)


def animation(seed: int, *, partial: bool = False) -> tuple[list[Picture], tuple[int, int]]:
    """Random parts with every way of following one another; `partial`: the first one leaves some of the canvas free."""
    rng = np.random.default_rng(seed)
    size = (int(rng.integers(6, 11)), int(rng.integers(11, 15)))
    places = scattered(rng, size, 6)
    if partial:
        places[0] = (1, 2, 3, 5)
    pictures = [
        Picture(
            rng.integers(0, 4, (rows, columns)),
            left,
            top,
            after=int(rng.integers(0, 4)),
            delay=int(rng.integers(0, 200)),
            transparent=int(rng.integers(0, 4)) if number == 0 or rng.random() < 0.6 else None,
            palette=rng.integers(0, 256, (256, 3)) if rng.random() < 0.4 else None,
        )
        for number, (top, left, rows, columns) in enumerate(places)
    ]
    return pictures, size


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_frames_are_what_the_definition_gives(tmp_path: Path, seed: int, partial: bool) -> None:
    """Parts left, cleared and restored, own palettes, transparency: pixel by pixel, with times and plays."""
    pictures, size = animation(seed, partial=partial)
    path = tmp_path / "a.gif"
    path.write_bytes(gif(pictures, size, PALETTE, repeats=4, background=2))
    frames, read, _ = frames_of(path)
    assert (frames.count, frames.plays, frames.size) == (6, 5, size)
    assert [frame.ms for frame in read] == [10 * picture.delay for picture in pictures]
    for frame, canvas in zip(read, shown(pictures, size, PALETTE), strict=True):
        assert np.allclose(visible(frame), seen(canvas), atol=1e-9)
    assert len({frame.picture.alpha is None for frame in read}) == 1


@pytest.mark.skipif(shutil.which("convert") is None, reason="ImageMagick is not installed")
def test_frames_are_what_imagemagick_shows(tmp_path: Path) -> None:
    """`convert -coalesce`, which shares nothing with Pillow, shows the same frames."""
    for seed in range(4):
        pictures, size = animation(100 + seed)
        path = tmp_path / f"{seed}.gif"
        path.write_bytes(gif(pictures, size, PALETTE, background=2))
        wanted = ["-define", "png:color-type=6", "-depth", "8", str(tmp_path / f"{seed}-%d.png")]
        subprocess.run(["convert", str(path), "-coalesce", *wanted], check=True)
        for number, frame in enumerate(frames_of(path)[1]):
            with Image.open(tmp_path / f"{seed}-{number}.png") as other:
                assert np.allclose(visible(frame), seen(np.asarray(other.convert("RGBA")) / 255), atol=1e-9)


@pytest.mark.parametrize(("repeats", "plays"), [(None, 1), (0, 0), (1, 2), (65535, 65536)])
def test_plays_are_one_more_than_repeats(tmp_path: Path, repeats: int | None, plays: int) -> None:
    """Without a count an animation is shown once; 0 is for ever."""
    pictures = [Picture(np.full((2, 3), value)) for value in (1, 2)]
    path = tmp_path / "a.gif"
    path.write_bytes(gif(pictures, (2, 3), PALETTE, repeats=repeats))
    assert frames_of(path)[0].plays == plays


def test_a_first_picture_that_leaves_some_free_is_transparent_there(tmp_path: Path) -> None:
    """Read as a still picture too, with a note; not black, and not the background colour."""
    path = tmp_path / "a.gif"
    samples = np.arange(6).reshape(2, 3)
    path.write_bytes(gif([Picture(samples, left=1, top=2)], (5, 6), PALETTE, background=3))
    picture = images.read(str(path))
    assert picture.alpha is not None
    assert np.array_equal(np.argwhere(picture.alpha == 255), [(r, c) for r in (2, 3) for c in (1, 2, 3)])
    assert np.array_equal(picture.pixels[2:4, 1:4], PALETTE[samples])
    assert "transparent" in picture.notes[0]


def test_grey_frames_stay_grey(tmp_path: Path) -> None:
    """Where every index is its own grey, frames are (H, W), as a still GIF is."""
    greys = np.repeat(np.arange(256)[:, None], 3, axis=1)
    pictures = [Picture(np.array([[1, 200, 7]])), Picture(np.array([[9, 8, 255]]))]
    path = tmp_path / "a.gif"
    path.write_bytes(gif(pictures, (1, 3), greys))
    assert [frame.picture.pixels.tolist() for frame in frames_of(path)[1]] == [[[1, 200, 7]], [[9, 8, 255]]]


@pytest.mark.parametrize("cut", [5, 40, 100])
def test_a_damaged_frame_is_named_and_those_before_it_can_be_kept(tmp_path: Path, cut: int) -> None:
    """A file that ends within its third frame is refused, or gives two frames."""
    rng = np.random.default_rng(1)
    pictures = [Picture(rng.integers(0, 256, (9, 14))) for _ in range(3)]
    path = tmp_path / "a.gif"
    path.write_bytes(gif(pictures, (9, 14), PALETTE)[:-cut])
    with pytest.raises(InputError, match=r"frame 2.*damaged or incomplete"):
        frames_of(path)
    _, read, notes = frames_of(path, allow_truncated=True)
    assert [np.array_equal(f.picture.pixels, PALETTE[p.samples]) for f, p in zip(read, pictures, strict=False)] == [
        True
    ] * 2
    assert notes == ["frame 2 is damaged: it is left out, with those after it"]


def test_a_missing_end_mark_is_said(tmp_path: Path) -> None:
    """Whole frames without an end are read, but more may have been there."""
    path = tmp_path / "a.gif"
    path.write_bytes(gif([Picture(np.full((2, 3), v)) for v in (1, 2)], (2, 3), PALETTE, end=b""))
    frames, read, _ = frames_of(path)
    assert len(read) == 2
    assert "may be missing" in frames.notes[0]


def written(pictures: list[Given], ms: list[float], plays: int, path: Path) -> tuple[str, ...]:
    moving = Moving(iter([Frame(picture, time) for picture, time in zip(pictures, ms, strict=True)]), len(ms), plays)
    return images.write_frames(moving, str(path), format="gif")


@pytest.mark.parametrize("plays", [0, 1, 3])
def test_few_colours_times_and_plays_are_read_back_exactly(tmp_path: Path, plays: int) -> None:
    """256 colours a frame, other ones in each; equal frames stay frames; Pillow reads the same."""
    rng = np.random.default_rng(2)
    frames = [rng.integers(0, 256, (16, 16, 3), dtype=np.uint8) for _ in range(3)]
    frames.insert(2, frames[1].copy())
    frames[3][2:5, 4:9] = frames[1][0, 0]
    path, ms = tmp_path / "a.gif", [30.0, 70.0, 1000.0, 10.0]
    assert written([Given(frame) for frame in frames], ms, plays, path) == ()
    found, read, _ = frames_of(path)
    assert (found.plays, [frame.ms for frame in read]) == (plays, ms)
    assert all(np.array_equal(one.picture.pixels, other) for one, other in zip(read, frames, strict=True))
    with Image.open(path) as image:
        for number, frame in enumerate(frames):
            image.seek(number)
            assert np.array_equal(np.asarray(image.convert("RGB")), frame)
            assert image.info["duration"] == ms[number]


def test_transparency_is_kept_and_no_frame_shows_through_another(tmp_path: Path) -> None:
    """What is transparent in one frame shows nothing of the one before."""
    rng = np.random.default_rng(3)
    pictures = []
    for _ in range(3):
        alpha = rng.choice([0, 255], (7, 9)).astype(np.uint8)
        pictures.append(Given(rng.integers(0, 256, (7, 9, 3), dtype=np.uint8), alpha))
    pictures.append(replace(pictures[2], alpha=pictures[2].alpha.copy()))
    pictures[3].alpha[3, 4] ^= 255
    path = tmp_path / "a.gif"
    assert written(pictures, [100.0] * 4, 0, path) == ()
    for frame, picture in zip(frames_of(path)[1], pictures, strict=True):
        assert np.allclose(visible(frame), visible(Frame(picture)), atol=1e-9)


def test_what_gif_cannot_hold_is_said(tmp_path: Path) -> None:
    """More colours, half transparency, times between hundredths: a note each; colours become near ones."""
    ramp = np.stack(np.meshgrid(np.arange(0, 250, 3), np.arange(0, 250, 3)), axis=-1).astype(np.uint8)
    colours = np.dstack([ramp, ramp[..., :1] // 2])
    alpha = np.full(colours.shape[:2], 255, np.uint8)
    alpha[:4], alpha[4:9] = 127, 128
    path = tmp_path / "a.gif"
    notes = written([Given(colours, alpha), Given(colours[::-1].copy(), alpha)], [33.0, 34.0], 0, path)
    assert [any(word in note for note in notes) for word in ("256 colours", "half transparency", "1/100 s")] == [
        True
    ] * 3
    read = frames_of(path)[1]
    assert sum(frame.ms or 0 for frame in read) == 70
    assert read[0].picture.alpha is not None
    assert np.array_equal(read[0].picture.alpha == 255, alpha >= 128)
    near = np.abs(read[0].picture.pixels[4:].astype(int) - colours[4:])
    assert near.mean() < 8


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (40, 1), (3, 5, 3)])
def test_a_still_gif_is_written_exactly(tmp_path: Path, shape: tuple[int, ...]) -> None:
    """Grey, and colours that are few; without a repeat count."""
    pixels = np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)
    path = tmp_path / "a.gif"
    assert images.write(Given(pixels), str(path)) == ()
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image.convert("RGB" if len(shape) == 3 else "L")), pixels)
        assert not getattr(image, "is_animated", False)
    assert b"NETSCAPE" not in path.read_bytes()


def test_a_stream_that_cannot_seek_takes_an_animation(tmp_path: Path) -> None:
    """As bytes they are the same as in a file."""
    pictures = [Given(np.full((3, 4), value, np.uint8)) for value in (10, 200)]
    stream = io.BytesIO()
    from convcli.images.codecs.gif.writer import write

    write(Moving(iter([Frame(picture, 50.0) for picture in pictures]), 2, 0), stream)
    written(pictures, [50.0, 50.0], 0, tmp_path / "a.gif")
    assert (tmp_path / "a.gif").read_bytes() == stream.getvalue()
