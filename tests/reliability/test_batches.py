"""Batches: one bad file never stops the rest, thousands of files cost no descriptors and no memory."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.reliability.verdicts import contents
from tests.reliability.warm import Warm

RNG = np.random.default_rng(16)


def fill(folder: Path, count: int, shape: tuple[int, ...] = (3, 4)) -> None:
    folder.mkdir()
    for number in range(count):
        header = f"P5 {shape[1]} {shape[0]} 255\n".encode()
        pixels = RNG.integers(0, 256, shape, dtype=np.uint8)
        (folder / f"{number:04}.pgm").write_bytes(header + pixels.tobytes())


def test_bad_files_stop_nothing(warm: Warm, tmp_path: Path) -> None:
    """Of twelve files three are bad: nine results, three messages, "9 done, 3 failed", exit 3."""
    fill(tmp_path / "in", 12)
    for number in (0, 5, 11):
        (tmp_path / f"in/{number:04}.pgm").write_bytes(b"P5 9 9 255\nshort")
    ended = warm.run("apply", "in", "-k", "1 2 1", "--json", "-o", "out/", cwd=tmp_path)
    assert ended.code == 3
    assert len(list((tmp_path / "out").iterdir())) == 9
    assert ended.lines[-1] == "9 done, 3 failed"
    assert sum(line.startswith("Error: in/") for line in ended.lines) == 3
    records = [json.loads(line) for line in ended.out.splitlines()]
    assert [record["input"]["path"] for record in records] == [f"in/{number:04}.pgm" for number in range(12)]
    assert [number for number, record in enumerate(records) if "error" in record] == [0, 5, 11]


def test_a_file_that_cannot_be_written_stops_nothing(warm: Warm, tmp_path: Path) -> None:
    """One picture is larger than a file may be: the others are made."""
    fill(tmp_path / "in", 4)
    Image.fromarray(RNG.integers(0, 256, (300, 300), dtype=np.uint8)).save(tmp_path / "in" / "large.png")
    ended = warm.run("apply", "in", "-k", "1 2 1", "-o", "out/", cwd=tmp_path, file_size=5000)
    assert ended.code == 3
    assert ended.lines[-1] == "4 done, 1 failed"
    assert "out/large.png: cannot be written: File too large" in ended.err
    assert len(contents(tmp_path / "out")) == 4


@pytest.mark.long
def test_thousands_of_files_need_few_descriptors_and_no_more_memory(warm: Warm, tmp_path: Path) -> None:
    """2,000 pictures with 64 descriptors; ten times the pictures cost no more than 6 MB more."""
    peaks = []
    for name, count in (("few", 200), ("many", 2000)):
        fill(tmp_path / name, count)
        ended = warm.run("apply", name, "-k", "1 2 1", "-q", "-o", f"{name}-out/", cwd=tmp_path, files=64)
        assert ended.code == 0, ended.err[-500:]
        assert len(list((tmp_path / f"{name}-out").iterdir())) == count
        peaks.append(ended.peak)
    assert peaks[1] - peaks[0] < 6 << 20, peaks


def test_large_pictures_are_not_kept(warm: Warm, tmp_path: Path) -> None:
    """Twenty pictures of 3 MB cost no more memory than five."""
    peaks = []
    for name, count in (("few", 5), ("many", 20)):
        fill(tmp_path / name, count, (1500, 2000))
        ended = warm.run("apply", name, "-k", "1 2 1", "-q", "--jobs", "2", "-o", f"{name}-out/", cwd=tmp_path)
        assert ended.code == 0, ended.err
        peaks.append(ended.peak)
    assert peaks[1] - peaks[0] < 8 << 20, peaks


@pytest.mark.parametrize("output", ["out/", "out/{stem}-{kernel}.png"])
def test_skip_existing_makes_only_what_is_missing(warm: Warm, tmp_path: Path, output: str) -> None:
    """Of a finished run two files are removed and one is changed: the two are made again, the change stays."""
    fill(tmp_path / "in", 4)
    (tmp_path / "out").mkdir()
    command = ("apply", "in", "-k", "1 2 1", "-k", "sobel-x", "--format", "png", "--skip-existing", "-o", output)
    assert warm.run(*command, cwd=tmp_path).code == 0
    reference = contents(tmp_path / "out")
    names = sorted(reference)
    (tmp_path / "out" / names[0]).unlink()
    (tmp_path / "out" / names[3]).unlink()
    (tmp_path / "out" / names[1]).write_bytes(b"changed")
    ended = warm.run(*command, cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert contents(tmp_path / "out") == {**reference, names[1]: b"changed"}
    ended = warm.run(*command, cwd=tmp_path)
    assert (ended.code, ended.lines[-1]) == (0, "0 done, 4 skipped")


def test_without_force_or_skip_nothing_of_a_batch_is_replaced(warm: Warm, tmp_path: Path) -> None:
    """One output exists: the batch is refused before the first picture."""
    fill(tmp_path / "in", 3)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "0002.pgm").write_bytes(b"old")
    ended = warm.run("apply", "in", "-k", "1", "-o", "out/", cwd=tmp_path)
    assert ended.code == 3
    assert contents(tmp_path / "out") == {"0002.pgm": b"old"}
