"""Plan: which engine runs a problem, and why.

Reads shapes, dtypes, rank and the weights - never pixels.  Exactness comes
first: an engine that could miss the exact integer gives no cost for a problem
that has one, and so cannot be chosen.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import NamedTuple

from convcli.core.engines import ENGINES, direct
from convcli.core.engines.engine import Runner
from convcli.core.problem.problem import Problem
from convcli.core.threads import processors
from convcli.errors import UnknownNameError

WORTH_SHARING = 1.5e-3  # seconds: below, waking a second thread takes longer than what it saves
MOST_REMEMBERED = 1 << 16  # weights of a problem whose plan is kept: beyond, planning is little beside the work
TINY_TAPS, TINY = 32, 1 << 17  # taps, and multiplications, below which the direct engine is not compared


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
        runs: measured seconds of every run so far.
    """

    engine: str
    arithmetic: str
    jobs: int
    seconds: float
    costs: tuple[tuple[str, float], ...]
    runner: Runner
    runs: list[float] = field(default_factory=list)

    @property
    def measured(self) -> float | None:
        """Seconds of the last run; None before the first."""
        return self.runs[-1] if self.runs else None

    @property
    def reason(self) -> str:
        """One line for `-v`: the choice, what it was chosen over, and how long it took once it has run."""
        others = ", ".join(f"{name} {seconds * 1e3:.2g} ms" for name, seconds in self.costs[1:])
        beside = f" (beside {others})" if others else ""
        threads = f"{self.jobs} thread{'s' if self.jobs != 1 else ''}"
        took = "" if self.measured is None else f"; took {self.measured * 1e3:.3g} ms"
        return f"{self.engine} in {self.arithmetic}, {threads}, about {self.seconds * 1e3:.2g} ms{beside}{took}"


def make_plan(problem: Problem, *, jobs: int | None = None, engine: str | None = None) -> Plan:
    """The cheapest engine for a problem, or the named one.

    Raises:
        UnknownNameError: no engine of that name can run this problem.
    """
    remembered = problem.weights.size <= MOST_REMEMBERED
    decision = _remembered(_Question(problem.identity, engine, problem)) if remembered else _decide(problem, engine)
    alone = decision.costs[0][1]
    threads = 1 if alone < WORTH_SHARING else max(1, jobs if jobs is not None else processors())
    table = tuple((name, seconds / threads) for name, seconds in decision.costs)
    return Plan(table[0][0], decision.runner.dtype.name, threads, table[0][1], table, decision.runner)


@dataclass(frozen=True)
class _Question:
    """A problem and the engine that was asked for; equal where the problems are."""

    identity: tuple[object, ...]
    engine: str | None
    problem: Problem = field(compare=False)


class _Decision(NamedTuple):
    """The runner of the engine that was chosen, and what each engine would take on one thread, that one first."""

    runner: Runner
    costs: tuple[tuple[str, float], ...]


@functools.lru_cache(maxsize=8)
def _remembered(question: _Question) -> _Decision:
    """Frames of a film, and pictures of a folder, are planned once."""
    return _decide(question.problem, question.engine)


def _decide(problem: Problem, engine: str | None) -> _Decision:
    engines = (direct,) if engine is None and _tiny(problem) else ENGINES
    costs = sorted(_costs(engines, problem), key=lambda pair: pair[1])
    if engine is not None:
        names = [module.NAME for module, _ in costs]
        if engine not in names:
            raise UnknownNameError("engine for this problem", engine, names)
        costs.sort(key=lambda pair: engine != pair[0].NAME)
    return _Decision(costs[0][0].prepare(problem), tuple((module.NAME, seconds) for module, seconds in costs))


def _tiny(problem: Problem) -> bool:
    """Whether comparing the engines would take longer than the slowest of them."""
    samples = problem.out_height * problem.out_width * problem.out_channels * problem.filters
    taps = problem.kernel_height * problem.kernel_width * problem.weights.shape[1]
    return bool(taps * problem.filters <= TINY_TAPS and samples * taps <= TINY)


def _costs(engines: Iterable[ModuleType], problem: Problem) -> list[tuple[ModuleType, float]]:
    estimates = ((module, module.cost(problem)) for module in engines)
    return [(module, cost * 1e-9) for module, cost in estimates if cost is not None]
