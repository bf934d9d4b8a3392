"""Threads share the processors out among themselves, and are kept."""

from __future__ import annotations

import os
import threading

import pytest

from convcli.core import threads

needs_affinity = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity masks")


@needs_affinity
@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_thread_has_processors_of_its_own(jobs: int) -> None:
    """Shares do not meet and leave no processor out; more threads than processors may go anywhere."""
    mine = os.sched_getaffinity(0)
    meeting = threading.Barrier(jobs)

    def share(_: int) -> set[int]:
        meeting.wait(10)  # so that each task has a thread of its own
        return os.sched_getaffinity(0)

    shares = list(threads.team(jobs).map(share, range(jobs)))
    assert set.union(*shares) == mine
    if 1 < jobs <= len(mine):
        assert sum(map(len, shares)) == len(mine)
    else:
        assert all(part == mine for part in shares)
    assert os.sched_getaffinity(0) == mine  # the caller's own thread is left alone


@needs_affinity
def test_where_shares_are_forbidden_threads_work_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox may refuse the call."""
    refused = []

    def refuse(_: int, share: set[int]) -> None:
        refused.append(share)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {20, 21})
    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    assert list(threads.team(2).map(abs, [-3, 4])) == [3, 4]
    assert refused


@needs_affinity
@pytest.mark.parametrize("jobs", [2, 3, 5, 8])
def test_eight_processors_are_dealt_out_evenly(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each to one thread, and no share is larger than another by more than one."""
    shares: list[set[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(10, 18)))
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, share: shares.append(share))
    meeting = threading.Barrier(jobs)
    list(threads.team(jobs).map(lambda _: meeting.wait(10), range(jobs)))  # so that each task has a thread of its own
    assert len(shares) == jobs
    assert sorted(cpu for share in shares for cpu in share) == list(range(10, 18))
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@needs_affinity
def test_a_team_is_kept_as_long_as_the_processors_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """One pool for each number of threads; another when the process may use other processors."""
    assert threads.team(2) is threads.team(2)
    assert threads.team(2) is not threads.team(3)
    assert threads.team(10_000) is threads.team(threads.MOST_THREADS)
    before = threads.team(2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 77, 99})
    assert threads.team(2) is not before


def test_processors_are_those_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """The affinity mask where there is one, else all processors, else one."""
    if hasattr(os, "sched_getaffinity"):
        assert threads.processors() == len(os.sched_getaffinity(0))
    monkeypatch.delattr(threads.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 7)
    assert threads.processors() == 7
    monkeypatch.setattr(threads.os, "cpu_count", lambda: None)
    assert threads.processors() == 1
