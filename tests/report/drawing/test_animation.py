"""Animations read back frame by frame."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli.errors import UnknownNameError
from convcli.report.drawing.animation import encode_animation
from convcli.report.drawing.canvas import Canvas
from convcli.report.drawing.raster import rasterized

RNG = np.random.default_rng(3)


def _walk(count: int) -> list[np.ndarray]:
    frames = []
    for step in range(count):
        canvas = Canvas(120, 60)
        canvas.text(4, 4, f"step {step}", size=16)
        canvas.rectangle(10 + 8 * step, 30, 20, 20, fill=(255, 226, 156), outline=(176, 112, 0))
        frames.append(rasterized(canvas.finished()))
    return frames


def _read(encoded: bytes) -> tuple[list[np.ndarray], list[Any], Any]:
    with Image.open(io.BytesIO(encoded)) as image:
        frames, times = [], []
        for index in range(image.n_frames):  # type: ignore[attr-defined]
            image.seek(index)
            frames.append(np.array(image.convert("RGB")))
            times.append(image.info.get("duration"))
        return frames, times, image.info.get("loop")


@pytest.mark.parametrize("format", ["webp", "apng"])
def test_lossless_formats_give_every_frame_back(format: str) -> None:
    """WebP and APNG hold the very pixels, in order."""
    frames = _walk(5)
    for seen, given in zip(_read(encode_animation(frames, format))[0], frames, strict=True):
        np.testing.assert_array_equal(seen, given)


def test_a_gif_of_a_drawing_keeps_its_flat_colours_exactly() -> None:
    """Grounds and rules are exact, the rims of letters nearly, and nothing is dithered."""
    frames = _walk(5)
    seen, times, loop = _read(encode_animation(frames, "gif", ms=250))
    assert times == [250] * 5
    assert loop == 0
    for got, given in zip(seen, frames, strict=True):
        np.testing.assert_array_equal(got[26:], given[26:])
        assert np.abs(got.astype(int) - given).max() <= 40


def test_a_gif_of_greys_is_exact() -> None:
    """Up to 255 colours are kept as they are."""
    frames = [np.tile(np.arange(250, dtype=np.uint8), (9, 1)), RNG.integers(0, 250, (9, 250), dtype=np.uint8)]
    for got, given in zip(_read(encode_animation(frames, "gif"))[0], frames, strict=True):
        np.testing.assert_array_equal(got, given[..., np.newaxis].repeat(3, axis=2))


def test_a_gif_of_photographs_is_near() -> None:
    """A smooth picture in thousands of colours comes back within a few levels on average."""
    y, x = np.mgrid[:90, :120]
    photo = np.stack([x * 2, y * 2, (x + y) % 256], axis=2).astype(np.uint8)
    seen = _read(encode_animation([photo, photo[::-1]], "gif"))[0]
    assert np.abs(seen[1].astype(int) - photo[::-1]).mean() < 8


def test_what_does_not_move_costs_little() -> None:
    """Beside a full page of figures that stays, each further frame of a walk is a small part of the first."""
    page = np.kron(RNG.integers(0, 2, (60, 120)), np.ones((2, 2))).astype(np.uint8)[..., np.newaxis] * np.uint8(255)
    frames = [np.concatenate([page.repeat(3, axis=2), np.repeat(f, 2, 1)]) for f in _walk(9)]
    one, many = (len(encode_animation(frames[:n], "gif")) for n in (1, 9))
    assert many - one < 8 * 0.35 * one


def test_playing_once_and_times_of_their_own() -> None:
    """loop=False is recorded, and each frame may have its own time."""
    for format, forever, once in (("gif", 0, None), ("webp", 0, 1), ("apng", 0, 1)):
        assert _read(encode_animation(_walk(3), format))[2] == forever
        _, times, loop = _read(encode_animation(_walk(3), format, ms=[100, 200, 900], loop=False))
        assert loop == once
        assert times == [100, 200, 900]


def test_unknown_formats_are_named() -> None:
    """mp4 is refused with the choices."""
    with pytest.raises(UnknownNameError, match="gif, webp, apng"):
        encode_animation(_walk(1), "mp4")


@pytest.mark.parametrize("frames", [[], [np.zeros((2, 2), np.uint8), np.zeros((2, 3), np.uint8)]])
def test_frames_must_be_of_one_size(frames: list[np.ndarray]) -> None:
    """No frames, or frames of two sizes, are a fault of ours."""
    with pytest.raises(ValueError, match="one size"):
        encode_animation(frames, "gif")
    with pytest.raises(ValueError, match="a time for each"):
        encode_animation(_walk(2), "gif", ms=[100])


@pytest.mark.parametrize("format", ["gif", "webp", "apng"])
def test_white_is_white_around_photographs(format: str) -> None:
    """A page with a bright photograph of thousands of colours: its ground, and a rule's grey, are exact."""
    frames = []
    for _ in range(4):
        page = np.full((80, 200, 3), 255, np.uint8)
        page[10:70, 10:130] = 255 - RNG.exponential(9, (60, 120, 3)).clip(0, 60).astype(np.uint8)
        page[:, 150:156] = (154, 165, 177)
        frames.append(page)
    for got, given in zip(_read(encode_animation(frames, format))[0], frames, strict=True):
        np.testing.assert_array_equal(got[:, 131:], given[:, 131:])
        np.testing.assert_array_equal(got[:10], given[:10])
        assert np.abs(got.astype(int) - given).mean() < 4
