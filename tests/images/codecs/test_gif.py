"""GIF: the first frame, and what is around it."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images

PALETTE = np.array([[10, 20, 30], [200, 100, 50], [7, 8, 9], [250, 240, 230]], np.uint8)
INDICES = np.array([[1, 2, 3], [3, 2, 1]], np.uint8)
SCREEN = (6, 7)


def gif(screen: tuple[int, int], top: int, left: int, **options: int) -> bytes:
    """A frame of 2 x 3 pixels that stands on a screen of another size."""
    image = Image.frombytes("P", (3, 2), INDICES.tobytes())
    image.putpalette(PALETTE.tobytes())
    stream = io.BytesIO()
    image.save(stream, "GIF", optimize=False, **options)
    content = bytearray(stream.getvalue())
    struct.pack_into("<HH", content, 6, screen[1], screen[0])
    colours = 3 * (2 << (content[10] & 7)) if content[10] & 128 else 0
    frame = content.index(b",\0\0\0\0\3\0\2\0", 13 + colours)
    struct.pack_into("<HH", content, frame + 1, left, top)
    return bytes(content)


@pytest.mark.parametrize(
    ("top", "left", "screen"),
    [(1, 2, (6, 7)), (0, 0, (6, 7)), (4, 4, (6, 7)), (0, 0, (2, 4)), (0, 0, (3, 3)), (0, 1, (2, 4)), (1, 0, (3, 3))],
)
def test_where_the_frame_does_not_reach_is_transparent(
    tmp_path: Path, top: int, left: int, screen: tuple[int, int]
) -> None:
    """Alpha is 255 on the frame and 0 around it, and a note says how much of the screen it covers."""
    (tmp_path / "p.gif").write_bytes(gif(screen, top, left))
    picture = images.read(str(tmp_path / "p.gif"))
    alpha = np.zeros(screen, np.uint8)
    alpha[top : top + 2, left : left + 3] = 255
    assert picture.alpha is not None
    assert np.array_equal(picture.alpha, alpha)
    assert np.array_equal(picture.pixels[top : top + 2, left : left + 3], PALETTE[INDICES])
    assert picture.notes == (f"its frame covers 2 × 3 of {screen[0]} × {screen[1]} pixels; the rest is transparent",)
    assert images.shape_of(str(tmp_path / "p.gif")) == (*screen, 3)


def test_a_frame_that_covers_the_screen_has_no_alpha(tmp_path: Path) -> None:
    """Nothing is added and nothing said; a transparent colour stays what it was."""
    (tmp_path / "p.gif").write_bytes(gif((2, 3), 0, 0))
    picture = images.read(str(tmp_path / "p.gif"))
    assert picture.alpha is None
    assert picture.notes == ()
    (tmp_path / "q.gif").write_bytes(gif((2, 3), 0, 0, transparency=2))
    assert images.read(str(tmp_path / "q.gif")).alpha.tolist() == [[255, 0, 255]] * 2  # type: ignore[union-attr]


def test_transparent_colours_of_a_small_frame_stay_transparent(tmp_path: Path) -> None:
    """Of the frame itself the transparent colour's pixels, of the rest everything."""
    (tmp_path / "p.gif").write_bytes(gif(SCREEN, 1, 2, transparency=2))
    alpha = np.zeros(SCREEN, np.uint8)
    alpha[1:3, 2:5] = [255, 0, 255]
    picture = images.read(str(tmp_path / "p.gif"))
    assert np.array_equal(picture.alpha, alpha)  # type: ignore[arg-type]
