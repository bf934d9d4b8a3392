"""Large runs on a cluster of this machine: python -m tests.reliability.cluster [--pictures 2000] [--files 10000].

A batch on four workers against the same here, byte by byte; the same with a worker killed in the middle; and the
memory of the client over many small files.  Prints figures; the suite has the same facts in small.
"""

from __future__ import annotations

import argparse
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--files", type=int, default=10_000)
    asked = parser.parse_args()
    if asked.pictures:
        batches(asked.pictures)
    if asked.files:
        memory(asked.files)
