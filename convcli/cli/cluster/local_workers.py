"""Workers on this machine: processes that live as long as the command, whatever ends it.

Dask imports this file in each of them (`preload`) and calls `dask_setup`.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

PATIENCE = 2.0  # seconds that workers have for giving up what is unfinished
SILENT_TRACKER = "ignore::UserWarning"
SILENT = {"DASK_LOGGING__DISTRIBUTED": "critical"}  # from a worker's first line on, before it calls `dask_setup`
_running: list[tuple[Any, str]] = []  # clusters that were started here, and their folders


@contextmanager
def local_cluster(workers: int) -> Iterator[Any]:
    """A scheduler within this process and workers of one thread, each a process; all of it ends with the block."""
    import dask
    from distributed import LocalCluster

    folder = tempfile.mkdtemp(prefix="convcli-cluster-")
    with (
        _silent_tracker(),
        dask.config.set({f"distributed.nanny.pre-spawn-environ.{name}": value for name, value in SILENT.items()}),
    ):
        cluster = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=None,  # as a local batch has none
            dashboard_address=None,
            local_directory=folder,
            preload=[__name__],
            silence_logs=False,  # ours are silent already; with a level, Dask would set it back at the end
        )
    _running.append((cluster, folder))
    try:
        yield cluster
    finally:
        cluster.close(timeout=PATIENCE)
        _running.remove((cluster, folder))
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _silent_tracker() -> Iterator[None]:
    """Python's process that tidies up after processes has a warning where they end at once; it starts in the block."""
    sys.warnoptions.append(SILENT_TRACKER)
    try:
        yield
    finally:
        sys.warnoptions.remove(SILENT_TRACKER)


def end_workers() -> None:
    """End all workers, for a process that is about to end: each gives up what it has not finished."""
    from distributed.core import Status

    for cluster, folder in tuple(_running):
        for nanny in tuple(cluster.workers.values()):
            nanny.status = Status.closing  # so that it begins no other in place of the one that ends
        children = multiprocessing.active_children()
        for child in children:
            child.terminate()
        deadline, alive = time.monotonic() + PATIENCE, {child.sentinel for child in children}
        while alive and time.monotonic() < deadline:
            alive.difference_update(wait(alive, PATIENCE))
        shutil.rmtree(folder, ignore_errors=True)


def dask_setup(worker: object) -> None:
    """In a worker: signals end it as they end any command, and what Dask writes reaches nobody's screen."""
    from convcli.cli.cluster.quiet import be_quiet
    from convcli.cli.signals import take_over

    be_quiet()
    # The traceback of a process that loses its parent is no message either.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stderr.flush()
        os.dup2(nowhere.fileno(), 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C the command knows, and ends its workers by SIGTERM
    take_over()
