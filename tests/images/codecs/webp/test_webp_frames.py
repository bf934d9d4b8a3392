"""Animated WebP: frames as libwebp itself shows them, written so that it reads them back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import InputError
from convcli.images.codec import Moving
from convcli.images.frames import Frame
from convcli.images.picture import Picture as Given
from tests.images.codecs.gif.test_gif_frames import frames_of, seen, visible
from tests.images.moving_bytes import Picture, scattered, webp


def animation(seed: int) -> tuple[list[Picture], tuple[int, int]]:
    """Random parts of colour and alpha on even places, drawn over and instead, left and cleared."""
    rng = np.random.default_rng(seed)
    size = (int(rng.integers(5, 9)), int(rng.integers(9, 13)))
    pictures = []
    for top, left, rows, columns in scattered(rng, size, 5, step=2):
        samples = rng.integers(0, 256, (rows, columns, 4), dtype=np.uint8)
        samples[..., 3] = rng.choice([0, 255, int(rng.integers(60, 255))], (rows, columns))
        after, over = (int(rng.integers(0, 2)) for _ in range(2))
        pictures.append(Picture(samples, left, top, after, delay=int(rng.integers(1, 99)), over=over))
    return pictures, size


@pytest.mark.parametrize("seed", range(10))
def test_frames_are_what_libwebp_shows(tmp_path: Path, seed: int) -> None:
    """Its own decoder of animations draws the same canvas, within its rounding; times and plays too."""
    pictures, size = animation(seed)
    path = tmp_path / "a.webp"
    path.write_bytes(webp(pictures, size, plays=4))
    frames, read, _ = frames_of(path)
    assert (frames.count, frames.plays, frames.size) == (5, 4, size)
    assert [frame.ms for frame in read] == [10 * picture.delay for picture in pictures]
    with Image.open(path) as image:
        for number, frame in enumerate(read):
            image.seek(number)
            other = seen(np.asarray(image.convert("RGBA")) / 255)
            assert np.abs(visible(frame) - other).max() <= 3 / 255


def test_a_cut_file_is_refused_or_gives_what_is_whole(tmp_path: Path) -> None:
    """The frames before the cut are whole."""
    pictures, size = animation(1)
    whole = webp(pictures, size)
    path = tmp_path / "a.webp"
    path.write_bytes(whole[:-20])
    with pytest.raises(InputError, match="cut short"):
        frames_of(path)
    frames, read, _ = frames_of(path, allow_truncated=True)
    assert len(read) == 4
    assert frames.notes == ("it is cut short",)


@pytest.mark.parametrize("length", [13, 21, 25, 29, 31, 60])
def test_a_file_that_ends_within_its_header_is_refused(tmp_path: Path, length: int) -> None:
    """Whatever of it is there, and leniently too: there is no picture yet."""
    pictures, size = animation(1)
    path = tmp_path / "a.webp"
    path.write_bytes(webp(pictures, size)[:length])
    for lenient in (False, True):
        with pytest.raises(InputError, match="WebP"):
            frames_or_picture(path, lenient=lenient)


def frames_or_picture(path: Path, *, lenient: bool) -> object:
    with images.opened(str(path), allow_truncated=lenient) as given:
        return given.frames() or given.picture()


def test_frames_that_are_written_lossless_are_exact(tmp_path: Path) -> None:
    """At quality 100, with alpha; equal frames stay frames; libwebp reads the same."""
    rng = np.random.default_rng(2)
    arrays = [rng.integers(0, 256, (9, 15, 3), dtype=np.uint8) for _ in range(2)]
    arrays += [arrays[1].copy(), arrays[1].copy()]
    arrays[3][5:7, 9:10] += 1
    cover = rng.integers(1, 256, (9, 15), dtype=np.uint8)
    path, ms = tmp_path / "a.webp", [40.0, 33.0, 7.0, 16_777_215.0]
    moving = Moving(iter([Frame(Given(a, cover), t) for a, t in zip(arrays, ms, strict=True)]), 4, 3)
    assert images.write_frames(moving, str(path), format="webp", quality=100) == ()
    frames, read, _ = frames_of(path)
    assert (frames.plays, [frame.ms for frame in read]) == (3, ms)
    with Image.open(path) as image:
        assert (image.n_frames, image.info["loop"]) == (4, 3)
        for number, array in enumerate(arrays):
            image.seek(number)
            assert np.array_equal(np.asarray(image), np.dstack([array, cover]))
            assert np.array_equal(read[number].picture.pixels, array)
            assert np.array_equal(read[number].picture.alpha, cover)


def test_a_lossy_animation_is_near_and_times_between_are_said(tmp_path: Path) -> None:
    """What does not change from frame to frame stays as it was."""
    smooth = np.add.outer(np.arange(40), 2 * np.arange(60)).astype(np.uint8)
    arrays = [np.dstack([smooth, smooth // 2, 200 - smooth // 3]) for _ in range(3)]
    arrays[1][10:20, 30:40] = (250, 20, 10)
    path = tmp_path / "a.webp"
    moving = Moving(iter([Frame(Given(array), 1000 / 30) for array in arrays]), 3, 0)
    assert images.write_frames(moving, str(path), format="webp", quality=95) == (
        "WebP counts times in whole milliseconds; some are rounded",
    )
    for frame, array in zip(frames_of(path)[1], arrays, strict=True):
        assert frame.ms == 33
        assert np.abs(frame.picture.pixels.astype(int) - array).mean() < 3
