"""Large writes that are killed: `python -m tests.reliability.killed_writes --count 20 --seed 1`.

Each time `apply ... -o big.zarr` is ended by SIGKILL at a random moment, `--resume` goes on, and is killed again now
and then; what comes out is compared with the bytes of a write that nobody disturbed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SIZE = (2300, 1700)


def picture(size: tuple[int, int] = SIZE) -> np.ndarray:
    """Numbers that repeat nowhere near."""
    rows, columns = np.indices(size)
    return ((rows * 7 + columns * columns // 5 + rows * columns // 11) % 65_521).astype(np.uint16)


def arguments(target: str, *more: str) -> list[str]:
    """The command."""
    command = [sys.executable, "-m", "convcli", "apply", "in.npy", "-k", "gaussian:sigma=4", "--tile", "64", "-q"]
    return [*command, "--display", "raw", "--pyramid", "-o", target, *more]


def contents(path: Path) -> dict[str, str]:
    """Every file in a folder but those that name it, and what is in it."""
    files = sorted(each for each in path.rglob("*") if each.is_file() and each != path / "zarr.json")
    return {str(each.relative_to(path)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def stripes(folder: Path) -> list[Path]:
    """The stripes of the full size that are there, of what is unfinished."""
    return sorted((folder / "out.zarr.part" / "content" / "0" / "c").glob("*/*"))


def killed(folder: Path, *more: str, least: int, after: float = 0.0) -> bool:
    """Kill a write when so many stripes are there, and a moment later; whether it was still under way."""
    with subprocess.Popen(arguments("out.zarr", *more), cwd=folder, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None and len(stripes(folder)) < least:
            time.sleep(0.002)
        time.sleep(after)
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)
        return running.wait() == -signal.SIGKILL


def check(
    folder: Path, truth: dict[str, str], chance: random.Random, finish: Callable[[Path], None], kills: int = 2
) -> tuple[int, int]:
    """One write, killed once or more, then gone on with; the stripes that were kept, and all."""
    every = sum(name.startswith("0/c/") for name in truth)
    for least in sorted(chance.sample(range(every + 1), chance.randint(1, kills))):
        gone = killed(folder, "--resume", least=least, after=chance.random() * 0.05)
        if gone:
            assert not (folder / "out.zarr").exists(), "a killed write looks finished"
    there = {each: each.stat().st_mtime_ns for each in stripes(folder)}
    if not (folder / "out.zarr").exists():
        finish(folder)
    assert contents(folder / "out.zarr") == truth, "the bytes differ"
    assert not (folder / "out.zarr.part").exists()
    for path, date in there.items():
        moved = folder / "out.zarr" / path.relative_to(folder / "out.zarr.part" / "content")
        assert moved.stat().st_mtime_ns == date, "what was there was written again"
    return len(there), every


def gone_on_with(folder: Path) -> None:
    """In a process of its own."""
    subprocess.run(arguments("out.zarr", "--resume"), cwd=folder, check=True)


def main() -> None:
    """Count times."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        np.save(folder / "in.npy", picture())
        subprocess.run(arguments("whole.zarr"), cwd=folder, check=True)
        truth = contents(folder / "whole.zarr")
        for number in range(asked.count):
            kept, every = check(folder, truth, chance, gone_on_with)
            print(f"{number + 1}: {kept} of {every} stripes were there, and kept", flush=True)
            subprocess.run(["rm", "-r", "out.zarr"], cwd=folder, check=True)


if __name__ == "__main__":
    main()
