"""Large runs on a cluster of this machine: python -m tests.reliability.cluster [--pictures N] [--files N] [--side N].

A batch on four workers against the same here, byte by byte; the same with a worker killed in the middle; the memory of
the client over many small files; one large picture by its stripes, with a worker killed in the middle; and a task that
kills whoever has it.  Prints figures; the suite has the same facts in small.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from tests.cli.cluster.a_cluster import ACluster, a_cluster

LINE = [sys.executable, "-m", "convcli", "apply", "in", "-k", "gaussian:sigma=2", "-q"]
LOOK = 0.2


def plant(folder: Path, count: int, side: int) -> None:
    """Pictures of their own pixels."""
    (folder / "in").mkdir()
    random = np.random.default_rng(1)
    for number in range(count):
        pixels = random.integers(0, 256, (side, side + 1), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / "in" / f"{number:05}.png", compress_level=1)


def run(folder: Path, output: str, *options: str) -> tuple[int, float]:
    """Exit code and seconds."""
    began = time.monotonic()
    code = subprocess.run([*LINE, "-o", f"{output}/", *options], cwd=folder).returncode
    return code, time.monotonic() - began


def equal(folder: Path, one: str, other: str) -> bool:
    """Whether two folders hold the same files."""
    names = sorted(path.name for path in (folder / one).iterdir())
    there = sorted(path.name for path in (folder / other).iterdir() if not path.name.startswith(".convcli-"))
    return names == there and all((folder / one / n).read_bytes() == (folder / other / n).read_bytes() for n in names)


def batches(count: int) -> None:
    """A batch here, on four workers, and with one of them killed in the middle."""
    with tempfile.TemporaryDirectory() as name, a_cluster(Path(name), workers=4) as cluster:
        folder = Path(name)
        plant(folder, count, 64)
        print(f"{count:,} pictures here: exit {run(folder, 'here')[0]}")
        code, seconds = run(folder, "there", "--cluster", cluster.address)
        print(f"on 4 workers: exit {code}, {seconds:.0f} s, equal: {equal(folder, 'here', 'there')}")
        batch = subprocess.Popen([*LINE, "-o", "less/", "--cluster", cluster.address], cwd=folder)
        while len(list((folder / "less").glob("*.png"))) < count // 4:
            time.sleep(LOOK)
        cluster.workers[0].kill()
        print(f"a worker killed at a quarter: exit {batch.wait()}, equal: {equal(folder, 'here', 'less')}")


def memory(count: int) -> None:
    """The client's memory over many small files."""
    with tempfile.TemporaryDirectory() as name, a_cluster(Path(name), workers=2) as cluster:
        folder = Path(name)
        plant(folder, count, 4)
        _watched(folder, count, cluster)


def _watched(folder: Path, count: int, cluster: ACluster) -> None:
    batch = subprocess.Popen([*LINE, "-o", "out/", "--cluster", cluster.address], cwd=folder)
    steps = iter(range(0, count, max(1, count // 10)))
    due = next(steps)
    while batch.poll() is None:
        done = sum(1 for _ in (folder / "out").iterdir()) if (folder / "out").is_dir() else 0
        if due is not None and done > due:
            status = Path(f"/proc/{batch.pid}/status").read_text()
            resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
            print(f"{done:>6,} files: the client holds {int(resident) / 1024:.0f} MB", flush=True)
            due = next(steps, count)
        time.sleep(LOOK)
    print(f"exit {batch.returncode}")


def stripes(side: int) -> None:
    """One picture here, on one, two and four workers, and with one of four killed at a quarter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        random = np.random.default_rng(2)
        np.save(folder / "large.npy", random.integers(0, 256, (side, side), dtype=np.uint8))
        print(f"{side:,} × {side:,} here: {_peak(folder, 'out/here.zarr')}")
        for workers in (1, 2, 4):
            with a_cluster(folder, workers) as cluster:
                done = _peak(folder, f"{workers}.zarr", cluster)
                print(f"on {workers} workers: {done}, equal: {_same(folder, workers)}")
        with a_cluster(folder, 4) as cluster:
            _peak(folder, "killed.zarr", cluster, kill=side // 512 // 4)
            print(f"a worker killed at a quarter, equal: {_same(folder, 'killed')}")


def _same(folder: Path, name: object) -> bool:
    """Whether every file is the same; the name of a picture is in its metadata."""
    here, there = folder / "out" / "here.zarr" / "0", folder / f"{name}.zarr" / "0"
    files = [str(path.relative_to(here)) for path in here.rglob("*") if path.is_file()]
    return filecmp.cmpfiles(here, there, files, shallow=False)[1:] == ([], [])


def _peak(folder: Path, target: str, cluster: ACluster | None = None, kill: int = 0) -> str:
    """Write the picture; exit code, seconds, and the largest that the client and a worker were."""
    (folder / "out").mkdir(exist_ok=True)
    line = [*LINE[:4], "large.npy", "-k", "gaussian:sigma=3", "-q", "-o", target, "--memory", "2G"]
    began = time.monotonic()
    writing = subprocess.Popen([*line, *(("--cluster", cluster.address) if cluster else ())], cwd=folder)
    peaks = [0, 0]
    while writing.poll() is None:
        if cluster is not None and kill and len([*(folder / f"{target}.part").glob("content/0/c/*/0")]) >= kill:
            cluster.workers[0].kill()
            kill = 0
        workers = [each.pid for each in cluster.workers] if cluster else []
        peaks = [max(peaks[0], _most(writing.pid)), max(peaks[1], *map(_most, workers), 0)]
        time.sleep(LOOK / 4)
    seconds = time.monotonic() - began
    return f"exit {writing.returncode}, {seconds:.1f} s, client {peaks[0]} MB, largest worker {peaks[1]} MB"


def _most(process: int) -> int:
    """Megabytes that a process had at most; 0 of one that is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM")), 0)


DEADLY = """
import os
from convcli.cli.commands.apply import on_worker
run_one = on_worker.run_one
def deadly(task, *others):
    if task.source.endswith("00003.png"):
        os.abort()
    return run_one(task, *others)
def dask_setup(worker):
    on_worker.run_one = deadly
"""


def deadly() -> None:
    """A batch, a picture of which kills each worker that has it: it fails alone, and the others are whole."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plant(folder, 8, 64)
        run(folder, "here")
        (folder / "deadly.py").write_text(DEADLY)
        with a_cluster(folder, 0) as cluster:
            line = ["-m", "distributed.cli.dask_worker", cluster.address, "--nthreads", "1", "--no-dashboard"]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            nanny = subprocess.Popen([sys.executable, *line, "--preload", "deadly.py"], cwd=folder, **quiet)
            print(f"a task that kills its workers: exit {run(folder, 'there', '--cluster', cluster.address)[0]} (3)")
            nanny.terminate()
            nanny.wait()
        os.unlink(folder / "here" / "00003.png")
        print(f"the others equal: {equal(folder, 'here', 'there')}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--side", type=int, default=8000)
    parser.add_argument("--deadly", type=int, default=1)
    asked = parser.parse_args()
    if asked.pictures:
        batches(asked.pictures)
    if asked.files:
        memory(asked.files)
    if asked.side:
        stripes(asked.side)
    if asked.deadly:
        deadly()
