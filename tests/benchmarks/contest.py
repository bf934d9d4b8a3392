"""A contest: the same work by several tools in turns, and the table of the ratios."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass
class Entry:
    """One tool's way to do a case."""

    tool: str
    work: Callable[[], Any]
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def median(self) -> float:
        """Median of all rounds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """Half the range of the middle half of all rounds, as a share of the median."""
        ordered = sorted(self.seconds)
        quarter = len(ordered) // 4
        return (ordered[-1 - quarter] - ordered[quarter]) / 2 / self.median


@dataclass
class Case:
    """One task; the first entry is ours.  `targets` maps peers to the ratio that is aimed at."""

    name: str
    entries: list[Entry]
    targets: dict[str, float] = field(default_factory=dict)


PAUSE = 0.02


def alternate(entries: Sequence[Entry], rounds: int) -> None:
    """Run all entries once to warm up, then in turns, each first in its turn; slow ones in fewer rounds.

    Before each run there is a pause, for threads of the tool before (OpenCV's spin a while) to go to sleep.
    """
    for entry in entries:
        start = time.perf_counter()
        entry.work()
        warm = time.perf_counter() - start
        entry.seconds = [warm] if warm > 2 else []
    for turn in range(rounds):
        first = turn % len(entries)
        for entry in (*entries[first:], *entries[:first]):
            if entry.seconds and min(entry.seconds) > 2 and turn > 0:
                continue
            time.sleep(PAUSE)
            start = time.perf_counter()
            measured = entry.work()
            # Work in a child process says itself how long the child took, and how much memory.
            entry.seconds.append(measured[0] if isinstance(measured, tuple) else time.perf_counter() - start)
            if isinstance(measured, tuple):
                entry.megabytes.append(measured[1])


def table(title: str, cases: Sequence[Case], *, memory: bool = False) -> list[str]:
    """The cases as a Markdown table, ratios first."""
    unit = "MB" if memory else "ms"
    lines = [f"### {title}", "", f"| ratio | target | case | convcli, {unit} | peer | peer, {unit} | results |"]
    lines.append("| ---: | ---: | --- | ---: | --- | ---: | --- |")
    for case in cases:
        ours, *peers = case.entries
        for peer in peers:
            ratio = max(ours.megabytes) / max(peer.megabytes) if memory else ours.median / peer.median
            target = case.targets.get(peer.tool)
            aim = "" if target is None else f"{target:g}{'' if ratio <= target else ' missed'}"
            figures = f"{_figure(ours, memory)} | {peer.tool} | {_figure(peer, memory)}"
            lines.append(f"| {ratio:.2f} | {aim} | {case.name} | {figures} | {peer.note} |")
    return [*lines, ""]


def _figure(entry: Entry, memory: bool) -> str:
    if memory:
        return f"{max(entry.megabytes):.0f}"
    return f"{entry.median * 1e3:.3g} ± {entry.spread:.0%}"


def machine() -> str:
    """When and where: one line."""
    import numpy as np

    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{date.today():%Y-%m-%d}, {platform.machine()} {platform.system()}, {count} processors, "
        f"Python {platform.python_version()}, NumPy {np.__version__}; load {os.getloadavg()[0]:.1f} at the start"
    )
