"""Animated PNG: frames by the definition, written exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import InputError, OptionError
from convcli.images.codec import Moving
from convcli.images.codecs.png.apng_writer import seconds
from convcli.images.frames import Frame
from convcli.images.picture import Picture as Given
from tests.images.codecs.gif.test_gif_frames import frames_of, seen, visible
from tests.images.moving_bytes import Picture, apng, packed, scattered, shown


def animation(seed: int, dtype: str = "u1") -> tuple[list[Picture], tuple[int, int]]:
    """Random parts of colour and alpha, half transparent too, drawn over and instead, left, cleared and restored."""
    rng = np.random.default_rng(seed)
    size = (int(rng.integers(5, 9)), int(rng.integers(9, 13)))
    top_value = np.iinfo(dtype).max
    pictures = []
    for top, left, rows, columns in scattered(rng, size, 5):
        samples = rng.integers(0, top_value + 1, (rows, columns, 4), dtype=dtype)
        samples[..., 3] = rng.choice([0, top_value, int(rng.integers(top_value // 8, top_value))], (rows, columns))
        after, over = (int(rng.integers(0, most)) for most in (3, 2))
        pictures.append(Picture(samples, left, top, after, delay=int(rng.integers(0, 99)), over=over))
    return pictures, size


@pytest.mark.parametrize("dtype", ["u1", "u2"])
@pytest.mark.parametrize("seed", range(8))
def test_frames_are_what_the_definition_gives(tmp_path: Path, seed: int, dtype: str) -> None:
    """Blending and disposal in 8 and 16 bits, pixel by pixel, with times and plays."""
    pictures, size = animation(seed, dtype)
    path = tmp_path / "a.png"
    path.write_bytes(apng(pictures, size, plays=7, depth=8 * np.dtype(dtype).itemsize))
    frames, read, _ = frames_of(path)
    assert (frames.count, frames.plays, frames.size) == (5, 7, size)
    assert [frame.ms for frame in read] == [10 * picture.delay for picture in pictures]
    for frame, canvas in zip(read, shown(pictures, size), strict=True):
        assert frame.picture.pixels.dtype == dtype
        found, exact = visible(frame), seen(canvas)
        assert np.abs(found - exact)[..., 3].max() <= 1 / np.iinfo(dtype).max
        # Rounded at each step: a colour under little cover is known to few levels.
        assert (np.abs(found - exact)[..., :3] * exact[..., 3:]).max() <= 2.5 / np.iinfo(dtype).max


def test_a_still_picture_beside_the_animation_is_left_out_and_said(tmp_path: Path) -> None:
    """Viewers of animations never show it; a time without a unit counts hundredths."""
    rng = np.random.default_rng(1)
    still, *frames = (rng.integers(0, 256, (4, 6, 4), dtype=np.uint8) | 3 for _ in range(3))
    path = tmp_path / "a.png"
    pictures = [Picture(frame, delay=25, over=0) for frame in frames]
    path.write_bytes(apng(pictures, (4, 6), still=packed(still), per_second=0))
    found, read, _ = frames_of(path)
    assert np.array_equal([visible(frame) for frame in read], [seen(canvas) for canvas in shown(pictures, (4, 6))])
    assert [frame.ms for frame in read] == [250, 250]
    assert "still picture" in found.notes[0]


@pytest.mark.parametrize(("cut", "words"), [(12, "IEND"), (40, "IEND"), (150, "announced|cut short|IEND")])
def test_a_cut_file_is_refused_or_gives_what_is_whole(tmp_path: Path, cut: int, words: str) -> None:
    """No frame is half there."""
    rng = np.random.default_rng(2)
    pictures = [Picture(rng.integers(0, 256, (6, 7, 4), dtype=np.uint8), over=0) for _ in range(4)]
    path = tmp_path / "a.png"
    path.write_bytes(apng(pictures, (6, 7))[:-cut])
    with pytest.raises(InputError, match=words):
        frames_of(path)
    _, read, notes = frames_of(path, allow_truncated=True)
    assert len(read) == {12: 4, 40: 3, 150: 3}[cut]
    assert all(np.array_equal(visible(f), seen(p.samples / 255)) for f, p in zip(read, pictures, strict=False))
    assert len(notes) == (0 if cut == 12 else 1)


def test_damaged_data_of_a_frame_name_the_frame(tmp_path: Path) -> None:
    """A byte of the second frame's data is another."""
    rng = np.random.default_rng(3)
    content = bytearray(apng([Picture(rng.integers(0, 256, (6, 7, 4), dtype=np.uint8)) for _ in range(3)], (6, 7)))
    content[content.index(b"fdAT") + 20] ^= 1
    path = tmp_path / "a.png"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.png, frame 1: .*IDAT"):
        frames_of(path)


