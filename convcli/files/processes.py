"""The processes of this machine: who started whom, and how much memory each has of its own.

Linux tells it in /proc, other systems of POSIX by `ps`; Windows in neither way, and nothing is known there.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import subprocess
from collections.abc import Iterable, Mapping
from typing import NamedTuple

PROC = "/proc"
PS = ("ps", "-axo", "pid=,ppid=,pgid=,rss=")
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER = 36, 37


class Process(NamedTuple):
    """One process.

    Attributes:
        parent: who started it, or who took it over when that one ended.
        group: of the processes that were started together.
        memory: bytes that it does not share with a file.
    """

    pid: int
    parent: int
    group: int
    memory: int


def are_told() -> bool:
    """Whether this system tells its processes, so that memory can be watched."""
    return bool(table())


def table() -> dict[int, Process]:
    """All processes by their number; empty where the system does not tell."""
    if os.path.exists(f"{PROC}/self/stat"):
        told = (_from_proc(name) for name in os.listdir(PROC) if name.isdigit())
        return {process.pid: process for process in told if process is not None}
    return _from_ps()


def _from_proc(name: str) -> Process | None:
    try:
        with open(f"{PROC}/{name}/stat", "rb") as stat, open(f"{PROC}/{name}/statm", "rb") as statm:
            # The name of a program, in parentheses, may hold blanks and parentheses.
            state, parent, group = stat.read().rpartition(b")")[2].split()[:3]
            resident, shared = (int(pages) for pages in statm.read().split()[1:3])
    except (OSError, ValueError):  # it has ended meanwhile
        return None
    own = 0 if state == b"Z" else max(0, resident - shared) * mmap.PAGESIZE
    return Process(int(name), int(parent), int(group), own)


def _from_ps() -> dict[int, Process]:
    try:
        asked = subprocess.run(PS, capture_output=True, timeout=5, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return {}
    lines = (line.split() for line in asked.stdout.splitlines())
    found = (Process(*(int(word) for word in words)) for words in lines if len(words) == 4)
    return {process.pid: process._replace(memory=process.memory << 10) for process in found}


def descendants(of: int, among: Mapping[int, Process]) -> set[int]:
    """Everybody whom a process started, and whom those started, and so on.

    >>> rows = [Process(2, 1, 2, 0), Process(3, 2, 2, 0), Process(4, 3, 4, 0), Process(5, 1, 5, 0)]
    >>> sorted(descendants(2, {row.pid: row for row in rows}))
    [3, 4]
    """
    children: dict[int, list[int]] = {}
    for process in among.values():
        children.setdefault(process.parent, []).append(process.pid)
    found: set[int] = set()
    waiting = list(children.get(of, ()))
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, ())
    return found


def kill(pids: Iterable[int]) -> None:
    """End processes at once; those that have ended are passed over."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, KILL)


def reap(pids: Iterable[int]) -> None:
    """Take note that processes which fell to us have ended, so that they do not stay in the table."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.waitpid(pid, getattr(os, "WNOHANG", 0))


def take_over_orphans(wanted: bool) -> bool:
    """Have processes whose parent ends fall to this one, so that it knows them; on Linux alone.

    Returns:
        How it was before.
    """
    try:
        import ctypes

        before = ctypes.c_int(0)
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
        prctl(PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(wanted), 0, 0, 0)
    except (ImportError, OSError, AttributeError, TypeError):  # no ctypes, no such call
        return False
    return bool(before.value)
