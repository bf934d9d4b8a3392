"""One large picture on a Dask cluster: a task for each stripe of the output gives the bytes of the work here."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.cluster.a_cluster import ACluster
from tests.cli.cluster.command_lines import run_lines

pytest.importorskip("distributed")
pytest.importorskip("zarr")
FULL = "3 -1 4 1 -5; 9 2 -6 5 3; 5 8 9 -7 9; 3 2 3 8 4; -6 2 6 4 3"  # of rank 5
LINES = (
    ("grey.npy", "-k", "gaussian:sigma=3", "--border", "wrap", "--pyramid", "--tile", "49"),
    ("grey.npy", "-k", FULL, "--border", "reflect", "--stride", "2", "--tile", "17", "--display", "raw", "--json"),
    ("colour.ppm", "-k", "sobel-x", "--border", "zero", "--display", "signed", "--tile", "33", "--json"),
    ("colour.ppm", "-k", FULL, "-k", "box:size=41", "--combine", "magnitude", "--relu", "--tile", "44", "-v"),
    ("colour.ppm", "-k", "sobel-y", "--channels", "gray", "--linear", "--colormap", "viridis", "--tile", "50"),
    ("wide.npy", "-k", FULL, "-k", "box", "--bias", "3,-5", "--pool", "max:3,stride=2", "--tile", "19", "--json"),
    ("float.npy", "-k", FULL, "--tile", "23", "--region", "5,3,99,60", "--convolve", "--json"),
    ("float.npy", "-k", "gaussian:sigma=2", "--display", "clip", "--tile", "40", "--json", "--memory", "1G"),
    ("float.npy", "-k", "sobel-x", "--display", "raw", "--tile", "21"),
    ("float.npy", "-k", "box", "--display", "stretch", "--range", "-50,80", "--tile", "30", "--json"),
    ("float.npy", "-k", "box", "--display", "stretch", "--range", "-50,80", "--tile", "30", "--pool", "max:3,stride=1"),
    ("float.npy", "-k", "gaussian:sigma=2", "--display", "raw", "--missing", "nan", "--tile", "30", "--json"),
    ("clear.tiff", "-k", "box", "--tile", "30", "--json"),
    ("clear.tiff", "-k", "sobel-y", "--alpha", "drop", "--tile", "30"),
    ("levels.zarr", "-k", "laplacian", "--level", "1", "--border", "wrap", "--tile", "31", "--display", "stretch"),
)


def plant(folder: Path) -> None:
    """Grey and colour bytes, 32 bits, and floats some of which are no numbers."""
    random = np.random.default_rng(7)
    np.save(folder / "grey.npy", random.integers(0, 256, (270, 71), dtype=np.uint8))
    np.save(folder / "wide.npy", random.integers(-70_000, 90_000, (149, 71), dtype=np.int32))
    Image.fromarray(random.integers(0, 256, (149, 71, 3), dtype=np.uint8)).save(folder / "colour.ppm")
    Image.fromarray(random.integers(0, 256, (149, 71, 4), dtype=np.uint8)).save(folder / "clear.tiff")
    floats = random.normal(0, 100, (149, 71)).astype(np.float32)
    floats[60, 20], floats[100, 30] = np.nan, np.inf
    np.save(folder / "float.npy", floats)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def said(text: str) -> list[str]:
    """Without what depends on the clock, on threads, and on where it was done."""
    lines = [line for line in text.splitlines() if "took " not in line]
    return [json.dumps({**json.loads(line), "seconds": 0}) if line[:1] == "{" else line for line in lines]


def test_every_file_word_and_record_is_that_of_the_work_here(tmp_path: Path, cluster: ACluster) -> None:
    """Borders with far rows, ranks, a stride, pooling, displays with a range, levels; tiles that divide nothing."""
    plant(tmp_path)
    here = [("apply", *line, "-o", f"{number}.ome.zarr") for number, line in enumerate(LINES)]
    ended = run_lines(
        tmp_path, [("apply", "grey.npy", "-k", "box", "--pyramid", "--tile", "16", "-o", "levels.zarr"), *here]
    )
    assert not [(code, err) for code, _, err in ended if code]
    for number, _ in enumerate(LINES):
        (tmp_path / f"{number}.ome.zarr").rename(tmp_path / f"{number}.here")
    again = run_lines(tmp_path, [(*line, "--cluster", cluster.address) for line in here])
    for number, (local, remote) in enumerate(zip(ended[1:], again, strict=True)):
        assert remote[0] == 0, (LINES[number], remote)
        assert [said(text) for text in remote[1:]] == [said(text) for text in local[1:]], LINES[number]
        assert contents(tmp_path / f"{number}.ome.zarr") == contents(tmp_path / f"{number}.here"), LINES[number]
    assert not list(tmp_path.glob("*.part"))


SLOW = ("apply", "slow.npy", "-k", "gaussian:sigma=3", "--tile", "48", "--border", "wrap")
INTERRUPTED = 3  # stripes that are there when it is


def begun(folder: Path, target: str, *options: str) -> subprocess.Popen[str]:
    """A write that has finished some stripes, and not all."""
    line = [sys.executable, "-m", "convcli", *SLOW, "-o", target, *options]
    writing = subprocess.Popen(line, cwd=folder, stderr=subprocess.PIPE, text=True)
    while len(list((folder / f"{target}.part" / "content" / "0").glob("c/*/0"))) < INTERRUPTED:
        assert writing.poll() is None, writing.communicate()
        time.sleep(0.005)
    return writing


@pytest.mark.long
def test_a_lost_worker_changes_nothing_and_either_goes_on_with_what_the_other_began(
    tmp_path: Path, cluster: ACluster
) -> None:
    """Interrupted here and resumed there, there and here; a worker killed in the middle."""
    np.save(tmp_path / "slow.npy", np.random.default_rng(8).integers(0, 256, (1000, 300), dtype=np.uint8))
    there = ("--cluster", cluster.address)
    writing = begun(tmp_path, "a.zarr")
    writing.kill()
    writing.communicate()
    writing = begun(tmp_path, "b.zarr", *there)
    writing.terminate()
    assert (writing.communicate()[1], writing.returncode) == ("", 143)
    ended = run_lines(
        tmp_path,
        [
            (*SLOW, "-o", "c.zarr", "-q"),
            (*SLOW, "-o", "a.zarr", "--resume", *there),
            (*SLOW, "-o", "b.zarr", "--resume"),
        ],
    )
    assert [code for code, _, _ in ended] == [0, 0, 0], ended
    for _, _, words in ended[1:]:
        assert " of 1,000 rows were there already, whole, and were kept; what is said of clipped pixels is of" in words
    whole = contents(tmp_path / "c.zarr") | {"zarr.json": b""}
    for name in ("a", "b"):
        assert contents(tmp_path / f"{name}.zarr") | {"zarr.json": b""} == whole
    writing = begun(tmp_path, "d.zarr", *there)
    cluster.workers[0].kill()
    _, words = writing.communicate(timeout=100)
    assert writing.returncode == 0, words
    assert contents(tmp_path / "d.zarr") | {"zarr.json": b""} == whole
