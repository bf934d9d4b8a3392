"""Threads: teams that are kept from run to run, each thread on processors of its own.

A thread that waits for the interpreter's lock is woken by the one that lets go
of it, and where an idle processor looks taken (a halted virtual one does) the
system wakes it on the waker's own processor: there it waits on, for
milliseconds, with another processor idle.  So the processors are dealt out:
of two threads on eight processors each may run on four, of eight on one.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import threading
from concurrent.futures import ThreadPoolExecutor

MOST_THREADS = 256


def processors() -> int:
    """Processors this process may use."""
    return len(_allowed()) or os.cpu_count() or 1


def team(jobs: int) -> ThreadPoolExecutor:
    """A pool of so many threads; the same one as long as the process may use the same processors.

    Its tasks must not wait for other tasks of the same pool.
    """
    return _team(min(jobs, MOST_THREADS), _allowed())


@functools.cache
def _team(jobs: int, allowed: frozenset[int]) -> ThreadPoolExecutor:
    """Kept for good: when a thread is forgotten, an interrupt may be lost in Python's own tidying up."""
    numbers = itertools.count()

    def settle() -> None:
        share = _share(allowed, next(numbers) % jobs, jobs)
        if share:
            with contextlib.suppress(OSError):  # where it is forbidden, any processor will do
                os.sched_setaffinity(threading.get_native_id(), share)

    return ThreadPoolExecutor(jobs, thread_name_prefix="convcli", initializer=settle)


def _allowed() -> frozenset[int]:
    """The numbers of the processors this thread may use; none where the system does not say."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def _share(allowed: frozenset[int], number: int, jobs: int) -> set[int]:
    """Every jobs-th processor; none, which means any, where there are more threads than processors.

    >>> [_share(frozenset(range(8)), number, 3) for number in range(3)]
    [{0, 3, 6}, {1, 4, 7}, {2, 5}]
    """
    return set(sorted(allowed)[number::jobs]) if 1 < jobs <= len(allowed) else set()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_team.cache_clear)  # threads do not survive a fork
