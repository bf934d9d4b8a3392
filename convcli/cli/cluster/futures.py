"""Tasks on a cluster: a bounded number under way, outcomes in the order of what was given.

A task whose worker is lost is run again by Dask; one that loses worker after worker is given up, and the others go on.
"""

from __future__ import annotations

import pickle
import secrets
import time
from asyncio import CancelledError as AsyncCancelledError
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from convcli.cli.cluster.connecting import Cluster

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
AHEAD = 32  # tasks under way, at least
A_SLOT = 4  # tasks under way for each worker's thread: while one runs, others are on their way
RETRIES = 2
LOOK = 1.0  # seconds of waiting after which the cluster is looked at


def in_order(
    cluster: Cluster,
    work: Callable[[Any, Any], Outcome],
    shared: object,
    items: Iterable[tuple[Item, object]],
    ahead: int | None = None,
) -> Generator[tuple[Item, Outcome | None], None, None]:
    """Run `work(shared, task)` for each (item, task) on the workers, and yield each item with its outcome, in order.

    The outcome is None where a task has lost worker after worker.

    Args:
        shared: what all tasks have in common: it goes to each worker once.
        ahead: most tasks under way; by the cluster's size when None.

    Closing it gives up the tasks that have not begun.

    Raises:
        ClusterError: the scheduler or all workers are gone.
    """
    most = ahead or max(AHEAD, A_SLOT * cluster.slots)
    client, name = cluster.client, f"convcli-{secrets.token_hex(8)}"
    common = client.submit(pickle.loads, pickle.dumps(shared), key=f"{name}-shared", pure=False)
    waiting: deque[tuple[Item, Any]] = deque()
    try:
        for number, (item, task) in enumerate(items):
            if len(waiting) >= most:
                yield _finished(cluster, *waiting.popleft())
            if client.status != "running":
                raise cluster.gone()
            key = (f"{name}-task", number)
            waiting.append((item, client.submit(work, common, task, key=key, pure=False, retries=RETRIES)))
        while waiting:
            yield _finished(cluster, *waiting.popleft())
    finally:
        for _, future in waiting:
            future.release()  # what nobody waits for, Dask does not begin


def _finished(cluster: Cluster, item: Item, future: Any) -> tuple[Item, Any]:
    from distributed.scheduler import KilledWorker

    try:
        _wait_for(cluster, future)
        return item, future.result()
    except KilledWorker:
        return item, None
    except (CancelledError, AsyncCancelledError) as error:  # what becomes of all futures when the scheduler is gone
        raise cluster.gone() from error
    except OSError as error:
        if future.status == "error":  # the task's own
            raise
        raise cluster.gone() from error  # the outcome was on its way


def _wait_for(cluster: Cluster, future: Any) -> None:
    """Until it is done, in whatever way; with a look now and then whether that can still be."""
    seen = time.monotonic()
    while not future.done():
        try:
            future.exception(timeout=LOOK)
        except TimeoutError:
            seen = cluster.last_seen(seen)
