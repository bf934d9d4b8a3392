"""Outputs: refused before any work where possible, whole or untouched, nothing left behind."""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convcli import images
from convcli.errors import OutputError
from convcli.images import Picture
from tests.reliability.verdicts import contents, ends_well, one_message
from tests.reliability.warm import Warm

RNG = np.random.default_rng(14)
KERNEL = "1 2 1"
PIXELS = RNG.integers(0, 256, (40, 50, 3), dtype=np.uint8)


def save(path: Path, pixels: np.ndarray = PIXELS) -> Path:
    Image.fromarray(pixels).save(path)
    return path


SAME = {
    "itself": lambda folder: "in.png",
    "dot": lambda folder: "./in.png",
    "absolute": lambda folder: str(folder / "in.png"),
    "hard-link": lambda folder: os.link(folder / "in.png", folder / "hard.png") or "hard.png",
    "symbolic-link": lambda folder: os.symlink("in.png", folder / "soft.png") or "soft.png",
    "by-a-folder": lambda folder: os.symlink(".", folder / "here") or "here/in.png",
    "pattern": lambda folder: "{stem}.png",
}


@pytest.mark.parametrize("name", SAME)
def test_the_input_as_output_is_refused_without_force_and_safe_with_it(warm: Warm, tmp_path: Path, name: str) -> None:
    """Under any name of the same file: refused by name; with --force every name has the whole result or the input."""
    before = save(tmp_path / "in.png").read_bytes()
    target = SAME[name](tmp_path)
    ended = warm.run("apply", "in.png", "-k", KERNEL, "-o", target, cwd=tmp_path)
    assert one_message(ended, 3, "-f/--force")
    assert (tmp_path / "in.png").read_bytes() == before
    ended = warm.run("apply", "in.png", "-k", KERNEL, "-f", "-o", target, cwd=tmp_path)
    assert ended.code == 0, ended.err
    for path in tmp_path.glob("*.png"):
        with Image.open(path) as made:
            assert made.size == (50, 40)
            made.load()
    assert not list(tmp_path.glob(".*"))
    if name == "symbolic-link":
        assert (tmp_path / "soft.png").is_symlink()


def test_two_inputs_for_one_output_are_refused_before_anything_is_done(warm: Warm, tmp_path: Path) -> None:
    """a/x.png and b/x.png into one folder, one name for two, links that meet: exit 2 and no file."""
    for folder in "ab":
        (tmp_path / folder).mkdir()
        save(tmp_path / folder / "x.png")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").symlink_to("one")
    before = contents(tmp_path)
    for output in ("one/", "new/", "{stem}.png", "all.png", "one/{stem}.tiff", "{kernel}.png"):
        ended = warm.run("apply", "a/x.png", "b/x.png", "-k", KERNEL, "-f", "-o", output, cwd=tmp_path)
        both = "the results of a/x.png and b/x.png would both be written to"
        assert one_message(ended, 2, "cannot share" if output == "all.png" else both)
        assert contents(tmp_path) == before
        assert not (tmp_path / "new").exists()


