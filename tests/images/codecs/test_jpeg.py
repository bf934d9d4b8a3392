"""JPEG files: written from either layout, whole or not at all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import OutputError
from convcli.images.pillow import encoding

RNG = np.random.default_rng(6)
COLOUR = RNG.integers(0, 256, (31, 43, 3), dtype=np.uint8)


def padded(pixels: Any) -> Any:
    """The same colours with a spare byte after each pixel."""
    memory = np.full((*pixels.shape[:2], 1, 4), 99, np.uint8)
    memory[:, :, 0, :3] = pixels
    return memory[..., :3].reshape(pixels.shape)


def encoded(pixels: Any) -> bytes:
    """The file as bytes."""
    stream = io.BytesIO()
    images.encode(images.Picture(pixels), stream, "jpeg")
    return stream.getvalue()


def test_a_spare_byte_in_memory_changes_no_byte_of_the_file() -> None:
    """The encoder is handed the memory as it is, and the file is the same."""
    plain, spaced = encoded(COLOUR), encoded(padded(COLOUR))
    assert plain == spaced
    with Image.open(io.BytesIO(spaced)) as made:
        assert made.mode == "RGB"
        assert np.abs(np.asarray(made).astype(int) - COLOUR).mean() < 12


def test_only_such_memory_is_taken_for_it() -> None:
    """Not a crop, not every second pixel, not 16 bits, not a picture of its own."""
    spaced = padded(COLOUR)
    assert encoding.image_of(images.Picture(spaced)).mode == "RGBX"
    for other in (COLOUR, spaced[:, 1:], spaced[1:], spaced[:, ::2], spaced[:, :, ::-1]):
        assert encoding.image_of(images.Picture(other)).mode == "RGB"
        assert encoded(other) == encoded(np.ascontiguousarray(other))
    deep = images.Picture(spaced.astype(np.uint16)[:, :, 0])
    assert encoding.image_of(deep).mode == "I;16"


def test_the_file_is_what_pillow_writes_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """With and without a file in memory."""
    usual = encoded(COLOUR)
    expected = io.BytesIO()
    Image.fromarray(COLOUR).save(expected, "JPEG", quality=90, subsampling=0)
    assert usual == expected.getvalue()
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert encoded(COLOUR) == usual


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs files in memory")
def test_pillow_is_given_a_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    """To a descriptor it encodes without the interpreter's lock, so that other threads go on meanwhile."""
    save, given = Image.Image.save, []

    def noting(image: Any, file: Any, **options: Any) -> None:
        given.append((file.fileno(), file.name))
        save(image, file, **options)

    monkeypatch.setattr(Image.Image, "save", noting)
    assert encoded(COLOUR).endswith(b"\xff\xd9")
    ((descriptor, name),) = given
    assert descriptor > 2
    assert name == "picture.jpeg"  # by which Pillow finds the plugin


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="needs files in memory")
def test_a_short_write_that_pillow_overlooks_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The content must end as a JPEG ends."""
    create = os.memfd_create

    def cut_short(name: str) -> int:
        descriptor = create(name)
        monkeypatch.setattr(Image.Image, "save", lambda self, file, **options: file.write(b"\xff\xd8 the beginning"))
        return descriptor

    monkeypatch.setattr(os, "memfd_create", cut_short)
    with pytest.raises(OutputError, match="space"):
        images.write(images.Picture(COLOUR), str(tmp_path / "out.jpg"))
    assert list(tmp_path.iterdir()) == []
