"""A photograph decoded while the command is still being imported: the same picture, or left alone."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.images.pillow import head_start
from convcli.images.pillow.in_place import Decoded

RNG = np.random.default_rng(5)


@pytest.fixture
def photograph(tmp_path: Path) -> str:
    """A JPEG that is not the same upside down, with EXIF that turns it."""
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(RNG.integers(0, 256, (37, 53, 3), dtype=np.uint8)).save(path, quality=95, exif=exif)
    return str(path)


@pytest.fixture(autouse=True)
def nothing_under_way() -> Iterator[None]:
    """Each test begins with none, and leaves none behind."""
    head_start.taken(io.BytesIO())
    yield
    head_start.taken(io.BytesIO())


def begun(*words: str) -> str | None:
    """The file that a command line starts to decode."""
    return head_start.begin(words)


def taken(path: str) -> Decoded | None:
    """What was decoded of a file, for whoever asks first."""
    with open(path, "rb") as stream:
        return head_start.taken(stream)


def test_the_picture_is_the_same_with_and_without(photograph: str) -> None:
    """Samples, orientation and notes; and it is used once only."""
    plain = images.read(photograph)
    assert begun(photograph, "-k", "box") == photograph
    ahead = images.read(photograph)
    assert taken(photograph) is None
    again = images.read(photograph)
    assert ahead.pixels.shape == (53, 37, 3)  # upright
    assert np.array_equal(ahead.pixels, plain.pixels)
    assert np.array_equal(again.pixels, plain.pixels)
    assert ahead.notes == plain.notes


def test_outputs_and_options_are_not_begun(photograph: str, tmp_path: Path) -> None:
    """One JPEG that is no output; of two nobody knows which is meant."""
    other = tmp_path / "other.jpg"
    other.write_bytes(Path(photograph).read_bytes())
    text = tmp_path / "text.jpg"
    text.write_text("not a picture")
    assert begun("-o", photograph) is None
    assert begun("--output", photograph) is None
    assert begun(photograph, str(other)) is None
    assert begun(str(text), str(tmp_path), str(tmp_path / "none.jpg"), "bad\0name") is None
    assert begun() is None
    assert taken(photograph) is None
    assert begun("-o", str(other), photograph, "--force") == photograph
    made = taken(photograph)
    assert made is not None
    assert made.image.size == (53, 37)  # as it is stored


def test_other_commands_start_without_it(photograph: str) -> None:
    """Only apply is held up by decoding a photograph."""
    code = (
        "import sys; from convcli.__main__ import main\n"
        "try: main()\n"
        "finally: print('convcli.images.pillow.head_start' in sys.modules, file=sys.stderr)"
    )
    for words, expected in (["flip", photograph], "False"), (["apply", photograph, "-k", "box", "-o", "-"], "True"):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True)
        assert done.stderr.decode().splitlines()[-1] == expected


def test_a_pipe_is_not_read_ahead(tmp_path: Path) -> None:
    """It could be read only once."""
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    assert begun(str(pipe)) is None


def test_another_file_does_not_get_the_picture(photograph: str, tmp_path: Path) -> None:
    """Nor the same name with another content."""
    other = tmp_path / "other.jpg"
    Image.fromarray(np.full((8, 9, 3), 200, np.uint8)).save(other)
    begun(photograph)
    assert images.read(str(other)).pixels.shape == (8, 9, 3)
    begun(photograph)
    for thread in threading.enumerate():
        if thread.name == head_start.THREAD:
            thread.join()
    os.replace(other, photograph)
    assert images.read(photograph).pixels.shape == (8, 9, 3)


def test_a_damaged_file_is_reported_as_ever(photograph: str) -> None:
    """The thread says nothing; whoever reads the file does."""
    content = Path(photograph).read_bytes()
    Path(photograph).write_bytes(content[: len(content) // 2])
    with pytest.raises(images_error()) as plain:
        images.read(photograph)
    begun(photograph)
    with pytest.raises(images_error()) as ahead:
        images.read(photograph)
    assert str(ahead.value) == str(plain.value)
    begun(photograph)
    lenient = images.read(photograph, allow_truncated=True)
    assert lenient.pixels.shape == (53, 37, 3)


def images_error() -> type[Exception]:
    """What reading raises."""
    from convcli.errors import InputError

    return InputError


def test_a_smaller_limit_still_holds(photograph: str) -> None:
    """The size is checked by whoever reads, too."""
    begun(photograph)
    with pytest.raises(images_error(), match="1,961"):
        images.read(photograph, max_pixels=1000)


def test_the_command_begins_before_numpy_is_imported(photograph: str, tmp_path: Path) -> None:
    """A whole command line, in a process of its own; and a mistake in it is not held up."""
    code = (
        "import sys; from convcli.images.pillow import head_start as h; begin = h.begin;"
        "h.begin = lambda words: print(begin(words), 'numpy' in sys.modules);"
        "from convcli.__main__ import main; main()"
    )
    words = ["apply", photograph, "-k", "box", "-q", "-o", str(tmp_path / "out.png")]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{photograph} False\n", "")
    with Image.open(tmp_path / "out.png") as made:
        assert made.size == (37, 53)
    done = subprocess.run([sys.executable, "-c", code, *words, "--nonsense"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "apply has no option --nonsense" in done.stderr


def test_decoding_goes_on_beside_other_threads(photograph: str) -> None:
    """Pillow is handed the file in large blocks: between blocks it would wait for the interpreter's lock."""
    from convcli.images.pillow.opening import DECODED_AT_ONCE, open_image

    with open(photograph, "rb") as stream:
        assert open_image(stream, "JPEG").decodermaxblock == DECODED_AT_ONCE >= 1 << 20
