"""PNG compression: what was asked for, or the better of two quick ways."""

from __future__ import annotations

import io
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.images.codecs.png.squeeze import REPETITIONS, RUNS, squeeze_for

RNG = np.random.default_rng(7)


def length(pixels: Any, level: int | None = None) -> int:
    """Bytes of the file, whose pixels are those that went in."""
    stream = io.BytesIO()
    images.encode(images.Picture(pixels), stream, "png", png_level=level)
    stream.seek(0)
    with Image.open(stream) as made:
        if pixels.dtype == np.uint8:
            assert np.array_equal(np.asarray(made), pixels)
    return len(stream.getvalue())


@pytest.mark.parametrize("name", ["camera", "chelsea", "clock", "coffee", "text"])
def test_a_photograph_gets_smaller_than_at_level_two(name: str) -> None:
    """By runs of equal bytes alone, which is faster too; level 9 finds a little more."""
    pixels = images.read(f"sample:{name}").pixels
    assert squeeze_for(images.Picture(pixels), None) == RUNS
    assert length(pixels) < 0.97 * length(pixels, 2)
    assert length(pixels, 9) < length(pixels, 0)


def test_what_repeats_itself_is_looked_for() -> None:
    """A pattern again and again, as lettering and drawings have it."""
    pattern = np.tile(RNG.integers(0, 256, (16, 16, 3), dtype=np.uint8), (20, 30, 1))
    assert squeeze_for(images.Picture(pattern), None) == REPETITIONS
    assert length(pattern) == length(pattern, 2)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2, 3), (1, 1, 3), (300, 2)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_pictures_too_small_for_a_sample_are_written(shape: tuple[int, ...], dtype: Any) -> None:
    """One row, one column, one pixel."""
    assert length(RNG.integers(0, 200, shape).astype(dtype)) > 40


def test_a_level_is_taken_as_it_is() -> None:
    """zlib's own levels; 0 stores the bytes."""
    pixels = RNG.integers(0, 256, (30, 40, 3), dtype=np.uint8)
    assert squeeze_for(images.Picture(pixels), 7) == (7, zlib.Z_DEFAULT_STRATEGY)
    assert length(pixels, 0) > pixels.nbytes


def test_sixteen_bits_in_colour_are_squeezed_in_the_same_way() -> None:
    """They are written by another writer."""
    smooth = np.add.outer(np.arange(200), np.arange(300)).astype(np.uint16)
    colour = np.dstack([smooth * 90, smooth * 31, smooth * 7]) + RNG.integers(0, 50, (200, 300, 3), dtype=np.uint16)
    assert length(colour) <= length(colour, 2)
    stream = io.BytesIO()
    images.encode(images.Picture(colour), stream, "png")
    stream.seek(0)
    assert np.array_equal(images.read("-", stdin=stream).pixels, colour)
