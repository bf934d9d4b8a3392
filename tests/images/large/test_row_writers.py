"""Writers by rows: the bytes of a file that is written whole; BigTIFF as others read it; nothing half-written."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convcli import images, lazy
from convcli.core.arrays import Array
from convcli.errors import OptionError, OutputError
from convcli.images.large import tiff_strips
from convcli.images.large.by_rows import Shape
from convcli.images.large.large_formats import Order, writer_for
from convcli.images.picture import Comment, Metadata, Picture

HEIGHT, WIDTH = 37, 23
SAID = Metadata(dpi=(72.0, 36.0), comments=(Comment("Title", "walls"), Comment("Comment", "of slate")))
RNG = np.random.default_rng(21)


def order(target: Path, pixels: Array, **more: Any) -> Order:
    shape = Shape(HEIGHT, WIDTH, pixels.shape[2] if pixels.ndim == 3 else 0, pixels.dtype)
    return Order(str(target), shape, SAID, range=(float(pixels.min()), float(pixels.max())), **more)


def written(target: Path, pixels: Array, **more: Any) -> tuple[str, ...]:
    """Write a few rows at a time, in memory that is used again."""
    row = writer_for(str(target), None, tile=False, pyramid=False, resume=False)
    assert row is not None
    memory, first = np.empty((9, *pixels.shape[1:]), pixels.dtype), 0
    choose = random.Random(str(target))
    with lazy.load(row.creates)(order(target, pixels, **more)) as writer:
        while first < len(pixels):
            count = min(choose.randint(1, 9), len(pixels) - first)
            memory[:count] = pixels[first : first + count]
            writer.write(memory[:count])
            memory[:], first = 0, first + count
        notes: tuple[str, ...] = writer.finish()
    return notes


def stack(dtype: str, *shape: int) -> Array:
    made: Array = (RNG.random(shape) * 120).astype(dtype)
    return made


@pytest.mark.parametrize("dtype", ["u1", "u2", "i2", "i4", "u4", "i8", "f4", "f8"])
@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (HEIGHT, WIDTH, 3), (HEIGHT, WIDTH, 5)])
def test_a_file_is_that_of_the_whole_picture(tmp_path: Path, shape: tuple[int, ...], dtype: str) -> None:
    """Byte for byte, with the same metadata and the same remarks: .npy of both layouts, PNM, TIFF with its pages."""
    pixels = stack(dtype, *shape)
    for suffix, layout in ((".npy", "hwc"), (".npy", "chw"), (".tif", "hwc"), (".ppm", "hwc")):
        if suffix == ".ppm" and (dtype not in ("u1", "u2") or shape[2:] == (5,)):
            continue
        whole, rows = tmp_path / f"whole{suffix}", tmp_path / f"rows{suffix}"
        told = images.write(Picture(pixels, metadata=SAID), str(whole), layout=layout, force=True)
        assert written(rows, pixels, layout=layout, force=True) == told
        assert rows.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("dtype", ["u1", "u2", "i4", "f4"])
@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (HEIGHT, WIDTH, 3), (HEIGHT, WIDTH, 4)])
def test_a_bigtiff_holds_the_samples_and_the_metadata(
    tmp_path: Path, shape: tuple[int, ...], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond 4 GiB, here beyond nothing, offsets have 64 bits: tifffile, and we, read the same samples and words."""
    tifffile = pytest.importorskip("tifffile")
    monkeypatch.setattr(tiff_strips, "MAX_BYTES", 0)
    pixels, target = stack(dtype, *shape), tmp_path / "big.tif"
    written(target, pixels)
    with tifffile.TiffFile(target) as file:
        assert file.is_bigtiff
        found = np.stack([page.asarray() for page in file.pages], -1) if len(file.pages) > 1 else file.asarray()
    np.testing.assert_array_equal(found.reshape(pixels.shape), pixels)
    back = images.read(str(target))
    np.testing.assert_array_equal(back.pixels, pixels)
    assert (back.metadata.dpi, b"walls" in (back.metadata.exif or b"")) == (SAID.dpi, True)


@pytest.mark.skipif(shutil.which("vips") is None, reason="vips is not installed")
@pytest.mark.parametrize("big", [False, True])
def test_vips_reads_the_same_mean(tmp_path: Path, big: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """libvips, by libtiff, finds the mean of the samples in what was written by rows."""
    monkeypatch.setattr(tiff_strips, "MAX_BYTES", 0 if big else tiff_strips.MAX_BYTES)
    pixels, target = stack("u1", HEIGHT, WIDTH, 3), tmp_path / "a.tif"
    written(target, pixels)
    done = subprocess.run(["vips", "avg", str(target)], capture_output=True, text=True, check=True)
    assert float(done.stdout) == pytest.approx(pixels.mean(), abs=1e-5)
    assert "warning" not in done.stderr.lower()


def test_integers_beyond_32_bits_are_refused_before_a_file_is_begun(tmp_path: Path) -> None:
    """TIFF holds integers of 32 bits; the message gives the range, and nothing is left in the folder."""
    pixels = np.full((HEIGHT, WIDTH), 2**40, np.int64)
    with pytest.raises(OptionError, match="32 bits"):
        written(tmp_path / "a.tif", pixels)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".npy", ".ppm", ".tif"])
def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, suffix: str) -> None:
    """After any exception the old file is whole, and no temporary one is left."""
    pixels, target = stack("u1", HEIGHT, WIDTH), tmp_path / f"a{suffix}"
    target.write_bytes(b"old")
    row = writer_for(str(target), None, tile=False, pyramid=False, resume=False)
    assert row is not None

    def interrupted() -> None:
        with lazy.load(row.creates)(order(target, pixels, force=True)) as writer:
            writer.write(pixels[:5])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
@pytest.mark.parametrize("suffix", [".npy", ".ppm", ".tif"])
def test_a_full_disk_is_one_message(tmp_path: Path, suffix: str) -> None:
    """A file that may not grow is refused with the system's words, and nothing of it stays."""
    import resource

    pixels = stack("u1", HEIGHT, WIDTH)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            written(tmp_path / f"a{suffix}", pixels)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(tmp_path.iterdir())


KILLED = """
import sys, time
import numpy as np
from convcli.images.large.large_formats import Order
from convcli.images.large.by_rows import Shape
from convcli.images.picture import Metadata
from convcli.images.large.npy_rows import create
with create(Order(sys.argv[1], Shape(4000, 500, 0, np.dtype("u1")), Metadata())) as writer:
    print("begun", flush=True)
    for _ in range(4000):
        writer.write(np.ones((1, 500), np.uint8))
        time.sleep(0.0005)
    writer.finish()
"""


def test_a_write_that_is_killed_leaves_no_target(tmp_path: Path) -> None:
    """SIGKILL at any moment: what is left is a hidden temporary file, and never the target's name."""
    for moment in (0.0, 0.02, 0.1):
        target = tmp_path / f"{moment}.npy"
        with subprocess.Popen([sys.executable, "-c", KILLED, target], stdout=subprocess.PIPE, cwd=os.getcwd()) as made:
            assert made.stdout is not None
            assert made.stdout.readline() == b"begun\n"
            time.sleep(moment)
            made.kill()
        assert not target.exists()
    assert all(path.name.startswith(".convcli-") for path in tmp_path.iterdir())
