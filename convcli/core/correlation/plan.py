"""Plan: which engine runs a problem, and why.

Reads shapes, dtypes, rank and the weights - never pixels.  Exactness comes
first: an engine that could miss the exact integer makes no offer for a problem
that has one, and so cannot be chosen.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from convcli.core.arithmetic.machine import Kind, kind
from convcli.core.correlation.relay import Relay
from convcli.core.engines import DIRECT, ENGINES, Engine
from convcli.core.engines.engine import Offer, Runner
from convcli.core.engines.far import is_far
from convcli.core.problem.problem import Problem
from convcli.core.quantities import duration
from convcli.core.threads import processors
from convcli.errors import UnknownNameError

WORTH_SHARING = 1.5e-3  # seconds: below, waking a second thread takes longer than what it saves
MOST_REMEMBERED = 1 << 16  # weights of a problem whose plan is kept: beyond, planning is little beside the work
TINY_TAPS, TINY = 32, 1 << 17  # taps, and multiplications, below which the direct engine is not compared


@dataclass(frozen=True, eq=False)
class Plan:
    """A decision that can be printed, and the runner that carries it out.

    Attributes:
        costs: every engine that could have run it and its estimate in seconds, two significant digits
            at best: the one that was chosen, then the cheapest first.
        jobs: threads.
        relay: the engine made ready, and those that take over strips for which it could not keep the bound.
    """

    costs: tuple[tuple[str, float], ...]
    jobs: int
    relay: Relay

    @property
    def runner(self) -> Runner:
        """The engine that was chosen, made ready."""
        return self.relay.first

    @property
    def engine(self) -> str:
        """The name of the engine that was chosen."""
        return self.costs[0][0]

    @property
    def seconds(self) -> float:
        """Its estimate."""
        return self.costs[0][1]

    @property
    def arithmetic(self) -> str:
        """The dtype that the sums are done in."""
        return self.runner.dtype.name

    def reason(self, took: float | None = None) -> str:
        """One line for `-v`: the choice, what it was chosen over, and the seconds a run took where there was one."""
        others = ", ".join(f"{name} {duration(seconds, 2)}" for name, seconds in self.costs[1:])
        beside = f" (beside {others})" if others else ""
        threads = f"{self.jobs} thread{'s' if self.jobs != 1 else ''}"
        measured = "" if took is None else f"; took {duration(took)}"
        return f"{self.engine} in {self.arithmetic}, {threads}, about {duration(self.seconds, 2)}{beside}{measured}"


def make_plan(problem: Problem, *, jobs: int | None = None, engine: str | None = None) -> Plan:
    """The cheapest engine for a problem, or the named one.

    Raises:
        UnknownNameError: no engine of that name can run this problem.
    """
    engines = tuple(ENGINES)
    remembered = problem.weights.size <= MOST_REMEMBERED
    decide = _remembered if remembered else _decide
    decision = decide(_Question(problem.identity if remembered else (), engines, engine, kind(), problem))
    alone = decision.costs[0][1]
    threads = 1 if alone < WORTH_SHARING else max(1, jobs if jobs is not None else processors())
    table = tuple((name, seconds / threads) for name, seconds in decision.costs)
    return Plan(table, threads, decision.relay)


@dataclass(frozen=True)
class _Question:
    """A problem, the engines there are, the one that was asked for and the machine; equal where the problems are."""

    identity: tuple[object, ...]
    engines: tuple[Engine, ...]
    engine: str | None
    machine: Kind
    problem: Problem = field(compare=False)


class _Decision(NamedTuple):
    """The runner of the engine that was chosen, and what each engine would take on one thread, that one first."""

    relay: Relay
    costs: tuple[tuple[str, float], ...]


def _decide(question: _Question) -> _Decision:
    problem, engine = question.problem, question.engine
    alone = is_far(problem) or (engine is None and _tiny(problem))
    asked = [row for row in question.engines if not row.on_demand or row.name == engine]
    engines = [DIRECT] if alone else asked
    offers = {row.name: offer for row in engines if (offer := row.make_offer(problem)) is not None}
    names = sorted(offers, key=lambda name: offers[name].seconds)
    if engine is not None:
        if engine not in offers:
            raise UnknownNameError("engine for this problem", engine, names)
        names.sort(key=lambda name: name != engine)
    relay = Relay(problem, offers[names[0]].make(), _others(offers[names[0]], offers.values()))
    return _Decision(relay, tuple((name, offers[name].seconds) for name in names))


def _others(chosen: Offer, offers: Iterable[Offer]) -> list[Callable[[], Runner]]:
    """Who takes over where errors of the chosen one would reach too far: itself in float64, then one without such."""
    if chosen.local:
        return []
    local = min((offer for offer in offers if offer.local), key=lambda offer: offer.seconds)
    return [local.make] if chosen.wider is None else [chosen.wider, local.make]


# Frames of a film, and pictures of a folder, are planned once.
_remembered = functools.lru_cache(maxsize=8)(_decide)


def _tiny(problem: Problem) -> bool:
    """Whether comparing the engines would take longer than the slowest of them."""
    samples = problem.out_height * problem.out_width * problem.out_channels * problem.filters
    taps = problem.kernel_height * problem.kernel_width * problem.weights.shape[1]
    return bool(taps * problem.filters <= TINY_TAPS and samples * taps <= TINY)
