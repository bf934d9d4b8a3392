"""A Dask cluster for tests: a scheduler and two workers of one thread, processes in a folder of their own."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
LOOK = 0.05


@dataclass
class ACluster:
    """Processes, and where the scheduler listens."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def a_cluster(folder: Path, workers: int = 2) -> Iterator[ACluster]:
    """It ends with the block, whatever has become of it."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        scheduler = _begin(folder, "scheduler", running, "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        address = _said(folder / "scheduler.log", r"Scheduler at:\s+(tcp://\S+)")[0]
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
        own = [_begin(folder, "worker", running, address, *options, number=number) for number in range(workers)]
        for number in range(workers):
            _said(folder / f"worker{number}.log", r"(Registered to):")
        yield ACluster(address, scheduler, own)
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _begin(
    folder: Path, kind: str, running: list[subprocess.Popen[bytes]], *options: str, number: int | str = ""
) -> subprocess.Popen[bytes]:
    with open(folder / f"{kind}{number}.log", "wb") as log:
        line = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        running.append(subprocess.Popen(line, cwd=folder, stdout=log, stderr=log))
    return running[-1]


def _said(log: Path, pattern: str) -> list[str]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = re.findall(pattern, log.read_text())
        if found:
            return found
        time.sleep(LOOK)
    raise AssertionError(log.read_text())