def test_a_batch_whose_output_is_another_input_is_refused(warm: Warm, tmp_path: Path) -> None:
    """x.png -> y.png while y.png waits to be read: one would be read after it was replaced."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    save(tmp_path / "in" / "x.png")
    os.symlink(tmp_path / "in" / "x.png", tmp_path / "out" / "y.png")
    save(tmp_path / "in" / "y.png", PIXELS[::-1].copy())
    before = contents(tmp_path)
    ended = warm.run("apply", "in/x.png", "in/y.png", "-k", KERNEL, "-f", "-o", "out/", cwd=tmp_path)
    assert one_message(ended, 2, "in/x.png", "which is an input too")
    assert contents(tmp_path) == before


REFUSED = {
    "suffix": ("out.xyz", 2, ".png"),
    "no-suffix": ("out", 2, ".png"),
    "read-only-suffix": ("out.pbm", 2, ".png"),
    "no-folder": ("no/such/out.png", 3, "no/such"),
    "file-as-folder": ("in.png/out.png", 3, "in.png"),
    "exists": ("old.png", 3, "-f/--force"),
    "circle": ("circle.png", 3, "circle"),
    "too-long": ("x" * 300 + ".png", 3, "xxx"),
    "empty": ("", 2, "-o"),
    "folder-above-missing": ("no/such/", 3, "no/such"),
    "bad-field": ("{name}.png", 2, "{stem}"),
    "open-brace": ("{stem.png", 2, "{stem}"),
    "socket-like": ("/dev/nothing/out.png", 3, "/dev/nothing"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_output_that_cannot_be_is_refused_before_the_work(warm: Warm, least: int, tmp_path: Path, name: str) -> None:
    """One message with the rule; the input is not even read, no file is made or changed."""
    target, code, word = REFUSED[name]
    (tmp_path / "in.png").write_bytes(b"this is not read")
    save(tmp_path / "old.png")
    (tmp_path / "circle.png").symlink_to("circle.png")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file() and not path.is_symlink()}
    ended = warm.run("apply", "in.png", "-k", KERNEL, "-o", target, cwd=tmp_path)
    assert ends_well(ended, least)
    assert one_message(ended, code, word)
    assert {path: path.read_bytes() for path in before} == before
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "webp", "bmp", "ppm", "npy", "txt"])
def test_no_space_leaves_the_old_file_and_nothing_else(warm: Warm, tmp_path: Path, suffix: str) -> None:
    """With 600 bytes a file at most, every format fails with exit 3; the old file is byte-identical."""
    np.save(tmp_path / "in.npy", PIXELS if suffix != "txt" else PIXELS[:, :, 0])
    (tmp_path / f"out.{suffix}").write_bytes(b"old")
    before = contents(tmp_path)
    ended = warm.run("apply", "in.npy", "-k", "1", "-f", "-q", "-o", f"out.{suffix}", cwd=tmp_path, file_size=600)
    assert one_message(ended, 3, f"out.{suffix}", "cannot be written")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("arguments", [("-k", "1"), ("-k", "1", "-o", "-"), ("-k", "1", "--format", "tiff")])
def test_a_full_disk_behind_stdout_is_one_message(warm: Warm, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """/dev/full as stdout: exit 3, one line."""
    np.save(tmp_path / "in.npy", PIXELS)
    ended = warm.run("apply", "in.npy", *arguments, cwd=tmp_path, stdout="/dev/full")
    assert one_message(ended, 3, "No space left on device")
    ended = warm.run("apply", "in.npy", "-k", "1", "-o", "/dev/full", "--format", "png", cwd=tmp_path)
    assert one_message(ended, 3, "/dev/full", "No space left on device")


class Handle:
    """An unbuffered file whose n-th write fails as a broken disk does."""

    def __init__(self, real: io.FileIO, fail_at: int) -> None:
        self._real, self._left, self.writes = real, fail_at, 0

    def write(self, content: bytes) -> int:
        self.writes += 1
        self._left -= 1
        if self._left == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self._real.write(content)

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *exception: object) -> None:
        self._real.close()


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("format", ["png", "jpeg", "tiff", "webp", "bmp", "ppm", "npy"])
def test_an_error_of_the_disk_at_any_write_is_an_output_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, part: float
) -> None:
    """EIO at the first, a middle and the last write: OutputError with the file's name, the old file kept."""
    large = Picture(RNG.integers(0, 256, (300, 400, 3), dtype=np.uint8))
    fdopen, handles = os.fdopen, []

    def faulty(descriptor: int, mode: str) -> Handle:
        handles.append(Handle(fdopen(descriptor, mode, buffering=0), fail_at))
        return handles[-1]

    monkeypatch.setattr(os, "fdopen", faulty)
    fail_at = 0
    images.write(large, str(tmp_path / "counted"), format=format)
    (tmp_path / "counted").unlink()
    fail_at = 1 + round(part * (handles[0].writes - 1))
    (tmp_path / "old").write_bytes(b"old")
    with pytest.raises(OutputError, match="old: cannot be written: Input/output error"):
        images.write(large, str(tmp_path / "old"), format=format, force=True)
    assert contents(tmp_path) == {"old": b"old"}


def test_the_mode_of_the_old_file_is_kept_and_a_new_one_obeys_the_umask(warm: Warm, tmp_path: Path) -> None:
    """0o640 stays 0o640; a new file has what the umask leaves."""
    save(tmp_path / "old.png").chmod(0o640)
    for name in ("old.png", "new.png"):
        assert warm.run("apply", "1 2", "-k", "1", "-f", "-o", name, cwd=tmp_path).code == 0
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "old.png").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "new.png").stat().st_mode) == 0o666 & ~mask


class Short(io.RawIOBase):
    """A pipe that takes at most 7 bytes at a time, and now and then none."""

    def __init__(self) -> None:
        self.taken = bytearray()
        self.calls = 0

    def writable(self) -> bool:
        return True

    def write(self, content: object) -> int:
        self.calls += 1
        piece = bytes(memoryview(content).cast("B")[:7])  # type: ignore[arg-type]
        self.taken += piece
        return len(piece)


@pytest.mark.parametrize("format", ["png", "tiff", "npy", "jpeg", "ppm", "text"])
def test_an_unbuffered_stdout_gets_every_byte(monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    """A stdout that writes short: what arrives is what a file would hold."""
    picture = Picture(PIXELS if format != "text" else PIXELS[:, :, 0])
    whole, short = io.BytesIO(), Short()
    images.encode(picture, whole, format)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(short, write_through=True))  # type: ignore[type-var]
    images.write(picture, "-", format=format)
    assert bytes(short.taken) == whole.getvalue()
    assert short.calls >= len(short.taken) // 7


def test_what_only_the_system_knows_is_an_output_error(warm: Warm, tmp_path: Path) -> None:
    """A folder in which no file can be made, although nothing says so."""
    ended = warm.run("apply", "1 2", "-k", "1", "-o", "/proc/out.png", cwd=tmp_path)
    assert one_message(ended, 3, "/proc/out.png", "cannot be written")
