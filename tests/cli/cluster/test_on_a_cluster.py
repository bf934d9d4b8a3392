"""Work on a Dask cluster gives the files, the words and the exit code of the same work here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.cluster.a_cluster import ACluster

pytest.importorskip("distributed")
PROGRAM = [sys.executable, "-m", "convcli"]
BATCH = ("apply", "in", "-k", "1 2; 0 -1", "-k", "box", "--json", "-v")
SLOW = ("apply", "in", "-k", "gaussian:sigma=40", "--precision", "float64")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, timeout=100)


def plant(folder: Path, count: int, size: tuple[int, int] = (6, 9)) -> Path:
    """Pictures of their own sizes and pixels, an animation, and a file that is no picture."""
    (folder / "in").mkdir()
    random = np.random.default_rng(4)
    for number in range(count):
        pixels = random.integers(0, 256, (size[0] + number, size[1], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / "in" / f"p{number}.png")
    frames = [Image.fromarray(random.integers(0, 256, (5, 7), dtype=np.uint8)) for _ in range(3)]
    frames[0].save(folder / "in" / "q.gif", save_all=True, append_images=frames[1:])
    (folder / "in" / "r.png").write_bytes(b"no picture")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def untimed(lines: str) -> list[dict[str, object]]:
    return [{key: value for key, value in json.loads(line).items() if key != "seconds"} for line in lines.splitlines()]


def unclocked(lines: str) -> list[str]:
    return [line for line in lines.splitlines() if "took " not in line and "plan: " not in line]


def test_a_batch_has_the_same_files_words_records_and_exit_code(tmp_path: Path, cluster: ACluster) -> None:
    """Animations, failures and several outputs included; workers stand in another folder, paths are said as given."""
    plant(tmp_path, 5)
    here = run(tmp_path, *BATCH, "-o", "out/{stem}-{kernel}.png")
    local = contents(tmp_path / "out")
    (tmp_path / "out").rename(tmp_path / "kept")
    there = run(tmp_path, *BATCH, "-o", "out/{stem}-{kernel}.png", "--cluster", cluster.address)
    assert (there.returncode, untimed(there.stdout)) == (3, untimed(here.stdout))
    assert unclocked(there.stderr) == unclocked(here.stderr)
    assert here.stderr.splitlines()[-1] == "6 done, 1 failed"
    assert contents(tmp_path / "out") == local
    assert len(local) == 12
    (tmp_path / "out" / "p2-box.png").unlink()
    again = run(tmp_path, *BATCH[:-2], "-o", "out/{stem}-{kernel}.png", "--cluster", cluster.address, "--skip-existing")
    assert again.stderr.splitlines()[-1] == "1 done, 1 failed, 5 skipped"
    assert contents(tmp_path / "out") == local


def test_a_kernel_learned_there_is_that_learned_here_digit_by_digit(tmp_path: Path, cluster: ACluster) -> None:
    """Partial sums are added in the order of the pairs; a pair that does not fit is named, and the others go on."""
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    random = np.random.default_rng(5)
    for number in range(3):
        before = random.integers(0, 200, (12 + number, 10)).astype(np.uint8)
        np.save(tmp_path / "before" / f"{number}.npy", before)
        np.save(tmp_path / "after" / f"{number}.npy", (2.5 * before[:-1, 1:] - before[1:, :-1]).astype(np.float32))
    np.save(tmp_path / "before" / "wrong.npy", before)
    np.save(tmp_path / "after" / "wrong.npy", before[:4])
    line = ("learn", "before", "after", "--kernel-size", "2", "--json")
    here, there = run(tmp_path, *line), run(tmp_path, *line, "--cluster", cluster.address)
    assert (there.returncode, there.stdout, there.stderr) == (3, here.stdout, here.stderr)
    assert "Error: before/wrong.npy, after/wrong.npy: AFTER has 4 × 10" in here.stderr
    record = json.loads(here.stdout)
    assert record["pairs"] == 3
    np.testing.assert_allclose(record["kernel"], [[0, 2.5], [-1, 0]], atol=1e-6)


def test_a_folder_that_workers_do_not_see_is_refused_before_work_begins(tmp_path: Path, cluster: ACluster) -> None:
    """/proc/self is another folder to every process."""
    plant(tmp_path, 1)
    given = f"/proc/self/cwd/{(tmp_path / 'in' / 'p0.png').name}"
    done = run(tmp_path / "in", "apply", given, "-k", "box", "-o", "out.png", "--cluster", cluster.address)
    assert done.returncode == 3
    assert done.stderr.startswith(f"Error: {cluster.address}: the worker tcp://")
    assert f"does not see {given}; inputs and outputs lie where every worker sees them" in done.stderr
    assert not (tmp_path / "in" / "out.png").exists()
    assert not list((tmp_path / "in").glob(".convcli-*"))


@pytest.mark.long
def test_a_lost_worker_changes_nothing_and_a_lost_scheduler_is_one_message(tmp_path: Path, cluster: ACluster) -> None:
    """A worker is killed in the middle of one batch, the scheduler in the middle of another; files are whole."""
    plant(tmp_path, 8, (400, 300))
    for path in ("q.gif", "r.png"):
        (tmp_path / "in" / path).unlink()
    run(tmp_path, *SLOW, "-o", "here/")
    batch = _begun(tmp_path, "there", cluster)
    cluster.workers[0].kill()
    _, words = batch.communicate(timeout=100)
    assert (batch.returncode, words) == (0, "8 done\n")
    assert contents(tmp_path / "there").items() >= contents(tmp_path / "here").items()
    batch = _begun(tmp_path, "lost", cluster)
    cluster.scheduler.kill()
    _, words = batch.communicate(timeout=100)
    assert batch.returncode == 3, words
    assert words == (
        f"Error: {cluster.address}: the connection to the scheduler is lost; "
        "what is finished is whole: --skip-existing leaves it alone\n"
    )
    finished = {name: content for name, content in contents(tmp_path / "lost").items() if name[0] != "."}
    assert 0 < len(finished) < 8
    assert finished.items() <= contents(tmp_path / "here").items()
    nobody = run(tmp_path, *SLOW, "-o", "nobody/", "--cluster", cluster.address)
    assert (nobody.returncode, nobody.stderr.count("\n")) == (3, 1)
    assert "no Dask scheduler answers there" in nobody.stderr


def _begun(folder: Path, output: str, cluster: ACluster) -> subprocess.Popen[str]:
    """A batch that has finished its first picture, and not its last."""
    line = [*PROGRAM, *SLOW, "-o", f"{output}/", "--cluster", cluster.address]
    batch = subprocess.Popen(line, cwd=folder, stderr=subprocess.PIPE, text=True)
    while not list((folder / output).glob("p*.png")):
        assert batch.poll() is None
        time.sleep(0.02)
    return batch


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="counts processes by /proc")
def test_workers_of_a_local_cluster_end_with_the_command(tmp_path: Path) -> None:
    """SIGTERM in the middle: its exit code, no process left, no unfinished file, no word of Dask's."""
    plant(tmp_path, 8, (400, 300))
    line = [*PROGRAM, *SLOW, "-o", "out/", "--cluster", "local:1"]
    batch = subprocess.Popen(line, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not list((tmp_path / "out").glob("p*.png")):
        assert batch.poll() is None
        time.sleep(0.02)
    assert len(_session(batch.pid)) >= 2
    batch.terminate()
    _, words = batch.communicate(timeout=30)  # which ends when nobody has its stderr any more
    assert (batch.returncode, words) == (143, "")
    deadline = time.monotonic() + 10
    while _session(batch.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _session(batch.pid)
    assert not list((tmp_path / "out").glob(".convcli-*"))


def _session(leader: int) -> list[int]:
    """The processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found
