"""TIFF of several pages: each by itself, or the maps of one picture."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import OutputError
from convcli.images.codec import Moving
from convcli.images.frames import Frame
from convcli.images.picture import Picture as Given
from tests.images.codecs.gif.test_gif_frames import frames_of

tifffile = pytest.importorskip("tifffile")
RNG = np.random.default_rng(8)


def colour(rows: int, columns: int) -> np.ndarray:
    return RNG.integers(0, 256, (rows, columns, 3), dtype=np.uint8)


def stored(path: Path, pages: list[np.ndarray], **options: object) -> Path:
    with tifffile.TiffWriter(path, **options) as file:
        for page in pages:
            file.write(page, photometric="rgb" if page.ndim == 3 else "minisblack", metadata=None)
    return path


@pytest.mark.parametrize("options", [{}, {"byteorder": ">"}, {"bigtiff": True}])
def test_colour_pages_are_pictures_of_their_own(tmp_path: Path, options: dict[str, object]) -> None:
    """In either byte order and both kinds of file; their sizes may differ."""
    pages = [colour(5, 7), colour(4, 9), RNG.integers(0, 256, (3, 2), dtype=np.uint8)]
    frames, read, _ = frames_of(stored(tmp_path / "a.tif", pages, **options))
    assert (frames.count, frames.noun, frames.together, frames.size) == (3, "page", False, (5, 7))
    assert all(np.array_equal(frame.picture.pixels, page) for frame, page in zip(read, pages, strict=True))
    assert [frame.ms for frame in read] == [None] * 3


def test_grey_pages_of_one_kind_are_maps_together(tmp_path: Path) -> None:
    """They are one picture, and pages only where that is asked for."""
    pages = [RNG.integers(0, 256, (4, 6), dtype=np.uint8) for _ in range(3)]
    frames, read, _ = frames_of(stored(tmp_path / "a.tif", pages))
    assert frames.together
    assert all(np.array_equal(frame.picture.pixels, page) for frame, page in zip(read, pages, strict=True))
    assert np.array_equal(images.read(str(tmp_path / "a.tif")).pixels, np.dstack(pages))


def test_smaller_copies_are_no_pages(tmp_path: Path) -> None:
    """A pyramid is one picture; beside two pictures its copies are left out, and said."""
    path = tmp_path / "a.tif"
    pages = [colour(8, 6), colour(4, 3), colour(5, 5)]
    for count, expected in ((2, None), (3, 2)):
        with tifffile.TiffWriter(path) as file:
            for page, kind in zip(pages[:count], (0, 1, 0), strict=False):
                file.write(page, photometric="rgb", metadata=None, subfiletype=kind)
        with images.opened(str(path)) as given:
            found = given.frames()
            assert (found and found.count) == expected
    assert found is not None
    assert found.notes == ("smaller copies and masks are left out: 1 of 3 pages",)
    assert np.array_equal(frames_of(path)[1][1].picture.pixels, pages[2])


def test_pages_are_written_one_after_the_other(tmp_path: Path) -> None:
    """Grey, colour, alpha, 16 bits and floats, of any sizes; tifffile reads them back."""
    pages = [
        Given(colour(5, 7)),
        Given(RNG.integers(0, 65536, (3, 4), dtype=np.uint16)),
        Given(colour(2, 9), RNG.integers(0, 256, (2, 9), dtype=np.uint8)),
        Given(RNG.random((4, 4)).astype(np.float32)),
    ]
    path = tmp_path / "a.tif"
    assert images.write_frames(Moving(iter([Frame(page) for page in pages]), 4), str(path), format="tiff") == ()
    with tifffile.TiffFile(path) as file:
        read = [page.asarray() for page in file.pages]
    expected = [p.pixels if p.alpha is None else np.dstack([p.pixels, p.alpha]) for p in pages]
    assert all(np.array_equal(one, other) for one, other in zip(read, expected, strict=True))


def test_a_damaged_page_can_be_left_out(tmp_path: Path) -> None:
    """With those after it."""
    stream = io.BytesIO()
    pages = [Image.fromarray(colour(30, 40)) for _ in range(3)]
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    path = tmp_path / "a.tif"
    content = bytearray(stream.getvalue())
    with tifffile.TiffFile(io.BytesIO(bytes(content))) as file:
        start = file.pages[1].dataoffsets[0]
    content[start : start + 400] = b"\xff" * 400
    path.write_bytes(content)
    _, read, notes = frames_of(path, allow_truncated=True)
    assert [np.array_equal(frame.picture.pixels, np.asarray(pages[0])) for frame in read] == [True]
    assert notes == ["page 1 is damaged: it is left out, with those after it"]


def test_pages_beyond_what_offsets_reach_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message, and no file: each page fits, all together do not."""
    monkeypatch.setattr("convcli.images.codecs.tiff.writer.LAST_OFFSET", 5000)
    pages = (Frame(Given(colour(30, 40))) for _ in range(3))
    with pytest.raises(OutputError, match="cannot be written: File too large"):
        images.write_frames(Moving(pages, 3), str(tmp_path / "a.tif"), format="tiff")
    assert list(tmp_path.iterdir()) == []