@pytest.mark.parametrize("where", [{"left": 3}, {"top": 9}])
def test_a_frame_beyond_the_canvas_is_damage(tmp_path: Path, where: dict[str, int]) -> None:
    """PNG forbids it."""
    path = tmp_path / "a.png"
    one, two = (Picture(np.zeros((2, 3, 4), np.uint8), **place) for place in ({}, where))
    path.write_bytes(apng([one, two], (2, 5)))
    with pytest.raises(InputError, match="frame 1 does not lie on the canvas"):
        frames_of(path)


@pytest.mark.parametrize("dtype", ["u1", "u2"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("alpha", [False, True])
def test_frames_are_written_exactly(tmp_path: Path, dtype: str, channels: int, alpha: bool) -> None:
    """Grey and colour, with and without alpha, 8 and 16 bits; equal frames keep their times."""
    rng = np.random.default_rng(4)
    shape = (9, 14) if channels == 1 else (9, 14, 3)
    arrays = [rng.integers(0, np.iinfo(dtype).max, shape, dtype=dtype) for _ in range(2)]
    arrays += [arrays[1].copy(), arrays[1].copy()]
    arrays[3][3:5, 6:7] += 1
    cover = rng.integers(0, np.iinfo(dtype).max, (9, 14), dtype=dtype) if alpha else None
    pictures = [Given(array, cover) for array in arrays]
    ms = [40.0, 1000 / 30, 0.0, 90_000.0]
    path = tmp_path / "a.apng"
    moving = Moving(iter([Frame(picture, time) for picture, time in zip(pictures, ms, strict=True)]), 4, 3)
    assert images.write_frames(moving, str(path), format="png") == ()
    frames, read, _ = frames_of(path)
    assert (frames.count, frames.plays) == (4, 3)
    assert [frame.ms for frame in read] == pytest.approx(ms, rel=1e-9)
    for frame, picture in zip(read, pictures, strict=True):
        assert np.array_equal(frame.picture.pixels, picture.pixels)
        assert (frame.picture.alpha is None) == (picture.alpha is None)
        assert cover is None or np.array_equal(frame.picture.alpha, cover)


def test_pillow_reads_what_is_written(tmp_path: Path) -> None:
    """Another reader sees the same frames, times and plays."""
    rng = np.random.default_rng(5)
    arrays = [rng.integers(0, 256, (9, 14, 3), dtype=np.uint8) for _ in range(3)]
    path = tmp_path / "a.png"
    moving = Moving(iter([Frame(Given(array), 40.0 * n) for n, array in enumerate(arrays, 1)]), 3, 2)
    images.write_frames(moving, str(path), format="png")
    with Image.open(path) as image:
        assert (image.n_frames, image.info["loop"]) == (3, 2)
        for number, array in enumerate(arrays):
            image.seek(number)
            assert np.array_equal(np.asarray(image), array)
            assert image.info["duration"] == 40 * (number + 1)


def test_fewer_frames_than_announced_are_counted_at_the_end(tmp_path: Path) -> None:
    """Where a damaged frame ends the animation, the file says how many there are."""
    frames = iter([Frame(Given(np.full((2, 3), value, np.uint8)), 10.0) for value in (1, 2)])
    path = tmp_path / "a.png"
    images.write_frames(Moving(frames, 9, 0), str(path), format="png")
    assert len(frames_of(path)[1]) == 2


def test_frames_that_are_not_alike_are_refused(tmp_path: Path) -> None:
    """By both kinds; nothing is left behind."""
    frames = [Frame(Given(np.zeros(shape, np.uint8)), 10.0) for shape in ((2, 3), (2, 4))]
    with pytest.raises(OptionError, match=r"2 × 3 × 1 uint8, number 1 2 × 4 × 1 uint8; use \.tiff"):
        images.write_frames(Moving(iter(frames), 2, 0), str(tmp_path / "a.png"), format="png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ms", [0.0, 1.0, 20.0, 1000 / 24, 65_535.0, 65_536.0, 3e6, 6.5e7])
def test_times_fit_two_numbers_of_16_bits(ms: float) -> None:
    """The nearest fraction, within a thousandth of the time."""
    found = seconds(ms)
    assert max(found.numerator, found.denominator) <= 65_535
    assert float(found) * 1000 == pytest.approx(ms, rel=1e-3)
