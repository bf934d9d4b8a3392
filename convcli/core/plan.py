"""Plan: which engine runs a problem, and why.

Reads shapes, dtypes, rank and the weights - never pixels.  Exactness comes
first: an engine that could miss the exact integer gives no cost for a problem
that has one, and so cannot be chosen.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import ModuleType

from convcli.core.bands import Runner
from convcli.core.engines import ENGINES
from convcli.core.problem import Problem
from convcli.errors import UnknownNameError

SMALL = 1 << 16  # samples below which threads cost more than they bring


@dataclass(frozen=True, eq=False)
class Plan:
    """A decision that can be printed, and the runner that carries it out.

    Attributes:
        engine: the engine's name.
        arithmetic: the dtype that the sums are done in.
        jobs: threads.
        seconds: estimated time, two significant digits at best.
        costs: the estimate of every engine that could have run it, cheapest first.
        runner: the engine made ready.
    """

    engine: str
    arithmetic: str
    jobs: int
    seconds: float
    costs: tuple[tuple[str, float], ...]
    runner: Runner

    @property
    def reason(self) -> str:
        """One line for `-v`: the choice, and what it was chosen over."""
        others = ", ".join(f"{name} {seconds * 1e3:.3g} ms" for name, seconds in self.costs[1:])
        beside = f" (beside {others})" if others else ""
        threads = f"{self.jobs} thread{'s' if self.jobs != 1 else ''}"
        return f"{self.engine} in {self.arithmetic}, {threads}, about {self.seconds * 1e3:.3g} ms{beside}"


def processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def make_plan(problem: Problem, *, jobs: int | None = None, engine: str | None = None) -> Plan:
    """The cheapest engine for a problem, or the named one.

    Raises:
        UnknownNameError: no engine of that name can run this problem.
    """
    samples = problem.out_height * problem.out_width * problem.out_channels * problem.filters
    threads = 1 if samples < SMALL else max(1, jobs if jobs is not None else processors())
    costs = sorted(_costs(problem, threads), key=lambda pair: pair[1])
    chosen = costs[0][0]
    if engine is not None:
        names = [module.NAME for module, _ in costs]
        if engine not in names:
            raise UnknownNameError("engine for this problem", engine, names)
        costs.sort(key=lambda pair: engine != pair[0].NAME)
        chosen = costs[0][0]
    runner: Runner = chosen.prepare(problem)
    table = tuple((module.NAME, seconds) for module, seconds in costs)
    return Plan(chosen.NAME, runner.dtype.name, threads, table[0][1], table, runner)


def _costs(problem: Problem, threads: int) -> list[tuple[ModuleType, float]]:
    estimates = ((module, module.cost(problem)) for module in ENGINES)
    return [(module, cost * 1e-9 / threads) for module, cost in estimates if cost is not None]
