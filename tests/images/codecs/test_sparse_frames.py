"""Films of drawings as animated PNG and WebP: what does not change is transparent, and every frame comes back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.core.arrays import Bytes
from convcli.images.codec import Moving
from convcli.images.frames import Frame
from convcli.images.picture import Picture

RNG = np.random.default_rng(8)


def film(channels: int) -> list[Bytes]:
    """A noisy page that stays, and two squares far apart that move and change; one frame is like that before."""
    page = RNG.integers(0, 256, (60, 80, channels), dtype=np.uint8)
    frames = []
    for step in range(5):
        shown = page.copy()
        shown[2 + step : 6 + step, 3:7] = 255
        shown[50:56, 60 + step : 66 + step] = step
        frames.append(shown)
    return [*frames, frames[-1], page]


def written(path: Path, frames: list[Bytes], *, sparse: bool) -> int:
    moving = Moving((Frame(Picture(frame), 70) for frame in frames), len(frames), sparse=sparse)
    images.write_frames(moving, str(path), format=images.format_of(str(path)), quality=100, force=True)
    return path.stat().st_size


@pytest.mark.parametrize("suffix", ["apng", "webp"])
@pytest.mark.parametrize("channels", [1, 3])
def test_sparse_frames_come_back_exactly_and_take_less(tmp_path: Path, suffix: str, channels: int) -> None:
    """Pillow, which draws each over the one before, and our own reader see every pixel; the file is less than half."""
    frames, path = film(channels), tmp_path / f"film.{suffix}"
    assert written(tmp_path / f"whole.{suffix}", frames, sparse=False) > 2 * written(path, frames, sparse=True)
    with Image.open(path) as opened:
        assert opened.n_frames == len(frames)  # type: ignore[attr-defined]
        for number, frame in enumerate(frames):
            opened.seek(number)
            assert np.array_equal(np.asarray(opened.convert("RGB")), np.broadcast_to(frame, (60, 80, 3)))
    last = images.read(str(path)).pixels
    assert np.array_equal(np.broadcast_to(np.atleast_3d(last), (60, 80, 3)), np.broadcast_to(frames[0], (60, 80, 3)))


def test_a_gif_of_such_frames_is_what_it_was(tmp_path: Path) -> None:
    """GIF has no use for it, and says the same bytes."""
    frames = film(1)
    written(tmp_path / "one.gif", frames, sparse=False)
    written(tmp_path / "two.gif", frames, sparse=True)
    assert (tmp_path / "one.gif").read_bytes() == (tmp_path / "two.gif").read_bytes()
